"""What became of the clocks of a period: kept, missed, not needed any more, running."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from statistics import median

from sqlalchemy import Connection, bindparam, select

from tutela.adapters.db import rows
from tutela.adapters.db.clock_rows import clock_of
from tutela.adapters.db.clock_tables import clocks
from tutela.adapters.db.driver import rows_read
from tutela.core.clocks import TABLE, ClockId, ClockSubject, RunningClock, is_kept
from tutela.ports.clocks import ClockFigure

_PERIOD = select(clocks).where(clocks.c.started_us >= bindparam("since"), clocks.c.started_us < bindparam("until"))


def figures_of(connection: Connection, since: datetime, until: datetime, now: datetime) -> list[ClockFigure]:
    """Return a figure for each clock of the table that began in the period, in its order."""
    found: dict[tuple[ClockSubject, ClockId], list[RunningClock]] = defaultdict(list)
    asked = {"since": rows.to_us(since), "until": rows.to_us(until)}
    for row in rows_read(connection, _PERIOD, asked):
        clock = clock_of(row)
        found[clock.subject, clock.id].append(clock)
    order = [(row.subject, row.id) for table in TABLE.values() for row in table]
    return [
        _figure(subject, clock_id, found[subject, clock_id], now)
        for subject, clock_id in order
        if (subject, clock_id) in found
    ]


def _figure(subject: ClockSubject, clock_id: ClockId, all_of_it: Iterable[RunningClock], now: datetime) -> ClockFigure:
    found = list(all_of_it)
    targets = [_kept(each, each.start.target_at, now) for each in found]
    limits = [_kept(each, each.start.limit_at, now) for each in found]
    answered = [each for each in found if is_kept(each, now) is not None]
    taken = [(each.stopped_at - each.start.started_at).total_seconds() for each in answered if each.stopped_at]
    running = sum(each.is_running for each in found)
    return ClockFigure(
        subject, clock_id, len(found), running, len(found) - running - len(answered), targets.count(True),
        targets.count(False), limits.count(True), limits.count(False), median(taken) if taken else None,
    )  # fmt: skip


def _kept(clock: RunningClock, due_at: datetime | None, now: datetime) -> bool | None:
    """Return whether it was kept; one that still runs past it has missed it already."""
    if clock.is_running:
        return False if due_at is not None and now > due_at else None
    return is_kept(clock, due_at)
