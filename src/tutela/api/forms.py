"""An item with its files in one form, parsed as it arrives; a form parser of a framework would spool the files."""

from contextlib import ExitStack, closing

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.responses import Response

from tutela.api import bodies
from tutela.api.calls import Call
from tutela.api.items import submission_of, submit_one
from tutela.api.problems import MalformedRequest, UnsupportedMediaType
from tutela.api.reading import parse
from tutela.api.uploads import MediaSink
from tutela.errors import BadInput, TooLarge
from tutela.flows.refer import MediaReference

MAX_BOUNDARY_BYTES = 70
"""Source: RFC 2046, 5.1.1."""


class FormSink:
    """Takes one form in: first the part `item`, then one or more parts `media`, each straight into the vault."""

    def __init__(self, call: Call) -> None:
        """Read the boundary.

        Raises:
            UnsupportedMediaType: There is none.
        """
        self._call = call
        _, options = parse_options_header(call.request.headers.get("content-type", ""))
        boundary = options.get(b"boundary", b"")
        if not 0 < len(boundary) <= MAX_BOUNDARY_BYTES:
            raise UnsupportedMediaType("the form names no boundary", place="Content-Type")
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._on_part_begin,
                "on_header_field": self._on_header_field,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers_finished,
                "on_part_data": self._on_part_data,
                "on_end": self._on_end,
            },
        )
        self._open = ExitStack()
        self._item_bytes = bytearray()
        self._item: bodies.Item | None = None
        self._media: list[MediaSink] = []
        self._header: tuple[bytes, bytes] = (b"", b"")
        self._disposition = b""
        self._parts = 0
        self._is_over = False

    def write(self, piece: bytes) -> None:
        """Take the next piece in.

        Raises:
            MalformedRequest: It is no form.
        """
        try:
            self._parser.write(piece)
        except FormParserError:
            # The parser's message quotes what it found.
            raise MalformedRequest("the form cannot be read", place="body") from None

    def finish(self) -> Response:
        """Submit the item with its media."""
        if not self._is_over:
            raise MalformedRequest("the form ends before its last boundary", place="body")
        item = self._parsed()
        if not self._media:
            raise BadInput("a form brings at least one media", place="media", remedy="Send the item alone as JSON.")
        media = [sink.finish() for sink in self._media]
        once = self._call.once(
            bytes(self._item_bytes) + "\0".join(each.digests.sha256 or "" for each in media).encode()
        )
        return submit_one(self._call, submission_of(item, [MediaReference(each.id) for each in media]), once)

    def close(self) -> None:
        """End; files that were not finished are gone."""
        self._open.close()

    def _parsed(self) -> bodies.Item:
        if self._item is None:
            if not self._parts:
                raise MalformedRequest("the first part of the form must be the item", place="item")
            self._item = parse(bodies.Item, bytes(self._item_bytes))
        return self._item

    def _on_part_begin(self) -> None:
        self._parts += 1
        self._disposition = b""

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header = self._header[0] + data[start:end], self._header[1]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header = self._header[0], self._header[1] + data[start:end]

    def _on_header_end(self) -> None:
        name, value = self._header
        self._header = b"", b""
        if name.lower() == b"content-disposition":
            self._disposition = value

    def _on_headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"name", b"")
        if (name == b"item") is not (self._parts == 1) or name not in {b"item", b"media"}:
            raise MalformedRequest(
                "a form is one part `item` first, then parts `media`",
                place="body",
                remedy="As in: curl -F 'item={...}' -F media=@picture.jpg",
            )
        if name == b"media":
            if len(self._parsed().media) + len(self._media) >= bodies.MAX_MEDIA:
                raise TooLarge(f"an item may carry {bodies.MAX_MEDIA} media at most", place="media")
            self._media.append(self._open.enter_context(closing(MediaSink(self._call))))

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._media:
            self._media[-1].write(data[start:end])
            return
        self._item_bytes += data[start:end]
        if len(self._item_bytes) > self._call.house.settings.request_max_bytes:
            raise TooLarge("the item is too large", place="item")

    def _on_end(self) -> None:
        self._is_over = True
