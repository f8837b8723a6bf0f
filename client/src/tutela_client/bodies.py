"""Bodies of requests: JSON, one file, or a form that streams its files. Each can be sent again after a failure."""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from tutela_client.viewer import Choice, Viewer

Content = bytes | Path | BinaryIO
"""What may be uploaded. A path or a file is read while it is sent and never held in memory whole."""

CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Body:
    """One request body."""

    content_type: str
    chunks: Callable[[], Iterator[bytes]]  #: from the beginning, each time it is called
    size_bytes: int | None  #: none when it cannot be known before it is sent
    is_repeatable: bool = True


def chunks_of(content: Content) -> Iterator[bytes]:
    """Yield *content*, from where a file stands."""
    yield from _Source(content).chunks()


def json_body(value: Mapping[str, Any]) -> Body:
    """Return *value* as JSON."""
    return text_body(json.dumps(value, separators=(",", ":"), allow_nan=False).encode(), "application/json")


def viewer_body(viewer: "str | Viewer | None") -> dict[str, Any]:
    """Return who looks or acts, as the server takes it.

    Raises:
        ValueError: Staff look under a grant and never through these questions.
    """
    if viewer is None or isinstance(viewer, str):
        return {"anonymous": True} if viewer is None else {"account": viewer}
    if viewer.is_staff:
        raise ValueError("staff look under a view grant, and are not asked about here")
    return {**viewer_body(viewer.account), "age": viewer.age, "countries": sorted(viewer.countries)}


def choice_body(choice: Choice) -> dict[str, Any]:
    """Return one choice of a viewer, as the server takes it."""
    body: dict[str, Any] = {"kind": choice.kind, "value": choice.value}
    return body if choice.ends_at is None else {**body, "ends_at": choice.ends_at.isoformat()}


def text_body(encoded: bytes, content_type: str) -> Body:
    """Return bytes that are in memory already."""
    return Body(content_type, lambda: iter((encoded,)), len(encoded))


def file_body(content: Content, content_type: str = "application/octet-stream") -> Body:
    """Return one file as the whole body."""
    source = _Source(content)
    return Body(content_type, source.chunks, source.size_bytes, source.is_repeatable)


def form_body(item: Mapping[str, Any], media: Sequence[Content]) -> Body:
    """Return a form of the item and then its files, in order."""
    boundary = secrets.token_hex(16)
    sources = [_Source(content) for content in media]
    encoded = json.dumps(item, separators=(",", ":"), allow_nan=False).encode()
    head = _part(boundary, 'name="item"', "application/json") + encoded + b"\r\n"
    # The name of a file says nothing that the bytes do not say better, so none is sent.
    opening = _part(boundary, 'name="media"; filename="media"', "application/octet-stream")
    end = f"--{boundary}--\r\n".encode()

    def chunks() -> Iterator[bytes]:
        yield head
        for source in sources:
            yield opening
            yield from source.chunks()
            yield b"\r\n"
        yield end

    sizes = [source.size_bytes for source in sources]
    known = [size + len(opening) + 2 for size in sizes if size is not None]
    total = len(head) + sum(known) + len(end) if len(known) == len(sizes) else None
    repeatable = all(source.is_repeatable for source in sources)
    return Body(f"multipart/form-data; boundary={boundary}", chunks, total, repeatable)


def _part(boundary: str, disposition: str, content_type: str) -> bytes:
    lines = (f"--{boundary}", f"Content-Disposition: form-data; {disposition}", f"Content-Type: {content_type}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class _Source:
    """One thing to upload; a file object is sent from where it stands."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._start: int | None = None
        self.is_repeatable = True
        self.size_bytes: int | None = None
        if isinstance(content, bytes):
            self.size_bytes = len(content)
        elif isinstance(content, Path):
            self.size_bytes = content.stat().st_size
        elif content.seekable():
            self._start = content.tell()
            self.size_bytes = content.seek(0, 2) - self._start
            content.seek(self._start)
        else:
            self.is_repeatable = False

    def chunks(self) -> Iterator[bytes]:
        if isinstance(self._content, bytes):
            yield self._content
        elif isinstance(self._content, Path):
            with self._content.open("rb") as file:
                yield from _read(file)
        else:
            if self._start is not None:
                self._content.seek(self._start)
            yield from _read(self._content)


def _read(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk
