"""Write what is done with cases, inside the group's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, case, insert, null, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tutela.adapters.db import tables as t
from tutela.adapters.db.case_rows import IN_DANGER, moved_row, note_row, skip_row
from tutela.adapters.db.case_tables import case_notes, case_queues, case_skips, own_accounts
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.rows import to_us
from tutela.core.case_states import CaseState
from tutela.core.cases import ACCOUNT_KIND, NO_LANGUAGE, Purpose
from tutela.errors import Conflict
from tutela.ports.cases import CaseMove, OwnAccount
from tutela.ports.committer import Changeset

Row = dict[str, Any]

_MOVED = (
    "state", "holder", "until_us", "danger_rank", "first_by", "second_by", "third_by", "answer", "closed_by",
)  # fmt: skip
# Its version was compared when the changeset was admitted; what the same transaction lays into it comes on top.
_MOVE = (
    update(t.cases)
    .where(t.cases.c.id == bindparam("b_id"), t.cases.c.closed_by.is_(None))
    .values(version=t.cases.c.version + bindparam("b_more"), **{name: bindparam(f"b_{name}") for name in _MOVED})
)
_IS_ON_HOLD = t.cases.c.state == CaseState.ON_HOLD.value
_CHANGED = {
    "version": t.cases.c.version + 1,
    # Something new in it: whatever it waited for, somebody looks at that now.
    "state": case((_IS_ON_HOLD, CaseState.OPEN.value), else_=t.cases.c.state),
    "holder": case((_IS_ON_HOLD, null()), else_=t.cases.c.holder),
    "until_us": case((_IS_ON_HOLD, null()), else_=t.cases.c.until_us),
}
_GROW = update(t.cases).where(t.cases.c.id == bindparam("b_id"), t.cases.c.closed_by.is_(None)).values(_CHANGED)
_URGE = _GROW.values(
    reason=bindparam("b_reason"), due_us=bindparam("b_due"),
    # Never the other way: that nobody is in danger any more is for people to say.
    danger_rank=case((bindparam("b_danger"), IN_DANGER), else_=t.cases.c.danger_rank),
)  # fmt: skip
_VERSIONS = select(t.cases.c.id, t.cases.c.version, t.cases.c.closed_by).where(among(t.cases.c.id))
_KINDS = select(t.items.c.id, t.items.c.kind, t.items.c.language).where(among(t.items.c.id))
_LYING = select(t.case_items.c.case_id, t.case_items.c.item_id).where(among(t.case_items.c.item_id))
_NOTE = insert(case_notes)


def _once(table: Any) -> tuple[Any, Any]:
    return sqlite.insert(table).on_conflict_do_nothing(), postgresql.insert(table).on_conflict_do_nothing()


_ADD_QUEUE = _once(case_queues)
_ADD_SKIP = _once(case_skips)
_OWN = _once(own_accounts)


def _for(connection: Connection, both: tuple[Any, Any]) -> Any:
    return both[1] if connection.dialect.name == "postgresql" else both[0]


def queue_cases(connection: Connection, opened: Sequence[Row], laid: Iterable[Row]) -> None:
    """Give each new case the kind and the language of the first item in it, and with them its queue."""
    wanted = {row["id"]: row for row in opened}
    first: dict[str, str] = {}
    for row in laid:
        if row["case_id"] in wanted:
            first.setdefault(row["case_id"], row["item_id"])
    items = {row["id"]: row for row in rows_of(connection, _KINDS, first.values())}
    queues = {}
    for case_id, row in wanted.items():
        item = items.get(first.get(case_id, ""))
        if item is not None and row["purpose"] == Purpose.WORK.value:  # a look has those of what it looks at
            row["language"] = (item["language"] or NO_LANGUAGE).partition("-")[0]
            if row["kind"] == ACCOUNT_KIND:  # a rule may have sent it to a queue of its own
                row["kind"] = item["kind"]
        row["queue_id"] = f"{row['clause_id']}/{row['language']}/{row['kind']}"
        names = ("clause_id", "language", "kind")
        queues[row["queue_id"]] = {"id": row["queue_id"], **{name: row[name] for name in names}}
    connection.execute(_for(connection, _ADD_QUEUE), [queues[each] for each in sorted(queues)])


def grow_cases(connection: Connection, laid: Sequence[Row], opened: Iterable[Mapping[str, Any]]) -> None:
    """Have each open case into which something new comes know it: whoever looks at it has not seen that."""
    new = {row["id"] for row in opened}
    waiting = [row for row in laid if row["case_id"] not in new]
    if not waiting:
        return
    lying = {(row["case_id"], row["item_id"]) for row in rows_of(connection, _LYING, {r["item_id"] for r in waiting})}
    fresh = [row for row in waiting if (row["case_id"], row["item_id"]) not in lying]
    if not fresh:
        return
    grown = sorted({row["case_id"] for row in fresh})
    connection.execute(_GROW, [{"b_id": case_id} for case_id in grown])
    versions = {row["id"]: row["version"] for row in rows_of(connection, _VERSIONS, grown)}
    for row in fresh:
        row["since_version"] = versions[row["case_id"]]


def grow_by_rules(connection: Connection, changesets: Sequence[Changeset]) -> None:
    """Have each open case in which a rule saw something new know it, as one into which an item is laid."""
    for changeset in changesets:
        if changeset.observed is not None and (grown := changeset.observed.grown - {c.id for c in changeset.cases}):
            connection.execute(_GROW, [{"b_id": case_id} for case_id in sorted(grown)])


def run_moves(connection: Connection, changeset: Changeset) -> None:
    """Make moves, and write what is said beside them.

    Raises:
        tutela.errors.Conflict: A case has ended by now.
    """
    for move in changeset.case_moves:
        _one(connection.execute(_MOVE, _moved(move)).rowcount)
    for urged in changeset.case_updates:
        asked: Row = {"b_id": urged.id, "b_reason": urged.reason.value, "b_due": to_us(urged.due_at)}
        asked["b_danger"] = urged.is_in_danger
        connection.execute(_URGE, asked)
    if changeset.case_notes:
        connection.execute(_NOTE, [note_row(note) for note in changeset.case_notes])
    if changeset.case_skips:
        connection.execute(_for(connection, _ADD_SKIP), [skip_row(skip) for skip in changeset.case_skips])
    if changeset.own_accounts:
        connection.execute(_for(connection, _OWN), [_own_row(each) for each in changeset.own_accounts])


def _moved(move: CaseMove) -> Row:
    row = {**moved_row(move.after), "closed_by": move.after.closed_by}
    more = move.after.version - move.before.version
    return {"b_id": move.before.id, "b_more": more, **{f"b_{name}": row[name] for name in _MOVED}}


def _own_row(own: OwnAccount) -> Row:
    return {"person_id": own.person_id, "account_id": own.account_id, "at_us": to_us(own.at)}


def _one(rows: int) -> None:
    if rows != 1:
        raise Conflict("the case has changed meanwhile")


def versions_of(connection: Connection, changesets: Sequence[Changeset]) -> dict[str, int]:
    """Return the version of each case that a changeset moves; that of one that has ended is none."""
    wanted = {move.before.id for changeset in changesets for move in changeset.case_moves}
    return {
        row["id"]: -1 if row["closed_by"] is not None else row["version"]
        for row in rows_of(connection, _VERSIONS, wanted)
    }


def moved_by(changeset: Changeset) -> set[str]:
    """Return the cases that have another version after *changeset*; a lease that is renewed leaves it."""
    renewed = {move.before.id for move in changeset.case_moves if move.before.version == move.after.version}
    closing = {closure.case_id for closure in changeset.case_closures}
    changing = {each.case_id for each in changeset.case_items} | {each.id for each in changeset.case_updates}
    changing |= frozenset() if changeset.observed is None else changeset.observed.grown
    undoing = changeset.undoing
    restored = set() if undoing is None else {*undoing.closes, *(move.before.id for move in undoing.restores)}
    return closing | changing | restored | ({move.before.id for move in changeset.case_moves} - renewed)


def ended_by(changeset: Changeset) -> set[str]:
    """Return the cases that *changeset* ends: nothing more may be laid into them."""
    return {move.before.id for move in changeset.case_moves if move.after.closed_by is not None}
