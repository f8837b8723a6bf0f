"""Show one decision to a person who decides: what it did, and whether it still stands."""

from dataclasses import dataclass
from typing import Any

from tutela.core.case_answers import agree
from tutela.core.decisions import counts
from tutela.core.ids import DecisionId
from tutela.core.permissions import Principal, demand
from tutela.flows.read_decision import read_decision
from tutela.flows.tell_answer import refuse_blinded
from tutela.ports.clock import Clock
from tutela.ports.store import Reader, Store


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
            told, proposal = read_decision(reader, decision_id, now), reader.proposal(decision_id)
            seen = _seen(reader, decision_id) if told["automated"] else {"matches": [], "fires": []}
            agreed = [each for each in _behind(reader, decision_id) if each != told["by"]]
        mine = proposal is not None and proposal.by == principal.id and told["reversed_by"] is None
        # Of anybody else's nothing is told: whoever is second says the same without knowing (P3).
        return {**told, "own_proposal": proposal.at if mine and proposal else None, "seen": seen, "agreed": agreed}


def _seen(reader: Reader, decision_id: DecisionId) -> dict[str, Any]:
    """Return what led a machine to a decision: what banks said of the item at that moment, and which rules fired."""
    decision = reader.decisions([decision_id])[decision_id]
    found = reader.detections(decision.item_id) if decision.item_id is not None else []
    banks = {bank.id: bank.name for bank in reader.banks()} if found else {}
    matches = [
        {
            "bank": None if each.match.bank_id is None else banks.get(each.match.bank_id),
            "kind": each.match.kind.value,
            "distance": each.match.distance_bits,
            "threshold": each.match.threshold_bits,
            "clause": each.match.clause_id,
        }
        for each in found
        if each.at == decision.at and counts(each)
    ]
    fires = [{"rule": each.rule, "because": each.because} for each in reader.fires_of_decision(decision_id)]
    return {"matches": matches, "fires": fires}


def _behind(reader: Reader, decision_id: DecisionId) -> list[str]:
    """Return who stands behind a decision that ended a case: all whose answers agree with the one that stands."""
    settled = reader.settled_by(decision_id)
    if settled is None:
        return []
    given = [each.answer for each in reader.case_answers(settled.case_id) if each.answer.series == settled.series]
    stands = next((each for each in given if each.id == settled.answer_id), None)
    return [] if stands is None else list(dict.fromkeys(each.by for each in given if agree(each, stands)))
