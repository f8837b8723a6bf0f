"""Where destructions are kept: what was proposed, what is being destroyed, and what is proved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tutela.core.content import Media
from tutela.core.filing.destructions import Destruction, DestructionState, Doomed
from tutela.core.filing.evidence_kinds import EvidenceFacts
from tutela.core.ids import AccountId, CaseId, DestructionId, EvidenceId, ReportId


@dataclass(frozen=True, slots=True)
class ReportEvidence:
    """One file of a report."""

    report_id: ReportId
    id: EvidenceId
    is_written: bool  #: here, under the key of the report: it goes with it, and not alone


class KeptReader(Protocol):
    """The part of `ports.store.Reader` about what is kept as evidence, and from when its time runs."""

    def sealed_page(self, after: str, limit: int) -> list[Media]:
        """Return sealed media by id, from behind *after* on."""
        ...

    def report_evidence_page(self, after: str, limit: int) -> list[tuple[EvidenceId, str | None]]:
        """Return what is still kept of reports that are over besides media, by id, from behind *after* on.

        Each with its id in the vault: bytes that were written for a report. A report itself has none.
        """
        ...

    def unfiled_reports(self, after: str, limit: int) -> list[EvidenceId]:
        """Return reports that were withdrawn, given up or finished as a test, and are still kept, by id."""
        ...

    def evidence_facts(self, evidence_ids: Iterable[EvidenceId]) -> dict[EvidenceId, EvidenceFacts]:
        """Return what was done about each that is kept: media with bytes, what was written for reports, reports.

        Of what was destroyed, or is being destroyed, there is nothing.
        """
        ...

    def contents_of(self, evidence_ids: Iterable[EvidenceId]) -> dict[EvidenceId, str]:
        """Return where the bytes of each lie in the vault, of those that have any there."""
        ...

    def reports_about(self, case_ids: Iterable[CaseId]) -> list[ReportId]:
        """Return every report that was drawn up about cases, whatever became of it."""
        ...

    def reports_among(self, report_ids: Iterable[ReportId]) -> set[ReportId]:
        """Return those of them that exist."""
        ...

    def evidence_of_reports(self, report_ids: Iterable[str]) -> list[ReportEvidence]:
        """Return the files of reports, in order; of one that was not approved there are none."""
        ...

    def evidence_about(
        self, account_ids: Iterable[AccountId], evidence_ids: Iterable[EvidenceId]
    ) -> set[EvidenceId]:  # fmt: skip
        """Return what one of the accounts posted, and reports about their cases with what was written for those."""
        ...

    def reports_of_written(self, evidence_ids: Iterable[EvidenceId]) -> dict[EvidenceId, ReportId]:
        """Return for which report each was written, of what was written for any."""
        ...


class DestructionBook(Protocol):
    """Keep destructions. Every write is one transaction with its own audit entry, which holds ids and numbers only."""

    def propose(self, destruction: Destruction, contents: Sequence[Doomed]) -> None:
        """Store a new one that waits for a second person."""
        ...

    def decline(self, before: Destruction, by: str, at: datetime) -> None:
        """End one that waits.

        Raises:
            tutela.errors.Conflict: It waits no more.
        """
        ...

    def begin(
        self, after: Destruction, contents: Sequence[Doomed], now: datetime, weighed: Mapping[EvidenceId, EvidenceFacts]
    ) -> None:
        """Store the intent, of one that was proposed or of a new one. From here on it goes on to its end.

        Holds are looked at once more in the same transaction, and so is what was *weighed*: a hold that was placed, a
        case that was opened or a report that was approved a moment ago wins.

        Raises:
            tutela.errors.Conflict: Something is held or being destroyed already, something was done about it since it
                was weighed, or it waits no more.
        """
        ...

    def destroyed(self, destruction_id: DestructionId, at: datetime) -> None:
        """Store that keys and bytes are gone. Idempotent."""
        ...

    def prove(self, destruction_id: DestructionId, certificate: bytes | None, at: datetime) -> None:
        """Store the certificate; none of what ended by itself. Idempotent: the first one stays."""
        ...

    def destruction(self, destruction_id: DestructionId) -> Destruction | None:
        """Return one."""
        ...

    def contents(self, destruction_id: DestructionId) -> list[Doomed]:
        """Return what it is about, by id."""
        ...

    def certificate(self, destruction_id: DestructionId) -> bytes | None:
        """Return its certificate, from when it is proved."""
        ...

    def page(self, after: str, limit: int, *, state: DestructionState | None = None) -> list[Destruction]:
        """Return destructions by id, from behind *after* on."""
        ...

    def in_destruction(self, evidence_ids: Iterable[EvidenceId]) -> Mapping[EvidenceId, DestructionId]:
        """Return in which each is proposed or being destroyed."""
        ...
