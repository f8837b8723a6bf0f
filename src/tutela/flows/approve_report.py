"""Approve a report: checked once more with its bytes read back, handed over whole, and sent by whoever comes next."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from tutela.core.filing.channel import SPOKEN_TO
from tutela.core.filing.package import Package
from tutela.core.filing.states import FileState, Filing
from tutela.core.filing.terms import Terms, needs_another
from tutela.core.ids import CaseId
from tutela.core.permissions import Principal
from tutela.errors import BadInput, Conflict, NotForYou, VaultError
from tutela.flows.check_report import Checked, CheckReport, written
from tutela.flows.draw_up_report import seal_written
from tutela.flows.edit_report import FindReport
from tutela.flows.look_again import LookAgain
from tutela.flows.prepare_report import codes_of, demand_finding, newer, override_of, refuse_blocking
from tutela.ports.clock import Clock
from tutela.ports.reports import ReportAudit, ReportKind, ReportLine, ReportState, StoredFile, StoredReport
from tutela.ports.vault import Vault

FILES = "file"
FOUND_ALONE = "One person alone found what no verified list knows; a second answer to the case does as well."


@dataclass(frozen=True, slots=True)
class ApproveReport:
    """Approve reports."""

    find: FindReport
    check: CheckReport
    look_again: LookAgain
    vault: Vault
    clock: Clock

    def __call__(self, principal: Principal, report_id: str, version: int, reason: str | None = None) -> StoredReport:
        """Approve a report and let it go out, all of it at once.

        Where the channel asks for two people, or one person alone found what no verified list knows, who prepared it
        does not approve it (P3). In present danger one person sends it at once, also a draft, and what is merely
        missing holds up nothing; another person looks at what was found alone within a day.

        Args:
            principal: Who approves it.
            report_id: Which report.
            version: As which it was read.
            reason: Why it is sent although it says less than it should.

        Raises:
            tutela.errors.Forbidden: They do not file.
            tutela.errors.BadInput: The authority takes it by hand.
            tutela.errors.UnknownReport: There is none.
            tutela.errors.NotForYou: They prepared it, and another person must approve it.
            tutela.errors.ReportNotReady: Something blocks, the channel among it; every place says what to do.
            tutela.errors.ReportMoved: Somebody has changed or approved it since.
            tutela.errors.Conflict: It is not prepared, another report about the same case is on its way or was finished
                since it was drawn up, or no finding stands behind it any more.
        """
        before = self.find.open_one(principal, report_id, version, FILES)
        if before.authority not in SPOKEN_TO:
            remedy = "Lay it out with `tutela duty form`, tell it there, and record it with `tutela duty filed`."
            raise BadInput("This authority takes reports by hand.", place="authority", remedy=remedy)
        is_danger = before.package.is_danger
        if before.state is not ReportState.PREPARED and not is_danger:
            raise Conflict("this report is not prepared", place="report", remedy="Prepare it first.")
        demand_finding(self.find, before)
        override = override_of(principal, reason) or before.override
        checked = self.check(before.package, before.authority, override)
        refuse_blocking(before, checked.problems)
        is_lone = self._let_alone(before, checked.terms, principal.id)
        with self._written(checked, before) as contents:
            after = replace(
                before, state=ReportState.APPROVED, package=checked.package, approved_by=principal.id,
                approved_at=self.clock.now(), environment=checked.terms.channel.environment, override=override,
                prepared_by=before.prepared_by or principal.id, prepared_at=before.prepared_at or self.clock.now(),
            )  # fmt: skip
            files = tuple(_files(after, checked, contents))
            alone = {"alone": is_lone, "danger": is_danger}
            audit = ReportAudit("approved", principal.id, {**codes_of(checked, override), **alone})
            try:
                return self.find.book.approve(before, after, files, _filing(after, checked.package), audit)
            except Conflict as error:
                raise newer(self.find, error, report_id) from None

    def is_found_alone(self, report: StoredReport | ReportLine) -> bool:
        """Return whether it tells what one person alone found and no verified list knows."""
        return bool(self._found_alone(report))

    def _found_alone(self, report: StoredReport | ReportLine) -> tuple[CaseId, ...]:
        # A correction accuses nobody: what it rests on was decided by whoever reversed.
        return () if report.kind is ReportKind.CORRECTION else self.look_again.found_alone(report.case_ids)

    def _let_alone(self, report: StoredReport, terms: Terms, approver: str) -> bool:
        """Return whether one person alone files it; where somebody is in danger, another one looks within a day."""
        alone, is_danger = self._found_alone(report), report.package.is_danger
        if needs_another(terms, report.prepared_by, approver, is_danger=is_danger, is_found_alone=bool(alone)):
            remedy = "Have a colleague approve it." + (f" {FOUND_ALONE}" if alone else "")
            raise NotForYou("another person than who prepared it approves it", place="report", remedy=remedy)
        is_lone = report.prepared_by in {None, approver}
        if is_lone and alone:  # before it goes out: a look too many does no harm, and one that is lost does
            self.look_again.within_a_day(alone, report.id)
        return is_lone

    @contextmanager
    def _written(self, checked: Checked, report: StoredReport) -> Iterator[dict[str, str]]:
        """Seal the files that packing has written, and take them away again where nothing comes of it."""
        sealed: dict[str, str] = {}
        try:
            for key, content in written(checked.packed).items():
                sealed[key] = seal_written(self.vault, content, report.id).content_id
            yield {**checked.contents, **sealed}
        except BaseException:
            for content_id in sealed.values():
                with suppress(VaultError):  # what stays is found as an orphan
                    self.vault.destroy(content_id)
            raise


def _files(report: StoredReport, checked: Checked, contents: dict[str, str]) -> Iterator[StoredFile]:
    for at, each in enumerate(report.package.files):
        yield StoredFile(report.id, at, each.key, contents[each.key], each.md5.lower(), checked.sizes[each.key])


def _filing(report: StoredReport, package: Package) -> Filing:
    if report.environment is None:
        raise ValueError("approved for no environment")
    return Filing(
        key=report.id,
        environment=report.environment,
        files=tuple(FileState(each.key, each.md5) for each in package.files),
        is_urgent=package.is_danger,
        is_batch=package.report.batch is not None,
        drawn_up_at=None if report.kind is ReportKind.CORRECTION else report.created_at,
    )
