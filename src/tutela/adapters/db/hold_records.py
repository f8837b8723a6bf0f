"""Compare holds with the audit, in both directions (P5, P9).

Whoever ends a hold in the table, or takes a content out from under one, has evidence destroyed that police or a court
asked for. Both show here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, bindparam, select

from tutela.adapters.db.entries import PAGE_ROWS, breaches_by_page, entries_about, payload_of, rows_by_id
from tutela.adapters.db.hold_rows import KINDS, payload, told_contents
from tutela.adapters.db.hold_tables import hold_contents, holds
from tutela.adapters.db.lists import among
from tutela.core.charter import Breach
from tutela.ports.holds import HoldStep

_PAGE = select(holds).where(holds.c.id > bindparam("after")).order_by(holds.c.id).limit(PAGE_ROWS)
_BY_ID = select(holds.c.id).where(among(holds.c.id))
_CONTENTS = select(hold_contents.c.evidence_id).where(hold_contents.c.hold_id == bindparam("id"))
_KINDS = frozenset(KINDS.values())


def holds_gone(connection: Connection, page: Iterable[RowMapping]) -> Iterator[Breach]:
    """Yield holds that entries of *page* tell of, and no row does."""
    said = {row["subject"] for row in page if row["kind"] == KINDS[HoldStep.PLACED]}
    there = {row["id"] for row in rows_by_id(connection, _BY_ID, said)}
    yield from (Breach("P5", each, "a hold that was placed is gone") for each in sorted(said - there))


def untold_holds(engine: Engine) -> Iterator[list[Breach]]:
    """Yield, a page at a time, holds that are not stored as the audit tells them."""
    yield from breaches_by_page(engine, _PAGE, _untold)


def _untold(connection: Connection, page: list[RowMapping]) -> Iterator[Breach]:
    told: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for entry in entries_about(connection, [row["id"] for row in page]):
        if entry["kind"] in _KINDS:
            told[entry["subject"]].append({**payload_of(entry), "kind": entry["kind"], "at_us": entry["at_us"]})
    for row in page:
        said = sorted(told[row["id"]], key=lambda each: each["at_us"])
        kept = told_contents(connection.execute(_CONTENTS, {"id": row["id"]}).scalars())
        if reason := _reason(dict(row), kept, said):
            yield Breach("P5", row["id"], reason)


def _reason(row: Mapping[str, Any], kept: Mapping[str, Any], said: list[Mapping[str, Any]]) -> str | None:
    placed = [each for each in said if each["kind"] == KINDS[HoldStep.PLACED]]
    if len(placed) != 1:
        return "a hold was not placed as its row says"
    if any(placed[0].get(key) != value for key, value in kept.items()):
        return "what a hold keeps is not what it was placed on"
    # Each entry says how the hold stood from then on; of two in one moment either may be the last.
    last = [each for each in said if each["at_us"] == said[-1]["at_us"]]
    if not any(all(each.get(key) == value for key, value in payload(row).items()) for each in last):
        return "a hold does not stand as it was left"
    return None
