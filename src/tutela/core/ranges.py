"""Which part of a content a request asks for. Source: RFC 9110, sections 13.1.5 and 14."""

import re

from tutela.core.view_log import Span

_ONE_RANGE = re.compile(r"bytes=[ \t]*(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))[ \t]*", re.ASCII | re.IGNORECASE)


class UnsatisfiableError(Exception):
    """The part that is asked for is not in the content."""


def part_asked(header: str | None, if_range: str | None, etag: str, size_bytes: int) -> Span | None:
    """Return the part that is asked for, or none where the whole is to be sent.

    What is no single range of bytes is passed over, as RFC 9110 14.2 says: several ranges, other units, nonsense.

    Args:
        header: `Range`.
        if_range: `If-Range`: a range of another version of the content is answered by the whole.
        etag: Of the content, strong, with its quotes.
        size_bytes: Of the content.

    Raises:
        UnsatisfiableError: A well-formed range begins behind the end, or asks for the last no bytes.
    """
    asked = _ONE_RANGE.fullmatch(header or "")
    if asked is None or (if_range is not None and if_range.strip() != etag):
        return None
    first, last, suffix = asked.groups()
    if suffix is not None:
        length = min(int(suffix), size_bytes)
        if not length:
            raise UnsatisfiableError
        return Span(size_bytes - length, size_bytes)
    start, end = int(first), min(int(last) + 1, size_bytes) if last else size_bytes
    if last and int(last) < start:
        return None  # no valid range at all
    if start >= size_bytes:
        raise UnsatisfiableError
    return Span(start, end)
