"""Moments that people type into forms: in UTC, as every time on every page is."""

from datetime import UTC, datetime

from tutela.errors import BadInput

LONGEST = 40
"""Characters of a moment that anybody writes."""


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


def field_of(moment: datetime | None) -> str:
    """Return a moment as a form holds it; nothing of none."""
    return "" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")
