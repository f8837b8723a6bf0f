"""Accounts that somebody has planned, and that are perhaps not stored yet.

Whoever plans at the same moment means the same account by the same name of the platform. Without this, two batches that
both tell of somebody new refuse each other, and one is planned again: while a platform is being connected everybody is
new, and one of two connections lost each time.
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
    _kept: OrderedDict[str, Account] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def known(self, platform_id: str, now: datetime) -> Account | None:
        """Return the account, where somebody has planned it."""
        with self._lock:
            return self._lately(platform_id, now)

    def of(self, who: Author, now: datetime) -> Account:
        """Return the account of somebody of whom nothing is stored: as it is planned already, or a new one."""
        with self._lock:
            found = self._lately(who.platform_id, now)
            if found is None:
                account_id = AccountId(self.entropy.new_id("account"))
                found = Account(account_id, who.platform_id, who.age, who.regions, now)
                self._kept[who.platform_id] = found
                self._kept.move_to_end(who.platform_id)
                if len(self._kept) > MAX_KEPT:
                    self._kept.popitem(last=False)
            return found

    def _lately(self, platform_id: str, now: datetime) -> Account | None:
        found = self._kept.get(platform_id)
        return found if found is not None and now - found.created_at < KEPT_FOR.delta else None
