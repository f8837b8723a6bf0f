"""Draw up a correction of a report that an authority has: by hand, or because what was found was overturned (P11)."""

from dataclasses import dataclass

from tutela.core.filing.corrections import correction
from tutela.core.filing.provenance import Origin, Provenance
from tutela.core.ids import PersonId, ReportId
from tutela.core.permissions import Principal
from tutela.errors import BadInput, Conflict
from tutela.flows.edit_report import FindReport
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.reported_before import ReportedBefore
from tutela.ports.reports import ReportAudit, ReportKind, ReportState, StoredReport

LONGEST_WHY = 4000


@dataclass(frozen=True, slots=True)
class Told:
    """What an authority has of a report."""

    authority: str
    reference: str  #: its number, or what a person wrote down who told it by hand
    is_by_hand: bool = False


@dataclass(frozen=True, slots=True)
class CorrectReport:
    """Draw up corrections: drafts like any other, which people read, prepare and approve."""

    find: FindReport
    before: ReportedBefore
    clock: Clock
    entropy: Entropy

    def __call__(self, principal: Principal, report_id: str, why: str) -> StoredReport:
        """Store and return the draft of a correction.

        Args:
            principal: Who corrects it.
            report_id: Which report said what is not so.
            why: What was wrong, in plain words: it stands in the correction.

        Raises:
            tutela.errors.UnknownReport: There is none.
            tutela.errors.BadInput: No reason is given.
            tutela.errors.Conflict: No authority has it in earnest, or a correction is being drawn up already.
        """
        earlier = self.find(principal, report_id)
        if len(why) > LONGEST_WHY or not why.strip():
            remedy = f"Say it in plain words, in at most {LONGEST_WHY} characters."
            raise BadInput("A correction says what was wrong.", place="why", remedy=remedy)
        source = Provenance(Origin.TYPED, self.clock.now(), PersonId(principal.id))
        return self.draw(earlier, self._told(earlier), why, source, principal.id)

    def draw(self, earlier: StoredReport, told: Told, why: str, source: Provenance, by: str) -> StoredReport:
        """Store the correction of what was *told* from *earlier*; see `__call__` for what it raises."""
        self._refuse_second(earlier, told.authority)
        report = StoredReport(
            ReportId(self.entropy.new_id("report")), told.authority, earlier.case_ids,
            correction(earlier.package, told.reference, why, source, is_by_hand=told.is_by_hand), self.clock.now(), by,
            account_id=earlier.account_id, kind=ReportKind.CORRECTION, corrects=earlier.id,
        )  # fmt: skip
        self.find.book.add(report, ReportAudit("correction_drawn_up", by, {"corrects": earlier.id}))
        return report

    def _told(self, earlier: StoredReport) -> Told:
        """Return what an authority has of it: its own, and through its interface, rather than another's."""
        filed = [each for each in self.before.of_cases(earlier.case_ids) if each.report_id == earlier.id]
        if filed:
            return Told(filed[-1].authority, filed[-1].number)
        by_hand = self.before.told_by_hand([earlier.id])
        if not by_hand:
            remedy = "Edit or withdraw one that was not approved; give up one that is on its way."
            raise Conflict("no authority has this report in earnest", place="report", remedy=remedy)
        last = max(by_hand, key=lambda each: (each.authority == earlier.authority, each.dealing_id))
        return Told(last.authority, last.reference, is_by_hand=True)

    def _refuse_second(self, earlier: StoredReport, authority: str) -> None:
        about = self.find.book.of_cases(earlier.case_ids)
        for line in (line for lines in about.values() for line in lines):
            is_one = line.kind is ReportKind.CORRECTION and line.corrects == earlier.id
            if is_one and line.authority == authority and line.state in {ReportState.DRAFT, ReportState.PREPARED}:
                raise Conflict("a correction is being drawn up already", place=line.id, remedy="Edit that one.")
