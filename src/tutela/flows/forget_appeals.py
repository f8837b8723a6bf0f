"""Forget what was written with appeals: the key of a month is destroyed once its time is over and none of it is open.

What was decided stays. Words that open no more are read as none, so that nothing else has to change with them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from tutela.flows.appeal_secrets import PERIOD
from tutela.ports.clock import Clock
from tutela.ports.keys import KeyRing
from tutela.ports.store import Store

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ForgetAppeals:
    """Destroy what is over. Idempotent, irreversible."""

    store: Store
    keys: KeyRing
    clock: Clock
    keep: timedelta  #: after the end of a month

    def __call__(self) -> int:
        """Destroy the keys of months that are over, and return of how many."""
        now = self.clock.now()
        with self.store.read() as reader:
            wanted = reader.months_of_open_appeals()
        over = [each for each in self.keys.periods() if each.startswith(PERIOD) and _end(each) + self.keep < now]
        gone = [each for each in over if each not in wanted]
        for period in gone:
            self.keys.destroy_period(period)
            _log.info("appeals_forgotten", period=period)
        return len(gone)


def _end(period: str) -> datetime:
    """Return when the month of a period ends."""
    begins = datetime.strptime(f"{period.removeprefix(PERIOD)}-01 +0000", "%Y-%m-%d %z")
    return (begins + timedelta(days=32)).replace(day=1)
