"""Prepare a report: somebody says that it is complete, and every rule agrees. It may still be changed."""

from dataclasses import dataclass, replace

from tutela.core.filing.drawing_up import KIND, is_kind_chosen
from tutela.core.filing.package import Override
from tutela.core.filing.preflight import blocks
from tutela.core.filing.problems import Problem
from tutela.core.permissions import Principal
from tutela.errors import Conflict, ReportMoved, ReportNotReady
from tutela.flows.check_report import Checked, CheckReport, without_channel
from tutela.flows.edit_report import FindReport, moved
from tutela.ports.clock import Clock
from tutela.ports.reports import ReportAudit, ReportKind, ReportState, StoredReport

LONGEST_REASON = 4000


@dataclass(frozen=True, slots=True)
class Prepared:
    """A report that was prepared, and what of it should be read before it is approved."""

    report: StoredReport
    checked: Checked

    @property
    def remarks(self) -> tuple[Problem, ...]:
        """Return what keeps nothing back and should be read."""
        return tuple(each for each in self.checked.problems if not each.is_blocking)


@dataclass(frozen=True, slots=True)
class PrepareReport:
    """Prepare reports."""

    find: FindReport
    check: CheckReport
    clock: Clock

    def __call__(self, principal: Principal, report_id: str, version: int, reason: str | None = None) -> Prepared:
        """Store that a report is prepared. A channel that is not ready keeps nobody from it.

        Args:
            principal: Who prepares it.
            report_id: Which report.
            version: As which it was read.
            reason: Why it is sent although it says less than it should.

        Raises:
            tutela.errors.UnknownReport: There is none.
            tutela.errors.ReportNotReady: Something blocks; every place says what to do. Nothing is changed.
            tutela.errors.ReportMoved: Somebody has changed it since.
            tutela.errors.Conflict: It was approved or withdrawn, or no finding stands behind it any more.
        """
        before = self.find.open_one(principal, report_id, version)
        demand_finding(self.find, before)
        override = override_of(principal, reason) or before.override
        checked = self.check(before.package, before.authority, override)
        refuse_blocking(before, without_channel(checked.problems))
        after = replace(
            before, state=ReportState.PREPARED, prepared_by=principal.id, prepared_at=self.clock.now(),
            override=override,
        )  # fmt: skip
        audit = ReportAudit("prepared", principal.id, codes_of(checked, override))
        try:
            stored = self.find.book.change(before, after, audit)
        except Conflict as error:
            raise newer(self.find, error, report_id) from None
        return Prepared(stored, checked)


def override_of(principal: Principal, reason: str | None) -> Override | None:
    """Return why somebody sends it although it could say more; none where they do not say so."""
    said = (reason or "").strip()
    if len(said) > LONGEST_REASON:
        raise ReportNotReady([("reason", f"This is longer than {LONGEST_REASON} characters. Say it more briefly.")])
    return Override(principal.id, said) if said else None


def refuse_blocking(report: StoredReport, problems: tuple[Problem, ...]) -> None:
    """Refuse a report that something keeps back, or of which nobody has chosen the kind.

    Raises:
        tutela.errors.ReportNotReady: Every place says what to do.
    """
    found = [(each.place, f"{each.sentence} {each.remedy}") for each in problems if each.is_blocking]
    if not is_kind_chosen(report.package):
        found.insert(0, (KIND, "The kind of incident is only suggested. Choose it: one person says what it is."))
    if found or blocks(problems):
        raise ReportNotReady(found)


def demand_finding(find: FindReport, report: StoredReport) -> None:
    """Refuse a report behind which no person's finding stands any more; a correction has none by its nature.

    Raises:
        tutela.errors.Conflict: None stands.
    """
    if report.kind is ReportKind.CORRECTION:
        return
    with find.store.read() as reader:
        if not all(reader.found_case(each) for each in report.case_ids):
            remedy = "Withdraw it: what was overturned is not reported."
            raise Conflict("no finding stands behind this report any more", place="report", remedy=remedy)


def codes_of(checked: Checked, override: Override | None) -> dict[str, bool | int]:
    """Return what the audit says of a check: numbers, and whether somebody overrode the meter."""
    return {
        "files": len(checked.package.files),
        "written": len(checked.packed.supplements),
        "remarks": sum(not each.is_blocking for each in checked.problems),
        "overridden": override is not None,
    }


def newer(find: FindReport, error: Conflict, report_id: str) -> Conflict:
    """Return what to tell whoever was not the first: what the report is now, where it has moved."""
    now = find.book.report(report_id)
    if now is None or isinstance(error, ReportMoved) or error.place != report_id:
        return error
    return moved(now)
