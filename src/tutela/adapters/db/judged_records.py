"""Compare opinions and brakes with the audit, in both directions (P9, P11).

Whoever writes two rows of opinions by hand makes a list blind to one picture; whoever deletes a brake gives a poisoned
hash its power back. Both show here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, bindparam, select, tuple_

from tutela.adapters.db import tables as t
from tutela.adapters.db.engine import read_transaction
from tutela.adapters.db.entries import PAGE_ROWS, entries_about, payload_of, rows_by_id
from tutela.adapters.db.lists import among
from tutela.core.charter import Breach

OPINED = ":member:opined"
BRAKED = "system:member:braked"
RELEASED = "operator:member:released"

_PLACE = tuple_(t.opinions.c.member_id, t.opinions.c.said_by)
_OPINIONS = (
    select(t.opinions)
    .where(tuple_(bindparam("member"), bindparam("by")) < _PLACE)
    .order_by(t.opinions.c.member_id, t.opinions.c.said_by)
    .limit(PAGE_ROWS)
)
_OPINIONS_OF = select(t.opinions.c.member_id, t.opinions.c.said_by).where(among(t.opinions.c.member_id))
_BRAKES = select(t.brakes).where(t.brakes.c.id > bindparam("after")).order_by(t.brakes.c.id).limit(PAGE_ROWS)
_RELEASED_BRAKES = select(t.brakes.c.id).where(among(t.brakes.c.id), t.brakes.c.released_us.is_not(None))


def gone(connection: Connection, page: Iterable[RowMapping]) -> Iterator[Breach]:
    """Yield what entries of *page* say of opinions and releases, and no row says."""
    said: dict[str, set[str]] = defaultdict(set)
    released: dict[str, str] = {}
    for row in page:
        payload = payload_of(row)
        if row["kind"].endswith(OPINED) and "by" in payload:
            said[row["subject"]].add(payload["by"])
        elif row["kind"] == RELEASED and "brake" in payload:
            released[payload["brake"]] = row["subject"]
    there = {(row["member_id"], row["said_by"]) for row in rows_by_id(connection, _OPINIONS_OF, said)}
    for member_id, sayers in said.items():
        if any((member_id, by) not in there for by in sayers):
            yield Breach("P9", member_id, "an opinion that was said is gone")
    open_no_more = {row["id"] for row in rows_by_id(connection, _RELEASED_BRAKES, released)}
    for brake_id in sorted(released.keys() - open_no_more):
        yield Breach("P9", released[brake_id], "a brake that was released is not")


def judgements(engine: Engine) -> Iterator[list[Breach]]:
    """Yield, a page at a time, opinions and brakes that the audit does not tell of as they are."""
    member, by = "", ""
    while True:
        with read_transaction(engine) as connection:
            page = list(connection.execute(_OPINIONS, {"member": member, "by": by}).mappings())
            if not page:
                break
            yield list(_unsaid(connection, page))
        member, by = page[-1]["member_id"], page[-1]["said_by"]
    after = ""
    while True:
        with read_transaction(engine) as connection:
            page = list(connection.execute(_BRAKES, {"after": after}).mappings())
            if not page:
                return
            yield list(_untold(connection, page))
        after = page[-1]["id"]


def _unsaid(connection: Connection, page: Sequence[RowMapping]) -> Iterator[Breach]:
    said: dict[tuple[str, str], list[tuple[int, int, Mapping[str, Any]]]] = defaultdict(list)
    erased = set()
    for entry in entries_about(connection, {row["member_id"] for row in page}):
        payload = payload_of(entry)
        if entry["kind"].endswith(OPINED):
            said[entry["subject"], payload.get("by", "")].append((entry["at_us"], entry["seq"], payload))
            erased |= set() if payload else {entry["subject"]}
    for row in page:
        # Last by time and last by number, which differ when a clock was set back or two processes wrote.
        found = said.get((row["member_id"], row["said_by"]), [])
        last = [max(found, key=lambda each: each[:2])[2], max(found, key=lambda each: each[1])[2]] if found else []
        stored = [row["opinion"], row["classification"], row["at_us"]]
        is_told = any([p.get("opinion"), p.get("classification"), p.get("at_us")] == stored for p in last)
        if not is_told and row["member_id"] not in erased:
            yield Breach("P9", row["member_id"], "an opinion is not as it was said last")


def _untold(connection: Connection, page: Sequence[RowMapping]) -> Iterator[Breach]:
    told: dict[str, set[str]] = defaultdict(set)
    erased = set()
    for entry in entries_about(connection, {row["member_id"] for row in page}):
        payload = payload_of(entry)
        told[entry["kind"]].add(payload.get("brake", ""))
        erased |= set() if payload else {entry["subject"]}
    for row in page:
        if row["member_id"] in erased:
            continue
        if row["id"] not in told[BRAKED]:
            yield Breach("P9", row["member_id"], "a brake that nothing tripped")
        if row["released_us"] is not None and row["id"] not in told[RELEASED]:
            yield Breach("P11", row["member_id"], "a brake was released by nobody")
