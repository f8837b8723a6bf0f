"""Carry a destruction out: the record, the key, the bytes, and then the proof. A kill anywhere is taken up again.

Every step does nothing the second time, so whoever takes over does all of them. The record goes before the key: where a
kill comes in between, the table says that the bytes are gone a moment early, and never that they are there when they
are not.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import structlog

from tutela.core.audit import AuditEvent
from tutela.core.content import EvidenceState
from tutela.core.filing.certificates import certify
from tutela.core.filing.destructions import Basis, Destruction, DestructionState, Doomed
from tutela.core.ids import DestructionId, MediaId
from tutela.errors import Conflict, TutelaError
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer, MediaUpdate
from tutela.ports.destructions import DestructionBook
from tutela.ports.keys import KeyRing
from tutela.ports.store import Store
from tutela.ports.vault import Vault

PAGE_CONTENTS = 100
PAGE_DESTRUCTIONS = 50
_TRIES = 4  #: each one lost means that somebody else changed the same record

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Seal:
    """What a certificate is sealed with."""

    installation: str  #: the fingerprint of the master key
    sign: Callable[[bytes], bytes]
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Destroy:
    """Carry out what is decided. Irreversible."""

    store: Store
    book: DestructionBook
    committer: Committer
    vault: Vault
    keys: KeyRing
    clock: Clock
    seal: Seal

    def __call__(self, destruction_id: DestructionId) -> Destruction | None:
        """Do what is left of one, and return how far it is now; none where there is no such destruction."""
        found = self.book.destruction(destruction_id)
        if found is not None and found.state is DestructionState.DESTROYING:
            self._destroy(destruction_id)
            found = self.book.destruction(destruction_id)
        if found is not None and found.state is DestructionState.DESTROYED:
            self._prove(found)
            found = self.book.destruction(destruction_id)
        return found

    def resume(self) -> int:
        """Take up everything that is not over, and return how many were proved."""
        proved = 0
        for each in self._unfinished():
            try:
                done = self(each.id)
            except TutelaError as error:
                # The others need not wait for one whose vault does not answer.
                _log.error("destruction_stopped", destruction=each.id, error_type=type(error).__name__)
                continue
            proved += done is not None and done.state is DestructionState.PROVED
        return proved

    def _unfinished(self) -> Iterator[Destruction]:
        for state in (DestructionState.DESTROYING, DestructionState.DESTROYED):
            after = ""
            while page := self.book.page(after, PAGE_DESTRUCTIONS, state=state):
                yield from page
                after = page[-1].id

    def _destroy(self, destruction_id: DestructionId) -> None:
        contents = self.book.contents(destruction_id)
        for start in range(0, len(contents), PAGE_CONTENTS):
            self._record(destruction_id, contents[start : start + PAGE_CONTENTS])
        for each in contents:
            if each.key:
                self.keys.destroy_period(each.key)
            if each.content_id is not None:
                self.vault.destroy(each.content_id)
        self.book.destroyed(destruction_id, self.clock.now())

    def _record(self, destruction_id: DestructionId, contents: Sequence[Doomed]) -> None:
        """Store that these bytes are gone. Bytes that came anew meanwhile are another content and stay."""
        for _ in range(_TRIES):
            updates = list(self._updates(contents))
            if not updates:
                return
            events = tuple(
                AuditEvent("system:media:destroyed", each.media.id, {"basis": destruction_id}) for each in updates
            )
            try:
                self.committer.commit(Changeset(media_updates=tuple(updates), audit=events))
            except Conflict:
                continue
            return
        raise Conflict("what is known of a content kept changing", place=destruction_id, remedy="It is tried again.")

    def _updates(self, contents: Sequence[Doomed]) -> Iterator[MediaUpdate]:
        lies = {MediaId(each.id): each.content_id for each in contents}
        with self.store.read() as reader:
            stored = reader.media_by_id(lies)
        for media_id, media in stored.items():
            if media.content_id is not None and media.content_id == lies[media_id]:
                gone = replace(media, evidence=EvidenceState.DESTROYED, content_id=None)
                yield MediaUpdate(gone, before=media)

    def _prove(self, done: Destruction) -> None:
        contents = self.book.contents(done.id)
        keys = {key for each in contents for key in (each.key, *each.earlier) if key}
        if not all(self.keys.is_destroyed(key) for key in keys):
            return  # a copy of an older manifest would still open: the job looks again
        now = self.clock.now()
        seal = self.seal
        certificate = (
            None
            if done.basis is Basis.ITSELF
            else certify(
                done, contents, now, installation=seal.installation, sign=seal.sign, public_key=seal.public_key
            )
        )
        self.book.prove(done.id, certificate, now)
