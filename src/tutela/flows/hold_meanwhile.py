"""Hold what one person found while another answer is awaited: hidden and locked, and nothing final.

It hides as a machine's hold does and says as little. Whoever answers next may see that something holds, and not who
found what.
"""

from collections.abc import Iterable

from tutela.core.audit import JSON, AuditEvent
from tutela.core.case_answers import CaseAnswer
from tutela.core.cases import REVIEW_WITHIN, CaseReason
from tutela.core.findings import Facts
from tutela.core.ids import AccountId, ClauseId, DecisionId, ItemId
from tutela.core.measures import HIDING, Measure, MeasureKind, Subject
from tutela.core.plans import SUSPICION_MEASURES, ZERO_TOLERANCE, Answer, Grant, Source
from tutela.core.roles import Role
from tutela.core.statements import DelayBasis, StatementCode, StatementDraft
from tutela.flows.enact import as_granted
from tutela.flows.enact_finding import HandLedger
from tutela.flows.read_bench import Bench
from tutela.ports.decisions import Decision, FindingRecord
from tutela.ports.store import Reader

AWAITED = Facts("second_answer_awaited")
"""What is said of such a decision: never what was found."""


def held_at_once(bench: Bench, answer: CaseAnswer) -> tuple[Grant, ...]:
    """Return what an answer holds until another person has answered; nothing where it is no grave finding."""
    return tuple(_grants(bench, answer, _clause(bench, answer))) if answer.is_grave else ()


def hold_meanwhile(
    reader: Reader, ledger: HandLedger, bench: Bench, answer: CaseAnswer, policy_version: str
) -> Decision | None:
    """Take in what holds until another person has answered; none where the answer is no grave finding."""
    if not answer.is_grave:
        return None
    grants, clause = held_at_once(bench, answer), _clause(bench, answer)
    subjects = dict.fromkeys(grant.subject for grant in grants)
    ledger.expect(*reader.standings(subjects).values())
    items = [*bench.things.items]
    decision = Decision(
        id=DecisionId(ledger.entropy.new_id("decision")),
        item_id=items[0] if len(items) == 1 else None,
        account_id=bench.case.account_id,
        source=Source.PERSON,
        clause_id=clause,
        policy_version=policy_version,
        is_automated=False,
        at=bench.at,
        decided_by=answer.by,
    )
    ledger.decisions.append(decision)
    ledger.findings.append(FindingRecord(decision.id, AWAITED, answer.is_senior))
    granted = [ledger.grant(grant, decision) for grant in grants]
    before = {item_id: stored.answer for item_id, stored in bench.things.items.items()}
    told = {item_id: _no_kinder(each) for item_id, each in before.items()}
    ledger.answer(told, before, decision)
    for statement in _statements(bench, granted, clause):
        ledger.tell(statement, decision)
    ledger.audit.append(_entry(decision, granted, told))
    return decision


def _clause(bench: Bench, answer: CaseAnswer) -> ClauseId:
    case_clause = bench.case.clause_id
    return case_clause if case_clause in ZERO_TOLERANCE else answer.clause_id


def _grants(bench: Bench, answer: CaseAnswer, clause: ClauseId) -> Iterable[Grant]:
    review_by = bench.at + REVIEW_WITHIN[CaseReason.SECOND_LOOK].delta
    for item_id in bench.things.items:
        for kind in (MeasureKind.HOLD, *SUSPICION_MEASURES):
            yield Grant(kind, Subject.item(item_id), clause, review_by=review_by)
    actors = [account_id for account_id, role in answer.roles.items() if role is Role.ACTOR]
    for account_id in actors:
        yield Grant(MeasureKind.LOCK_PENDING_DECISION, Subject.account(account_id), clause, review_by=review_by)


def _no_kinder(answer: Answer) -> Answer:
    return Answer.REFUSE if answer is Answer.REFUSE else Answer.HOLD


def _statements(bench: Bench, granted: Iterable[Measure], clause: ClauseId) -> Iterable[StatementDraft]:
    """Yield what is told, as of a machine's hold: the lock at once, what is looked at once it was (P8)."""
    kinds = {(measure.kind, measure.subject) for measure in granted}
    for kind, subject in sorted(kinds, key=str):
        if kind is MeasureKind.LOCK_PENDING_DECISION:
            code = StatementCode.ACCOUNT_LOCKED_PENDING_DECISION
            yield StatementDraft(AccountId(subject.id), clause, code, bench.at)
    due = bench.at + REVIEW_WITHIN[CaseReason.SECOND_LOOK].delta
    hidden = [ItemId(subject.id) for kind, subject in kinds if kind in HIDING]
    for account_id in sorted({bench.things.items[item_id].item.account_id for item_id in hidden}):
        code, basis = StatementCode.ITEM_UNDER_REVIEW, DelayBasis.REVIEW_PENDING
        yield StatementDraft(account_id, clause, code, due, basis)


def _entry(decision: Decision, granted: Iterable[Measure], told: dict[ItemId, Answer]) -> AuditEvent:
    payload: dict[str, JSON] = {
        "by": decision.decided_by,
        "clause": decision.clause_id,
        "policy_version": decision.policy_version,
        "automated": False,
        "roles": {},
        "answers": {item_id: answer.value for item_id, answer in told.items()},
        "granted": [as_granted(measure) for measure in granted],
        "lifted": [],
        "reports": [],
        "strikes": {},
        "closed": [],
        "reverses": None,
        "bulk": None,
    }
    return AuditEvent("person:finding:decided", decision.id, payload)
