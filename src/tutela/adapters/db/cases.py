"""Read cases as people work on them; see `ports.cases`."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, exists, func, literal, or_, select, text, tuple_, union_all
from sqlalchemy.types import Text

from tutela.adapters.db import case_rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.case_tables import case_notes, case_queues, case_skips, own_accounts
from tutela.adapters.db.lists import among
from tutela.adapters.db.rows import from_us, to_us
from tutela.core.case_states import CLAIMED, TAKEN_FROM, CaseState
from tutela.core.cases import LEASE, LONGEST_HOLD, SKEW, SOON, Case
from tutela.core.ids import AccountId, CaseId
from tutela.ports.cases import CaseAlarms, CaseFilter, CaseNote, CasePlace, ListFilter, OpenCase, Queue

ITEMS_SHOWN = 100
"""Items named for one case; a case around a busy account may hold thousands."""

_IS_OPEN = text("cases.closed_by IS NULL")
_NOW: Any = bindparam("now")
_LEASE_US = round((LEASE.seconds + SKEW.seconds) * 1_000_000)
_HOLD_US = round((LONGEST_HOLD.seconds + SKEW.seconds) * 1_000_000)
_IS_ON_HOLD = t.cases.c.state == literal(CaseState.ON_HOLD.value)
_IS_CLAIMED = t.cases.c.state.in_(sorted(CLAIMED))

# As `Case.state_at` has it: what seems to end later than it ever could does not run (the clock was set back).
_IS_FREE = or_(
    t.cases.c.until_us.is_(None),
    t.cases.c.until_us <= _NOW,
    t.cases.c.until_us > _NOW + case((_IS_ON_HOLD, _HOLD_US), else_=_LEASE_US),
)
_IN_ORDER = (t.cases.c.danger_rank, t.cases.c.due_us, t.cases.c.id)
_SHOWN = select(t.cases, t.accounts.c.platform_id).join_from(t.cases, t.accounts)
_ONE = select(t.cases).where(t.cases.c.id == bindparam("id"))
_ONE_SHOWN = _SHOWN.where(t.cases.c.id == bindparam("id"))

# The head of each queue, for each answer, by one step into an index: never a walk past all that the person may not
# take, however long the queues are.
_ANSWERS = union_all(*(select(literal(answer).label("answer")) for answer in (1, 2, 3))).subquery("answers")
_IS_MINE = select(own_accounts.c.account_id).where(own_accounts.c.person_id == bindparam("person"))
_HEAD = (
    select(t.cases.c.id)
    .where(
        _IS_OPEN,
        t.cases.c.queue_id == case_queues.c.id,
        t.cases.c.answer == _ANSWERS.c.answer,
        _IS_FREE,
        or_(t.cases.c.first_by.is_(None), t.cases.c.first_by != bindparam("person")),
        or_(t.cases.c.second_by.is_(None), t.cases.c.second_by != bindparam("person")),
        t.cases.c.account_id.not_in(_IS_MINE),
        ~exists().where(case_skips.c.case_id == t.cases.c.id, case_skips.c.skipped_by == bindparam("person")),
    )
    .order_by(*_IN_ORDER)
    .limit(1)
    .correlate(case_queues, _ANSWERS)
    .scalar_subquery()
)


def _is(column: Any, name: str) -> Any:
    """Return whether a column has a value, where one is asked for."""
    asked = bindparam(name, type_=Text)
    return or_(asked.is_(None), column == asked)


_IN_QUEUE = (
    _is(case_queues.c.clause_id, "clause"),
    _is(case_queues.c.language, "language"),
    _is(case_queues.c.kind, "kind"),
)
_HEADS = (
    select(_HEAD.label("id"))
    .select_from(case_queues.join(_ANSWERS, literal(value=True)))
    .where(*_IN_QUEUE, ~among(case_queues.c.clause_id, "without"), among(_ANSWERS.c.answer, "answers"))
    .subquery("heads")
)
_NEXT = (
    select(t.cases, t.accounts.c.platform_id)
    .select_from(_HEADS)
    .join(t.cases, t.cases.c.id == _HEADS.c.id)
    .join(t.accounts, t.accounts.c.id == t.cases.c.account_id)
    .order_by(*_IN_ORDER)
    .limit(1)
)
_PAGE = (
    _SHOWN.where(
        _IS_OPEN,
        tuple_(*_IN_ORDER) > tuple_(bindparam("danger_rank"), bindparam("due_us"), bindparam("id")),
    )
    .order_by(*_IN_ORDER)
    .limit(bindparam("limit"))
)
_STANDS = case(
    (and_(_IS_FREE, _IS_ON_HOLD), CaseState.OPEN.value),
    *((and_(_IS_FREE, t.cases.c.state == held.value), waiting.value) for held, waiting in TAKEN_FROM.items()),
    else_=t.cases.c.state,
)
_FILTERED = _PAGE.where(
    _is(t.cases.c.clause_id, "clause"),
    _is(t.cases.c.language, "language"),
    _is(t.cases.c.kind, "kind"),
    _is(t.cases.c.account_id, "account"),
    or_(
        bindparam("holder", type_=Text).is_(None),
        # Whoever put it on hold is reminded when the moment has come: theirs until somebody takes it.
        and_(t.cases.c.holder == bindparam("holder", type_=Text), or_(~_IS_FREE, _IS_ON_HOLD)),
    ),
    _is(_STANDS, "state"),
)
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
        _count(and_(~_IS_FREE, _IS_CLAIMED)).label("claimed"),
        _count(t.cases.c.due_us <= _NOW).label("overdue"),
        _count(t.cases.c.danger_rank == case_rows.IN_DANGER).label("in_danger"),
        func.min(t.cases.c.due_us).label("oldest_us"),
    )
    .join_from(case_queues, t.cases, and_(t.cases.c.queue_id == case_queues.c.id, _IS_OPEN))
    .group_by(case_queues.c.id, case_queues.c.clause_id, case_queues.c.language, case_queues.c.kind)
    .order_by(case_queues.c.id)
)
_RANKS = t.cases.c.danger_rank.in_((case_rows.IN_DANGER, case_rows.CALM))
_ALARMS = select(
    _count(t.cases.c.due_us <= _NOW).label("overdue"),
    func.min(case((t.cases.c.due_us <= _NOW, t.cases.c.due_us))).label("oldest_us"),
    # On hold it is nobody's, but somebody has looked at it and said until when it waits.
    _count(_IS_FREE).label("unclaimed"),
    _count(and_(_IS_FREE, _IS_ON_HOLD)).label("reminders"),
).where(_IS_OPEN, _RANKS, t.cases.c.due_us < bindparam("soon"))
_IN_DANGER = select(func.count()).where(_IS_OPEN, t.cases.c.danger_rank == case_rows.IN_DANGER, _IS_FREE)
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
            **_queue(wanted), "without": sorted(wanted.without), "person": person, "answers": list(answers),
            "now": to_us(now),
        }  # fmt: skip
        return next(iter(self._shown(self._connection.execute(_NEXT, asked))), None)

    def open_cases_page(self, after: CasePlace | None, limit: int, wanted: ListFilter | None = None) -> list[OpenCase]:
        """Return open cases: danger first, then the one due first."""
        place = {"danger_rank": -1, "due_us": -1, "id": ""}
        if after is not None:
            rank = case_rows.IN_DANGER if after.is_in_danger else case_rows.CALM
            place = {"danger_rank": rank, "due_us": to_us(after.due_at), "id": after.id}
        if wanted is None:
            return self._shown(self._connection.execute(_PAGE, {**place, "limit": limit}))
        asked = {
            **place, **_queue(wanted.queue), "limit": limit, "now": to_us(wanted.at), "holder": wanted.holder,
            "account": wanted.account_id, "state": wanted.state.value if wanted.state else None,
        }  # fmt: skip
        return self._shown(self._connection.execute(_FILTERED, asked))

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

    def own_accounts(self, person: str) -> frozenset[AccountId]:
        """Return the accounts of the platform that *person* said are their own."""
        return frozenset(AccountId(each) for each in self._connection.execute(_IS_MINE, {"person": person}).scalars())


def _queue(wanted: CaseFilter) -> dict[str, Any]:
    return {"clause": wanted.clause_id, "language": wanted.language, "kind": wanted.kind}
