"""Compare views of evidence with the audit, in both directions (P9).

Whoever adds a row of what was sent makes the operator swear that somebody saw what nobody did; whoever takes one away
hides who looked. Both show here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, bindparam, select

from tutela.adapters.db import view_tables as v
from tutela.adapters.db.engine import read_transaction
from tutela.adapters.db.entries import PAGE_ROWS, entries_about, payload_of, rows_by_id
from tutela.adapters.db.evidence_views import GRANTED, METADATA, OPENED, REVOKED, SENT
from tutela.adapters.db.lists import among
from tutela.adapters.db.view_rows import granted_payload, opened_payload
from tutela.core.charter import Breach
from tutela.core.view_log import Span, union

_VIEWS = select(v.views).where(v.views.c.id > bindparam("after")).order_by(v.views.c.id).limit(PAGE_ROWS)
_BY_ID = select(v.views.c.id).where(among(v.views.c.id))
_SPANS = select(v.view_spans).where(among(v.view_spans.c.view_id))


def views_gone(connection: Connection, page: Iterable[RowMapping]) -> Iterator[Breach]:
    """Yield views that entries of *page* tell of, and no row does."""
    said = {row["subject"] for row in page if row["kind"] in {GRANTED, METADATA}}
    there = {row["id"] for row in rows_by_id(connection, _BY_ID, said)}
    yield from (Breach("P9", each, "a view that was granted is gone") for each in sorted(said - there))


def untold_views(engine: Engine) -> Iterator[list[Breach]]:
    """Yield, a page at a time, views that are not stored as the audit tells them."""
    after = ""
    while True:
        with read_transaction(engine) as connection:
            page = list(connection.execute(_VIEWS, {"after": after}).mappings())
            if not page:
                return
            yield list(_untold(connection, page))
        after = page[-1]["id"]


def _untold(connection: Connection, page: list[RowMapping]) -> Iterator[Breach]:
    ids = [row["id"] for row in page]
    told: dict[str, dict[str, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries_about(connection, ids):
        told[entry["subject"]][entry["kind"]].append(payload_of(entry))
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in rows_by_id(connection, _SPANS, ids):
        spans[row["view_id"]].append((row["start_byte"], row["end_byte"]))
    for row in page:
        said = told[row["id"]]
        if any(not payload for payloads in said.values() for payload in payloads):
            continue  # erased lawfully: it says nothing more, and its chain tells when it was not lawful
        if reason := _reason(row, said, spans[row["id"]]):
            yield Breach("P9", row["id"], reason)


def _reason(row: RowMapping, said: Mapping[str, list[Mapping[str, Any]]], spans: list[tuple[int, int]]) -> str | None:
    granted = [*said[GRANTED], *said[METADATA]]
    if len(granted) != 1 or any(granted[0].get(key) != value for key, value in granted_payload(row).items()):
        return "a view is not as it was granted"
    # What is asked for directly is opened by the same entry.
    openings = [opened_payload(row)] if row["opened_us"] is not None and not said[METADATA] else []
    if said[OPENED] != openings:
        return "a view was not opened as its row says"
    if [each.get("at_us") for each in said[REVOKED]] != [each for each in [row["revoked_us"]] if each is not None]:
        return "a view was not taken back as its row says"
    if _joined(spans) != _joined((each.get("from", 0), each.get("to", 0)) for each in said[SENT]):
        return "what was sent of a view is not what its row says"
    return None


def _joined(pairs: Iterable[tuple[int, int]]) -> tuple[Span, ...] | None:
    try:
        return union(Span(*each) for each in pairs)
    except (ValueError, TypeError):  # no span of ours is like that: somebody wrote it by hand
        return None
