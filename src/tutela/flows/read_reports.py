"""Read reports as they stand: how far each is, and every step of its way; never what it says."""

from dataclasses import dataclass

from tutela.core.filing.states import Phase
from tutela.core.ids import ReportId
from tutela.core.permissions import Principal, demand_one
from tutela.flows.edit_report import FindReport
from tutela.ports.filings import Filings, StepLine, StoredFiling
from tutela.ports.reports import ReportLine, ReportState

READS = ("reports", "file")


@dataclass(frozen=True, slots=True)
class ReportShown:
    """A report with its way to the authority, from its approval on."""

    line: ReportLine
    stored: StoredFiling | None


@dataclass(frozen=True, slots=True)
class ReadReports:
    """Answer whoever draws up reports or files them."""

    find: FindReport
    filings: Filings

    def page(
        self,
        principal: Principal,
        *,
        limit: int,
        before: str | None = None,
        state: ReportState | None = None,
        phase: Phase | None = None,
    ) -> list[ReportLine]:
        """Return reports, newest first. Those about an account of *principal* are left out."""
        demand_one(principal, READS)
        last = None if before is None else ReportId(before)
        with self.find.store.read() as reader:
            own = reader.own_accounts(principal.id)
        return self.find.book.page(limit=limit, before=last, state=state, phase=phase, but_about=own)

    def one(self, principal: Principal, report_id: str) -> ReportShown:
        """Return one.

        Raises:
            tutela.errors.UnknownReport: There is none.
            tutela.errors.NotForYou: It is about an account of theirs.
        """
        demand_one(principal, READS)
        return ReportShown(self.find.line(principal, report_id), self.filings.filing(report_id))

    def steps(self, principal: Principal, report_id: str) -> tuple[StepLine, ...]:
        """Return every step of its way, oldest first.

        Raises:
            tutela.errors.UnknownReport: There is none.
            tutela.errors.NotForYou: It is about an account of theirs.
        """
        self.one(principal, report_id)
        return self.filings.steps(report_id)
