"""Read one decision: what was found, what it granted, what it rests on and whether it still stands."""

from datetime import datetime
from typing import Any

from tutela.core.ids import AccountId, DecisionId, ItemId
from tutela.core.measures import SubjectKind
from tutela.errors import UnknownDecision
from tutela.flows.decide import Names
from tutela.flows.tell_plan import items_told, measures_told
from tutela.ports.store import Reader


def read_decision(reader: Reader, decision_id: DecisionId, now: datetime) -> dict[str, Any]:
    """Return a decision as it is told.

    Raises:
        tutela.errors.UnknownDecision: There is none.
    """
    decision = reader.decisions([decision_id]).get(decision_id)
    if decision is None:
        raise UnknownDecision(place="id")
    finding = reader.findings([decision_id]).get(decision_id)
    measures = reader.granted([decision_id]).get(decision_id, ())
    told = reader.answers_by([decision_id])
    proposal = reader.proposal(decision.reverses) if decision.reverses else None
    items = {each.item_id for each in told} | {
        ItemId(m.subject.id) for m in measures if m.subject.kind is SubjectKind.ITEM
    }
    accounts = set(finding.roles) if finding else set()
    accounts |= {AccountId(m.subject.id) for m in measures if m.subject.kind is SubjectKind.ACCOUNT}
    names = Names(
        {each.item.id: each.item.platform_id for each in reader.items_by_id(items).values()},
        {each.id: each.platform_id for each in reader.accounts_by_id(accounts).values()},
    )
    return {
        "id": decision.id,
        "at": decision.at,
        "by": decision.decided_by,
        "proposed_by": proposal.by if proposal and proposal.by != decision.decided_by else None,
        "automated": decision.is_automated,
        "source": decision.source.value,
        "clause": decision.clause_id,
        "policy_version": decision.policy_version,
        "reason": {"code": finding.facts.code, "line": finding.facts.line} if finding else None,
        "accounts": [
            {"id": names.accounts[account_id], "role": role.value}
            for account_id, role in (finding.roles.items() if finding else ())
        ],
        "measures": measures_told(measures, names, now),
        "items": items_told(
            {each.item_id: each.answer for each in told}, {each.item_id: each.before for each in told}, names
        ),
        "rests_on": list(decision.rests_on),
        "reverses": decision.reverses,
        "reversed_by": reader.reversed([decision_id]).get(decision_id),
        "undo_until": _undo_until(reader, decision_id, now),
        "bulk": finding.bulk_id if finding else None,
    }


def _undo_until(reader: Reader, decision_id: DecisionId, now: datetime) -> datetime | None:
    window = reader.undo_window(decision_id)
    if window is None or not window.is_open(now) or reader.reversed([decision_id]):
        return None
    return window.undo_until
