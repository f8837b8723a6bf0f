"""Lists of notices, for whoever works with them; see `ports.notices`."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, exists, func, select, text

from tutela.adapters.db import tables as t
from tutela.adapters.db.clock_tables import clocks
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.notice_rows import notice_of
from tutela.adapters.db.notice_tables import notice_accounts, notice_cases, notice_items, notices
from tutela.adapters.db.rows import maybe_time, to_us
from tutela.core.clocks import ClockSubject
from tutela.core.ids import AccountId, CaseId, ItemId
from tutela.core.notices.notice import Notice, NoticeState
from tutela.ports.notices import NoticeFilter, NoticeRow, NoticesWaiting

_N = notices.c
_IS_OPEN = text("notices.state <> 'answered'")
_ITEMS = (
    select(notice_items.c.notice_id, notice_items.c.item_id)
    .where(among(notice_items.c.notice_id))
    .order_by(notice_items.c.item_id)
)
_ACCOUNTS = select(notice_accounts).where(among(notice_accounts.c.notice_id)).order_by(notice_accounts.c.account_id)
_CASES = select(notice_cases).where(among(notice_cases.c.notice_id)).order_by(notice_cases.c.case_id)
_LATER = notices.alias("later")
_MERGED = (
    select(_LATER.c.merged_into, func.count().label("count"))
    .where(among(_LATER.c.merged_into))
    .group_by(_LATER.c.merged_into)
)
_DUE = (
    select(notice_cases.c.notice_id, func.min(t.cases.c.due_us).label("due_us"))
    .join_from(notice_cases, t.cases, t.cases.c.id == notice_cases.c.case_id)
    .where(among(notice_cases.c.notice_id), t.cases.c.closed_by.is_(None))
    .group_by(notice_cases.c.notice_id)
)
_FIRST = notices.alias("first")
# One that says the same as an answered one stands for itself: nothing else would answer it.
_IS_FIRST = (
    ~exists()
    .where(
        _FIRST.c.id == _N.merged_into, _FIRST.c.state != NoticeState.ANSWERED.value,
        _FIRST.c.is_urgent | ~_N.is_urgent,  # one that is urgent is never hidden behind one that is not
    )
    .correlate(notices)
)  # fmt: skip
_IS_LATE = (
    exists()
    .where(
        clocks.c.subject_kind == ClockSubject.NOTICE.value, clocks.c.subject_id == _N.id, clocks.c.stopped_us.is_(None),
        clocks.c.due_us <= bindparam("now"),
    )
    .correlate(notices)
)  # fmt: skip
_PRESSING = (
    select(notices)
    .where(_IS_OPEN, _IS_FIRST, _N.is_urgent | _IS_LATE)
    .order_by(_N.is_urgent.desc(), _N.id)
    .limit(bindparam("limit"))
)
_IN_NO_CASE = _N.state.in_((NoticeState.QUEUED.value, NoticeState.UNLOCATED.value))
_WAITING = select(
    func.count().filter(_IN_NO_CASE, _N.is_urgent).label("urgent"),
    func.count().filter(_N.state == NoticeState.UNLOCATED.value).label("unlocated"),
    func.count().filter(_N.wants_call_back).label("call_backs"),
).where(_IS_OPEN)
_OTHER = notice_cases.alias("other")
_ANSWERED_WITH = (
    select(func.count())
    .select_from(notice_cases)
    .join(notices, _N.id == notice_cases.c.notice_id)
    .where(
        notice_cases.c.case_id == bindparam("case"), _N.state == NoticeState.UNDER_REVIEW.value, _IS_OPEN,
        ~exists()
        .where(
            _OTHER.c.notice_id == _N.id, _OTHER.c.case_id != bindparam("case"), t.cases.c.id == _OTHER.c.case_id,
            t.cases.c.closed_by.is_(None),
        )
        .correlate(notices),
    )
)  # fmt: skip


def whole_notices(connection: Connection, found: Sequence[RowMapping]) -> list[Notice]:
    """Return notices with what they name, whom they are about and the cases that they lie in."""
    ids = [row["id"] for row in found]
    parts: dict[str, dict[str, list[str]]] = {name: defaultdict(list) for name in ("item", "account", "case")}
    for name, statement in (("item", _ITEMS), ("account", _ACCOUNTS), ("case", _CASES)):
        for row in rows_of(connection, statement, ids):
            parts[name][row["notice_id"]].append(row[f"{name}_id"])
    return [
        notice_of(
            row, map(ItemId, parts["item"][row["id"]]), map(AccountId, parts["account"][row["id"]]),
            map(CaseId, parts["case"][row["id"]]),
        )
        for row in found
    ]  # fmt: skip


class NoticeListReads:
    """The part of `ports.store.Reader` about lists of notices."""

    _connection: Connection

    def notices_page(self, wanted: NoticeFilter, after: str, limit: int) -> list[NoticeRow]:
        """Return notices: the newest first."""
        statement = select(notices).where(*_narrowed(wanted)).order_by(_N.id.desc()).limit(limit)
        if after:
            statement = statement.where(_N.id < after)
        return self._listed(self._connection.execute(statement).mappings().all())

    def pressing_notices(self, now: datetime, not_about: Iterable[AccountId], limit: int) -> list[NoticeRow]:
        """Return open notices that say that somebody is in danger, then those of which a time is over."""
        statement = _PRESSING.where(*_not_about(not_about))
        return self._listed(self._connection.execute(statement, {"now": to_us(now), "limit": limit}).mappings().all())

    def notices_waiting(self, not_about: Iterable[AccountId]) -> NoticesWaiting:
        """Return how many wait in no case."""
        row = self._connection.execute(_WAITING.where(*_not_about(not_about))).mappings().one()
        return NoticesWaiting(int(row["urgent"]), int(row["unlocated"]), int(row["call_backs"]))

    def notices_answered_with(self, case_id: CaseId) -> int:
        """Return how many open notices lie in a case and in no other that is open."""
        return int(self._connection.execute(_ANSWERED_WITH, {"case": case_id}).scalar_one())

    def _listed(self, found: Sequence[RowMapping]) -> list[NoticeRow]:
        whole = whole_notices(self._connection, found)
        ids = [each.id for each in whole]
        merged = {row["merged_into"]: row["count"] for row in rows_of(self._connection, _MERGED, ids)}
        due = {row["notice_id"]: row["due_us"] for row in rows_of(self._connection, _DUE, ids)}
        return [NoticeRow(each, int(merged.get(each.id, 0)), maybe_time(due.get(each.id))) for each in whole]


def _narrowed(wanted: NoticeFilter) -> list[ColumnElement[bool]]:
    """Return what a filter asks for; what it does not name does not narrow."""
    asked: list[ColumnElement[bool]] = [*_not_about(wanted.not_about)]
    if wanted.states:
        asked.append(_N.state.in_(sorted(wanted.states)))
    if wanted.kind is not None:
        asked.append(_N.kind == wanted.kind.value)
    if wanted.wants_call_back:
        asked.append(_N.wants_call_back)
    if wanted.is_first:
        asked.append(_IS_FIRST)
    if wanted.merged_into is not None:
        asked.append(_N.merged_into == wanted.merged_into)
    if wanted.id is not None:
        asked.append(_N.id == wanted.id)
    if wanted.case_id is not None:
        asked.append(_N.id.in_(select(notice_cases.c.notice_id).where(notice_cases.c.case_id == wanted.case_id)))
    return asked


def _not_about(accounts: Iterable[AccountId]) -> list[ColumnElement[bool]]:
    """Return that a notice is about none of these accounts."""
    theirs = sorted(accounts)
    if not theirs:
        return []
    about = notice_accounts.c.account_id.in_(theirs)
    return [~exists().where(notice_accounts.c.notice_id == _N.id, about).correlate(notices)]
