"""Try again what could not be scanned, with growing pauses; a person looks at what no retry can open."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from tutela.core.content import Media, ScanState
from tutela.core.ids import MediaId
from tutela.core.units import Duration
from tutela.flows.receive_media import scan_content, scanned
from tutela.flows.reconsider import Reconsider
from tutela.ports.clock import Clock
from tutela.ports.scanner import MediaScanner, ScanFailure
from tutela.ports.store import Changeset, Committer, MediaUpdate, Store
from tutela.ports.vault import Vault

FIRST_PAUSE = Duration(seconds=30)
LONGEST_PAUSE = Duration(hours=6)
PAGE_MEDIA = 50


@dataclass(slots=True)
class RetryScans:
    """Scan again, and decide again about the items that waited for it."""

    store: Store
    committer: Committer
    vault: Vault
    scanner: MediaScanner
    reconsider: Reconsider
    clock: Clock
    #: Pauses are kept in memory: after a restart everything is tried once more, which is wanted after an upgrade.
    _next: dict[MediaId, tuple[datetime, float]] = field(default_factory=dict)

    def __call__(self) -> int:
        """Try every media that is due once; return how many could be scanned."""
        with self.store.read() as reader:
            waiting = reader.media_to_scan(10_000)
        now = self.clock.now()
        due = [media for media in waiting if media.id not in self._next or self._next[media.id][0] <= now]
        return sum(self._retry(media, now) for media in due[:PAGE_MEDIA])

    def _retry(self, media: Media, now: datetime) -> bool:
        if media.id in self._next and not _may_pass(media):
            self._pause(media.id, now, LONGEST_PAUSE.seconds)
            return False
        scan = scan_content(self.scanner, self.vault, media.content_id or "", media.size_bytes or 0)
        pause = min(self._next.get(media.id, (now, FIRST_PAUSE.seconds / 2))[1] * 2, LONGEST_PAUSE.seconds)
        self._pause(media.id, now, pause)
        if scan is None:
            return False
        after = scanned(media, scan)
        if after.scan is ScanState.SCANNED:
            self._settle(after)
            return True
        if after.failure != media.failure:
            self._write(replace(media, scan=after.scan, failure=after.failure, media_type=after.media_type))
        return False

    def _settle(self, media: Media) -> None:
        self._write(media, has_new_hashes=True)
        self._next.pop(media.id, None)
        self.reconsider([media.id])

    def _write(self, media: Media, *, has_new_hashes: bool = False) -> None:
        self.committer.commit(Changeset(media_updates=(MediaUpdate(media, has_new_hashes),)))

    def _pause(self, media_id: MediaId, now: datetime, seconds: float) -> None:
        self._next[media_id] = (now + Duration(seconds=seconds).delta, seconds)


def _may_pass(media: Media) -> bool:
    return media.failure is None or ScanFailure(media.failure).may_pass_later


