"""Compare what entries of the operator's own banks rest on with the audit, in both directions (P3, P9, P11).

Whoever adds a ground by hand keeps a picture banned by nobody's decision; whoever ends one lets it out. Both show here,
and so does an entry that is in its bank though all that it rested on is overturned.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, bindparam, select, tuple_

from tutela.adapters.db import tables as t
from tutela.adapters.db.answer_tables import settlements
from tutela.adapters.db.banked_tables import entry_grounds
from tutela.adapters.db.decided_records import DECIDED_BY_PEOPLE
from tutela.adapters.db.engine import read_transaction
from tutela.adapters.db.entries import PAGE_ROWS, entries_about, payload_of, rows_by_id
from tutela.adapters.db.lists import among
from tutela.adapters.db.undone_records import undone_among
from tutela.core.charter import Breach

_G = entry_grounds.c
_PLACE = tuple_(_G.member_id, _G.decision_id)
_PAGES = (
    select(entry_grounds, t.members.c.is_active)
    .join_from(entry_grounds, t.members, t.members.c.id == _G.member_id)
    .where(tuple_(bindparam("member"), bindparam("decision")) < _PLACE)
    .order_by(_G.member_id, _G.decision_id)
    .limit(PAGE_ROWS)
)
_OF_DECISIONS = select(entry_grounds).where(among(_G.decision_id))
_OF_MEMBERS = select(_G.member_id).where(among(_G.member_id), _G.ended_by.is_(None))
_REVERSED = select(t.decisions.c.reverses).where(among(t.decisions.c.reverses))
_AGREED = select(settlements.c.decision_id).where(
    among(settlements.c.decision_id),
    (settlements.c.people > 1) | settlements.c.is_single_operator,
)


def unbanked_quietly(connection: Connection, page: Iterable[RowMapping]) -> Iterator[Breach]:
    """Yield what entries of *page* say that entries of banks rest on, and no row says; and what should have ended."""
    said = {row["subject"]: payload_of(row) for row in page if row["kind"].endswith(DECIDED_BY_PEOPLE)}
    rests = {by: set(payload["banked"]["resting"]) for by, payload in said.items() if "banked" in payload}
    ended = {by: payload for by, payload in said.items() if payload.get("unbanked")}
    if not rests and not ended:
        return
    over = {str(payload["reverses"]): by for by, payload in ended.items()}
    found: dict[str, dict[str, str | None]] = defaultdict(dict)
    for row in rows_by_id(connection, _OF_DECISIONS, {*rests, *over}):
        found[row["decision_id"]][row["member_id"]] = row["ended_by"]
    for decision_id, members in rests.items():
        for member_id in sorted(members - found[decision_id].keys()):
            yield Breach("P9", member_id, "an entry rests on a decision, and no row says so")
    undone = undone_among(connection, ended)
    for decision_id, by in over.items():
        for member_id in () if by in undone else ended[by]["unbanked"]:
            if found[decision_id].get(member_id) != by:
                yield Breach("P11", member_id, "an entry rests again on a decision that was overturned")


def entries_of_banks(engine: Engine) -> Iterator[list[Breach]]:
    """Yield, a page at a time, what entries rest on and the audit does not tell of as it is."""
    member, decision = "", ""
    while True:
        with read_transaction(engine) as connection:
            page = list(connection.execute(_PAGES, {"member": member, "decision": decision}).mappings())
            if not page:
                return
            yield list(_untold(connection, page))
        member, decision = page[-1]["member_id"], page[-1]["decision_id"]


def _untold(connection: Connection, page: Sequence[RowMapping]) -> Iterator[Breach]:
    standing = {row["decision_id"] for row in page if row["ended_by"] is None}
    gone = {row["reverses"] for row in rows_by_id(connection, _REVERSED, standing)}
    agreed = {row["decision_id"] for row in rows_by_id(connection, _AGREED, standing)}
    resting = {row["member_id"] for row in rows_by_id(connection, _OF_MEMBERS, {row["member_id"] for row in page})}
    asked = {row["decision_id"] for row in page} | {row["ended_by"] for row in page if row["ended_by"]}
    found = entries_about(connection, asked)
    said = {each["subject"]: payload_of(each) or None for each in found if each["kind"].endswith(DECIDED_BY_PEOPLE)}
    for row in page:
        yield from _unfounded(row, said)
        member_id, decision_id = row["member_id"], row["decision_id"]
        if row["ended_by"] is None and decision_id in gone:
            yield Breach("P11", member_id, "an entry of a bank rests on a decision that is overturned")
        if row["ended_by"] is None and decision_id not in agreed:
            yield Breach("P3", member_id, "an entry of a bank rests on what one person alone decided")
        if row["is_active"] and member_id not in resting:
            yield Breach("P11", member_id, "an entry is in a bank though all that it rested on is overturned")


def _unfounded(row: RowMapping, said: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a ground that its decision does not tell of; what was erased says nothing."""
    entering = said.get(row["decision_id"], {})
    if entering is not None and row["member_id"] not in entering.get("banked", {}).get("resting", ()):
        yield Breach("P9", row["member_id"], "an entry of a bank rests on a decision that says nothing of it")
    ending = said.get(row["ended_by"], {}) if row["ended_by"] else None
    if ending is not None and row["member_id"] not in ending.get("unbanked", ()):
        yield Breach("P9", row["member_id"], "an entry of a bank was let go by no decision")
