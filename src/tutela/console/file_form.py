"""Read a form with one file, in memory alone: a framework would spool to a disk what may be evidence."""

from collections.abc import Mapping

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from tutela.errors import BadInput, TooLarge

MAX_BOUNDARY_BYTES = 70
"""Source: RFC 2046, 5.1.1."""

MAX_PARTS = 10
MAX_FIELD_BYTES = 4096
MAX_FRAME_BYTES = 16 * 1024
"""Of everything in the form but the file."""

FILE = b"file"


async def read_file_form(request: Request, most_bytes: int) -> tuple[Mapping[str, list[str]], bytes]:
    """Return the fields of a form and its file; no file where none was chosen.

    Raises:
        tutela.errors.BadInput: It is no such form.
        tutela.errors.TooLarge: The file has more than *most_bytes*, or the form too many parts.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= MAX_BOUNDARY_BYTES:
        raise BadInput("this takes the form of a page, with a file", place="Content-Type")
    parts = _Parts(boundary, most_bytes)
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        if read > most_bytes + MAX_FRAME_BYTES:
            raise TooLarge(f"a file may have {most_bytes} bytes at most", place="file")
        parts.write(chunk)
    return parts.finish()


class _Parts:
    """Takes one form in."""

    def __init__(self, boundary: bytes, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._on_part_begin,
                "on_header_field": self._on_header_field,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_part_data": self._on_part_data,
                "on_end": self._on_end,
            },
        )
        self._header: tuple[bytes, bytes] = (b"", b"")
        self._parts: list[tuple[bytes, bytearray]] = []
        self._is_over = False

    def write(self, piece: bytes) -> None:
        """Take the next piece in."""
        try:
            self._parser.write(piece)
        except FormParserError:
            # The parser's message quotes what it found.
            raise BadInput("this form cannot be read", place="body") from None

    def finish(self) -> tuple[Mapping[str, list[str]], bytes]:
        """Return fields and file."""
        if not self._is_over:
            raise BadInput("this form ends before its end", place="body", remedy="Send it again.")
        fields: dict[str, list[str]] = {}
        file = b""
        for name, value in self._parts:
            if name == FILE:
                file = bytes(value)
                continue
            try:
                fields.setdefault(name.decode(), []).append(value.decode())
            except UnicodeDecodeError:
                raise BadInput("this form cannot be read", place="body") from None
        return fields, file

    def _on_part_begin(self) -> None:
        if len(self._parts) >= MAX_PARTS:
            raise TooLarge(f"this form has {MAX_PARTS} parts at most", place="body")
        self._parts.append((b"", bytearray()))

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header = self._header[0] + data[start:end], self._header[1]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header = self._header[0], self._header[1] + data[start:end]

    def _on_header_end(self) -> None:
        name, value = self._header
        self._header = b"", b""
        if name.lower() == b"content-disposition":
            _, options = parse_options_header(value)
            self._parts[-1] = options.get(b"name", b""), self._parts[-1][1]

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        name, value = self._parts[-1]
        value += data[start:end]
        if len(value) > (self._most_bytes if name == FILE else MAX_FIELD_BYTES):
            raise TooLarge(f"a file may have {self._most_bytes} bytes at most", place="file")

    def _on_end(self) -> None:
        self._is_over = True
