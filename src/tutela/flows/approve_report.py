"""Approve a report: checked once more with its bytes read back, handed over whole, and sent by whoever comes next."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from tutela.core.filing.channel import SPOKEN_TO
from tutela.core.filing.package import Package
from tutela.core.filing.states import FileState, Filing
from tutela.core.filing.terms import needs_another
from tutela.core.permissions import Principal
from tutela.errors import BadInput, Conflict, NotForYou, VaultError
from tutela.flows.check_report import Checked, CheckReport, written
from tutela.flows.draw_up_report import seal_written
from tutela.flows.edit_report import FindReport
from tutela.flows.prepare_report import codes_of, demand_finding, newer, override_of, refuse_blocking
from tutela.ports.clock import Clock
from tutela.ports.reports import ReportAudit, ReportKind, ReportState, StoredFile, StoredReport
from tutela.ports.vault import Vault

FILES = "file"


@dataclass(frozen=True, slots=True)
class ApproveReport:
    """Approve reports."""

    find: FindReport
    check: CheckReport
    vault: Vault
    clock: Clock

    def __call__(self, principal: Principal, report_id: str, version: int, reason: str | None = None) -> StoredReport:
        """Approve a report and let it go out, all of it at once.

        Where the channel asks for two people, who prepared it does not approve it (P3). In present danger one person
        sends it at once, also a draft, and what is merely missing holds up nothing.

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
        if needs_another(checked.terms, before.prepared_by, principal.id, is_danger=is_danger):
            raise NotForYou("another person than who prepared it approves it", place="report")
        with self._written(checked, before) as contents:
            after = replace(
                before, state=ReportState.APPROVED, package=checked.package, approved_by=principal.id,
                approved_at=self.clock.now(), environment=checked.terms.channel.environment, override=override,
                prepared_by=before.prepared_by or principal.id, prepared_at=before.prepared_at or self.clock.now(),
            )  # fmt: skip
            files = tuple(_files(after, checked, contents))
            alone = {"alone": before.prepared_by in {None, principal.id}, "danger": is_danger}
            audit = ReportAudit("approved", principal.id, {**codes_of(checked, override), **alone})
            try:
                return self.find.book.approve(before, after, files, _filing(after, checked.package), audit)
            except Conflict as error:
                raise newer(self.find, error, report_id) from None

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
