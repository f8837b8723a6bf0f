"""End the transient period: bytes that nothing was found in are destroyed, with the key of their day."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from tutela.core.audit import AuditEvent
from tutela.core.content import EvidenceState, Media
from tutela.core.operator import OperatorProfile
from tutela.errors import Conflict, VaultError
from tutela.flows.carry_over import CarryOver
from tutela.flows.preserve import evidence_period
from tutela.flows.weigh import TRANSIENT, transient_period
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer, MediaUpdate
from tutela.ports.keys import KeyRing
from tutela.ports.store import Store
from tutela.ports.vault import Vault

_log = structlog.get_logger(__name__)

PAGE_MEDIA = 200
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
                page = reader.media_received_before(before, PAGE_MEDIA, now=now)
            gone += self._forget(page)
            if len(page) < PAGE_MEDIA:
                break
        self.vault.sweep(older_than=now - UPLOAD_GRACE)
        self._destroy_keys(before)
        return gone

    def _forget(self, over: list[Media]) -> int:
        """Write first that the bytes are gone, then destroy them: a kill in between leaves an orphan, never a lie."""
        gone = 0
        for media in over:
            update = MediaUpdate(_without_bytes(media), before=media)
            event = AuditEvent("system:media:destroyed", media.id, {"basis": "transient_period_over"})
            try:
                self.committer.commit(Changeset(media_updates=(update,), audit=(event,)))
            except Conflict:
                continue  # sealed or held in this very moment: it stays
            if media.content_id is not None:
                self._destroy_own_key(media.content_id)
                self.vault.destroy(media.content_id)
            gone += 1
        return gone

    def _destroy_own_key(self, content_id: str) -> None:
        """Destroy the key that a seal gave it which was killed before it was recorded: it would open nothing."""
        own = evidence_period(content_id)
        try:
            has_own = self.vault.manifest(content_id).period == own
        except VaultError:
            has_own = own in self.keys.periods()
        if has_own:
            self.keys.destroy_period(own)

    def _destroy_keys(self, before: datetime) -> None:
        """Destroy the keys of days that are over; what waits for a scan or a person is put under the key of today."""
        over = self._over(before)
        if not over:
            return
        stuck_since = CarryOver(self.store, self.vault, self.clock)(over, before)
        self._sweep_orphans(before - timedelta(days=2))
        for period in over if stuck_since is None else self._over(min(before, stuck_since)):
            self.keys.destroy_period(period)

    def _over(self, before: datetime) -> list[str]:
        # An upload that ran past midnight lies under the day on which it began.
        last = transient_period(before - timedelta(days=2))
        return [period for period in self.keys.periods() if period.startswith(TRANSIENT) and period <= last]

    def _sweep_orphans(self, before: datetime) -> None:
        """Destroy bytes that no media names: a kill came before they were recorded, or after they were forgotten.

        Only transient ones, and only old ones: a database restored from a backup must not cost sealed evidence.
        """
        with self.store.read() as reader:
            named = {content_id for _, content_id, _ in reader.evidence_states()}
        for content_id in self.vault.contents():
            if content_id in named:
                continue
            try:
                manifest = self.vault.manifest(content_id)
            except VaultError as error:
                _log.warning("orphan_unreadable", content=content_id, error_type=type(error).__name__)
                continue
            if manifest.period.startswith(TRANSIENT) and manifest.stored_at < before:
                self.vault.destroy(content_id)


def _may_not_keep(media: Media) -> bool:
    return media.evidence is EvidenceState.REPORT_ONLY


def _without_bytes(media: Media) -> Media:
    evidence = media.evidence if _may_not_keep(media) else EvidenceState.NONE
    return replace(media, evidence=evidence, content_id=None)
