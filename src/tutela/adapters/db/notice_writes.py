"""Write notices, inside the group's transaction."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tutela.adapters.db import clock_tables, clocks
from tutela.adapters.db.clock_rows import clock_row
from tutela.adapters.db.many import write_many
from tutela.adapters.db.messages import send
from tutela.adapters.db.notice_rows import changing, notice_row
from tutela.adapters.db.notice_tables import (
    notice_accounts,
    notice_cases,
    notice_decisions,
    notice_digests,
    notice_items,
    notice_warnings,
    notices,
)
from tutela.adapters.db.rows import to_us
from tutela.core.clocks import ClockStart, ClockSubject, RunningClock, after
from tutela.core.notices.notice import Notice
from tutela.errors import Conflict
from tutela.ports.committer import Changeset
from tutela.ports.notices import NewNotice, NoticeMoved

_ADD = insert(notices)
_KNOWN = select(notices.c.id).where(notices.c.code_mac.in_(bindparam("macs", expanding=True))).limit(1)
_CHANGING = (
    "state", "valid_us", "missing", "outcome", "answered_us", "wants_call_back", "version", "copies", "proposed_by",
    "proposed_outcome", "proposed_us", "is_urgent", "heard_us", "has_held", "channel", "wants_link",
)  # fmt: skip
_MOVE = (
    update(notices)
    .where(notices.c.id == bindparam("b_id"), notices.c.version == bindparam("b_before"))
    .values({name: bindparam(f"b_{name}") for name in _CHANGING})
)
_MARK = (
    update(notices).where(notices.c.id == bindparam("b_id")).values(is_manifestly_unfounded=bindparam("b_unfounded"))
)
_SEAL = (
    update(notices)
    .where(notices.c.id == bindparam("b_id"))
    .values(period=bindparam("b_period"), wrapped=bindparam("b_wrapped"), sealed=bindparam("b_sealed"))
)
_COUNT_AS = (
    update(notices)
    .where(notices.c.id == bindparam("b_id"))
    .values(
        kind=bindparam("b_kind"), is_enrolled=bindparam("b_is_enrolled"), notifier_id=bindparam("b_notifier_id")
    )
)  # fmt: skip
_OUTCOME = (
    update(notice_items)
    .where(notice_items.c.notice_id == bindparam("b_id"), notice_items.c.item_id == bindparam("b_item"))
    .values(outcome=bindparam("b_outcome"))
)


def _once(table: Table) -> tuple[Any, Any]:
    return sqlite.insert(table).on_conflict_do_nothing(), postgresql.insert(table).on_conflict_do_nothing()


_PARTS = {table.name: _once(table) for table in (notice_items, notice_accounts, notice_cases, notice_digests)}
_DECIDED, _CLOCKS = _once(notice_decisions), _once(clock_tables.clocks)
_FORGET_DIGESTS = delete(notice_digests).where(notice_digests.c.notice_id == bindparam("b_id"))
_LAST_ROUND = select(func.max(clock_tables.clocks.c.round)).where(
    clock_tables.clocks.c.subject_kind == ClockSubject.NOTICE.value, clock_tables.clocks.c.subject_id == bindparam("id")
)
_WARNED = _once(notice_warnings)


def run_notices(connection: Connection, changesets: Sequence[Changeset]) -> None:
    """Write new notices, what they are about, and how they moved.

    Raises:
        tutela.errors.Conflict: One has moved meanwhile.
    """
    new = [each for changeset in changesets for each in changeset.notices]
    _refuse_repeated(connection, [each.code_mac for each in new])
    write_many(connection, _ADD, [notice_row(each) for each in new])
    _write_once(connection, "notice_digests", [
        {"notice_id": each.notice.id, "signal_type": kind, "value": value}
        for each in new
        for kind, value in dict.fromkeys(each.digests)
    ])  # fmt: skip
    write_many(connection, _for(connection, _CLOCKS), [row for each in new for row in _clock_rows(each)])
    _write_places(connection, changesets)
    for message in (each for one in new for each in one.messages):
        send(connection, message)
    for changeset in changesets:
        for moved in changeset.notice_moves:
            _move(connection, moved)


def _clock_rows(new: NewNotice) -> list[dict[str, Any]]:
    """Return the rows of the clocks that begin with a notice: all in one statement for all of a group."""
    begun = [RunningClock(ClockSubject.NOTICE, new.notice.id, each) for each in new.clocks]
    stopped, _ = after(begun, new.signals, new.notice.received_at)
    ended = {each.start.id: each for each in stopped}
    return [clock_row(ended.get(each.start.id, each)) for each in begun]


def _refuse_repeated(connection: Connection, macs: Sequence[bytes]) -> None:
    """Refuse what was taken under the same code meanwhile: whoever repeats a request gets the receipt of the first."""
    known = connection.execute(_KNOWN, {"macs": list(macs)}).first() if macs else None
    if known is not None or len(set(macs)) < len(macs):
        raise Conflict("this notice was taken meanwhile")


def _write_places(connection: Connection, changesets: Sequence[Changeset]) -> None:
    places = [each for changeset in changesets for each in changeset.notice_places]
    _write_once(connection, "notice_items", [
        {"notice_id": each.notice_id, "item_id": item, "account_id": account}
        for each in places
        for item, account in each.items.items()
    ])  # fmt: skip
    for name, column in (("accounts", "account_id"), ("cases", "case_id")):
        _write_once(connection, f"notice_{name}", [
            {"notice_id": each.notice_id, column: value} for each in places for value in getattr(each, name)
        ])  # fmt: skip


def _write_once(connection: Connection, name: str, values: Sequence[dict[str, Any]]) -> None:
    write_many(connection, _for(connection, _PARTS[name]), values)


def _for(connection: Connection, both: tuple[Any, Any]) -> Any:
    return both[1] if connection.dialect.name == "postgresql" else both[0]


def _move(connection: Connection, moved: NoticeMoved) -> None:
    notice = moved.after
    values = {f"b_{name}": value for name, value in changing(notice).items()}
    done = connection.execute(_MOVE, {"b_id": notice.id, "b_before": moved.before.version, **values})
    if done.rowcount != 1:
        raise Conflict("the notice has moved meanwhile")
    if _counts_as(notice) != _counts_as(moved.before):
        connection.execute(_COUNT_AS, {
            "b_id": notice.id, "b_kind": notice.kind.value, "b_is_enrolled": notice.is_enrolled,
            "b_notifier_id": notice.notifier_id,
        })  # fmt: skip
    starts = moved.clocks if moved.before.is_open else _anew(connection, notice, moved.clocks)
    clocks.start(connection, ClockSubject.NOTICE, notice.id, starts)
    if moved.signals and moved.at is not None:
        clocks.stop(connection, ClockSubject.NOTICE, notice.id, moved.signals, moved.at)
    for message in moved.messages:
        send(connection, message)
    if moved.is_manifestly_unfounded:
        connection.execute(_MARK, {"b_id": notice.id, "b_unfounded": True})
    if (warned := moved.warned) is not None:
        row = {"source_mac": warned.source_mac, "at_us": to_us(warned.at), "said_by": warned.by}
        write_many(connection, _for(connection, _WARNED), [row])
    if moved.forgets:
        connection.execute(_FORGET_DIGESTS, {"b_id": notice.id})
        connection.execute(_SEAL, {"b_id": notice.id, "b_period": None, "b_wrapped": None, "b_sealed": None})
    if (sealed := moved.sealed) is not None:
        connection.execute(_SEAL, {
            "b_id": notice.id, "b_period": sealed.period, "b_wrapped": sealed.wrapped, "b_sealed": sealed.told,
        })  # fmt: skip
    write_many(connection, _OUTCOME, [
        {"b_id": notice.id, "b_item": item, "b_outcome": outcome.value}
        for item, outcome in moved.item_outcomes.items()
    ])  # fmt: skip
    write_many(connection, _for(connection, _DECIDED), [
        {"notice_id": notice.id, "decision_id": each} for each in moved.decisions
    ])  # fmt: skip


def _anew(connection: Connection, notice: Notice, starts: Sequence[ClockStart]) -> list[ClockStart]:
    """Return the clocks of a notice that is open again: rounds of their own, whatever became of those before."""
    last = connection.execute(_LAST_ROUND, {"id": notice.id}).scalar_one_or_none() or 0
    return [replace(each, round=int(last) + 1) for each in starts] if notice.is_open else []


def _counts_as(notice: Notice) -> tuple[object, ...]:
    return notice.kind, notice.is_enrolled, notice.notifier_id
