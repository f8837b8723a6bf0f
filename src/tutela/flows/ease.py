"""Write that some of a decision's measures end and the rest stays: one decision, with all that it ends and tells."""

from collections.abc import Sequence

from tutela.core.appeals.easing import EasingPlan
from tutela.core.audit import JSON, AuditEvent
from tutela.core.clearances import Clearance, clearance_of
from tutela.core.ids import DecisionId
from tutela.core.plans import UNSCANNED, Answer, Source
from tutela.core.reversals import cleared_facts
from tutela.errors import CharterBreach
from tutela.flows.enact_finding import HandLedger
from tutela.flows.trace import Traced
from tutela.flows.undo import Undoer, as_cleared, said
from tutela.ports.committer import Changeset
from tutela.ports.decisions import Decision, FindingRecord
from tutela.ports.entropy import Entropy


def ease(plan: EasingPlan, traced: Traced, who: Undoer, entropy: Entropy) -> Changeset:
    """Return what *plan* writes.

    Raises:
        tutela.errors.CharterBreach: One person would lift what takes two (P3).
    """
    known, by = traced.known, who.decider
    if plan.needs_two_people and who.proposed_by in {None, by.id} and not who.is_single_operator:
        raise CharterBreach("P3: one person would lift what takes two", place=plan.decision_id)
    before = traced.decisions[plan.decision_id]
    ledger = HandLedger(entropy, known.at, {})
    ledger.expect(*known.standings.values())
    decision = Decision(
        id=DecisionId(entropy.new_id("decision")),
        item_id=before.item_id,
        account_id=before.account_id,
        source=Source.PERSON,
        clause_id=before.clause_id,
        policy_version=who.policy_version,
        is_automated=False,
        at=known.at,
        decided_by=by.id,
    )
    ledger.decisions.append(decision)
    ledger.findings.append(FindingRecord(decision.id, who.facts, by.is_senior, is_reversal=True))
    ledger.end(plan.ends, decision)
    ledger.answer(plan.answers, {item_id: known.items[item_id].answer for item_id in plan.answers}, decision)
    for statement in plan.statements:
        ledger.tell(statement, decision)
    clearances = _clearances(plan, traced, decision)
    payload: dict[str, JSON] = {
        **said(decision, who),
        "eases": plan.decision_id,
        "lifted": [measure.id for measure in plan.ends],
        "answers": {item_id: answer.value for item_id, answer in plan.answers.items()},
        "closed": [],
        "cleared": {each.item_id: as_cleared(each) for each in clearances},
    }
    ledger.audit.append(AuditEvent("person:decision:eased", decision.id, payload))
    return ledger.written(clearances=tuple(clearances))


def _clearances(plan: EasingPlan, traced: Traced, decision: Decision) -> Sequence[Clearance]:
    """Return what was cleared of items that are shown again: the same facts hide them no more."""
    clause_id = decision.clause_id
    if clause_id is None or clause_id == UNSCANNED:
        return ()
    shown = [item_id for item_id, answer in plan.answers.items() if answer is Answer.PUBLISH]
    facts = {item_id: cleared_facts(traced.known, item_id, ()) for item_id in shown}
    return [
        clearance_of(item_id, clause_id, decision.id, decision.at, facts[item_id])
        for item_id in shown
        if any(each.match.clause_id == clause_id for each in facts[item_id])
    ]
