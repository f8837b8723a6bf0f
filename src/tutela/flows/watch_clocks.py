"""Raise what is overdue, or is due soon while nobody works on it."""

from dataclasses import dataclass, field

import structlog

from tutela.ports.cases import CaseAlarms
from tutela.ports.clock import Clock
from tutela.ports.store import Store

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class WatchClocks:
    """Look at the clocks of all open cases. Nothing is written: what is late is compared whenever somebody asks."""

    store: Store
    clock: Clock
    _last: CaseAlarms | None = field(default=None)

    def __call__(self) -> CaseAlarms:
        """Return what is late, and log it when it is more than the last time."""
        with self.store.read() as reader:
            alarms = reader.case_alarms(self.clock.now())
        last, self._last = self._last, alarms
        if last is None or _is_worse(alarms, last):
            _tell(alarms)
        return alarms


def _is_worse(now: CaseAlarms, before: CaseAlarms) -> bool:
    return (
        now.overdue > before.overdue
        or now.unclaimed > before.unclaimed
        or now.in_danger > before.in_danger
        or now.reminders > before.reminders
    )


def _tell(alarms: CaseAlarms) -> None:
    if not alarms.is_quiet:
        _log.error(
            "cases_late", overdue=alarms.overdue, unclaimed=alarms.unclaimed, in_danger=alarms.in_danger,
            reminders=alarms.reminders,
        )  # fmt: skip
