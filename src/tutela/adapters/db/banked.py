"""Write and read which decisions the entries of the operator's own banks rest on; see `ports.banking`."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.banked_tables import entry_grounds
from tutela.adapters.db.lists import among, rows_of
from tutela.core.banks import Member
from tutela.core.ids import DecisionId, MemberId
from tutela.core.unbanking import Banked
from tutela.errors import Conflict
from tutela.ports.committer import Changeset

_G = entry_grounds.c
_ENTRIES = select(
    t.members, t.banks.c.name.label("bank_name"), _G.decision_id, _G.ended_by
).join_from(entry_grounds, t.members, t.members.c.id == _G.member_id).join(
    t.banks, t.banks.c.id == t.members.c.bank_id
).where(among(_G.member_id))  # fmt: skip
_RESTING = select(_G.member_id).where(among(_G.decision_id), _G.ended_by.is_(None))
_MEMBERS = select(t.members).where(among(t.members.c.id))
_RESTS = (
    select(t.members.c.id, func.count(_G.decision_id).label("count"))
    .join_from(t.members, entry_grounds, (_G.member_id == t.members.c.id) & _G.ended_by.is_(None), isouter=True)
    .where(among(t.members.c.id), t.ACTIVE)
    .group_by(t.members.c.id)
)
_IS_ROW = (_G.member_id == bindparam("b_member"), _G.decision_id == bindparam("b_decision"))
_END = update(entry_grounds).where(*_IS_ROW, _G.ended_by.is_(None)).values(ended_by=bindparam("b_by"))
_STAND_AGAIN = update(entry_grounds).where(*_IS_ROW).values(ended_by=None)
_RETURN = update(t.members).where(t.members.c.id == bindparam("b_id")).values(is_active=True)
_REGROUND = (
    sqlite.insert(t.decision_grounds).on_conflict_do_nothing(),
    postgresql.insert(t.decision_grounds).on_conflict_do_nothing(),
)


class BankedReads:
    """The part of `ports.store.Reader` about entries that decisions made."""

    _connection: Connection

    def banked(self, member_ids: Iterable[MemberId]) -> dict[MemberId, Banked]:
        """Return those of these that a decision ever entered, in the bank or out of it by now."""
        return _entries(rows_of(self._connection, _ENTRIES, member_ids))

    def banked_by(self, decision_ids: Iterable[DecisionId]) -> dict[MemberId, Banked]:
        """Return every entry that rests on one of these decisions."""
        resting = [MemberId(row["member_id"]) for row in rows_of(self._connection, _RESTING, decision_ids)]
        return self.banked(resting) if resting else {}

    def members_by_id(self, member_ids: Iterable[MemberId]) -> dict[MemberId, Member]:
        """Return members, in their bank or out of it by now."""
        return {MemberId(row["id"]): rows.member(row) for row in rows_of(self._connection, _MEMBERS, member_ids)}


def _entries(found: Iterator[rows.Row]) -> dict[MemberId, Banked]:
    grounds: dict[MemberId, set[DecisionId]] = {}
    seen: dict[MemberId, rows.Row] = {}
    for row in found:
        member_id = MemberId(row["id"])
        seen[member_id] = row
        standing = grounds.setdefault(member_id, set())
        if row["ended_by"] is None:
            standing.add(DecisionId(row["decision_id"]))
    return {
        member_id: Banked(rows.member(row), row["bank_name"], frozenset(grounds[member_id]))
        for member_id, row in seen.items()
    }


def counted_grounds(connection: Connection, member_ids: Iterable[MemberId]) -> dict[MemberId, int]:
    """Return how many decisions each of these rests on that is in its bank."""
    return {MemberId(row["id"]): row["count"] for row in rows_of(connection, _RESTS, member_ids)}


def resting_changed(changeset: Changeset) -> set[MemberId]:
    """Return the entries that rest on more, or fewer, decisions after *changeset*, or are there, or not any more."""
    moved = {member.id for member in (*changeset.member_removals, *changeset.member_returns)}
    moved |= {each.member_id for each in changeset.entry_grounds}
    return moved | {each.member_id for each in changeset.ground_ends} | _unbanked(changeset)


def _unbanked(changeset: Changeset) -> set[MemberId]:
    return set() if changeset.undoing is None else {each for each, _ in changeset.undoing.window.unbanked}


def ground_rows(changeset: Changeset) -> Sequence[dict[str, Any]]:
    """Return the rows of *changeset* that are new."""
    return [
        {"member_id": each.member_id, "decision_id": each.decision_id, "ended_by": None}
        for each in changeset.entry_grounds
    ]


def run_banked(connection: Connection, changeset: Changeset) -> None:
    """End what entries rest on, put back what was taken out, and have decisions rest on more.

    Raises:
        tutela.errors.Conflict: An entry rested on that no more.
    """
    for end in changeset.ground_ends:
        asked = {"b_member": end.member_id, "b_decision": end.decision_id, "b_by": end.by}
        if connection.execute(_END, asked).rowcount != 1:
            raise Conflict("an entry of a bank rests on other decisions meanwhile")
    if changeset.undoing is not None:
        for member_id, decision_id in changeset.undoing.window.unbanked:
            connection.execute(_STAND_AGAIN, {"b_member": member_id, "b_decision": decision_id})
    for member in changeset.member_returns:
        connection.execute(_RETURN, {"b_id": member.id})
    for ground in changeset.regrounds:
        row = {"decision_id": ground.decision_id, "rests_on": ground.rests_on}
        connection.execute(_REGROUND[connection.dialect.name == "postgresql"], row)
