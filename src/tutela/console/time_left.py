"""How much time is left, in words: a colour alone tells nothing to whoever cannot see it."""

from datetime import datetime

from tutela.console.spans import in_two_units
from tutela.console.words import say
from tutela.core.filing.clocks import ClockStage, stage


def time_left(due_at: datetime, now: datetime) -> str:
    """Return how long it is until *due_at*, or since, in the two greatest units."""
    told = "late_by" if now >= due_at else "left"
    return say("time_left", told).format(span=in_two_units(abs(due_at - now)))


def stage_words(began_at: datetime, due_at: datetime, now: datetime) -> str:
    """Return how far the time has run, in words."""
    return say("clock_stage", stage(began_at, due_at, now).name.lower())


def is_pressing(began_at: datetime, due_at: datetime, now: datetime) -> bool:
    """Return whether the time is short or over."""
    return stage(began_at, due_at, now) >= ClockStage.SHORT
