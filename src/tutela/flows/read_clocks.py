"""Read by when notices, appeals and orders must be answered: everybody on shift sees what is late."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from tutela.core.clocks import ClockId, ClockSubject, RunningClock
from tutela.core.permissions import Principal, demand
from tutela.errors import BadInput
from tutela.ports.clock import Clock
from tutela.ports.clocks import ClockBook, ClockCounts, ClockFigure, ClockPlace

LONGEST_DAYS = 366
"""Of one set of figures: a year, with its leap day."""

MOST_ROUNDS = 2**31
"""As many as a column holds."""

SCOPE = "cases"
"""Whoever works on what comes in."""


class Due(StrEnum):
    """Which clocks are wanted."""

    ALL = "all"  #: that run
    TODAY = "today"  #: late, or due within 24 hours
    LATE = "late"
    BREACHED = "breached"  #: past a limit that may not be missed


DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class ClockPage:
    """A page of clocks that run, the first due first."""

    clocks: tuple[RunningClock, ...]
    counts: ClockCounts
    now: datetime
    following: str | None = None


@dataclass(frozen=True, slots=True)
class ClockFigures:
    """What became of the clocks of a period."""

    since: datetime
    until: datetime
    figures: tuple[ClockFigure, ...]


@dataclass(frozen=True, slots=True)
class ReadClocks:
    """Every way of reading clocks. They hold ids and times."""

    book: ClockBook
    clock: Clock

    def page(self, principal: Principal, due: Due = Due.TODAY, after: str = "", limit: int = 100) -> ClockPage:
        """Return clocks that run, from behind *after* on.

        Raises:
            tutela.errors.Forbidden: It is not theirs to read.
            tutela.errors.BadInput: *after* was not made here.
        """
        demand(principal, SCOPE)
        now, place = self.clock.now(), place_of(after) if after else None
        if due is Due.BREACHED:
            found = self.book.breached(now, after=place, limit=limit + 1)
        else:
            found = self.book.due(before=_before(due, now), after=place, limit=limit + 1)
        following = text_of(found[limit - 1]) if len(found) > limit else None
        return ClockPage(tuple(found[:limit]), self.book.counts(now), now, following)

    def of(self, principal: Principal, subject: ClockSubject, subject_id: str) -> tuple[RunningClock, ...]:
        """Return every clock there ever was on one, the next due first.

        Raises:
            tutela.errors.Forbidden: It is not theirs to read.
        """
        demand(principal, SCOPE)
        return self.book.of(subject, [subject_id]).get(subject_id, ())

    def figures(self, principal: Principal, since: datetime | None, until: datetime | None) -> ClockFigures:
        """Return what became of the clocks that began in a period; of the last thirty days unless it is said.

        Raises:
            tutela.errors.Forbidden: It is not theirs to read.
            tutela.errors.BadInput: The period ends before it begins, or is longer than a year.
        """
        demand(principal, SCOPE)
        now = self.clock.now()
        end = until or now
        start = since or end - 30 * DAY
        if end <= start:
            raise BadInput("a period ends after it begins", place="until", remedy="Name a later end.")
        if end - start > LONGEST_DAYS * DAY:
            raise BadInput(f"one reads {LONGEST_DAYS} days at most", place="since", remedy="Name a later beginning.")
        return ClockFigures(start, end, tuple(self.book.figures(start, end, now)))

    def counts(self) -> ClockCounts:
        """Return how clocks stand, for alarms and metrics."""
        return self.book.counts(self.clock.now())


def _before(due: Due, now: datetime) -> datetime | None:
    tick = timedelta(microseconds=1)  # what is due at this very moment is late
    return {Due.TODAY: now + DAY + tick, Due.LATE: now + tick}.get(due)


def text_of(clock: RunningClock) -> str:
    """Return where a page goes on behind *clock*, as one text."""
    due = clock.due_at.astimezone(UTC).isoformat()
    return f"{due}|{clock.subject.value}|{clock.subject_id}|{clock.id.value}|{clock.start.round}"


def place_of(text: str) -> ClockPlace:
    """Return the place that a text names.

    Raises:
        tutela.errors.BadInput: It was not made here.
    """
    try:
        due, subject, subject_id, clock_id, number = text.split("|")
        place = ClockPlace(
            datetime.fromisoformat(due), ClockSubject(subject), subject_id, ClockId(clock_id), int(number)
        )
    except ValueError:
        raise _no_place() from None
    if place.due_at.tzinfo is None or not 0 < place.round < MOST_ROUNDS:
        raise _no_place()
    return place


def _no_place() -> BadInput:
    return BadInput("this is no place in the list", place="cursor", remedy="Begin at the first page.")
