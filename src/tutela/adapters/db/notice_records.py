"""Compare notices with the audit: no notice goes, and no outcome changes, without anybody having said so (P7, P9)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, bindparam, select

from tutela.adapters.db.entries import PAGE_ROWS, breaches_by_page, entries_about, payload_of, rows_by_id
from tutela.adapters.db.lists import among
from tutela.adapters.db.notice_tables import notices
from tutela.core.charter import Breach

RECEIVED = "public:notice:received"
ANSWERED = ("system:notice:answered", "person:notice:answered")
OPENED = ("system:notice:looked_at", "person:notice:looked_at")

_Said = tuple[int, int, str, Mapping[str, Any]]
"""When an entry is of, its place in its chain, its kind and what it says."""

_THERE = select(notices.c.id).where(among(notices.c.id))
_PAGE = select(notices).where(notices.c.id > bindparam("after")).order_by(notices.c.id).limit(PAGE_ROWS)


def notices_gone(connection: Connection, page: Iterable[RowMapping]) -> Iterator[Breach]:
    """Yield the notices that were received and are not there any more."""
    told = [row["subject"] for row in page if row["kind"] == RECEIVED]
    there = {row["id"] for row in rows_by_id(connection, _THERE, told)}
    yield from (Breach("P7", each, "a notice that was received is gone") for each in told if each not in there)


def untold_notices(engine: Engine) -> Iterator[list[Breach]]:
    """Yield, a page at a time, notices that do not stand as the audit tells them."""
    yield from breaches_by_page(engine, _PAGE, _untold)


def _untold(connection: Connection, page: list[RowMapping]) -> Iterator[Breach]:
    told: dict[str, list[_Said]] = defaultdict(list)
    for entry in entries_about(connection, [row["id"] for row in page]):
        told[entry["subject"]].append((entry["at_us"], entry["seq"], entry["kind"], payload_of(entry)))
    for row in page:
        # Of one moment they are in the order of their chain.
        said = sorted(told[row["id"]], key=itemgetter(0, 1))
        received = [payload for _, _, kind, payload in said if kind == RECEIVED]
        if len(received) != 1 or (received[0].get("branch"), received[0].get("clause")) != (
            row["branch"], row["clause_id"],
        ):  # fmt: skip
            yield Breach("P7", row["id"], "a notice is not the one that was received")
        elif _outcome_of(said) != row["outcome"]:
            yield Breach("P9", row["id"], "a notice stands otherwise than it was answered")


def _outcome_of(said: Iterable[_Said]) -> str | None:
    """Return the outcome that the entries of a notice come to, in their order."""
    outcome: str | None = None
    for _, _, kind, payload in said:
        if kind in {RECEIVED, *ANSWERED, *OPENED}:
            outcome = payload.get("outcome")
    return outcome
