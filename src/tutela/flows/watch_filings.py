"""Look at what goes wrong with reports and channels: told by the checklist, and by the log."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import structlog

from tutela.core.filing.channel import Channel, is_troubled
from tutela.core.filing.states import Alarm, Environment, alarms
from tutela.core.ids import ReportId
from tutela.core.operator import CHANNELS, FILINGS
from tutela.ports.channels import Channels
from tutela.ports.clock import Clock
from tutela.ports.filings import Filings, StoredFiling

_GRAVE = frozenset({Alarm.FAILED, Alarm.EXPIRES_SOON, Alarm.FILES_MISSING, Alarm.CHANNEL_STOPPED})

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ReportAlarms:
    """What somebody has to be told of one report."""

    report_id: ReportId
    alarms: tuple[Alarm, ...]


@dataclass(frozen=True, slots=True)
class WatchFilings:
    """Read what is on its way, and what ended badly."""

    filings: Filings
    channels: Channels
    clock: Clock

    def __call__(self) -> int:
        """Log what is wrong; return with how many reports something is."""
        found = self.wrong()
        for each in found:
            tell = _log.error if _GRAVE.intersection(each.alarms) else _log.warning
            tell("report_needs_somebody", report=each.report_id, alarms=[alarm.value for alarm in each.alarms])
        return len(found)

    def wrong(self) -> list[ReportAlarms]:
        """Return the reports with which something is wrong."""
        now, channels = self.clock.now(), {each.authority: each for each in self.channels.all()}
        told = (ReportAlarms(each.report_id, _alarms(each, channels, now)) for each in self.filings.watched())
        return [each for each in told if each.alarms]

    def alarms(self) -> frozenset[str]:
        """Return the lines of the checklist that are there because something is wrong."""
        now, channels, watched = self.clock.now(), self.channels.all(), self.filings.watched()
        by_authority = {each.authority: each for each in channels}
        waiting: dict[str, list[Environment]] = defaultdict(list)
        for each in watched:
            if not each.filing.is_over:
                waiting[each.authority].append(each.filing.environment)
        is_report_wrong = any(_alarms(each, by_authority, now) for each in watched)
        is_channel_wrong = any(is_troubled(each, now, waiting[each.authority]) for each in channels)
        return frozenset(line for line, is_so in ((FILINGS, is_report_wrong), (CHANNELS, is_channel_wrong)) if is_so)


def _alarms(stored: StoredFiling, channels: dict[str, Channel], now: datetime) -> tuple[Alarm, ...]:
    channel = channels.get(stored.authority)
    environment = stored.filing.environment if channel is None else channel.environment
    return alarms(stored.filing, now, environment)
