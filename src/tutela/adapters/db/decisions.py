"""Read what was decided, by whom, and what rests on it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.decision_rows import bulk, bulk_item, decision, finding, item_answer, proposal
from tutela.adapters.db.decision_tables import (
    bulk_items,
    bulks,
    decision_answers,
    finding_roles,
    findings,
    proposals,
)
from tutela.adapters.db.decision_writes import counted_dependents
from tutela.adapters.db.duties import IS_FOUND
from tutela.adapters.db.enforcement_tables import strikes
from tutela.adapters.db.item_tables import item_tags
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.strikes import strike_of
from tutela.core.banks import Detection
from tutela.core.ids import AccountId, CaseId, DecisionId, ItemId
from tutela.core.measures import Measure
from tutela.core.plans import Answer, Source
from tutela.core.roles import Role
from tutela.core.statements import SILENT, DelayBasis, Silence
from tutela.core.strikes import Strike
from tutela.ports.decisions import (
    UNFINISHED_REVERSAL,
    Bulk,
    BulkItem,
    CaseItems,
    Decision,
    FindingRecord,
    ItemAnswer,
    ItemFilter,
    Proposal,
)

_REVERSAL = t.decisions.alias("reversal")


def _in(column: Any, *columns: Any) -> "Select[Any]":
    return select(*(columns or (column.table,))).where(among(column))


_DECISIONS = _in(t.decisions.c.id)
_GROUNDS = _in(t.decision_grounds.c.decision_id).order_by(
    t.decision_grounds.c.decision_id, t.decision_grounds.c.rests_on
)
_REVERSED = _in(t.decisions.c.reverses, t.decisions.c.reverses, t.decisions.c.id)
_DEPENDENTS = (
    _in(t.decision_grounds.c.rests_on, t.decision_grounds.c.decision_id)
    .outerjoin(_REVERSAL, _REVERSAL.c.reverses == t.decision_grounds.c.decision_id)
    .where(_REVERSAL.c.id.is_(None), t.decision_grounds.c.decision_id > bindparam("after"))
    .distinct()
    .order_by(t.decision_grounds.c.decision_id)
    .limit(bindparam("limit"))
)
_FINDINGS = _in(findings.c.decision_id)
_ROLES = _in(finding_roles.c.decision_id).order_by(finding_roles.c.decision_id, finding_roles.c.account_id)
_GRANTED = _in(t.measures.c.decision_id).order_by(t.measures.c.id)
_ANSWERS_BY = _in(decision_answers.c.decision_id).order_by(decision_answers.c.decision_id, decision_answers.c.item_id)
_ANSWERS_ABOUT = (
    _in(decision_answers.c.item_id, decision_answers, t.decisions.c.at_us)
    .join_from(decision_answers, t.decisions, t.decisions.c.id == decision_answers.c.decision_id)
    .order_by(t.decisions.c.at_us, decision_answers.c.decision_id)
)
_STRIKES_BY = (
    _in(strikes.c.decision_id, strikes, _REVERSAL.c.id.label("reversed_by"))
    .outerjoin(_REVERSAL, _REVERSAL.c.reverses == strikes.c.decision_id)
    .order_by(strikes.c.decision_id, strikes.c.account_id)
)
_TOLD_BY = _in(t.statements.c.decision_id, func.count().label("count")).where(
    t.statements.c.tell_us <= bindparam("now")
)
_SILENCES = _in(
    t.statements.c.decision_id, t.statements.c.account_id, t.statements.c.tell_us, t.statements.c.delay_basis
).where(t.statements.c.tell_us > bindparam("now"), t.statements.c.delay_basis.in_(sorted(SILENT)))
_REPORTS_BY = _in(t.report_drafts.c.decision_id, func.count().label("count"))
_CASE_COUNTS = _in(t.case_items.c.case_id, t.case_items.c.case_id, func.count().label("count")).group_by(
    t.case_items.c.case_id
)
_BY_PERSON = (
    select(decision_answers.c.item_id)
    .join_from(decision_answers, t.decisions, t.decisions.c.id == decision_answers.c.decision_id)
    .outerjoin(_REVERSAL, _REVERSAL.c.reverses == t.decisions.c.id)
    .where(
        decision_answers.c.item_id == t.case_items.c.item_id,
        decision_answers.c.answer != Answer.HOLD.value,  # what a person holds is not decided
        t.decisions.c.source == Source.PERSON.value,
        t.decisions.c.clause_id == t.cases.c.clause_id,
        _REVERSAL.c.id.is_(None),
    )
)
_UNDECIDED = (
    select(t.case_items.c.item_id)
    .join_from(t.case_items, t.cases, t.cases.c.id == t.case_items.c.case_id)
    .where(t.case_items.c.case_id == bindparam("case"), ~_BY_PERSON.exists())
    .limit(bindparam("limit"))
)
SOME_UNDECIDED = (
    select(t.case_items.c.item_id)
    .where(t.case_items.c.case_id == t.cases.c.id, ~_BY_PERSON.correlate(t.case_items, t.cases).exists())
    .correlate(t.cases)
    .exists()
)
"""Whether something lies in a case that no person has decided about, in a statement about cases."""

_FOUND = select(t.cases.c.id).where(among(t.cases.c.id), IS_FOUND)
_BY_MACHINE = _in(t.decisions.c.item_id, t.decisions.c.item_id).where(t.decisions.c.is_automated).distinct()
_BULK_OF = _in(findings.c.decision_id, findings.c.decision_id, findings.c.bulk_id)
_DETECTED = _in(t.detections.c.item_id).order_by(t.detections.c.id)
_UNFINISHED = (
    select(t.checkpoints.c.name)
    .where(t.checkpoints.c.name >= UNFINISHED_REVERSAL, t.checkpoints.c.name < f"{UNFINISHED_REVERSAL}~")
    .order_by(t.checkpoints.c.name)
)
_PROPOSAL = select(proposals).where(proposals.c.decision_id == bindparam("id"))
_ITEM_IDS = _in(t.items.c.platform_id, t.items.c.platform_id, t.items.c.id)
_BULK = select(bulks).where(bulks.c.id == bindparam("id"))
_OPEN_BULKS = select(bulks).where(bulks.c.ended_us.is_(None)).order_by(bulks.c.id)
_BULK_ITEMS = (
    select(bulk_items)
    .where(bulk_items.c.bulk_id == bindparam("id"), bulk_items.c.position >= bindparam("after"))
    .order_by(bulk_items.c.position)
    .limit(bindparam("limit"))
)


class DecisionReads:
    """The part of `ports.store.Reader` about decisions; see `ports.decisions.DecisionReader`."""

    _connection: Connection

    def decisions(self, decision_ids: Iterable[DecisionId]) -> dict[DecisionId, Decision]:
        """Return the decisions that exist, with what they rest on."""
        ids = list(decision_ids)
        grounds: dict[str, list[DecisionId]] = defaultdict(list)
        for row in rows_of(self._connection, _GROUNDS, ids):
            grounds[row["decision_id"]].append(DecisionId(row["rests_on"]))
        found = rows_of(self._connection, _DECISIONS, ids)
        return {DecisionId(row["id"]): decision(row, grounds[row["id"]]) for row in found}

    def findings(self, decision_ids: Iterable[DecisionId]) -> dict[DecisionId, FindingRecord]:
        """Return what was found, of decisions of people."""
        ids = list(decision_ids)
        roles: dict[str, dict[AccountId, Role]] = defaultdict(dict)
        for row in rows_of(self._connection, _ROLES, ids):
            roles[row["decision_id"]][AccountId(row["account_id"])] = Role(row["role"])
        found = rows_of(self._connection, _FINDINGS, ids)
        return {DecisionId(row["decision_id"]): finding(row, roles[row["decision_id"]]) for row in found}

    def bulks_of(self, decision_ids: Iterable[DecisionId]) -> dict[DecisionId, str]:
        """Return in which decision in bulk each of these was made that was made in one."""
        found = rows_of(self._connection, _BULK_OF, decision_ids)
        return {DecisionId(row["decision_id"]): row["bulk_id"] for row in found if row["bulk_id"] is not None}

    def granted(self, decision_ids: Iterable[DecisionId]) -> dict[DecisionId, tuple[Measure, ...]]:
        """Return every measure that each of these decisions granted."""
        found: dict[DecisionId, list[Measure]] = defaultdict(list)
        for row in rows_of(self._connection, _GRANTED, decision_ids):
            found[DecisionId(row["decision_id"])].append(rows.measure(row))
        return {decision_id: tuple(each) for decision_id, each in found.items()}

    def reversed(self, decision_ids: Iterable[DecisionId]) -> dict[DecisionId, DecisionId]:
        """Return which decision reversed each of these that was."""
        found = rows_of(self._connection, _REVERSED, decision_ids)
        return {DecisionId(row["reverses"]): DecisionId(row["id"]) for row in found}

    def dependents(self, decision_ids: Iterable[DecisionId], limit: int, *, after: str = "") -> list[DecisionId]:
        """Return at most *limit* decisions after an id that rest on one of these and that nobody has reversed."""
        found = rows_of(self._connection, _DEPENDENTS, decision_ids, limit=limit, after=after)
        return [DecisionId(row["decision_id"]) for row in found][:limit]

    def dependent_counts(self, decision_ids: Iterable[DecisionId]) -> dict[DecisionId, int]:
        """Return how many decisions rest, or rested, on each of these."""
        return counted_dependents(self._connection, decision_ids)

    def decided_by_machine(self, item_ids: Iterable[ItemId]) -> set[ItemId]:
        """Return the items that a machine ever decided about."""
        return {ItemId(row["item_id"]) for row in rows_of(self._connection, _BY_MACHINE, item_ids)}

    def answers_by(self, decision_ids: Iterable[DecisionId]) -> list[ItemAnswer]:
        """Return what these decisions of people told the platform."""
        return [item_answer(row) for row in rows_of(self._connection, _ANSWERS_BY, decision_ids)]

    def answers_about(self, item_ids: Iterable[ItemId]) -> dict[ItemId, tuple[ItemAnswer, ...]]:
        """Return what decisions of people told the platform about each item, oldest first."""
        found: dict[ItemId, list[ItemAnswer]] = defaultdict(list)
        for row in rows_of(self._connection, _ANSWERS_ABOUT, item_ids):
            found[ItemId(row["item_id"])].append(item_answer(row))
        return {item_id: tuple(each) for item_id, each in found.items()}

    def strikes_by(self, decision_ids: Iterable[DecisionId]) -> tuple[Strike, ...]:
        """Return the strikes that came of these decisions."""
        return tuple(strike_of(row) for row in rows_of(self._connection, _STRIKES_BY, decision_ids))

    def told_by(self, decision_ids: Iterable[DecisionId], now: datetime) -> int:
        """Return how many statements of these decisions may have been told by now."""
        found = rows_of(self._connection, _TOLD_BY, decision_ids, now=rows.to_us(now))
        return sum(row["count"] for row in found)

    def silences(self, decision_ids: Iterable[DecisionId], now: datetime) -> dict[AccountId, Silence]:
        """Return who is told nothing of these decisions yet."""
        found = list(rows_of(self._connection, _SILENCES, decision_ids, now=rows.to_us(now)))
        return {
            AccountId(row["account_id"]): Silence(rows.from_us(row["tell_us"]), DelayBasis(row["delay_basis"]))
            for row in sorted(found, key=lambda each: int(each["tell_us"]))
        }

    def reports_by(self, decision_ids: Iterable[DecisionId]) -> int:
        """Return how many drafts of reports came of these decisions."""
        return sum(row["count"] for row in rows_of(self._connection, _REPORTS_BY, decision_ids))

    def case_items(self, case_ids: Iterable[CaseId], limit: int) -> dict[CaseId, CaseItems]:
        """Return what is in each case, and some of what no person has decided about."""
        ids = list(case_ids)
        counts = {row["case_id"]: row["count"] for row in rows_of(self._connection, _CASE_COUNTS, ids)}
        are_found = {row["id"] for row in rows_of(self._connection, _FOUND, ids)}
        found = {}
        for case_id in ids:
            asked = {"case": case_id, "limit": limit + 1}
            some = [ItemId(each) for each in self._connection.execute(_UNDECIDED, asked).scalars()]
            is_whole = len(some) <= limit
            found[case_id] = CaseItems(counts.get(case_id, 0), frozenset(some[:limit]), is_whole, case_id in are_found)
        return found

    def detected(self, item_ids: Iterable[ItemId]) -> dict[ItemId, tuple[Detection, ...]]:
        """Return what was noticed about each item, oldest first."""
        found: dict[ItemId, list[Detection]] = defaultdict(list)
        for row in rows_of(self._connection, _DETECTED, item_ids):
            found[ItemId(row["item_id"])].append(rows.detection(row))
        return {item_id: tuple(each) for item_id, each in found.items()}

    def unfinished_reversals(self) -> list[DecisionId]:
        """Return reversed decisions on which more rest than were undone with them."""
        found = self._connection.execute(_UNFINISHED).scalars()
        return [DecisionId(each.removeprefix(UNFINISHED_REVERSAL)) for each in found]

    def proposal(self, decision_id: DecisionId) -> Proposal | None:
        """Return what one person has proposed about a decision."""
        row = self._connection.execute(_PROPOSAL, {"id": decision_id}).mappings().first()
        return None if row is None else proposal(row)

    def bulk(self, bulk_id: str) -> Bulk | None:
        """Return a decision in bulk."""
        row = self._connection.execute(_BULK, {"id": bulk_id}).mappings().first()
        return None if row is None else bulk(row)

    def open_bulks(self) -> list[Bulk]:
        """Return those that have not ended, oldest first."""
        return [bulk(row) for row in self._connection.execute(_OPEN_BULKS).mappings()]

    def bulk_items(self, bulk_id: str, after: int, limit: int) -> list[BulkItem]:
        """Return the next items of a bulk in order."""
        asked = {"id": bulk_id, "after": after, "limit": limit}
        return [bulk_item(row) for row in self._connection.execute(_BULK_ITEMS, asked).mappings()]

    def filtered(self, wanted: ItemFilter, after: str, limit: int) -> Sequence[ItemId]:
        """Return the next items that a filter finds, in order of their id."""
        statement, asked = _filter(wanted)
        found = self._connection.execute(statement, {**asked, "after": after, "limit": limit}).scalars()
        return [ItemId(each) for each in found]

    def item_ids(self, platform_ids: Iterable[str]) -> dict[str, ItemId]:
        """Return which items these names of the platform's stand for."""
        found = rows_of(self._connection, _ITEM_IDS, platform_ids)
        return {row["platform_id"]: ItemId(row["id"]) for row in found}


