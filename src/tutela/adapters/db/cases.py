"""Read cases as people work on them; see `ports.cases`."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, bindparam, case, exists, func, literal, or_, select, union_all

from tutela.adapters.db import case_lists, case_rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.case_conditions import (
    IN_ORDER,
    IN_QUEUE,
    IS_CLAIMED,
    IS_FREE,
    IS_ON_HOLD,
    IS_OPEN,
    NOW,
    SHOWN,
    queue_asked,
)
from tutela.adapters.db.case_rows import IN_DANGER
from tutela.adapters.db.case_tables import case_notes, case_queues, case_skips, own_accounts
from tutela.adapters.db.decisions import SOME_UNDECIDED
from tutela.adapters.db.duties import IS_FOUND
from tutela.adapters.db.entries import WITH_BODY, payload_of
from tutela.adapters.db.lists import among
from tutela.adapters.db.rows import from_us, to_us
from tutela.core.case_moves import DangerNote, DangerOver
from tutela.core.cases import SOON, Case
from tutela.core.ids import AccountId, CaseId
from tutela.ports.cases import CaseAlarms, CaseFilter, CaseNote, CasePlace, ListFilter, OpenCase, Queue

ITEMS_SHOWN = 100
"""Items named for one case; a case around a busy account may hold thousands."""

_ONE = select(t.cases).where(t.cases.c.id == bindparam("id"))
_ONE_SHOWN = SHOWN.where(t.cases.c.id == bindparam("id"))

# The head of each queue, for each answer, by one step into an index: never a walk past all that the person may not
# take, however long the queues are.
_ANSWERS = union_all(*(select(literal(answer).label("answer")) for answer in (1, 2, 3))).subquery("answers")
_IS_MINE = select(own_accounts.c.account_id).where(own_accounts.c.person_id == bindparam("person"))
_HEAD = (
    select(t.cases.c.id)
    .where(
        IS_OPEN,
        t.cases.c.queue_id == case_queues.c.id,
        t.cases.c.answer == _ANSWERS.c.answer,
        IS_FREE,
        or_(t.cases.c.first_by.is_(None), t.cases.c.first_by != bindparam("person")),
        or_(t.cases.c.second_by.is_(None), t.cases.c.second_by != bindparam("person")),
        t.cases.c.account_id.not_in(_IS_MINE),
        ~exists().where(case_skips.c.case_id == t.cases.c.id, case_skips.c.skipped_by == bindparam("person")),
        # Found, with nothing new in it: what is left to do is to tell whom it must be told, which nobody answers.
        or_(t.cases.c.found_us.is_(None), t.cases.c.danger_rank == IN_DANGER, ~IS_FOUND, SOME_UNDECIDED),
    )
    .order_by(*IN_ORDER)
    .limit(1)
    .correlate(case_queues, _ANSWERS)
    .scalar_subquery()
)

RAISED, OVER = "person:case:danger_raised", "person:case:danger_ended"
_DANGER = (
    WITH_BODY.where(t.audit_entries.c.subject == bindparam("id"), t.audit_entries.c.kind.in_((RAISED, OVER)))
    .order_by(t.audit_entries.c.at_us.desc())
    .limit(bindparam("limit"))
)
DANGER_NOTES = 20
"""The newest that are told: nobody reads more of them."""

_HEADS = (
    select(_HEAD.label("id"))
    .select_from(case_queues.join(_ANSWERS, literal(value=True)))
    .where(*IN_QUEUE, ~among(case_queues.c.clause_id, "without"), among(_ANSWERS.c.answer, "answers"))
)
# Of a statement of its own: PostgreSQL keeps no statistics of so small a table as that of queues, takes their heads for
# many, and would read every case there is to join them.
_NEXT = SHOWN.where(among(t.cases.c.id)).order_by(*IN_ORDER).limit(1)
_NUMBERED = (
    select(
        t.case_items.c.case_id,
        t.case_items.c.item_id,
        func.row_number().over(partition_by=t.case_items.c.case_id, order_by=t.case_items.c.item_id).label("place"),
        func.count().over(partition_by=t.case_items.c.case_id).label("count"),
    )
    .where(among(t.case_items.c.case_id))
    .subquery("laid")
)
_ITEMS = (
    select(_NUMBERED.c.case_id, _NUMBERED.c.count, t.items.c.platform_id)
    .join_from(_NUMBERED, t.items, t.items.c.id == _NUMBERED.c.item_id)
    .where(_NUMBERED.c.place <= ITEMS_SHOWN)
    .order_by(_NUMBERED.c.case_id, _NUMBERED.c.place)
)
_ITEMS_SINCE = (
    select(t.items.c.platform_id)
    .join_from(t.case_items, t.items)
    .where(t.case_items.c.case_id == bindparam("id"), t.case_items.c.since_version > bindparam("version"))
    .order_by(t.items.c.id)
    .limit(bindparam("limit"))
)


def _count(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_QUEUES = (
    select(
        case_queues,
        func.count(t.cases.c.id).label("depth"),
        _count(and_(~IS_FREE, IS_CLAIMED)).label("claimed"),
        _count(t.cases.c.due_us <= NOW).label("overdue"),
        _count(t.cases.c.danger_rank == case_rows.IN_DANGER).label("in_danger"),
        func.min(t.cases.c.due_us).label("oldest_us"),
    )
    .join_from(case_queues, t.cases, and_(t.cases.c.queue_id == case_queues.c.id, IS_OPEN))
    .group_by(case_queues.c.id, case_queues.c.clause_id, case_queues.c.language, case_queues.c.kind)
    .order_by(case_queues.c.id)
)
_RANKS = t.cases.c.danger_rank.in_((case_rows.IN_DANGER, case_rows.CALM))
_ALARMS = select(
    _count(t.cases.c.due_us <= NOW).label("overdue"),
    func.min(case((t.cases.c.due_us <= NOW, t.cases.c.due_us))).label("oldest_us"),
    # On hold it is nobody's, but somebody has looked at it and said until when it waits.
    _count(IS_FREE).label("unclaimed"),
    _count(and_(IS_FREE, IS_ON_HOLD)).label("reminders"),
).where(IS_OPEN, _RANKS, t.cases.c.due_us < bindparam("soon"))
_IN_DANGER = select(func.count()).where(IS_OPEN, t.cases.c.danger_rank == case_rows.IN_DANGER, IS_FREE)
_NOTES = (
    select(case_notes)
    .where(case_notes.c.case_id == bindparam("id"), case_notes.c.id > bindparam("after"))
    .order_by(case_notes.c.id)
    .limit(bindparam("limit"))
)


class CaseReads:
    """The part of `ports.store.Reader` about cases."""

    _connection: Connection

    def case_of(self, case_id: CaseId) -> Case | None:
        """Return a case, ended or not."""
        row = self._connection.execute(_ONE, {"id": case_id}).mappings().first()
        return None if row is None else case_rows.case(row)

    def case_shown(self, case_id: CaseId) -> OpenCase | None:
        """Return a case with what lies in it, ended or not."""
        return next(iter(self._shown(self._connection.execute(_ONE_SHOWN, {"id": case_id}))), None)

    def next_case(self, person: str, wanted: CaseFilter, answers: Sequence[int], now: datetime) -> OpenCase | None:
        """Return the case that *person* should take now."""
        asked = {
            **queue_asked(wanted), "without": sorted(wanted.without), "person": person, "answers": list(answers),
            "now": to_us(now),
        }  # fmt: skip
        heads = [each for each in self._connection.execute(_HEADS, asked).scalars() if each is not None]
        return next(iter(self._shown(self._connection.execute(_NEXT, {"ids": heads}))), None) if heads else None

    def open_cases_page(self, after: CasePlace | None, limit: int, wanted: ListFilter | None = None) -> list[OpenCase]:
        """Return open cases: danger first, then the one due first."""
        return self._shown(case_lists.page(self._connection, after, limit, wanted))

    def _shown(self, found: Any) -> list[OpenCase]:
        rows = found.mappings().all()
        names: dict[str, list[str]] = defaultdict(list)
        counts: dict[str, int] = {}
        if rows:
            for row in self._connection.execute(_ITEMS, {"ids": [row["id"] for row in rows]}).mappings():
                names[row["case_id"]].append(row["platform_id"])
                counts[row["case_id"]] = row["count"]
        return [
            OpenCase(case_rows.case(row), row["platform_id"], tuple(names[row["id"]]), counts.get(row["id"], 0))
            for row in rows
        ]

    def case_queues(self, now: datetime) -> list[Queue]:
        """Return the queues in which there is anything."""
        return [case_rows.queue(row) for row in self._connection.execute(_QUEUES, {"now": to_us(now)}).mappings()]

    def case_alarms(self, now: datetime) -> CaseAlarms:
        """Return what the clocks say."""
        asked = {"now": to_us(now), "soon": to_us(now + SOON.delta)}
        row = self._connection.execute(_ALARMS, asked).mappings().one()
        in_danger = self._connection.execute(_IN_DANGER, {"now": to_us(now)}).scalar_one()
        oldest = None if row["oldest_us"] is None else from_us(row["oldest_us"])
        return CaseAlarms(int(row["overdue"]), oldest, int(row["unclaimed"]), in_danger, int(row["reminders"]))

    def case_notes(self, case_id: CaseId, after: str, limit: int) -> list[CaseNote]:
        """Return the next notes of a case, oldest first."""
        asked = {"id": case_id, "after": after, "limit": limit}
        return [case_rows.note(row) for row in self._connection.execute(_NOTES, asked).mappings()]

    def case_items_since(self, case_id: CaseId, version: int, limit: int) -> list[str]:
        """Return items laid into a case after it had *version*, by the platform's own ids."""
        asked = {"id": case_id, "version": version, "limit": limit}
        return list(self._connection.execute(_ITEMS_SINCE, asked).scalars())

    def danger_notes(self, case_id: CaseId) -> list[DangerNote]:
        """Return who said that somebody is in danger in a case, and who that they are not any more, oldest first."""
        found = self._connection.execute(_DANGER, {"id": case_id, "limit": DANGER_NOTES}).mappings()
        return [_danger_note(row) for row in reversed(list(found))]

    def own_accounts(self, person: str) -> frozenset[AccountId]:
        """Return the accounts of the platform that *person* said are their own."""
        return frozenset(AccountId(each) for each in self._connection.execute(_IS_MINE, {"person": person}).scalars())


def _danger_note(row: RowMapping) -> DangerNote:
    said = payload_of(row)
    over = said.get("over") if row["kind"] == OVER else None
    return DangerNote(from_us(row["at_us"]), said.get("by"), DangerOver(over) if over else None, row["kind"] == RAISED)
