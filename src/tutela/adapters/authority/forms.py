"""Forms as they are sent: of known length, a piece at a time."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from tutela.ports.authority import Content


@dataclass(frozen=True, slots=True)
class Form:
    """A body with what its headers say of it."""

    content_type: str
    length: int
    chunks: Iterator[bytes]


def form_of(report_id: str, content: Content | None = None) -> Form:
    """Return the form that names a report, with a file where there is one."""
    boundary = f"tutela-{secrets.token_hex(16)}"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="id"\r\n\r\n{report_id}\r\n'
    tail = f"\r\n--{boundary}--\r\n".encode()
    if content is None:
        whole = head.encode() + f"--{boundary}--\r\n".encode()
        return Form(f"multipart/form-data; boundary={boundary}", len(whole), iter((whole,)))
    head += (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{content.name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    opened = head.encode()
    length = len(opened) + content.size_bytes + len(tail)
    return Form(f"multipart/form-data; boundary={boundary}", length, _chunks(opened, content, tail))


def _chunks(head: bytes, content: Content, tail: bytes) -> Iterator[bytes]:
    yield head
    yield from content.chunks
    yield tail
