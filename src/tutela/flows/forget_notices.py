"""Forget what somebody told, once it is answered and its time is over: words, links, names, how they are reached.

What became of it stays, for the figures and for whoever holds the code. The words of a month are sealed under the key
of that month, which is destroyed when nothing of it is kept any more: what is left of a row in a file, a log or a
backup opens no more.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from tutela.core.audit import AuditEvent
from tutela.errors import Conflict
from tutela.flows.notice_secrets import PERIOD
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.keys import KeyRing
from tutela.ports.notices import NoticeMoved
from tutela.ports.store import Store

PAGE = 200


@dataclass(frozen=True, slots=True)
class ForgetNotices:
    """Forget. Idempotent; a kill between two steps leaves what the next run forgets."""

    store: Store
    committer: Committer
    keys: KeyRing
    clock: Clock
    keep: timedelta

    def __call__(self) -> int:
        """Forget what is over and return of how many notices that was."""
        done = 0
        while True:
            with self.store.read() as reader:
                page = reader.told_before(self.clock.now() - self.keep, PAGE)
                found = [notice for notice in map(reader.notice_of, page) if notice is not None]
            for notice in found:
                moved = NoticeMoved(notice, replace(notice, version=notice.version + 1), forgets=True)
                try:
                    entry = AuditEvent("system:notice:forgotten", notice.id, {})
                    self.committer.commit(Changeset(notice_moves=(moved,), audit=(entry,)))
                except Conflict:
                    continue  # heard again in this moment: it is kept
                done += 1
            if len(page) < PAGE:
                break
        self._destroy_months()
        return done

    def _destroy_months(self) -> None:
        now = f"{PERIOD}{self.clock.now():%Y-%m}"
        with self.store.read() as reader:
            kept = reader.months_told()
        for period in self.keys.periods():
            if period.startswith(PERIOD) and period < now and period not in kept:
                self.keys.destroy_period(period)
