"""Reports to authorities as they are kept here: drawn up, prepared, approved, and with what goes along."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from tutela.core.audit import JSON
from tutela.core.filing.package import Override, Package
from tutela.core.filing.states import Environment, Filing, Phase
from tutela.core.ids import AccountId, CaseId, ReportId

MAX_CASES = 100
"""Of one report. An incident is one case; several are joined only where they are about one and the same."""

MAX_FILES = 10_000
"""Of one report, the supplemental ones included."""


class ReportState(StrEnum):
    """How far it is with us. From its approval on, its filing tells how far it is."""

    DRAFT = "draft"
    PREPARED = "prepared"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"  #: before it was approved


class ReportKind(StrEnum):
    """What it is for."""

    ORIGINAL = "original"
    CORRECTION = "correction"  #: an earlier one said what is not so


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report with all that it says. Personal through and through: in no log, and in no audit."""

    id: ReportId
    authority: str
    case_ids: tuple[CaseId, ...]
    package: Package = field(repr=False)
    created_at: datetime
    created_by: str
    account_id: AccountId | None = None  #: whom it is about; none where nobody is known
    kind: ReportKind = ReportKind.ORIGINAL
    corrects: ReportId | None = None  #: the earlier one, of a correction
    state: ReportState = ReportState.DRAFT
    version: int = 1
    prepared_by: str | None = None
    prepared_at: datetime | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    override: Override | None = None
    environment: Environment | None = None  #: in which it was approved


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report as a list tells it: without content, and also after its key was destroyed."""

    id: ReportId
    authority: str
    case_ids: tuple[CaseId, ...]
    account_id: AccountId | None
    kind: ReportKind
    corrects: ReportId | None
    state: ReportState
    version: int
    is_urgent: bool
    files: int  #: from its approval on
    created_at: datetime
    created_by: str
    prepared_by: str | None = None
    prepared_at: datetime | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    is_overridden: bool = False
    environment: Environment | None = None
    phase: Phase | None = None  #: of its filing, from its approval on
    authority_report_id: str | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Bytes that go with a report: sealed in the vault, those that were written for it included."""

    report_id: ReportId
    position: int  #: in the package, from 0
    key: str  #: as in the package
    content_id: str  #: in the vault
    md5: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ReportAudit:
    """What the audit says of a write: what was done, by whom, and codes; never content."""

    what: str  #: in the past, such as `prepared`
    by: str
    codes: Mapping[str, JSON] = field(default_factory=dict)


class ReportBook(Protocol):
    """Keep reports. Every write is one transaction with its own audit entry.

    What a report says is sealed under a key of its own (`core.filing.report_key`).
    """

    def add(self, report: StoredReport, audit: ReportAudit) -> None:
        """Store a new one.

        Raises:
            tutela.errors.BadInput: It is about no case, or about too many.
            tutela.errors.Conflict: One of that identifier is there already.
        """
        ...

    def report(self, report_id: str) -> StoredReport | None:
        """Return one; none where there is none.

        Raises:
            tutela.errors.KeyMissing: Its key was destroyed.
        """
        ...

    def line(self, report_id: str) -> ReportLine | None:
        """Return what a list tells of one."""
        ...

    def lines(self, report_ids: Iterable[ReportId]) -> dict[ReportId, ReportLine]:
        """Return what a list tells of each that there is."""
        ...

    def files(self, report_id: str) -> tuple[StoredFile, ...]:
        """Return the bytes that go with one, in order; none before it is approved."""
        ...

    def of_cases(self, case_ids: Iterable[CaseId]) -> dict[CaseId, tuple[ReportLine, ...]]:
        """Return all reports about each case that has any, oldest first."""
        ...

    def page(
        self,
        *,
        limit: int,
        before: ReportId | None = None,
        state: ReportState | None = None,
        phase: Phase | None = None,
        but_about: Collection[AccountId] = (),
    ) -> list[ReportLine]:
        """Return reports, newest first, without those that are about these accounts, or about a case of theirs."""
        ...

    def change(self, before: StoredReport, after: StoredReport, audit: ReportAudit) -> StoredReport:
        """Store a report that is not approved, and is not to be, in the place of *before*; return it as it is now.

        Raises:
            tutela.errors.Conflict: It is no longer as it was *before*.
        """
        ...

    def approve(
        self,
        before: StoredReport,
        after: StoredReport,
        files: Sequence[StoredFile],
        filing: Filing,
        audit: ReportAudit,
    ) -> StoredReport:
        """Store the approved report with its files and let it go out, all of it at once; return it as it is now.

        Raises:
            tutela.errors.BadInput: Files, package and filing do not say the same, or it is not approved as it must be.
            tutela.errors.Conflict: It is no longer as it was *before*; another report about one of its cases is on its
                way in this environment; or the authority was told of one in earnest after it was drawn up, by an
                original that it does not name.
        """
        ...


class FilingReader(Protocol):
    """The part of a consistent read that is about filings."""

    def filings_of_cases(self, case_ids: Iterable[CaseId]) -> dict[CaseId, dict[str, tuple[Filing, ...]]]:
        """Return how far every approved report about each case is, by authority, oldest first."""
        ...
