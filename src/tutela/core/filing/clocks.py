"""How far the time has run in which something must be told: said at a half, at four fifths, and when it is over."""

from datetime import datetime
from enum import IntEnum


class ClockStage(IntEnum):
    """How far a clock has run. Source: section 3.5 of the duties: alarms at 50, 80 and 100 per cent."""

    EARLY = 0
    HALF = 50
    SHORT = 80
    OVER = 100


def stage(began_at: datetime, due_at: datetime, now: datetime) -> ClockStage:
    """Return how far the time from *began_at* to *due_at* has run; without any time it is over at once."""
    if now >= due_at:
        return ClockStage.OVER
    share = (now - began_at) / (due_at - began_at)
    return max(each for each in ClockStage if share * 100 >= each or each is ClockStage.EARLY)
