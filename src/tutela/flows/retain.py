"""End the transient period: bytes that nothing was found in are destroyed, with the key of their day."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tutela.core.audit import AuditEvent
from tutela.core.content import EvidenceState, Media, ScanState
from tutela.core.operator import OperatorProfile
from tutela.flows.weigh import transient_period
from tutela.ports.clock import Clock
from tutela.ports.keys import KeyRing
from tutela.ports.store import Changeset, Committer, MediaUpdate, Store
from tutela.ports.vault import Vault

PAGE_MEDIA = 200
OLDEST_TRANSIENT_DAYS = 45
"""Days whose keys are looked for: longer than any server is down unnoticed."""

UPLOAD_GRACE = timedelta(hours=6)
"""How old an unfinished upload must be before it counts as abandoned."""


@dataclass(frozen=True, slots=True)
class Retain:
    """Destroy what need not be kept. What is sealed, held for review or not scanned yet is never touched (P5)."""

    store: Store
    committer: Committer
    vault: Vault
    keys: KeyRing
    clock: Clock

    def __call__(self, profile: OperatorProfile) -> int:
        """Destroy what is over and return how many contents went."""
        now = self.clock.now()
        before = now - profile.transient_period.delta
        gone = 0
        while True:
            with self.store.read() as reader:
                page = reader.media_received_before(before, PAGE_MEDIA)
            over = [media for media in page if media.scan is ScanState.SCANNED or _may_not_keep(media)]
            self._forget(over)
            gone += len(over)
            if len(over) < PAGE_MEDIA:
                break
        self.vault.sweep(older_than=now - UPLOAD_GRACE)
        self._destroy_keys(before)
        return gone

    def _forget(self, over: list[Media]) -> None:
        """Write first that the bytes are gone, then destroy them: a kill in between leaves an orphan, never a lie."""
        if not over:
            return
        updates = tuple(MediaUpdate(_without_bytes(media)) for media in over)
        events = tuple(AuditEvent("system:media:destroyed", m.id, {"basis": "transient_period_over"}) for m in over)
        self.committer.commit(Changeset(media_updates=updates, audit=events))
        for media in over:
            if media.content_id is not None:
                self.vault.destroy(media.content_id)

    def _destroy_keys(self, before: datetime) -> None:
        """Destroy the keys of days that are over, unless something not scanned yet still lies under them."""
        with self.store.read() as reader:
            waiting = {transient_period(media.received_at) for media in reader.media_to_scan(10_000)}
        existing = set(self.keys.periods())
        for days in range(2, OLDEST_TRANSIENT_DAYS):
            period = transient_period(before - timedelta(days=days))
            if period in existing and period not in waiting:
                self.keys.destroy_period(period)


def _may_not_keep(media: Media) -> bool:
    return media.evidence is EvidenceState.REPORT_ONLY


def _without_bytes(media: Media) -> Media:
    evidence = media.evidence if _may_not_keep(media) else EvidenceState.NONE
    return replace(media, evidence=evidence, content_id=None)
