"""Find out whether there is anything to see of a content, and raise the alarm where there should be and is not."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from tutela.core.content import Media
from tutela.core.ids import MediaId
from tutela.core.views import NOT_KEPT, MediaState
from tutela.errors import (
    ContentMissing,
    KeyMissing,
    MediaAbsent,
    MediaBroken,
    MediaDamaged,
    MediaKeyDestroyed,
    MediaMissing,
    NothingToSee,
    UnknownMedia,
    VaultError,
    WrongKey,
)
from tutela.ports.clock import Clock
from tutela.ports.store import Store
from tutela.ports.vault import Manifest, Vault
from tutela.ports.views import Views

_log = structlog.get_logger(__name__)

_ERRORS: dict[MediaState, type[NothingToSee]] = {
    MediaState.ABSENT: MediaAbsent,
    MediaState.MISSING: MediaMissing,
    MediaState.DAMAGED: MediaDamaged,
    MediaState.KEY_DESTROYED: MediaKeyDestroyed,
    MediaState.BROKEN: MediaBroken,
}
_ENDED_BY_A_MANIFEST = frozenset({MediaState.MISSING, MediaState.KEY_DESTROYED})
_ENDED_BY_READING = _ENDED_BY_A_MANIFEST | {MediaState.DAMAGED}
_ENDED_BY_DRAWING = _ENDED_BY_READING | {MediaState.BROKEN}


@dataclass(frozen=True, slots=True)
class InspectMedia:
    """Look into the vault. What is found wrong is kept, told in every case that holds it, audited, and logged once."""

    store: Store
    views: Views
    vault: Vault
    clock: Clock

    def media(self, media_id: MediaId) -> Media:
        """Return what is stored of a content.

        Raises:
            tutela.errors.UnknownMedia: There is none.
        """
        with self.store.read() as reader:
            media = reader.media_by_id([media_id]).get(media_id)
        if media is None:
            raise UnknownMedia(place="media")
        return media

    def __call__(self, media: Media) -> Manifest:
        """Return the manifest of *media*, which is there and says that it is what was received.

        Raises:
            tutela.errors.NothingToSee: There is nothing to open; each state is a class of its own.
        """
        if media.evidence in NOT_KEPT or media.content_id is None:
            raise _ERRORS[MediaState.ABSENT](place="media")
        with self.watched(media):
            manifest = self.vault.manifest(media.content_id)
        if manifest.digests.sha256 != media.digests.sha256:
            raise self.found(media, MediaState.DAMAGED)
        self._ends(media, _ENDED_BY_A_MANIFEST)
        return manifest

    @contextmanager
    def watched(self, media: Media) -> Iterator[None]:
        """Tell in our own terms what the vault cannot do while the block reads *media*.

        Raises:
            tutela.errors.NothingToSee: What was wrong.
        """
        try:
            yield
        except VaultError as error:
            raise self.found(media, _state_of(error)) from error

    def found(self, media: Media, state: MediaState) -> NothingToSee:
        """Keep how *media* was found, and return what tells it."""
        if self.views.note_state(media.id, state, self.clock.now()):
            _log.error("media_fault", media=media.id, state=state.value)
        return _ERRORS[state](place="media")

    def was_read(self, media: Media) -> None:
        """Keep that all of *media* was read and was what it should be."""
        self._ends(media, _ENDED_BY_READING)

    def was_drawn(self, media: Media) -> None:
        """Keep that *media* was read and a decoder could show it."""
        self._ends(media, _ENDED_BY_DRAWING)

    def _ends(self, media: Media, faults: frozenset[MediaState]) -> None:
        if self.views.fault(media.id) in faults:
            self.views.note_state(media.id, MediaState.WHOLE, self.clock.now())


def _state_of(error: VaultError) -> MediaState:
    if isinstance(error, ContentMissing):
        return MediaState.MISSING
    is_gone = isinstance(error, KeyMissing) and not isinstance(error, WrongKey)
    return MediaState.KEY_DESTROYED if is_gone else MediaState.DAMAGED
