"""Clocks in the database; see `ports.clocks`. `start` and `stop` are for the transaction of whoever writes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Select, bindparam, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from tutela.adapters.db import rows
from tutela.adapters.db.asked_records import ALARM, TIMES
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.clock_figures import figures_of
from tutela.adapters.db.clock_rows import alarmed, clock_of, clock_row
from tutela.adapters.db.clock_tables import HAS_ALARM, RUNS, clocks
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.lists import among, rows_of
from tutela.core.audit import AuditEvent
from tutela.core.clocks import ClockStart, ClockSubject, RunningClock, Signal, after
from tutela.core.filing.clocks import ClockStage
from tutela.ports.clock import Clock
from tutela.ports.clocks import ClockCounts, ClockFigure, ClockPlace

DAY = timedelta(days=1)

_C = clocks.c
_KEY = ("subject_kind", "subject_id", "clock", "round")
_IS_IT = [_C[name] == bindparam(f"b_{name}") for name in _KEY]
_ADD = {
    is_postgresql: dialect.insert(clocks).on_conflict_do_nothing(index_elements=list(_KEY))
    for is_postgresql, dialect in ((False, sqlite), (True, postgresql))
}
_RUNNING = select(clocks).where(
    _C.subject_kind == bindparam("kind"), _C.subject_id == bindparam("id"), _C.stopped_us.is_(None)
)
_STOP = (
    update(clocks)
    .where(*_IS_IT, _C.stopped_us.is_(None))
    .values(stopped_us=bindparam("b_at"), stopped_by=bindparam("b_by"), alarm_us=None)
)
_OF = (
    select(clocks)
    .where(_C.subject_kind == bindparam("kind"), among(_C.subject_id))
    .order_by(_C.due_us, _C.clock, _C.round)
)
_ORDER = (_C.due_us, _C.subject_kind, _C.subject_id, _C.clock, _C.round)
_DUE = select(clocks).where(RUNS).order_by(*_ORDER).limit(bindparam("limit"))
_AFTER = tuple_(*_ORDER) > tuple_(*(bindparam(f"a_{name}") for name in ("due", "kind", "id", "clock", "round")))
_COUNTS = select(
    func.count(),
    func.count().filter(_C.due_us > bindparam("now"), _C.due_us <= bindparam("tomorrow")),
    func.count().filter(_C.due_us <= bindparam("now")),
    func.count().filter(_C.limit_us <= bindparam("now")),
).where(RUNS)
_TO_ALARM = (
    select(clocks).where(HAS_ALARM, _C.alarm_us <= bindparam("now")).order_by(_C.alarm_us).limit(bindparam("limit"))
)
_ALARM = (
    update(clocks)
    .where(
        *_IS_IT, _C.stopped_us.is_(None), _C.target_alarm == bindparam("b_target_was"),
        _C.limit_alarm == bindparam("b_limit_was"),
    )
    .values(target_alarm=bindparam("b_target"), limit_alarm=bindparam("b_limit"), alarm_us=bindparam("b_alarm"))
)  # fmt: skip


def start(connection: Connection, subject: ClockSubject, subject_id: str, starts: Iterable[ClockStart]) -> None:
    """Start clocks in the transaction of whoever opens something. One that was started keeps its own times."""
    begun = [clock_row(RunningClock(subject, subject_id, each)) for each in starts]
    if begun:
        connection.execute(_ADD[connection.dialect.name == "postgresql"], begun)


def stop(
    connection: Connection, subject: ClockSubject, subject_id: str, signals: Iterable[Signal], at: datetime
) -> int:
    """Stop what *signals* stop, in the transaction of whoever answers; return how many clocks that were.

    Idempotent: a clock that has stopped is left as it is. What repeats begins anew.
    """
    running = [clock_of(row) for row in connection.execute(_RUNNING, {"kind": subject, "id": subject_id}).mappings()]
    stopped, begun = after(running, frozenset(signals), at)
    moved = 0
    for clock in stopped:
        row = clock_row(clock)
        moved += connection.execute(_STOP, {**_key(row), "b_at": row["stopped_us"], "b_by": row["stopped_by"]}).rowcount
    start(connection, subject, subject_id, begun)
    return moved


class DatabaseClocks:
    """Read clocks, and note their alarms."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Read from *engine*; entries of alarms go into *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def of(self, subject: ClockSubject, subject_ids: Sequence[str]) -> dict[str, tuple[RunningClock, ...]]:
        """Return every clock there ever was on each, the next due first."""
        found: dict[str, list[RunningClock]] = defaultdict(list)
        with read_transaction(self._engine) as connection:
            for row in rows_of(connection, _OF, subject_ids, kind=subject.value):
                found[row["subject_id"]].append(clock_of(row))
        return {each: tuple(clocks_there) for each, clocks_there in found.items()}

    def due(
        self, *, before: datetime | None = None, after: ClockPlace | None = None, limit: int = 100
    ) -> list[RunningClock]:
        """Return clocks that run, the first due first."""
        asked = _DUE if before is None else _DUE.where(_C.due_us < rows.to_us(before))
        return self._page(asked, after, limit)

    def breached(self, now: datetime, *, after: ClockPlace | None = None, limit: int = 100) -> list[RunningClock]:
        """Return clocks that run past a limit that may not be missed."""
        return self._page(_DUE.where(_C.limit_us <= rows.to_us(now)), after, limit)

    def counts(self, now: datetime) -> ClockCounts:
        """Return how those that run stand."""
        asked = {"now": rows.to_us(now), "tomorrow": rows.to_us(now + DAY)}
        with read_transaction(self._engine) as connection:
            return ClockCounts(*connection.execute(_COUNTS, asked).one())

    def figures(self, since: datetime, until: datetime, now: datetime) -> list[ClockFigure]:
        """Return what became of those that began in a period."""
        with read_transaction(self._engine) as connection:
            return figures_of(connection, since, until, now)

    def to_alarm(self, now: datetime, limit: int) -> list[RunningClock]:
        """Return clocks of which an alarm is due that was not raised."""
        with read_transaction(self._engine) as connection:
            found = connection.execute(_TO_ALARM, {"now": rows.to_us(now), "limit": limit}).mappings()
            return [clock_of(row) for row in found]

    def note_alarm(self, clock: RunningClock, levels: tuple[ClockStage, ClockStage], now: datetime) -> bool:
        """Note the alarms that are raised, unless somebody else did or it has stopped."""
        row = clock_row(alarmed(clock, levels))
        values = {
            **_key(row), "b_target_was": int(clock.target_alarm), "b_limit_was": int(clock.limit_alarm),
            "b_target": row["target_alarm"], "b_limit": row["limit_alarm"], "b_alarm": row["alarm_us"],
        }  # fmt: skip
        with write_transaction(self._engine) as connection:
            if connection.execute(_ALARM, values).rowcount != 1:
                return False
            said = {
                "clock": row["clock"], "round": row["round"], "target": row["target_alarm"],
                "limit": row["limit_alarm"], **{name: row[name] for name in TIMES},
            }  # fmt: skip
            self._chain.append(connection, [AuditEvent(ALARM, clock.subject_id, said)], now)
        return True

    def _page(self, asked: "Select[Any]", after: ClockPlace | None, limit: int) -> list[RunningClock]:
        values: dict[str, Any] = {"limit": limit}
        if after is not None:
            asked = asked.where(_AFTER)
            values |= {
                "a_due": rows.to_us(after.due_at), "a_kind": after.subject.value, "a_id": after.subject_id,
                "a_clock": after.id.value, "a_round": after.round,
            }  # fmt: skip
        with read_transaction(self._engine) as connection:
            return [clock_of(row) for row in connection.execute(asked, values).mappings()]


def _key(row: Mapping[str, Any]) -> dict[str, Any]:
    return {f"b_{name}": row[name] for name in _KEY}
