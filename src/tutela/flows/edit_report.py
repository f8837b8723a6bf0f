"""Change a draft by hand, place by place, and withdraw one: each by a person who draws up reports."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tutela.core.filing.editing import edited
from tutela.core.filing.provenance import Origin
from tutela.core.ids import PersonId
from tutela.core.permissions import Principal, demand, demand_one
from tutela.errors import Conflict, NotForYou, ReportMoved, UnknownReport
from tutela.ports.clock import Clock
from tutela.ports.reports import ReportAudit, ReportBook, ReportLine, ReportState, StoredReport
from tutela.ports.store import Store

TYPED_SHOWN = 20
"""Of places that others typed in: the newest."""


@dataclass(frozen=True, slots=True)
class FindReport:
    """Find a report for somebody who draws reports up."""

    store: Store
    book: ReportBook

    def __call__(self, principal: Principal, report_id: str, scope: str = "reports") -> StoredReport:
        """Return a report with all that it says.

        Raises:
            tutela.errors.Forbidden: They may not.
            tutela.errors.UnknownReport: There is none.
            tutela.errors.NotForYou: It is about an account of theirs.
            tutela.errors.KeyMissing: Its key was destroyed.
        """
        demand(principal, scope)
        report = self.book.report(report_id)
        if report is None:
            raise UnknownReport(place="id")
        self._refuse_own(principal, report)
        return report

    def line(self, principal: Principal, report_id: str) -> ReportLine:
        """Return what a list tells of a report, also after its key was destroyed.

        Raises:
            tutela.errors.Forbidden: The scope is missing.
            tutela.errors.UnknownReport: There is none.
            tutela.errors.NotForYou: It is about an account of theirs.
        """
        demand_one(principal, ("file", "reports"))
        line = self.book.line(report_id)
        if line is None:
            raise UnknownReport(place="id")
        self._refuse_own(principal, line)
        return line

    def open_one(self, principal: Principal, report_id: str, version: int, scope: str = "reports") -> StoredReport:
        """Return a report that is not approved, as it was when *version* was read.

        Raises:
            tutela.errors.Conflict: It was approved or withdrawn.
            tutela.errors.ReportMoved: Somebody has changed it since; what and who is told.
        """
        report = self(principal, report_id, scope)
        if report.state not in {ReportState.DRAFT, ReportState.PREPARED}:
            remedy = "After its approval nothing is changed: draw up a correction. A withdrawn one is drawn up anew."
            raise Conflict(f"this report was {report.state.value}", place="report", remedy=remedy)
        if report.version != version:
            raise moved(report)
        return report

    def _refuse_own(self, principal: Principal, report: StoredReport | ReportLine) -> None:
        with self.store.read() as reader:
            own = reader.own_accounts(principal.id)
            cases = [reader.case_of(each) for each in report.case_ids]
        if own & {report.account_id, *(case.account_id for case in cases if case is not None)}:
            raise NotForYou("nobody reports an account of their own", place="report")


@dataclass(frozen=True, slots=True)
class EditReport:
    """Change drafts."""

    find: FindReport
    clock: Clock

    def __call__(
        self, principal: Principal, report_id: str, version: int, changes: Mapping[str, Any], *,
        overrides: bool = False,
    ) -> StoredReport:  # fmt: skip
        """Store a draft with *changes*, from places to values; one that was prepared is a draft again.

        Args:
            principal: Who types it.
            report_id: Which report.
            version: As which it was read.
            changes: To a value, or to `core.filing.editing.CLEAR`.
            overrides: Whether what the platform told may be typed over: that is entered into the audit.

        Raises:
            tutela.errors.UnknownReport: There is none.
            tutela.errors.WrongFields: Places or values are wrong, each with what to do; nothing is changed.
            tutela.errors.ReportMoved: Somebody has changed it since.
            tutela.errors.Conflict: It was approved or withdrawn.
        """
        before = self.find.open_one(principal, report_id, version)
        by, now = PersonId(principal.id), self.clock.now()
        result = edited(before.package, changes, by, now, overrides=overrides)
        after = replace(
            before, package=result.package, state=ReportState.DRAFT, prepared_by=None, prepared_at=None, override=None
        )
        codes = {"places": list(result.places), "overridden": list(result.overridden)}
        return _changed(self.find.book, before, after, ReportAudit("edited", principal.id, codes))

    def withdraw(self, principal: Principal, report_id: str, version: int) -> StoredReport:
        """Withdraw a report that was not approved: nothing of it goes out. What was told from it by hand stays told.

        Raises:
            tutela.errors.UnknownReport: There is none.
            tutela.errors.ReportMoved: Somebody has changed it since.
            tutela.errors.Conflict: It was approved or withdrawn.
        """
        before = self.find.open_one(principal, report_id, version)
        after = replace(before, state=ReportState.WITHDRAWN)
        return _changed(self.find.book, before, after, ReportAudit("withdrawn", principal.id))


def _changed(book: ReportBook, before: StoredReport, after: StoredReport, audit: ReportAudit) -> StoredReport:
    try:
        return book.change(before, after, audit)
    except Conflict:
        now = book.report(before.id)  # somebody was quicker: say what is different now
        raise (moved(now) if now is not None else UnknownReport(place="id")) from None


def moved(report: StoredReport) -> ReportMoved:
    """Return the error that says how a report stands now, and what was typed last, where and by whom."""
    typed = [(place, each) for place, each in report.package.sources.items() if each.origin is Origin.TYPED]
    newest = sorted(typed, key=lambda each: (each[1].at, each[0]), reverse=True)[:TYPED_SHOWN]
    changed = {
        "version": report.version,
        "state": report.state.value,
        "prepared_by": report.prepared_by,
        "typed": [{"place": place, "by": each.by, "at": each.at.isoformat()} for place, each in newest],
    }
    return ReportMoved("somebody has changed this report", changed=changed, remedy="Read it again, and then change it.")
