"""Write a reversal: one decision for each that is undone, and all that ends, is cleared and told with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from tutela.core.audit import JSON, AuditEvent
from tutela.core.charter_reversals import of_reversal
from tutela.core.clearances import Clearance, clearance_of
from tutela.core.findings import Decider, Facts
from tutela.core.ids import ClauseId, DecisionId, ItemId
from tutela.core.plans import Source
from tutela.core.reversals import ReversalPlan
from tutela.errors import CharterBreach
from tutela.flows.enact_finding import HandLedger
from tutela.flows.trace import Traced
from tutela.ports.committer import Changeset
from tutela.ports.decisions import Decision, FindingRecord
from tutela.ports.entropy import Entropy


@dataclass(frozen=True, slots=True)
class Undoer:
    """Who undoes, why, and under which policy."""

    decider: Decider
    facts: Facts
    policy_version: str
    proposed_by: str | None = None  #: who asked for it first, where it takes two


def undo(plan: ReversalPlan, traced: Traced, who: Undoer, entropy: Entropy) -> Changeset:
    """Return what the reversal *plan* writes.

    Raises:
        tutela.errors.CharterBreach: It breaks a promise.
    """
    by = who.decider
    people = [by.id, *([who.proposed_by] if who.proposed_by else [])]
    if breaches := of_reversal(plan, traced.known, people):
        first = breaches[0]
        raise CharterBreach(f"{first.promise}: {first.detail}", place=first.subject)
    known = traced.known
    ledger = HandLedger(entropy, known.at, {key: work.case for key, work in known.work.items()})
    ledger.expect(*known.standings.values())
    ledger.expects_dependents.update({each: traced.dependents[each] for each in plan.overturned})
    undoing = {each: _undoing(each, traced, who, entropy) for each in plan.overturned}
    ledger.decisions.extend(undoing.values())
    ledger.findings.extend(
        FindingRecord(each.id, who.facts, by.is_senior, is_reversal=True) for each in undoing.values()
    )
    answers = _answers_by(plan, traced)
    for decision_id, decision in undoing.items():
        ends = [measure for measure in plan.ends if measure.decision_id == decision_id]
        ledger.end(ends, decision)
        before = {item_id: known.items[item_id].answer for item_id in answers[decision_id]}
        told = {item_id: plan.answers[item_id] for item_id in answers[decision_id]}
        ledger.answer(told, before, decision)
        closes = plan.closes if decision_id == plan.overturned[0] else ()
        ledger.close(closes, traced.case_counts, decision)
        payload: dict[str, JSON] = {
            "by": by.id,
            "proposed_by": who.proposed_by,
            "senior": by.is_senior,
            "clause": decision.clause_id,
            "policy_version": decision.policy_version,
            "automated": False,
            "reverses": decision_id,
            "granted": [],
            "lifted": [measure.id for measure in ends],
            "answers": {item_id: answer.value for item_id, answer in told.items()},
            "closed": [case.id for case in closes],
            "roles": {},
            "strikes": {},
            "bulk": None,
        }
        ledger.audit.append(AuditEvent("person:decision:reversed", decision.id, payload))
    main = undoing[plan.overturned[0]]
    for statement in plan.statements:
        ledger.tell(statement, main)
    return ledger.written(clearances=tuple(_clearances(plan, traced, undoing)))


def _undoing(reverses: DecisionId, traced: Traced, who: Undoer, entropy: Entropy) -> Decision:
    before = traced.decisions[reverses]
    return Decision(
        id=DecisionId(entropy.new_id("decision")),
        item_id=before.item_id,
        account_id=before.account_id,
        source=Source.PERSON,
        clause_id=before.clause_id,
        policy_version=who.policy_version,
        is_automated=False,
        at=traced.known.at,
        decided_by=who.decider.id,
        reverses=reverses,
    )


def _answers_by(plan: ReversalPlan, traced: Traced) -> dict[DecisionId, list[ItemId]]:
    """Return which items each undone decision is answered by; each item once."""
    left = dict(plan.answers)
    found: dict[DecisionId, list[ItemId]] = {}
    for decision_id in plan.overturned:
        own = [each for each in traced.known.decided[decision_id].item_ids if each in left]
        found[decision_id] = own
        for each in own:
            del left[each]
    return found


def _clearances(plan: ReversalPlan, traced: Traced, undoing: Mapping[DecisionId, Decision]) -> list[Clearance]:
    """Return what people have cleared: the same facts raise no suspicion again."""
    by: dict[tuple[ItemId, ClauseId], DecisionId] = {}
    for decision_id, decision in undoing.items():
        for item_id in traced.known.decided[decision_id].item_ids:
            if decision.clause_id is not None:
                by.setdefault((item_id, decision.clause_id), decision.id)
    at, items = traced.known.at, traced.known.items
    return [
        clearance_of(item_id, clause_id, by[item_id, clause_id], at, items[item_id].detections)
        for item_id, clause_id in plan.clears
    ]
