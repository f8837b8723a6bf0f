"""Moments that people type into forms: in UTC, as every time on every page is."""

import re
from datetime import UTC, datetime

from tutela.core.word_rows import end_of
from tutela.errors import BadInput

LONGEST = 40
"""Characters of a moment that anybody writes."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def moment_of(said: str, place: str) -> datetime:
    """Return a moment that a form says. One without a zone is in UTC, as the field says.

    Raises:
        tutela.errors.BadInput: It is none.
    """
    try:
        found = datetime.fromisoformat(said[:LONGEST].strip().removesuffix("UTC").strip())
    except ValueError:
        raise BadInput("this is no time", place=place, remedy="Write it such as 2026-03-02 15:30, in UTC.") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def day_of(said: str, place: str) -> datetime:
    """Return the first moment of a day that a form says, in UTC.

    Raises:
        tutela.errors.BadInput: It is none.
    """
    try:
        return datetime.fromisoformat(said if is_day(said) else "").replace(tzinfo=UTC)
    except ValueError:
        raise BadInput("a day is written as in 2027-01-31", place=place) from None


def end_of_field(said: str, place: str) -> datetime | None:
    """Return the end that a form says: of a day its last moment; none where nothing is said.

    Raises:
        tutela.errors.BadInput: It is neither a day nor a moment.
    """
    try:
        return end_of(said.strip()) if said.strip() else None
    except BadInput as wrong:
        raise BadInput(wrong.detail, place=place) from None


def is_day(said: str) -> bool:
    """Return whether it is written as a day."""
    return _DAY.fullmatch(said) is not None


def field_of(moment: datetime | None) -> str:
    """Return a moment as a form holds it; nothing of none."""
    return "" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")
