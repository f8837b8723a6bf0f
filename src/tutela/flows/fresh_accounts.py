"""Identifiers of accounts that somebody is planning, and that are perhaps not stored yet.

Whoever plans at the same moment means the same account by the same name of the platform. Without this, two batches that
both tell of somebody new refuse each other, and one is planned again: while a platform is being connected everybody is
new, and one of two connections lost each time.

Only the identifier is shared. What a batch says of somebody counts for that batch alone until it is stored: a batch
that was refused must not have said how old a child is. Where two say otherwise, the committer has the second plan anew.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from tutela.core.content import Account
from tutela.core.ids import AccountId
from tutela.core.units import Duration
from tutela.flows.submission import Author
from tutela.ports.entropy import Entropy

KEPT_FOR = Duration(seconds=60)
"""Longer than any planning waits to be committed. Whoever is stored by then is read from there."""

MAX_KEPT = 20_000


@dataclass(slots=True)
class FreshAccounts:
    """What was planned lately in this process. Where another one was quicker, its account is stored, and holds."""

    entropy: Entropy
    _kept: OrderedDict[str, tuple[AccountId, datetime]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, who: Author, now: datetime) -> Account:
        """Return a new account for somebody of whom nothing is stored, under the identifier that all give it."""
        return Account(self._id(who.platform_id, now), who.platform_id, who.age, who.regions, now)

    def _id(self, platform_id: str, now: datetime) -> AccountId:
        with self._lock:
            account_id, since = self._kept.get(platform_id, (None, now))
            if account_id is None or now - since >= KEPT_FOR.delta:
                account_id = AccountId(self.entropy.new_id("account"))
                self._kept[platform_id] = account_id, now
                self._kept.move_to_end(platform_id)
                if len(self._kept) > MAX_KEPT:
                    self._kept.popitem(last=False)
            return account_id
