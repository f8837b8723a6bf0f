"""Write a reversal: one decision for each that is undone, and all that ends, is cleared and told with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tutela.core.audit import JSON, AuditEvent
from tutela.core.cases import Case
from tutela.core.charter_reversals import of_reversal
from tutela.core.clearances import Clearance, clearance_of
from tutela.core.findings import Decider, Facts
from tutela.core.ids import ClauseId, DecisionId, ItemId
from tutela.core.measures import Measure
from tutela.core.plans import Answer, Source
from tutela.core.reversals import ReversalPlan, cleared_facts
from tutela.errors import CharterBreach
from tutela.flows.enact import as_granted, microseconds
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
    is_single_operator: bool = False  #: the second look of somebody who works alone, and not two people


def undo(plan: ReversalPlan, traced: Traced, who: Undoer, entropy: Entropy) -> Changeset:
    """Return what the reversal *plan* writes.

    Raises:
        tutela.errors.CharterBreach: It breaks a promise.
    """
    by = who.decider
    people = [by.id, *([who.proposed_by] if who.proposed_by else [])]
    if breaches := of_reversal(plan, traced.known, people, is_single_operator=who.is_single_operator):
        first = breaches[0]
        raise CharterBreach(f"{first.promise}: {first.detail}", place=first.subject)
    known = traced.known
    ledger = HandLedger(entropy, known.at, {key: work.case for key, work in known.work.items()})
    ledger.expect(*known.standings.values())
    ledger.expects_dependents.update({each: traced.dependents[each] for each in plan.overturned})
    undoing = {each: undoing_of(each, traced, who, entropy) for each in plan.overturned}
    ledger.decisions.extend(undoing.values())
    ledger.findings.extend(
        FindingRecord(each.id, who.facts, by.is_senior, is_reversal=True) for each in undoing.values()
    )
    answers, clearances = _answers_by(plan, traced), _clearances(plan, traced, undoing)
    ledger.own.take_out(plan, known, undoing)
    for decision_id, decision in undoing.items():
        told = {item_id: plan.answers[item_id] for item_id in answers[decision_id]}
        ends = [measure for measure in plan.ends if measure.decision_id == decision_id]
        ledger.end(ends, decision)
        ledger.answer(told, {item_id: known.items[item_id].answer for item_id in told}, decision)
        cleared = [each for each in clearances if each.decision_id == decision.id]
        closes = plan.closes if decision_id == plan.overturned[0] else ()
        event = _entry(decision, who, _Undone(ends, told, closes, cleared))
        ledger.audit.append(replace(event, payload={**event.payload, **ledger.own.unbanked_by(decision)}))
    carry_over(plan, who, ledger)
    main = undoing[plan.overturned[0]]
    ledger.close(plan.closes, traced.case_counts, main)
    for draft in plan.lays:
        ledger.open(draft)
    for statement in plan.statements:
        ledger.tell(statement, main)
    return ledger.written(clearances=tuple(clearances))


def carry_over(plan: ReversalPlan, who: Undoer, ledger: HandLedger) -> None:
    """Grant what other findings take over: a decision for each of these, which rests on it and ends with it (P11)."""
    for ground, clause_id in dict.fromkeys((each.rests_on, each.grant.clause_id) for each in plan.carries):
        grants = [c.grant for c in plan.carries if (c.rests_on, c.grant.clause_id) == (ground, clause_id)]
        decision = Decision(
            id=DecisionId(ledger.entropy.new_id("decision")),
            item_id=None,
            account_id=None,
            source=Source.PERSON,
            clause_id=clause_id,
            policy_version=who.policy_version,
            is_automated=False,
            at=ledger.now,
            decided_by=who.decider.id,
            rests_on=(ground,),
        )
        ledger.decisions.append(decision)
        ledger.findings.append(FindingRecord(decision.id, who.facts, who.decider.is_senior, is_reversal=True))
        granted: list[JSON] = [as_granted(ledger.grant(grant, decision)) for grant in grants]
        payload = {**said(decision, who), "granted": granted, "rests_on": ground}
        ledger.audit.append(AuditEvent("person:finding:decided", decision.id, payload))


@dataclass(frozen=True, slots=True)
class _Undone:
    """What one of the decisions that undo does."""

    ends: Iterable[Measure]
    told: Mapping[ItemId, Answer]
    closes: Iterable[Case]
    clears: Iterable[Clearance]


def _entry(decision: Decision, who: Undoer, undone: _Undone) -> AuditEvent:
    payload: dict[str, JSON] = {
        **said(decision, who),
        "lifted": [measure.id for measure in undone.ends],
        "answers": {item_id: answer.value for item_id, answer in undone.told.items()},
        "closed": [case.id for case in undone.closes],
        "cleared": {each.item_id: as_cleared(each) for each in undone.clears},
    }
    return AuditEvent("person:decision:reversed", decision.id, payload)


def said(decision: Decision, who: Undoer) -> dict[str, JSON]:
    """Return what the entry of each decision here says, with nothing granted, ended or counted by it."""
    return {
        "by": who.decider.id,
        "proposed_by": who.proposed_by,
        "single_operator": who.is_single_operator,
        "senior": who.decider.is_senior,
        "clause": decision.clause_id,
        "policy_version": decision.policy_version,
        "automated": False,
        "reverses": decision.reverses,
        "granted": [],
        "lifted": [],
        "answers": {},
        "roles": {},
        "strikes": {},
        "struck": {},
        "bulk": None,
    }


def as_cleared(clearance: Clearance) -> list[JSON]:
    """Return what was cleared in one item as the audit entry tells it: one more fact would blind a bank."""
    at = microseconds(clearance.at)
    told = [
        [fact.media_id, fact.clause_id, fact.kind.value, fact.bank_id or "", fact.resembles or "", at]
        for fact in clearance.facts
    ]
    return [*sorted(told, key=str)]


def undoing_of(reverses: DecisionId, traced: Traced, who: Undoer, entropy: Entropy) -> Decision:
    """Return the decision that undoes another one."""
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
    known, at = traced.known, traced.known.at
    return [
        clearance_of(item_id, clause_id, by[item_id, clause_id], at, cleared_facts(known, item_id, plan.overturned))
        for item_id, clause_id in plan.clears
    ]
