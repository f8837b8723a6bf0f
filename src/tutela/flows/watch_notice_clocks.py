"""Raise alarms of notices, appeals and orders at 50, 80 and 100 per cent of their times, each once.

An alarm is noted before it is said: of two processes one says it, and one that dies between leaves it on the page of
what is due and among the figures, where it stands as long as it is so.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from tutela.core.clocks import RunningClock, alarm_levels_at
from tutela.core.filing.clocks import ClockStage
from tutela.ports.clock import Clock
from tutela.ports.clocks import ClockBook

AT_ONCE = 200

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WatchNoticeClocks:
    """Look for alarms that are due and were not raised."""

    book: ClockBook
    clock: Clock

    def __call__(self, must_end: Callable[[], bool] = lambda: False) -> int:
        """Return how many were raised."""
        raised = 0
        while not must_end():
            noted = sum(map(self._raise, self.book.to_alarm(self.clock.now(), AT_ONCE)))
            if not noted:
                return raised
            raised += noted
        return raised

    def _raise(self, clock: RunningClock) -> bool:
        now = self.clock.now()
        levels = alarm_levels_at(clock.start, now)
        if not self.book.note_alarm(clock, levels, now):
            return False
        target, limit = levels
        say = _log.error if ClockStage.OVER in levels else _log.warning
        say(
            "clock_alarm", subject=clock.subject_id, kind=clock.subject.value, clock=clock.id.value,
            target=int(target), limit=int(limit),
        )  # fmt: skip
        return True
