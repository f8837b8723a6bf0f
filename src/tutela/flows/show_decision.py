"""Show one decision to a person who decides: what it did, and whether it still stands."""

from dataclasses import dataclass
from typing import Any

from tutela.core.ids import DecisionId
from tutela.core.permissions import Principal, demand
from tutela.flows.read_decision import read_decision
from tutela.flows.tell_answer import refuse_blinded
from tutela.ports.clock import Clock
from tutela.ports.store import Store


@dataclass(frozen=True, slots=True)
class ShowDecision:
    """Show decisions."""

    store: Store
    clock: Clock

    def __call__(self, principal: Principal, decision_id: DecisionId) -> dict[str, Any]:
        """Return a decision as it is told.

        Raises:
            tutela.errors.Forbidden: They decide nothing.
            tutela.errors.UnknownDecision: There is none.
            tutela.errors.NotForYou: It only holds what is found while another answer is awaited (P3).
        """
        demand(principal, "decide")
        now = self.clock.now()
        with self.store.read() as reader:
            refuse_blinded(reader, principal, decision_id, now)
            return read_decision(reader, decision_id, now)
