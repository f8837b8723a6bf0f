"""Watch by when authorities must be told, and raise what is late, or short of time while nobody has it in hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog

from tutela.core.filing.clocks import ClockStage, stage
from tutela.flows.read_duties import PAGE_CASES, Duties, OwedDuty, ReadDuties
from tutela.ports.clock import Clock
from tutela.ports.store import Reader, Store

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DutyAlarms:
    """What the clocks say of everything that must be told."""

    owed: int = 0  #: reports that must be filed and are not yet
    half: int = 0
    short: int = 0  #: four fifths of their time are over
    late: int = 0
    unheld: int = 0  #: of those that are short or late: nobody has it in hand, and nothing is on its way
    next_due_at: datetime | None = None

    @property
    def is_quiet(self) -> bool:
        """Return whether nothing is wrong."""
        return not (self.late or self.unheld)


@dataclass(slots=True)
class WatchDuties:
    """Look at all clocks. Nothing is written: what is late is compared whenever somebody asks."""

    store: Store
    read: ReadDuties
    clock: Clock
    _last: DutyAlarms | None = None

    def __call__(self) -> DutyAlarms:
        """Return what the clocks say, and log it when it is worse than the last time."""
        with self.store.read() as reader:
            found = self.alarms(reader)
        if _is_worse(found, self._last or DutyAlarms()):
            _log.error("reports_due", late=found.late, short=found.short, half=found.half, unheld=found.unheld)
        self._last = found
        return found

    def last(self) -> DutyAlarms:
        """Return what the clocks said when somebody looked last, for whoever asks all the time."""
        return self._last if self._last is not None else self()

    def alarms(self, reader: Reader) -> DutyAlarms:
        """Return what the clocks say, as of the reader's snapshot."""
        now = self.clock.now()
        owed = [(duties, line) for duties in self._all(reader) for line in duties.lines if line.is_open and line.due_at]
        stages = [_stage(duties, line, now) for duties, line in owed]
        pressing = [line for (_, line), at in zip(owed, stages, strict=True) if at >= ClockStage.SHORT]
        return DutyAlarms(
            owed=len(owed),
            half=stages.count(ClockStage.HALF),
            short=stages.count(ClockStage.SHORT),
            late=stages.count(ClockStage.OVER),
            unheld=sum(not _is_held(line, now) for line in pressing),
            next_due_at=min((line.due_at for _, line in owed if line.due_at), default=None),
        )

    def _all(self, reader: Reader) -> Iterator[Duties]:
        after = ""
        while page := reader.found_cases(after, PAGE_CASES):
            yield from (self.read.of_found(reader, each) for each in page)
            after = page[-1].case.id


def _is_worse(found: DutyAlarms, before: DutyAlarms) -> bool:
    return found.late > before.late or found.short > before.short or found.unheld > before.unheld


def _stage(duties: Duties, line: OwedDuty, now: datetime) -> ClockStage:
    if duties.found is None or line.due_at is None:
        return ClockStage.EARLY
    return stage(line.found_at or duties.found.found_at, line.due_at, now)


def _is_held(line: OwedDuty, now: datetime) -> bool:
    """Return whether somebody has it in hand in time, or a report is on its way."""
    clock = line.dealt.clock
    return (clock is not None and now < clock.due_at) or any(not each.is_over for each in line.dealt.filings)
