"""Say what a decision does, or a reversal, in the platform's own names: one wording for API and command line."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tutela.core.findings import FindingPlan
from tutela.core.ids import AccountId, ItemId
from tutela.core.measures import Measure, Subject, SubjectKind
from tutela.core.own_banks import OBSTACLES, Banking
from tutela.core.plans import Answer, Grant
from tutela.core.reversals import ReversalPlan
from tutela.core.statements import Statement, StatementDraft
from tutela.core.subjects import warnings
from tutela.flows.decide import Foreseen, Names
from tutela.flows.reverse import ForeseenReversal, Reversed
from tutela.flows.take_back import TakenBack
from tutela.ports.committer import Changeset


def plan_told(foreseen: Foreseen, now: datetime, written: Changeset | None = None) -> dict[str, Any]:
    """Return what a finding would do, or, with what was *written*, has done."""
    plan, names = foreseen.plan, foreseen.names
    return {
        "dry_run": written is None,
        "allowed": not plan.refusals,
        "refusals": [{"place": each.place, "message": each.sentence} for each in plan.refusals],
        "warnings": [
            {"place": f"measures.{number}.on", "message": sentence}
            for number, ask in enumerate(plan.finding.asks)
            for sentence in warnings(ask.subject)
        ],
        "decision": written.decisions[0].id if written else None,
        "undo": undo_of(written),
        "undo_until": undo_until_of(written),
        "grants": measures_told(_granted(written), names, now) if written else _grants(plan, names, now),
        "already": measures_told(plan.holds_already, names, now),
        "ends": measures_told(plan.ends, names, now),
        "stays": measures_told(plan.stays, names, now),
        "strikes": [
            {
                "account": names.accounts[each.strike.account_id],
                "points": each.strike.points,
                "before": each.before,
                "after": each.after,
                "meets": each.rung.kind.value if each.rung else None,
            }
            for each in plan.strikes
        ],
        "messages": messages_told(written.statements if written else plan.statements, names),
        "cases": [
            {
                "account": names.accounts[case.account_id],
                "item": names.items[case.item_id] if case.item_id else None,
                "reason": case.reason.value,
                "due_at": case.due_at,
            }
            for case in plan.cases
        ],
        "closes": [case.id for case in plan.closes],
        "items": items_told(plan.answers, foreseen.before, names),
        "reports": len(plan.reports),
        "evidence_wanted": list(plan.evidence_wanted),
        "also_hides": foreseen.also_hides,
        "served": [ask.kind.value for ask in plan.served],
        "bank": None if plan.banking is None else banking_told(plan.banking),
    }


def reversal_told(foreseen: ForeseenReversal, now: datetime, done: Reversed | None = None) -> dict[str, Any]:
    """Return what a reversal would do, or has *done*."""
    plan, names = foreseen.plan, foreseen.names
    is_done = done is not None and done.proposal is None
    proposal = None if done is None else done.proposal
    return {
        "dry_run": done is None,
        "decision": foreseen.decision.id,
        "reversal": done.changeset.decisions[0].id if done is not None and is_done else None,
        "undo": undo_of(done.changeset) if done is not None and is_done else None,
        "undo_until": undo_until_of(done.changeset) if done is not None and is_done else None,
        "overturned": list(plan.overturned),
        "kept": list(plan.kept),
        "ends": measures_told(plan.ends, names, now),
        "stays": measures_told(plan.stays, names, now),
        "carries": [{**_grant(each.grant, names, now), "decision": each.rests_on} for each in plan.carries],
        "strikes": [
            {"account": names.accounts[each.account_id], "points": each.points, "decision": each.decision_id}
            for each in plan.strikes
        ],
        "items": items_told(plan.answers, foreseen.before, names),
        "messages": messages_told(done.changeset.statements if done and is_done else plan.statements, names),
        "closes": [case.id for case in plan.closes],
        "cleared": sorted({names.items[item_id] for item_id, _ in plan.clears}),
        "needs_two_people": list(plan.needs_two),
        "bank_entries": entries_told(plan),
        "elsewhere": foreseen.elsewhere,
        "cannot_undo": list(plan.cannot_undo),
        "proposal": None if proposal is None else {"by": proposal.by, "at": proposal.at},
    }


def banking_told(banking: Banking) -> dict[str, Any]:
    """Return what is entered into the operator's own bank: how many entries and where, and no value."""
    return {
        "name": banking.name,
        "new": banking.bank is None and bool(banking.entries),
        "entries": len(banking.entries),
        "supported": len(banking.supports),
        "known": banking.known,
        "left_out": banking.left_out,
        "asked": banking.is_asked,
        "obstacle": None if banking.obstacle is None else OBSTACLES[banking.obstacle],
    }


