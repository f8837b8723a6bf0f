"""Lay before a person, a few at a time, what rules saw while they were over their quota: never silence."""

from collections.abc import Sequence
from dataclasses import dataclass

from tutela.core.cases import CaseDraft, CaseReason
from tutela.core.conduct import DUE_WITHIN
from tutela.core.policy import Severity
from tutela.errors import Conflict
from tutela.flows.enact import Ledger
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.entropy import Entropy
from tutela.ports.events import Fire, FireLaid, Observed
from tutela.ports.store import Store

_DAY_SECONDS = 86_400
AT_ONCE = 100
"""Cases in one transaction."""


@dataclass(frozen=True, slots=True)
class LayWaiting:
    """Open cases for what waits, the gravest first, no faster than the quota of a day."""

    store: Store
    committer: Committer
    clock: Clock
    entropy: Entropy
    cases_a_day: int

    def __call__(self) -> int:
        """Lay what a day's quota has come to by now, as far as it was not laid today, and return how many."""
        now = self.clock.now()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        due = 1 + int(self.cases_a_day * (now - midnight).total_seconds() / _DAY_SECONDS)
        with self.store.read() as reader:
            room = min(due - reader.laid_since(midnight), AT_ONCE)
            waiting = reader.fires_waiting(room) if room > 0 else []
            if not waiting:
                return 0
            ledger = Ledger(self.entropy, now, reader.open_cases({fire.account_id for fire in waiting}))
        laid = self._lay(waiting, ledger)
        try:
            self.committer.commit(self._changeset(ledger, laid))
        except Conflict:
            return 0  # laid by another process, or a case was closed meanwhile: the next minute looks again
        return len(laid)

    def _lay(self, waiting: Sequence[Fire], ledger: Ledger) -> tuple[FireLaid, ...]:
        laid = []
        for fire in waiting:
            due_at = ledger.now + DUE_WITHIN[Severity(fire.severity or Severity.MEDIUM)].delta
            ledger.open(CaseDraft(fire.account_id, fire.clause_id, CaseReason.RULE, None, due_at, fire.queue or None))
            laid.append(FireLaid(fire.id, ledger.open_cases[fire.account_id, fire.clause_id].id, ledger.now))
        return tuple(laid)

    def _changeset(self, ledger: Ledger, laid: tuple[FireLaid, ...]) -> Changeset:
        return ledger.changeset(observed=Observed(laid=laid))
