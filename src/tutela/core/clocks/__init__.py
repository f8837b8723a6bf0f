"""By when notices, appeals and orders must be answered: one table of clocks, and how each stands.

The clocks of reports to authorities are `core.filing.clocks`; both say the same of how far a time has run.
"""

from tutela.core.aims import Aims
from tutela.core.clocks.kinds import Aim, Begins, ClockFacts, ClockId, ClockStart, ClockSubject, Signal
from tutela.core.clocks.running import (
    RunningClock,
    after,
    alarm_levels_at,
    is_breached,
    is_kept,
    is_late,
    next_alarm_at,
    remaining,
)
from tutela.core.clocks.starting import clocks_for, served_by
from tutela.core.clocks.table import TABLE, ClockRow, row_of

__all__ = [
    "TABLE",
    "Aim",
    "Aims",
    "Begins",
    "ClockFacts",
    "ClockId",
    "ClockRow",
    "ClockStart",
    "ClockSubject",
    "RunningClock",
    "Signal",
    "after",
    "alarm_levels_at",
    "clocks_for",
    "is_breached",
    "is_kept",
    "is_late",
    "next_alarm_at",
    "remaining",
    "row_of",
    "served_by",
]
