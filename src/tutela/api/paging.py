"""Cursors: opaque to the reader, stateless for us."""

import base64
import binascii

from tutela.api.problems import InvalidRequest


def to_cursor(place: str) -> str:
    """Return *place* as a cursor."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def from_cursor(cursor: str | None) -> str:
    """Return the place of a cursor; empty at the beginning.

    Raises:
        InvalidRequest: It is no cursor of ours.
    """
    if cursor is None:
        return ""
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        raise wrong_cursor() from None


def wrong_cursor() -> InvalidRequest:
    """Return the error about a cursor that was not made here."""
    return InvalidRequest([{"place": "query.cursor", "message": "pass `next` of the page before, unchanged"}])
