"""Where the clocks of notices, appeals and orders are read, and their alarms noted.

They are started and stopped in the transaction of whoever opens or answers something, never by themselves
(`adapters.db.clocks.start` and `stop`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tutela.core.clocks import ClockId, ClockSubject, RunningClock
from tutela.core.filing.clocks import ClockStage


@dataclass(frozen=True, slots=True)
class ClockPlace:
    """Where a page of running clocks goes on: behind this one, in the order in which they are due."""

    due_at: datetime
    subject: ClockSubject
    subject_id: str
    id: ClockId
    round: int


@dataclass(frozen=True, slots=True)
class ClockCounts:
    """How the clocks that run stand at one moment."""

    running: int = 0
    due_today: int = 0  #: within the next 24 hours, late ones not counted
    late: int = 0  #: past a target, or past a limit where there is no target
    breached: int = 0  #: past a limit that may not be missed


@dataclass(frozen=True, slots=True)
class ClockFigure:
    """What became of the clocks of one kind that began in a period."""

    subject: ClockSubject
    id: ClockId
    started: int = 0
    running: int = 0
    lapsed: int = 0  #: not needed any more
    target_kept: int = 0
    target_missed: int = 0  #: those that still run past it included
    limit_kept: int = 0
    limit_missed: int = 0  #: as above
    median_seconds: float | None = None  #: of those that were stopped by what they ask for


class ClockBook(Protocol):
    """Read clocks, and note that an alarm was raised."""

    def of(self, subject: ClockSubject, subject_ids: Sequence[str]) -> dict[str, tuple[RunningClock, ...]]:
        """Return every clock there ever was on each of *subject_ids*, the next due first."""
        ...

    def due(
        self, *, before: datetime | None = None, after: ClockPlace | None = None, limit: int = 100
    ) -> list[RunningClock]:
        """Return clocks that run, the first due first; only those due before a moment, where one is given."""
        ...

    def breached(self, now: datetime, *, after: ClockPlace | None = None, limit: int = 100) -> list[RunningClock]:
        """Return clocks that run past a limit that may not be missed, as `due` does."""
        ...

    def counts(self, now: datetime) -> ClockCounts:
        """Return how those that run stand."""
        ...

    def figures(self, since: datetime, until: datetime, now: datetime) -> list[ClockFigure]:
        """Return what became of those that began from *since* on and before *until*, as of *now*."""
        ...

    def to_alarm(self, now: datetime, limit: int) -> list[RunningClock]:
        """Return clocks of which an alarm is due that was not raised."""
        ...

    def note_alarm(self, clock: RunningClock, levels: tuple[ClockStage, ClockStage], now: datetime) -> bool:
        """Note the alarms that are raised, with an audit entry; return False where somebody else did, or it stopped.

        Args:
            clock: As it was read.
            levels: Towards its target and its limit.
            now: When.
        """
        ...
