"""How answers of classifiers stood beside what people found.

People look at cases, so an answer counts where its event or its item lies in a case under the clause of the label, and
people decided about it. Something was found where the account that the case is about was found to be the actor since it
was opened; whether the answer itself brought the case about is told by the fire of the rule that it was laid before.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from tutela.adapters.db.classification_rows import signals_in
from tutela.adapters.db.classification_tables import classifier_answers
from tutela.adapters.db.decision_tables import finding_roles
from tutela.adapters.db.event_tables import rule_fires
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.rows import Row, to_us
from tutela.adapters.db.tables import case_items, cases, decisions
from tutela.core.classifying.figures import Drawn, Outcome
from tutela.core.roles import Role

MOST_ANSWERS = 50_000
"""The newest, of which agreement is told."""

_A = classifier_answers.c
_ANSWERS = (
    select(classifier_answers)
    .where(_A.at_us >= bindparam("since"))
    .order_by(_A.at_us.desc())
    .limit(MOST_ANSWERS)
)  # fmt: skip
_CASE = (cases.c.id, cases.c.account_id, cases.c.clause_id, cases.c.closed_by, cases.c.opened_us)
_BY_ITEM = (
    select(case_items.c.item_id.label("ref"), *_CASE)
    .join_from(case_items, cases, cases.c.id == case_items.c.case_id)
    .where(among(case_items.c.item_id))
)
_BY_EVENT = (
    select(rule_fires.c.event_id.label("ref"), *_CASE)
    .join_from(rule_fires, cases, cases.c.id == rule_fires.c.case_id)
    .where(among(rule_fires.c.event_id))
)
_REVERSAL = decisions.alias("reversal")
_FINDINGS = (
    select(finding_roles.c.account_id, decisions.c.clause_id, func.max(decisions.c.at_us).label("at_us"))
    .join_from(finding_roles, decisions, decisions.c.id == finding_roles.c.decision_id)
    .outerjoin(_REVERSAL, _REVERSAL.c.reverses == finding_roles.c.decision_id)
    .where(among(finding_roles.c.account_id), finding_roles.c.role == Role.ACTOR.value)
    .group_by(finding_roles.c.account_id, decisions.c.clause_id)
)
_FOUND = _FINDINGS.where(_REVERSAL.c.id.is_(None))
_OVERTURNED = _FINDINGS.where(_REVERSAL.c.id.is_not(None))


@dataclass(frozen=True, slots=True)
class _Decided:
    """A case that people decided."""

    clause_id: str
    is_found: bool
    case_id: str


def outcomes_since(connection: Connection, since: datetime) -> list[Outcome]:
    """Return, counted, how answers since *since* stood beside what people found."""
    answers = connection.execute(_ANSWERS, {"since": to_us(since)}).mappings().all()
    decided = _decided(connection, answers)
    counted = Counter(each for row in answers for each in _outcomes(row, decided))
    return [Outcome(*key, count=count) for key, count in sorted(counted.items(), key=lambda each: str(each[0]))]


def _decided(connection: Connection, answers: Iterable[Row]) -> Mapping[str, list[_Decided]]:
    items = {row["item_id"] for row in answers if row["item_id"]}
    events = {name for row in answers for name in (row["event_id"], row["laid_as"]) if name}
    found = [*rows_of(connection, _BY_ITEM, items), *rows_of(connection, _BY_EVENT, events)]
    accounts = {row["account_id"] for row in found}
    stands, overturned = (_latest(connection, each, accounts) for each in (_FOUND, _OVERTURNED))
    decided: dict[str, list[_Decided]] = defaultdict(list)
    for row in found:
        # A violation is decided while its case stays open until somebody knows whether it must be reported (P4): and so
        # it is where it was overturned.
        place = row["account_id"], row["clause_id"]
        is_found, is_overturned = (each.get(place, -1) >= row["opened_us"] for each in (stands, overturned))
        if is_found or is_overturned or row["closed_by"] is not None:
            decided[row["ref"]].append(_Decided(row["clause_id"], is_found, row["id"]))
    return decided


def _latest(connection: Connection, findings: Select[Any], accounts: set[str]) -> dict[tuple[str, str], int]:
    return {(row["account_id"], row["clause_id"]): row["at_us"] for row in rows_of(connection, findings, accounts)}


_Key = tuple[str, str, str, bool | None, bool, Drawn]


def _outcomes(row: Row, decided: Mapping[str, list[_Decided]]) -> Iterator[_Key]:
    mine = {each.case_id for each in decided.get(row["laid_as"] or "", ())}
    places = (row["item_id"], row["event_id"], row["laid_as"])
    about = {each.case_id: each for place in places if place for each in decided.get(place, ())}
    for signal in signals_in(row["body"]):
        judged = [each for each in about.values() if each.clause_id == signal.clause]
        if not judged:
            continue
        drawn = Drawn.BECAUSE_OF_IT if any(each.case_id in mine for each in judged) else Drawn.OTHERWISE
        is_found = any(each.is_found for each in judged)
        yield row["classifier_id"], row["version"], signal.label, signal.is_over, is_found, drawn
