"""End reports that were never filed in earnest, with what was written for them, when their time is over."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import structlog

from tutela.core.filing.destructions import Doomed
from tutela.core.filing.report_key import report_period
from tutela.core.filing.retention import RetentionTable
from tutela.core.ids import EvidenceId, ReportId
from tutela.core.operator import OperatorProfile
from tutela.errors import Conflict, TutelaError
from tutela.flows.destroy import Destroy
from tutela.flows.destroy_what_is_over import by_itself
from tutela.flows.draw_up_report import CONTENT
from tutela.flows.weigh_evidence import Weighed, over_by_page
from tutela.ports.clock import Clock
from tutela.ports.destructions import DestructionBook
from tutela.ports.entropy import Entropy
from tutela.ports.reports import ReportBook
from tutela.ports.store import Reader, Store

PAGE_REPORTS = 200

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EndUnfiledReports:
    """Destroy the key of each, and the files under it; what it names keeps its own. A hold keeps it all."""

    store: Store
    reports: ReportBook
    book: DestructionBook
    destroy: Destroy
    table: RetentionTable
    profile: Callable[[], OperatorProfile]
    clock: Clock
    entropy: Entropy

    def __call__(self) -> int:
        """Destroy what is over, and return how many reports went."""
        over = over_by_page(self.store, _unfiled_page, self.table, self.profile, self.clock)
        return sum(self._end(each) for page in over for each in page)

    def _end(self, over: Weighed) -> bool:
        now, key, row = self.clock.now(), report_period(ReportId(over.id)), over.kept.row.id
        new = by_itself(self.entropy, now)
        try:
            written = dict.fromkeys(self._written(ReportId(over.id)))
            contents = [
                Doomed(over.id, row, None, key),
                *(Doomed(EvidenceId(each), row, each, key) for each in written),
            ]
            self.book.begin(new, contents, now, {over.id: over.facts})
        except Conflict as error:
            _log.info("report_kept", report=over.id, evidence=error.place)
            return False  # held, or being destroyed: the next round sees it
        except TutelaError as error:
            # Nobody can say what was written for one that does not open, and the others need not wait for it.
            _log.warning("report_not_ended", report=over.id, error_type=type(error).__name__)
            return False
        self.destroy(new.id)
        return True

    def _written(self, report_id: ReportId) -> Iterator[str]:
        stored = self.reports.report(report_id)
        for file in () if stored is None else stored.package.files:
            if file.key.startswith(CONTENT):
                yield file.key.removeprefix(CONTENT)


def _unfiled_page(reader: Reader, after: str) -> Sequence[EvidenceId]:
    return reader.unfiled_reports(after, PAGE_REPORTS)
