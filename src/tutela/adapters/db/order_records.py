"""Compare orders with the audit, in both directions (P9).

Whoever takes an order out of the register, or says quietly that a false one was real, shows here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, bindparam, select

from tutela.adapters.db.entries import PAGE_ROWS, breaches_by_page, entries_about, payload_of, rows_by_id
from tutela.adapters.db.lists import among
from tutela.adapters.db.order_rows import KINDS, payload
from tutela.adapters.db.order_tables import orders
from tutela.core.charter import Breach
from tutela.core.orders import StepKind

_PAGE = select(orders).where(orders.c.id > bindparam("after")).order_by(orders.c.id).limit(PAGE_ROWS)
_BY_ID = select(orders.c.id).where(among(orders.c.id))
_KINDS = frozenset(KINDS.values())


def orders_gone(connection: Connection, page: Iterable[RowMapping]) -> Iterator[Breach]:
    """Yield orders that entries of *page* tell of, and no row does."""
    said = {row["subject"] for row in page if row["kind"] == KINDS[StepKind.RECEIVED]}
    there = {row["id"] for row in rows_by_id(connection, _BY_ID, said)}
    yield from (Breach("P9", each, "an order that was registered is gone") for each in sorted(said - there))


def untold_orders(engine: Engine) -> Iterator[list[Breach]]:
    """Yield, a page at a time, orders that are not stored as the audit tells them."""
    yield from breaches_by_page(engine, _PAGE, _untold)


def _untold(connection: Connection, page: list[RowMapping]) -> Iterator[Breach]:
    told: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for entry in entries_about(connection, [row["id"] for row in page]):
        if entry["kind"] in _KINDS:
            told[entry["subject"]].append({**payload_of(entry), "kind": entry["kind"], "at_us": entry["at_us"]})
    for row in page:
        said = sorted(told[row["id"]], key=lambda each: each["at_us"])
        if [each["kind"] for each in said].count(KINDS[StepKind.RECEIVED]) != 1:
            yield Breach("P9", row["id"], "an order was not registered as its row says")
            continue
        # Each entry says how the order stood from then on; of two in one moment either may be the last.
        last = [each for each in said if each["at_us"] == said[-1]["at_us"]]
        if not any(all(each.get(key) == value for key, value in payload(dict(row)).items()) for each in last):
            yield Breach("P9", row["id"], "an order does not stand as it was left")
