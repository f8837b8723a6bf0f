"""How much time is left, in words: a colour alone tells nothing to whoever cannot see it."""

from datetime import datetime, timedelta

from tutela.console.words import say
from tutela.core.filing.clocks import ClockStage, stage

_HOUR_SECONDS, _DAY_HOURS = 3600, 24


def time_left(due_at: datetime, now: datetime) -> str:
    """Return how long it is until *due_at*, or since, in the two greatest units."""
    told = "late_by" if now >= due_at else "left"
    return say("time_left", told).format(span=span(abs(due_at - now)))


def stage_words(began_at: datetime, due_at: datetime, now: datetime) -> str:
    """Return how far the time has run, in words."""
    return say("clock_stage", stage(began_at, due_at, now).name.lower())


def is_pressing(began_at: datetime, due_at: datetime, now: datetime) -> bool:
    """Return whether the time is short or over."""
    return stage(began_at, due_at, now) >= ClockStage.SHORT


def span(length: timedelta) -> str:
    """Return a stretch of time in its two greatest units, rounded down: `2 d 3 h`, `3 h 20 min`, `4 min`."""
    hours, seconds = divmod(int(length.total_seconds()), _HOUR_SECONDS)
    days, hours = divmod(hours, _DAY_HOURS)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {seconds // 60} min" if hours else f"{seconds // 60} min"
