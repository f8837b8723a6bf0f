"""Say whom a decision concerns, and since when they know."""

from datetime import datetime

from tutela.core.ids import AccountId, DecisionId, ItemId
from tutela.core.measures import SubjectKind
from tutela.ports.decisions import Decision
from tutela.ports.store import Reader

MOST_GROUNDS = 200
"""Decisions that one may rest on, directly or not, whose people are asked for."""


def concerned(reader: Reader, decision: Decision) -> frozenset[AccountId]:
    """Return the accounts with a part in a decision, on which it is, or of whose items."""
    found = set() if decision.account_id is None else {decision.account_id}
    said = reader.findings([decision.id]).get(decision.id)
    found |= set(said.roles) if said else set()
    measures = reader.granted([decision.id]).get(decision.id, ())
    found |= {AccountId(m.subject.id) for m in measures if m.subject.kind is SubjectKind.ACCOUNT}
    items = {ItemId(m.subject.id) for m in measures if m.subject.kind is SubjectKind.ITEM}
    items |= {each.item_id for each in reader.answers_by([decision.id])}
    items |= set() if decision.item_id is None else {decision.item_id}
    return frozenset(found | {stored.item.account_id for stored in reader.items_by_id(items).values()})


def told_at(reader: Reader, decision_id: DecisionId, account_id: AccountId, now: datetime) -> datetime | None:
    """Return when somebody was told last of what a decision did; none where they were not told yet.

    Where the platform says that it delivered later than it might have, that is when.
    """
    told = [each.tell_at for each in reader.statements_about(decision_id, account_id) if each.tell_at <= now]
    delivered = reader.told_late(decision_id, account_id)
    return max((*told, *([delivered] if told and delivered is not None else [])), default=None)


def grounds(reader: Reader, decision: Decision) -> list[DecisionId]:
    """Return a decision with everything that it rests on, directly or not."""
    found = {decision.id: None}
    newest = [*decision.rests_on]
    while newest and len(found) <= MOST_GROUNDS:
        found |= dict.fromkeys(newest)
        rests = reader.decisions(newest).values()
        newest = [ground for each in rests for ground in each.rests_on if ground not in found]
    return [*found]
