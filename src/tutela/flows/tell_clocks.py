"""Tell clocks and messages as values, alike for every face."""

from datetime import datetime
from typing import Any

from tutela.core.clocks import RunningClock, alarm_levels_at, is_breached, is_late, remaining, row_of
from tutela.ports.clocks import ClockFigure
from tutela.ports.messages import Message


def clock_told(clock: RunningClock, now: datetime) -> dict[str, Any]:
    """Return how a clock that runs stands now."""
    start = clock.start
    target, limit = alarm_levels_at(start, now)
    return {
        "subject": clock.subject.value, "id": clock.subject_id, "clock": clock.id.value, "round": start.round,
        "started_at": start.started_at, "target_at": start.target_at, "limit_at": start.limit_at,
        "due_at": clock.due_at, "left_seconds": remaining(clock, now).total_seconds(),
        "target_percent": int(target), "limit_percent": int(limit), "is_late": is_late(clock, now),
        "is_breached": is_breached(clock, now), "source": row_of(clock.subject, clock.id).source,
    }  # fmt: skip


def figure_told(figure: ClockFigure) -> dict[str, Any]:
    """Return what became of the clocks of one kind."""
    return {
        "subject": figure.subject.value, "clock": figure.id.value, "started": figure.started,
        "running": figure.running, "lapsed": figure.lapsed, "target_kept": figure.target_kept,
        "target_missed": figure.target_missed, "limit_kept": figure.limit_kept, "limit_missed": figure.limit_missed,
        "median_seconds": figure.median_seconds,
    }  # fmt: skip


def message_told(message: Message) -> dict[str, Any]:
    """Return how a message stands."""
    return {
        "id": message.id, "about": message.about.value, "about_id": message.about_id, "kind": message.kind.value,
        "channel": message.channel.value, "made_at": message.made_at, "state": message.state.value,
        "tries": message.tries, "next_at": None if message.ended_at else message.next_at,
        "ended_at": message.ended_at, "failure": message.failure and message.failure.value,
    }  # fmt: skip
