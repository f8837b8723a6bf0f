"""How a clock that runs stands: what is left, which alarms are due, what stops it, whether it was kept.

Absolute time in UTC; nothing pauses a clock. All comparisons say "by": what happens at the very moment is in time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tutela.core.clocks.kinds import ClockId, ClockStart, ClockSubject, Signal
from tutela.core.clocks.starting import next_round
from tutela.core.clocks.table import row_of
from tutela.core.filing.clocks import ClockStage, stage

ALARMS = (ClockStage.HALF, ClockStage.SHORT, ClockStage.OVER)


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A clock of a subject as it is kept; stopped ones stay, for the figures."""

    subject: ClockSubject
    subject_id: str
    start: ClockStart
    stopped_at: datetime | None = None
    stopped_by: Signal | None = None
    target_alarm: ClockStage = ClockStage.EARLY  #: the highest that was raised
    limit_alarm: ClockStage = ClockStage.EARLY

    @property
    def id(self) -> ClockId:
        """Return which clock it is."""
        return self.start.id

    @property
    def due_at(self) -> datetime:
        """Return the next time that somebody works towards: the target, or the limit where that is all there is."""
        return self.start.target_at or self.start.limit_at or self.start.started_at

    @property
    def is_running(self) -> bool:
        """Return whether it still waits for something."""
        return self.stopped_at is None


def alarm_levels_at(start: ClockStart, now: datetime) -> tuple[ClockStage, ClockStage]:
    """Return how far a clock has run towards its target, and towards its limit; early where it has none.

    Never falls while *now* rises.
    """
    return _stage(start, start.target_at, now), _stage(start, start.limit_at, now)


def _stage(start: ClockStart, due_at: datetime | None, now: datetime) -> ClockStage:
    return ClockStage.EARLY if due_at is None or now < start.started_at else stage(start.started_at, due_at, now)


def next_alarm_at(clock: RunningClock) -> datetime | None:
    """Return when the next alarm of a running clock is due; none after the last."""
    start, bounds = (
        clock.start,
        ((clock.start.target_at, clock.target_alarm), (clock.start.limit_at, clock.limit_alarm)),
    )
    coming = [
        _moment(start.started_at, due_at, level)
        for due_at, raised in bounds
        if due_at is not None
        for level in ALARMS
        if level > raised
    ]
    return min(coming) if coming and clock.is_running else None


def _moment(started_at: datetime, due_at: datetime, level: ClockStage) -> datetime:
    """Return the first whole microsecond at which *level* is reached; at once for a time that is over at the start."""
    if due_at <= started_at:
        return started_at
    whole, rest = divmod((due_at - started_at) * int(level), timedelta(microseconds=100))
    return started_at + timedelta(microseconds=whole + bool(rest))


def remaining(clock: RunningClock, now: datetime) -> timedelta:
    """Return how long is left until it is due; negative when it is late."""
    return clock.due_at - now


def is_late(clock: RunningClock, now: datetime) -> bool:
    """Return whether a clock that still runs is past its target, or its limit where it has no target."""
    return clock.is_running and now >= clock.due_at


def is_breached(clock: RunningClock, now: datetime) -> bool:
    """Return whether a limit that may not be missed was missed, or is being missed."""
    limit_at = clock.start.limit_at
    if limit_at is None:
        return False
    return clock.stopped_at > limit_at if clock.stopped_at is not None else now >= limit_at


def is_kept(clock: RunningClock, due_at: datetime | None) -> bool | None:
    """Return whether a stopped clock kept *due_at*, its target or its limit.

    None where nothing can be said: it runs, it has no such time, or what it asks for was not needed any more.
    """
    if clock.stopped_at is None or due_at is None or clock.stopped_by in lapses_of(clock):
        return None
    return clock.stopped_at <= due_at


def lapses_of(clock: RunningClock) -> frozenset[Signal]:
    """Return what makes it unnecessary."""
    return row_of(clock.subject, clock.id).lapses


def after(
    clocks: Iterable[RunningClock], signals: frozenset[Signal], at: datetime
) -> tuple[tuple[RunningClock, ...], tuple[ClockStart, ...]]:
    """Return the clocks that *signals* stop, stopped, and those that begin anew because of it.

    What runs no more is left as it is, so that the order in which signals come cannot move a stop that was; one that
    starts later than *at* (its request was found valid afterwards) is stopped at its start.
    """
    stopped, begun = [], []
    for clock in (each for each in clocks if each.is_running):
        row = row_of(clock.subject, clock.id)
        heard = sorted(signals & (row.stops | row.lapses), key=lambda each: (each in row.lapses, each.value))
        if not heard:
            continue
        moment = max(at, clock.start.started_at)
        stopped.append(replace(clock, stopped_at=moment, stopped_by=heard[0]))
        if row.repeats and signals.isdisjoint(row.lapses):
            begun.append(next_round(clock.start, row, moment))
    return tuple(stopped), tuple(begun)
