"""Watch that people are told, and that the EU database gets what it must: what waits too long is on the checklist."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from tutela.core.dsa.channel import TransparencyChannel
from tutela.core.operator import STATEMENTS, TRANSPARENCY
from tutela.core.statement_states import DELIVERED_WITHIN
from tutela.core.units import Duration
from tutela.ports.clock import Clock
from tutela.ports.statements import StatementBook
from tutela.ports.transparency import RecordCounts, TransparencyChannels, TransparencyRecords

SENT_WITHIN = Duration(days=3)
"""Without undue delay (Article 24(5)): beyond it, while the channel is on, somebody looks. Clock `eu.dsa.sor`."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class StatementAlarms:
    """What is wrong."""

    undelivered: int = 0  #: for longer than a day
    unsent: bool = False  #: records wait for too long, were refused, or the channel was stopped

    @property
    def lines(self) -> frozenset[str]:
        """Return the lines of the checklist."""
        told = ((STATEMENTS, bool(self.undelivered)), (TRANSPARENCY, self.unsent))
        return frozenset(line for line, is_so in told if is_so)


@dataclass(slots=True)
class WatchStatements:
    """Look at both clocks. Nothing is written: what is late is compared whenever somebody asks."""

    book: StatementBook
    records: TransparencyRecords
    channels: TransparencyChannels
    clock: Clock
    _last: StatementAlarms | None = None

    def __call__(self) -> StatementAlarms:
        """Return what the clocks say, and log it when it is worse than the last time."""
        now = self.clock.now()
        counts, channel = self.records.counts(), self.channels.channel()
        found = StatementAlarms(self.book.undelivered(now - DELIVERED_WITHIN.delta), _is_unsent(counts, channel, now))
        before = self._last or StatementAlarms()
        if found.undelivered > before.undelivered or found.unsent > before.unsent:
            _log.error("statements_wait", undelivered=found.undelivered, unsent=found.unsent)
        self._last = found
        return found

    def last(self) -> StatementAlarms:
        """Return what the clocks said when somebody looked last, for whoever asks all the time."""
        return self._last if self._last is not None else self()


def _is_unsent(counts: RecordCounts, channel: TransparencyChannel, now: datetime) -> bool:
    """Return whether somebody must look: where nobody has switched the channel on, records wait for whoever does."""
    if channel.stopped is not None:
        return True
    is_late = counts.oldest_waiting is not None and counts.oldest_waiting + SENT_WITHIN.delta <= now
    return bool(counts.refused) or (channel.is_enabled and is_late)
