"""Lay before a person what a machine holds past its review clock and nobody was asked about (P11).

What is found opens its case at once. What could not be looked at is tried again first, so that it has none until it is
given up; a scanner that is away for days, or banks that cannot be asked, must not hold anything in silence.
"""

from dataclasses import dataclass

from tutela.core.cases import REVIEW_WITHIN, CaseDraft, CaseReason
from tutela.core.plans import UNSCANNED
from tutela.errors import Conflict
from tutela.flows.enact import Ledger
from tutela.ports.clock import Clock
from tutela.ports.committer import Committer
from tutela.ports.entropy import Entropy
from tutela.ports.store import Store

CHUNK_ITEMS = 100


@dataclass(frozen=True, slots=True)
class WatchReviews:
    """Open the cases that are missing. Idempotent: what is, or was, in a case under the clause is left alone."""

    store: Store
    committer: Committer
    clock: Clock
    entropy: Entropy

    def __call__(self) -> int:
        """Open cases for some of what waits; return for how many items."""
        now = self.clock.now()
        with self.store.read() as reader:
            waiting = reader.held_unasked(now, CHUNK_ITEMS)
            ledger = Ledger(self.entropy, now, reader.open_cases(account_id for _, account_id in waiting))
        for item_id, account_id in waiting:
            reason = CaseReason.NOT_SCANNED
            ledger.open(CaseDraft(account_id, UNSCANNED, reason, item_id, now + REVIEW_WITHIN[reason].delta))
        if not waiting:
            return 0
        try:
            self.committer.commit(ledger.changeset())
        except Conflict:
            return 0  # somebody else opened one of them: the next round sees what is left
        return len(waiting)
