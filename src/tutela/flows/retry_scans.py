"""Try again what could not be scanned, with growing pauses; a person looks at what no retry can open."""

from collections.abc import Sequence
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
from tutela.ports.committer import Changeset, Committer, MediaUpdate
from tutela.ports.scanner import MediaScanner
from tutela.ports.store import MediaPlace, Store
from tutela.ports.vault import Vault

FIRST_PAUSE = Duration(seconds=30)
LONGEST_PAUSE = Duration(hours=6)
PAGE_MEDIA = 50
PAGE_READ = 1000


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
    _given_up_to: MediaPlace | None = None
    _has_tried_given_up: bool = False

    def __call__(self) -> int:
        """Try some of the media that are due once; return how many could be scanned."""
        now = self.clock.now()
        due = [*self._due(now), *self._given_up()]
        scanned_now = sum(self._retry(media, now) for media in due)
        self._ask_again()
        return scanned_now

    def _due(self, now: datetime) -> list[Media]:
        """Return the oldest that another try may open and whose pause is over, however many others wait."""
        due: list[Media] = []
        waiting: set[MediaId] = set()
        place: MediaPlace | None = None
        while len(due) < PAGE_MEDIA:
            with self.store.read() as reader:
                page = reader.media_to_scan(PAGE_READ, after=place)
            waiting.update(media.id for media in page)
            due += [media for media in page if media.id not in self._next or self._next[media.id][0] <= now]
            if len(page) < PAGE_READ:
                self._next = {media_id: pause for media_id, pause in self._next.items() if media_id in waiting}
                break
            place = _place_of(page)
        return due[:PAGE_MEDIA]

    def _given_up(self) -> list[Media]:
        """Return the next of those that no try could open; each comes once a process."""
        if self._has_tried_given_up:
            return []
        with self.store.read() as reader:
            page = reader.media_to_scan(PAGE_MEDIA, after=self._given_up_to, given_up=True)
        self._has_tried_given_up = len(page) < PAGE_MEDIA
        self._given_up_to = _place_of(page) if page else self._given_up_to
        return page

    def _ask_again(self) -> None:
        """Decide again where the banks could not be asked, or a kill came between a scan and its decision."""
        with self.store.read() as reader:
            unasked = reader.media_to_ask_again(PAGE_MEDIA)
        if unasked:
            self.reconsider(unasked)

    def _retry(self, media: Media, now: datetime) -> bool:
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
        if not may_pass_later(after):
            self.reconsider([media.id])  # from now on a person has to look at its items
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


def _place_of(page: Sequence[Media]) -> MediaPlace:
    return MediaPlace(page[-1].received_at, page[-1].id)
