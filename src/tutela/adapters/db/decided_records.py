"""Compare what people decided with what the audit says that they decided: who, about whom, with which answers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from tutela.adapters.db import tables as t
from tutela.adapters.db.decision_tables import decision_answers, finding_roles, findings
from tutela.adapters.db.enforcement_tables import strikes
from tutela.adapters.db.entries import payload_of, rows_by_id
from tutela.adapters.db.lists import among
from tutela.adapters.db.undone_records import undone_among
from tutela.core.charter import Breach

FOUND, UNDONE = ":finding:decided", ":decision:reversed"
DECIDED_BY_PEOPLE = (FOUND, UNDONE)
"""How the entries of what people decided end."""


def _of(column: Any) -> Any:
    return select(column.table).where(among(column))


_DECISIONS = _of(t.decisions.c.id)
_FINDINGS = _of(findings.c.decision_id)
_ROLES = _of(finding_roles.c.decision_id)
_ANSWERS = _of(decision_answers.c.decision_id)
_STRIKES = _of(strikes.c.decision_id)
_STRUCK = ("clause_id", "ladder", "points", "at_us", "decay", "decay_days")
"""A strike in the order in which its entry tells it."""

_DECIDERS = select(decision_answers.c.decision_id).where(among(decision_answers.c.item_id))


def deciders_of(connection: Connection, items: Iterable[str]) -> set[str]:
    """Return the decisions of people that answered about one of *items*."""
    return {row["decision_id"] for row in rows_by_id(connection, _DECIDERS, items)}


def decided_otherwise(connection: Connection, page: Sequence[RowMapping]) -> Iterator[Breach]:
    """Yield decisions of people that are not stored as the entries of *page* tell them."""
    said = {row["subject"]: payload_of(row) for row in page if row["kind"].endswith(DECIDED_BY_PEOPLE)}
    told = {decision_id: payload for decision_id, payload in said.items() if payload}
    if not told:
        return
    stored = {row["id"]: row for row in rows_by_id(connection, _DECISIONS, told)}
    beside, undone = _beside(connection, told), undone_among(connection, told)
    for decision_id, payload in told.items():
        row = stored.get(decision_id)
        if row is None:
            continue  # that it is gone is told already
        reverses = None if decision_id in undone else payload.get("reverses")
        is_same = (row["decided_by"], row["reverses"], row["is_automated"]) == (payload.get("by"), reverses, False)
        if not is_same or any(payload[key] != beside[key][decision_id] for key in beside if key in payload):
            yield Breach("P9", decision_id, "a decision of a person is not as it was made")


def _beside(connection: Connection, ids: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return what lies beside each decision, in the words of its entry."""
    senior: dict[str, Any] = defaultdict(lambda: None)
    bulk: dict[str, Any] = defaultdict(lambda: None)
    for row in rows_by_id(connection, _FINDINGS, ids):
        senior[row["decision_id"]], bulk[row["decision_id"]] = bool(row["is_senior"]), row["bulk_id"]
    roles: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows_by_id(connection, _ROLES, ids):
        roles[row["decision_id"]][row["account_id"]] = row["role"]
    answers: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows_by_id(connection, _ANSWERS, ids):
        answers[row["decision_id"]][row["item_id"]] = row["answer"]
    struck: dict[str, dict[str, list[Any]]] = defaultdict(dict)
    for row in rows_by_id(connection, _STRIKES, ids):
        struck[row["decision_id"]][row["account_id"]] = [row[name] for name in _STRUCK]
    points = defaultdict(dict, {key: {of: each[2] for of, each in told.items()} for key, told in struck.items()})
    return {"senior": senior, "bulk": bulk, "roles": roles, "answers": answers, "strikes": points, "struck": struck}
