"""End looks that nobody answered in time, and those of which nothing is left to look at; the first is said loudly."""

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from tutela.core.looks import LookEnd, over
from tutela.errors import Conflict
from tutela.flows.spoil_look import ending
from tutela.ports.clock import Clock
from tutela.ports.committer import Committer
from tutela.ports.quality import LookedAt, OpenLook
from tutela.ports.store import Store

AT_ONCE = 200

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EndLooks:
    """Compare looks with their clocks. One that somebody holds goes on until they answer or let go of it."""

    store: Store
    committer: Committer
    clock: Clock

    def __call__(self) -> int:
        """Return how many ended."""
        now = self.clock.now()
        with self.store.read() as reader:
            found = reader.open_looks(now, AT_ONCE)
        return sum(self._end(each, now) for each in found)

    def _end(self, opened: OpenLook, now: datetime) -> int:
        end = over(opened.case, now, is_moot=opened.is_moot)
        if end is None:
            return 0
        look = opened.look
        changeset = ending(opened.case, look, end, now)
        if look.sample_id is not None and len(opened.case.answered_by) == 1 and changeset.quality is not None:
            unseen = replace(changeset.quality, looked_at=(LookedAt(look.sample_id, now),))
            changeset = replace(changeset, quality=unseen)
        try:
            self.committer.commit(changeset)
        except Conflict:
            return 0  # somebody has taken it
        if end is LookEnd.LAPSED and look.sample_id is not None:
            _log.error("sample_lapsed", case=look.case_id)
        return 1
