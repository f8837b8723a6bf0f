"""Receive bytes straight into the vault, digest them on the way, and scan each content once."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from tutela.core.audit import AuditEvent
from tutela.core.banks import SignalType
from tutela.core.content import GONE, EvidenceState, Media, ScanState
from tutela.core.ids import MediaId
from tutela.errors import BadInput, Conflict, ScannerUnavailable, TooLarge, VaultError
from tutela.flows.weigh import transient_period
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer, MediaUpdate
from tutela.ports.entropy import Entropy
from tutela.ports.scanner import MediaScanner, Scan, ScanFailure
from tutela.ports.store import Store
from tutela.ports.vault import Manifest, Vault, VaultWriter

SCAN_MAX_BYTES = 100 * 1024 * 1024
"""Larger content is kept and held, not decoded: decoding needs it whole in memory, twice."""

MEMORY_MAX_BYTES = 4 * 1024 * 1024
"""Content up to this size is scanned from memory while it is being written; larger is read back from the vault."""

MAX_TRIES = 4
FRESH_FOR = timedelta(hours=1)
"""How long the bytes of an earlier upload stand for those of a repeated one."""


class Reception:
    """One upload on its way in."""

    def __init__(self, flow: "ReceiveMedia", writer: VaultWriter, period: str) -> None:
        """Write to *writer*."""
        self._flow, self._writer, self._period = flow, writer, period
        self._copy: bytearray | None = bytearray()
        self._size_bytes = 0

    def write(self, chunk: bytes) -> None:
        """Take a chunk in, encrypted as it arrives.

        Raises:
            tutela.errors.TooLarge: The limit is passed; nothing remains.
            tutela.errors.StorageFull: No space; nothing remains.
        """
        self._writer.write(chunk)
        self._size_bytes += len(chunk)
        if self._copy is not None:
            self._copy += chunk
            if self._size_bytes > MEMORY_MAX_BYTES:
                self._copy = None

    def finish(self) -> Media:
        """Make the content durable, scan it unless it was scanned before, and return its media."""
        manifest = self._writer.finish()
        content = None if self._copy is None else bytes(self._copy)
        return self._flow.settle(manifest, content)


@dataclass(frozen=True, slots=True)
class ReceiveMedia:
    """Take uploads in. The same bytes are one media however often they come."""

    store: Store
    committer: Committer
    vault: Vault
    scanner: MediaScanner
    clock: Clock
    entropy: Entropy
    max_bytes: int
    on_evidence: Callable[[MediaId], None]  #: bytes that were asked for have come: decide again

    @contextmanager
    def open(self) -> Iterator[Reception]:
        """Yield a reception; leaving the block without `finish` leaves nothing behind."""
        period = transient_period(self.clock.now())
        writing: AbstractContextManager[VaultWriter] = self.vault.receive(period=period, max_bytes=self.max_bytes)
        with writing as writer:
            yield Reception(self, writer, period)

    def settle(self, manifest: Manifest, content: bytes | None) -> Media:
        """Record what was received; see `Reception.finish`."""
        for _ in range(MAX_TRIES):
            before = self._stored(manifest)
            if before is not None and _needs_nothing(before, manifest.stored_at):
                self.vault.destroy(manifest.content_id)
                return before
            media = self._media(manifest, content, before)
            event = AuditEvent("platform:media:received", media.id, {"scan": media.scan.value})
            try:
                if before is None:
                    self.committer.commit(Changeset(media=(media,), audit=(event,)))
                else:
                    update = MediaUpdate(media, has_new_hashes=media.hashes != before.hashes, before=before)
                    self.committer.commit(Changeset(media_updates=(update,), audit=(event,)))
            except Conflict:
                continue
            if before is not None:
                self._replace(before, media)
            return media
        raise Conflict("the same content is being received elsewhere without end", remedy="Try again.")

    def _replace(self, before: Media, media: Media) -> None:
        """Let the newer copy stand for an older one, which would end with its day; or decide again now it has come."""
        if before.content_id is not None and before.content_id != media.content_id:
            self.vault.destroy(before.content_id)
        if before.evidence is not EvidenceState.RECEIVED or media.hashes != before.hashes:
            self.on_evidence(media.id)

    def _stored(self, manifest: Manifest) -> Media | None:
        if manifest.digests.sha256 is None:
            raise BadInput("the vault returned no SHA-256")
        with self.store.read() as reader:
            return next(iter(reader.media_by_digest(SignalType.SHA256, [manifest.digests.sha256])), None)

    def _media(self, manifest: Manifest, content: bytes | None, before: Media | None) -> Media:
        scan = None if before is not None and before.scan is ScanState.SCANNED else self._scan(manifest, content)
        media = before or Media(
            id=MediaId(self.entropy.new_id("media")),
            digests=manifest.digests,
            hashes=(),
            scan=ScanState.PENDING,
            evidence=EvidenceState.RECEIVED,
            received_at=self.clock.now(),
        )
        media = replace(
            media,
            # Bytes that nobody has looked at yet are pending, also where only their digests were known before.
            scan=ScanState.PENDING if media.scan is ScanState.HASH_ONLY else media.scan,
            evidence=EvidenceState.RECEIVED,
            content_id=manifest.content_id,
            size_bytes=manifest.size_bytes,
            received_at=manifest.stored_at,
        )
        return media if scan is None else scanned(media, scan)

    def _scan(self, manifest: Manifest, content: bytes | None) -> Scan | None:
        return scan_content(self.scanner, self.vault, manifest.content_id, manifest.size_bytes, content)


def _needs_nothing(media: Media, now: datetime) -> bool:
    if media.evidence is EvidenceState.RECEIVED:
        # An older copy could end with its day before the item that carries it is submitted.
        return media.scan is ScanState.SCANNED and now - media.received_at < FRESH_FOR
    # Evidence is never put aside for a second copy, even one that could not be scanned yet.
    is_scanned_and_kept = media.scan is ScanState.SCANNED and media.evidence not in GONE
    return is_scanned_and_kept or media.evidence is EvidenceState.SEALED


def scan_content(
    scanner: MediaScanner, vault: Vault, content_id: str, size_bytes: int, content: bytes | None = None
) -> Scan | None:
    """Scan a content of the vault; none when nobody can look at it now, which is not the same as clean."""
    if size_bytes > SCAN_MAX_BYTES:
        return Scan(None, None, None, (), failure=ScanFailure.TOO_LARGE)
    try:
        return scanner.scan(content if content is not None else b"".join(vault.read(content_id)))
    except (ScannerUnavailable, VaultError, TooLarge) as error:
        structlog.get_logger(__name__).error("scan_not_possible", content=content_id, error_type=type(error).__name__)
        return None


def scanned(media: Media, scan: Scan) -> Media:
    """Return *media* with what a scan saw."""
    return replace(
        media,
        hashes=scan.hashes,
        scan=ScanState.SCANNED if scan.failure is None else ScanState.UNSCANNABLE,
        media_type=scan.media_type,
        width=scan.width,
        height=scan.height,
        failure=None if scan.failure is None else scan.failure.value,
    )
