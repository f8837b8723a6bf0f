"""Where packages for police are kept account of, and who encrypts them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tutela.core.filing.custody import Custody
from tutela.core.filing.exports import Export, Recipient
from tutela.core.ids import EvidenceId, ExportId


@dataclass(frozen=True, slots=True)
class SealedPackage:
    """An encrypted package in a file."""

    sha256: str
    size_bytes: int


class Encryptor(Protocol):
    """Encrypt to somebody else's public key."""

    def recipient(self, key: str) -> Recipient:
        """Return whose key this is.

        Raises:
            tutela.errors.BadInput: It is none that this can encrypt to.
        """
        ...

    def encrypt(self, recipient: Recipient, chunks: Iterator[bytes], target: Path) -> SealedPackage:
        """Write *chunks*, encrypted, into the new file *target*, durably; memory does not grow with them.

        Nothing remains when it fails.

        Raises:
            tutela.errors.Conflict: *target* exists.
            tutela.errors.StorageFull: No space is left.
        """
        ...


class ExportBook(Protocol):
    """Keep account of packages. Every write is one transaction with its own audit entry."""

    def request(self, export: Export, contents: Sequence[EvidenceId]) -> None:
        """Store a new one that waits for a second person."""
        ...

    def change(self, before: Export, after: Export) -> None:
        """Store one that was approved, declined or made.

        Raises:
            tutela.errors.Conflict: It was changed since *before* was read.
        """
        ...

    def begin(self, export: Export, by: str) -> None:
        """Have the audit say that a package is being made, before the first byte of it is written."""
        ...

    def export(self, export_id: ExportId) -> Export | None:
        """Return one."""
        ...

    def contents(self, export_id: ExportId) -> list[EvidenceId]:
        """Return what it is about, by id."""
        ...

    def page(self, after: str, limit: int) -> list[Export]:
        """Return exports by id, from behind *after* on."""
        ...


class CustodyReader(Protocol):
    """Read the chain of custody."""

    def custody_of(self, evidence_ids: Iterable[EvidenceId], more: Iterable[str]) -> Custody:
        """Return everything that the audit says of evidence, of holds, views, destructions and exports of it.

        Args:
            evidence_ids: Media and reports.
            more: Other subjects of the audit, such as cases.
        """
        ...
