"""Of which time a report is: a calendar year, or half of one; when it is due, and how long it is kept."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from tutela.core.filing.years import years_after
from tutela.errors import BadInput

_LABEL = re.compile(r"(20[0-9]{2})(?:-H([12]))?")
_HALVES = {1: (1, 7), 2: (7, 13)}
_LAST_MONTH = 12

MONTHS_TO_PUBLISH = 2
"""From the end of the period. Source: Implementing Regulation (EU) 2024/2835, Article 2."""

YEARS_KEPT = 5
"""From publication, every edition. Source: the same."""


def month(year: int, number: int) -> datetime:
    """Return the first moment of a month in UTC; the thirteenth is the first of the next year."""
    over, at = divmod(number - 1, _LAST_MONTH)
    return datetime(year + over, at + 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar year, or a half of one, in UTC. Its start belongs to it and its end does not."""

    year: int
    half: int | None = None  #: 1 or 2; none for the whole year

    @classmethod
    def parse(cls, said: str) -> "Period":
        """Return the period that is written as `2026` or `2026-H1`.

        Raises:
            tutela.errors.BadInput: It is none.
        """
        found = _LABEL.fullmatch(said.strip())
        if found is None:
            raise BadInput("this is no period", place="period", remedy="Write a year as 2026, or a half as 2026-H1.")
        return cls(int(found[1]), int(found[2]) if found[2] else None)

    @property
    def label(self) -> str:
        """Return it as it is written."""
        return f"{self.year}" if self.half is None else f"{self.year}-H{self.half}"

    @property
    def starts_at(self) -> datetime:
        """Return its first moment."""
        return month(self.year, 1 if self.half is None else _HALVES[self.half][0])

    @property
    def ends_at(self) -> datetime:
        """Return the first moment behind it."""
        return month(self.year, 13 if self.half is None else _HALVES[self.half][1])

    @property
    def due_at(self) -> datetime:
        """Return by when its report has to be published: two calendar months behind it."""
        return month(self.ends_at.year, self.ends_at.month + MONTHS_TO_PUBLISH)

    @property
    def months(self) -> tuple[str, ...]:
        """Return its months, as in `2026-01`."""
        first = self.starts_at.month
        count = _LAST_MONTH if self.half is None else _LAST_MONTH // 2
        return tuple(f"{self.year}-{number:02d}" for number in range(first, first + count))

    @property
    def following(self) -> "Period":
        """Return the one behind it, as long."""
        if self.half == 1:
            return Period(self.year, 2)
        return Period(self.year + 1, None if self.half is None else 1)

    def is_over(self, now: datetime) -> bool:
        """Return whether it is over."""
        return self.ends_at <= now

    def is_late(self, now: datetime) -> bool:
        """Return whether its report should have been published by now."""
        return self.due_at <= now


def last_ended(now: datetime, *, half_yearly: bool) -> Period:
    """Return the period that ended last."""
    if not half_yearly:
        return Period(now.year - 1)
    return Period(now.year, 1) if now.month >= _HALVES[2][0] else Period(now.year - 1, 2)


def owed_at(now: datetime, began_at: datetime | None, *, half_yearly: bool) -> Period:
    """Return the period whose report comes out next: the last that ended, or the first that anything happened in."""
    ended = last_ended(now, half_yearly=half_yearly)
    if began_at is not None and began_at < ended.ends_at:
        return ended
    return ended.following


def kept_until(published_at: datetime) -> datetime:
    """Return until when an edition is kept at least."""
    return years_after(published_at, YEARS_KEPT)