def _filter(wanted: ItemFilter) -> "tuple[Select[Any], Mapping[str, Any]]":
    """Return the statement for what *wanted* names; each starts from an index, by account, tag or case."""
    items = t.items.c
    statement = select(items.id).where(items.id > bindparam("after")).order_by(items.id).limit(bindparam("limit"))
    asked: dict[str, Any] = {}
    if wanted.account_id is not None:
        statement, asked["account"] = statement.where(items.account_id == bindparam("account")), wanted.account_id
    if wanted.tag is not None:
        tagged = select(item_tags.c.item_id).where(item_tags.c.tag == bindparam("tag"))
        statement, asked["tag"] = statement.where(items.id.in_(tagged)), wanted.tag
    if wanted.clause_id is not None:
        laid = (
            select(t.case_items.c.item_id)
            .join_from(t.case_items, t.cases, t.cases.c.id == t.case_items.c.case_id)
            .where(t.cases.c.clause_id == bindparam("clause"))
        )
        statement, asked["clause"] = statement.where(items.id.in_(laid)), wanted.clause_id
    if wanted.since is not None:
        statement, asked["since"] = statement.where(items.submitted_us >= bindparam("since")), rows.to_us(wanted.since)
    if wanted.until is not None:
        statement, asked["until"] = statement.where(items.submitted_us < bindparam("until")), rows.to_us(wanted.until)
    return statement, asked
