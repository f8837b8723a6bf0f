"""Seal what is held and was only received: nothing under a hold may end with its day."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from tutela.core.audit import AuditEvent
from tutela.core.content import EvidenceState, Media
from tutela.core.ids import MediaId
from tutela.core.operator import OperatorProfile
from tutela.errors import Conflict
from tutela.flows.preserve import preserve
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.store import Store
from tutela.ports.vault import Vault

PAGE_MEDIA = 200


@dataclass(frozen=True, slots=True)
class SealHeld:
    """Seal it. Idempotent: whatever a kill left is read from the tables the next time."""

    store: Store
    committer: Committer
    vault: Vault
    profile: Callable[[], OperatorProfile]
    clock: Clock

    def __call__(self) -> int:
        """Seal what is there and return how many contents were; an operator that may keep no bytes seals none."""
        profile = self.profile()
        if profile.is_report_only:
            return 0
        sealed = 0
        while True:
            with self.store.read() as reader:
                page = reader.held_unsealed(self.clock.now(), PAGE_MEDIA)
            done = sum(self._seal(media, profile) for media in page)
            sealed += done
            if done == 0 or len(page) < PAGE_MEDIA:
                return sealed

    def of(self, ids: Collection[MediaId]) -> int:
        """Seal these and nothing else that is held: whoever places a hold waits for no other; the job does the rest."""
        profile = self.profile()
        if profile.is_report_only:
            return 0
        with self.store.read() as reader:
            stored = reader.media_by_id(ids).values()
        return sum(self._seal(media, profile) for media in stored)

    def _seal(self, media: Media, profile: OperatorProfile) -> bool:
        state, update = preserve(self.vault, media, profile)
        if state is not EvidenceState.SEALED or update is None:
            return False
        event = AuditEvent("system:media:sealed", media.id, {"basis": "held"})
        try:
            self.committer.commit(Changeset(media_updates=(update,), audit=(event,)))
        except Conflict:
            return False  # sealed, or replaced by a newer copy, in this very moment
        return True