def entries_told(plan: ReversalPlan) -> list[dict[str, Any]]:
    """Return how many entries leave each bank, and how many another decision supports as well."""
    return [{"bank": name, "out": out, "stays": stays} for name, (out, stays) in plan.unbanks.by_bank.items()]


def undo_until_of(written: Changeset | None) -> datetime | None:
    """Return until when what was written may be taken back."""
    return None if written is None or written.window is None else written.window.undo_until


def undo_of(written: Changeset | None) -> str | None:
    """Return what takes back what was written."""
    if written is None or written.window is None or written.window.undo_until is None:
        return None
    return written.window.id


def _granted(written: Changeset) -> list[Measure]:
    """Return what was granted, without what only goes on until the window ends."""
    lingering = frozenset() if written.window is None else written.window.lingering
    return [measure for measure in written.measures if measure.id not in lingering]


def undone_told(done: TakenBack) -> dict[str, Any]:
    """Return what was taken back."""
    window, decision = done.window, done.decision
    return {
        "undone": list(window.decisions),
        "answer": window.answer_id,
        "decision": None if decision is None else decision.id,
        "overturned": []
        if done.plan is None
        else [each for each in done.plan.overturned if each not in window.decisions],
        "restored": list(window.ended),
        "cases": [move.before.id for move in window.cases],
        "bank_entries": {"out": len(done.changeset.member_removals), "back": len(done.changeset.member_returns)},
    }


def measures_told(measures: Iterable[Measure], names: Names, now: datetime) -> list[dict[str, Any]]:
    """Return measures, each with the decision that holds it."""
    return [
        {
            "id": measure.id,
            "kind": measure.kind.value,
            "subject": subject_told(measure.subject, names),
            "clause": measure.clause_id,
            "decision": measure.decision_id,
            "scope": measure.scope.as_json(),
            "starts_at": measure.starts_at,
            "ends_at": measure.ends_at,
            "review_by": measure.review_by,
            "in_force": measure.holds_at(now),
        }
        for measure in measures
    ]


def grants_told(grants: Iterable[Grant], names: Names, now: datetime) -> list[dict[str, Any]]:
    """Return measures that would be granted."""
    return [_grant(grant, names, now) for grant in grants]


def _grants(plan: FindingPlan, names: Names, now: datetime) -> list[dict[str, Any]]:
    return grants_told(plan.grants, names, now)


def _grant(grant: Grant, names: Names, now: datetime) -> dict[str, Any]:
    starts_at = grant.starts_at or now
    return {
        "id": None,
        "kind": grant.kind.value,
        "subject": subject_told(grant.subject, names),
        "clause": grant.clause_id,
        "decision": None,
        "scope": grant.scope.as_json(),
        "starts_at": starts_at,
        "ends_at": grant.ends_at,
        "review_by": grant.review_by,
        "in_force": starts_at <= now,
    }


def subject_told(subject: Subject, names: Names) -> dict[str, str]:
    """Return a subject by the platform's own name."""
    if subject.kind is SubjectKind.ITEM:
        return {"kind": subject.kind.value, "id": names.items.get(ItemId(subject.id), subject.id)}
    if subject.kind is SubjectKind.ACCOUNT:
        return {"kind": subject.kind.value, "id": names.accounts.get(AccountId(subject.id), subject.id)}
    return {"kind": subject.kind.value, "id": subject.id}


def messages_told(statements: Iterable[StatementDraft | Statement], names: Names) -> list[dict[str, Any]]:
    """Return what each account is told, and when."""
    return [
        {
            "account": names.accounts[each.account_id],
            "code": each.code.value,
            "tell_at": each.tell_at,
            "delayed_for": each.delay_basis.value if each.delay_basis else None,
        }
        for each in statements
    ]


def items_told(answers: Mapping[ItemId, Answer], before: Mapping[ItemId, Answer], names: Names) -> list[dict[str, Any]]:
    """Return what the platform is told about each item, and was told before."""
    return [
        {"id": names.items[item_id], "answer": answer.value, "before": before[item_id].value}
        for item_id, answer in answers.items()
    ]
