"""Clocks as rows, and back."""

from dataclasses import replace
from typing import Any

from tutela.adapters.db.rows import Row, from_us, maybe_us, to_us
from tutela.core.clocks import ClockId, ClockStart, ClockSubject, RunningClock, Signal, next_alarm_at
from tutela.core.filing.clocks import ClockStage


def clock_row(clock: RunningClock) -> dict[str, Any]:
    """Return the row of a clock."""
    start = clock.start
    return {
        "subject_kind": clock.subject.value, "subject_id": clock.subject_id, "clock": start.id.value,
        "round": start.round, "started_us": to_us(start.started_at), "target_us": maybe_us(start.target_at),
        "limit_us": maybe_us(start.limit_at), "due_us": to_us(clock.due_at),
        "stopped_us": maybe_us(clock.stopped_at), "stopped_by": clock.stopped_by and clock.stopped_by.value,
        "target_alarm": int(clock.target_alarm), "limit_alarm": int(clock.limit_alarm),
        "alarm_us": maybe_us(next_alarm_at(clock)),
    }  # fmt: skip


def clock_of(row: Row) -> RunningClock:
    """Return the clock of a row."""
    start = ClockStart(
        ClockId(row["clock"]),
        from_us(row["started_us"]),
        _maybe(row["target_us"]),
        _maybe(row["limit_us"]),
        row["round"],
    )
    return RunningClock(
        subject=ClockSubject(row["subject_kind"]),
        subject_id=row["subject_id"],
        start=start,
        stopped_at=_maybe(row["stopped_us"]),
        stopped_by=None if row["stopped_by"] is None else Signal(row["stopped_by"]),
        target_alarm=ClockStage(row["target_alarm"]),
        limit_alarm=ClockStage(row["limit_alarm"]),
    )


def alarmed(clock: RunningClock, levels: tuple[ClockStage, ClockStage]) -> RunningClock:
    """Return *clock* with alarms raised; never lower than they were."""
    target, limit = levels
    return replace(clock, target_alarm=max(clock.target_alarm, target), limit_alarm=max(clock.limit_alarm, limit))


def _maybe(us: int | None) -> Any:
    return None if us is None else from_us(us)
