"""Bodies as they arrive: whole documents within a limit, and forms whose files are digested and never kept."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

BLOCK = 64 * 1024
LONGEST_FIELD = 4096
LONGEST_DOCUMENT = 64 * 1024 * 1024


class BadBody(ValueError):  # noqa: N818  # the body is bad
    """A body that cannot be read as what it should be."""


@dataclass(slots=True)
class Form:
    """What a form holds."""

    fields: dict[str, str] = field(default_factory=dict)
    file_name: str | None = None
    md5: str = ""
    size_bytes: int = 0

    @property
    def has_file(self) -> bool:
        """Return whether a file came along."""
        return self.file_name is not None


def blocks(handler: BaseHTTPRequestHandler) -> Iterator[bytes]:
    """Yield the body of a request, of known length or in chunks.

    Raises:
        BadBody: It ends too early, or its length is no number.
    """
    if "chunked" in handler.headers.get("Transfer-Encoding", "").lower():
        yield from _chunks(handler)
        return
    length = handler.headers.get("Content-Length", "0")
    if not length.isascii() or not length.isdigit():
        raise BadBody("the length is no number")
    left = int(length)
    while left:
        block = handler.rfile.read(min(left, BLOCK))
        if not block:
            raise BadBody("the body ends too early")
        left -= len(block)
        yield block


def document(handler: BaseHTTPRequestHandler) -> bytes:
    """Return a whole body.

    Raises:
        BadBody: It is longer than any honest document, or cut.
    """
    parts, size = [], 0
    for block in blocks(handler):
        size += len(block)
        if size > LONGEST_DOCUMENT:
            raise BadBody("the document is too long")
        parts.append(block)
    return b"".join(parts)


def form(handler: BaseHTTPRequestHandler) -> Form:
    """Return a form; of a file only its name, digest and size.

    Raises:
        BadBody: It is no form, or cut.
    """
    kind, options = parse_options_header(handler.headers.get("Content-Type", ""))
    if kind == b"application/x-www-form-urlencoded":
        fields = parse_qs(document(handler).decode("utf-8", "replace"))
        return Form({name: values[0] for name, values in fields.items()})
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise BadBody("it is no form")
    reader = _Reader()
    parser = MultipartParser(boundary, reader.callbacks())
    try:
        for block in blocks(handler):
            parser.write(block)
        parser.finalize()
    except FormParserError as error:
        raise BadBody("the form is malformed") from error
    if not reader.is_whole:
        raise BadBody("the form ends too early")
    return reader.form


class _Reader:
    """Takes the parts of a form as the parser finds them."""

    def __init__(self) -> None:
        self.form, self.is_whole = Form(), False
        self._digest = hashlib.md5(usedforsecurity=False)
        self._header = [b"", b""]
        self._headers: dict[bytes, bytes] = {}
        self._name, self._value, self._is_file = "", b"", False

    def callbacks(self) -> Any:
        """Return what the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_header_begin": self._header_begin,
            "on_header_field": lambda data, start, end: self._head(0, data[start:end]),
            "on_header_value": lambda data, start, end: self._head(1, data[start:end]),
            "on_header_end": self._header_end,
            "on_headers_finished": self._open,
            "on_end": self._whole,
        }

    def _begin(self) -> None:
        self._headers, self._value, self._is_file = {}, b"", False

    def _header_begin(self) -> None:
        self._header = [b"", b""]

    def _head(self, at: int, part: bytes) -> None:
        self._header[at] += part

    def _header_end(self) -> None:
        self._headers[self._header[0].lower()] = self._header[1]

    def _open(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" in options:
            self._is_file = True
            self.form.file_name = options[b"filename"].decode("utf-8", "replace")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._digest.update(data[start:end])
            self.form.size_bytes += end - start
        elif len(self._value) + end - start <= LONGEST_FIELD:
            self._value += data[start:end]
        else:
            raise FormParserError("a field is too long")

    def _end(self) -> None:
        if self._is_file:
            self.form.md5 = self._digest.hexdigest()
        else:
            self.form.fields[self._name] = self._value.decode("utf-8", "replace")

    def _whole(self) -> None:
        self.is_whole = True


def _chunks(handler: BaseHTTPRequestHandler) -> Iterator[bytes]:
    while True:
        line = handler.rfile.readline(80).split(b";", 1)[0].strip()
        try:
            left = int(line, 16)
        except ValueError as error:
            raise BadBody("a chunk has no length") from error
        if left == 0:
            handler.rfile.readline(80)
            return
        while left:
            block = handler.rfile.read(min(left, BLOCK))
            if not block:
                raise BadBody("the body ends too early")
            left -= len(block)
            yield block
        handler.rfile.readline(80)
