"""Begin the year of the law: what a finished report names is held, and what lies beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tutela.core.filing.holds import preservation
from tutela.core.ids import EvidenceId
from tutela.flows.seal_held import SealHeld
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.holds import (
    FinishedReport,
    FinishedReports,
    HeldContent,
    HoldBook,
    HoldChange,
    HoldStep,
    Part,
)
from tutela.ports.store import Store

PAGE_REPORTS = 50
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class PreserveReported:
    """Place what is missing. Idempotent: a report has one hold, however many processes see that it was finished."""

    store: Store
    book: HoldBook
    reported: Sequence[FinishedReports]
    seal: SealHeld
    clock: Clock
    entropy: Entropy

    def __call__(self) -> int:
        """Place holds, seal what they keep, and return how many were placed."""
        placed = sum(self._all_of(each) for each in self.reported)
        if placed:
            self.seal()
        return placed

    def _all_of(self, reported: FinishedReports) -> int:
        placed = 0
        while page := reported.unpreserved(PAGE_REPORTS):
            done = sum(self._place(each) for each in page)
            placed += done
            if done == 0:
                break  # another process is at it
        return placed

    def _place(self, report: FinishedReport) -> bool:
        hold = preservation(self.entropy.new_id("hold"), report.id, report.finished_at)
        change = HoldChange(self.clock.now(), SYSTEM, HoldStep.PLACED, "finished")
        return self.book.place(hold, self._contents(report), change)

    def _contents(self, report: FinishedReport) -> list[HeldContent]:
        with self.store.read() as reader:
            media = reader.media_of_contents(report.contents)
            items = reader.items_of_cases(report.case_ids)
            beside = reader.media_around(items)
            carried = reader.media_in(items) if report.is_by_hand else []
        named = {EvidenceId(report.id), *(EvidenceId(media.get(each, each)) for each in report.contents)}
        named |= {EvidenceId(each) for each in carried}
        context = {EvidenceId(each) for each in beside} - named
        return [HeldContent(each) for each in named] + [HeldContent(each, Part.CONTEXT) for each in context]
