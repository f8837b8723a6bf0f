"""Try again what could not be scanned, with growing pauses; a person looks at what no retry can open."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from tutela.core.content import Media, ScanState
from tutela.core.ids import MediaId
from tutela.core.units import Duration
from tutela.errors import Conflict
from tutela.flows.receive_media import scan_content, scanned
from tutela.flows.reconsider import Reconsider
from tutela.flows.weigh import may_pass_later
from tutela.ports.clock import Clock
from tutela.ports.scanner import MediaScanner
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
        scanned_now = sum(self._retry(media, now) for media in due[:PAGE_MEDIA])
        self._ask_again()
        return scanned_now

    def _ask_again(self) -> None:
        """Decide again where the banks could not be asked, or a kill came between a scan and its decision."""
        with self.store.read() as reader:
            unasked = reader.media_to_ask_again(PAGE_MEDIA)
        if unasked:
            self.reconsider(unasked)

    def _retry(self, media: Media, now: datetime) -> bool:
        if media.id in self._next and not may_pass_later(media):
            self._pause(media.id, now, LONGEST_PAUSE.seconds)
            return False
        scan = scan_content(self.scanner, self.vault, media.content_id or "", media.size_bytes or 0)
        pause = min(self._next.get(media.id, (now, FIRST_PAUSE.seconds / 2))[1] * 2, LONGEST_PAUSE.seconds)
        self._pause(media.id, now, pause)
        if scan is None:
            return False
        after = scanned(media, scan)
        if after.scan is ScanState.SCANNED:
            return self._settle(media, after)
        if after.failure != media.failure:
            self._write(media, replace(media, scan=after.scan, failure=after.failure, media_type=after.media_type))
        return False

    def _settle(self, before: Media, after: Media) -> bool:
        self._next.pop(after.id, None)
        if not self._write(before, after, has_new_hashes=True):
            return False
        self.reconsider([after.id])
        return True

    def _write(self, before: Media, after: Media, *, has_new_hashes: bool = False) -> bool:
        """Store what was seen, unless somebody sealed or replaced the bytes meanwhile: the next round sees to it."""
        try:
            self.committer.commit(Changeset(media_updates=(MediaUpdate(after, has_new_hashes, before),)))
        except Conflict:
            return False
        return True

    def _pause(self, media_id: MediaId, now: datetime, seconds: float) -> None:
        self._next[media_id] = (now + Duration(seconds=seconds).delta, seconds)
