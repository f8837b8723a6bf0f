"""Decide again where more became known of a media after items carried it: its bytes came, or another hash of it.

Whoever brought it decides again at once; this is for when a kill, a full disk or a busy database came in between.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tutela.flows.reconsider import Reconsider
from tutela.ports.committer import Changeset, Committer
from tutela.ports.index import IndexName
from tutela.ports.store import Store

CHECKPOINT = "followed_media"
STRETCH_ROWS = 10_000
"""Rows of the feed looked through at once: bounds memory and how much is done again after a kill."""

WRITTEN_AFTER_ROWS = 1000
"""Rows that may be looked through again, so that an upload of which nothing follows costs no second commit."""


@dataclass(frozen=True, slots=True)
class FollowMedia:
    """Read the feed of stored media in commit order, and remember how far it has come. Idempotent."""

    store: Store
    committer: Committer
    reconsider: Reconsider

    def __call__(self, must_end: Callable[[], bool] = lambda: False) -> int:
        """Work until nothing is left, or *must_end* says so after a stretch; return how many items changed."""
        changed = 0
        while not must_end():
            with self.store.read() as reader:
                start = max(reader.checkpoint(CHECKPOINT), 0)
                reached = min(reader.feed_seq(IndexName.STORED), start + STRETCH_ROWS)
                media = reader.media_looked_at_between(start, reached)
            if not media and reached - start < WRITTEN_AFTER_ROWS:
                return changed
            changed += self.reconsider(media) if media else 0
            self.committer.commit(Changeset(checkpoints={CHECKPOINT: reached}))
        return changed
