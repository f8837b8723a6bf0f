"""Put bytes that still wait under a younger key, so that no transient key outlives its days.

A backup holds manifests as they were. One that was wrapped under the key of a day opens with that key, also when the
content was sealed and destroyed since: so the key must go in time, and nothing that waits may hold it back (P5).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import structlog

from tutela.core.content import Media
from tutela.errors import ContentMissing, VaultError
from tutela.flows.weigh import transient_period
from tutela.ports.clock import Clock
from tutela.ports.store import MediaPlace, Store
from tutela.ports.vault import Vault

_log = structlog.get_logger(__name__)

PAGE_MEDIA = 500


@dataclass(frozen=True, slots=True)
class CarryOver:
    """Move what waits for a scan or a person from keys that are over to the key of today. Idempotent."""

    store: Store
    vault: Vault
    clock: Clock

    def __call__(self, over: Collection[str], before: datetime) -> datetime | None:
        """Move it; return when the first came that could not be moved and so keeps the keys of its days, if any did."""
        place: MediaPlace | None = None
        stuck: list[datetime] = []
        while True:
            with self.store.read() as reader:
                page = reader.media_under_transient_keys(before, PAGE_MEDIA, after=place)
            if not page:
                return min(stuck, default=None)
            stuck += [media.received_at for media in page if not self._is_moved(media, over)]
            place = MediaPlace(page[-1].received_at, page[-1].id)

    def _is_moved(self, media: Media, over: Collection[str]) -> bool:
        period = transient_period(self.clock.now())
        try:
            self.vault.move_period(media.content_id or "", period, leaving=over)
        except ContentMissing:
            return True  # replaced or forgotten meanwhile: nothing is left that a key could be kept for
        except VaultError as error:
            # It may be damaged only here: a whole copy from a backup opens with the key of its day.
            _log.warning("carry_over_failed", media=media.id, error_type=type(error).__name__)
            return False
        return True
