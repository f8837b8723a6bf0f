"""Read audit entries with their payloads, for comparing records with them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, RowMapping, Select, select

from tutela.adapters.db import tables as t
from tutela.adapters.db.engine import read_transaction
from tutela.adapters.db.lists import among
from tutela.core.charter import Breach

PAGE_ROWS = 500

WITH_BODY = select(t.audit_entries, t.audit_payloads.c.body).join_from(
    t.audit_entries,
    t.audit_payloads,
    (t.audit_payloads.c.chain == t.audit_entries.c.chain) & (t.audit_payloads.c.seq == t.audit_entries.c.seq),
    isouter=True,
)
WITH_PAYLOAD = WITH_BODY.add_columns(t.audit_payloads.c.salt)
"""As above, with the salt of the commitment: for whoever verifies what an entry says."""

_ABOUT = WITH_BODY.where(among(t.audit_entries.c.subject))


def rows_by_id(connection: Connection, statement: "Select[Any]", ids: Iterable[str], **more: str) -> list[RowMapping]:
    """Return the rows of *statement*, whose parameter `ids` expands, a page of ids at a time."""
    wanted = sorted(set(ids))
    found: list[RowMapping] = []
    for start in range(0, len(wanted), PAGE_ROWS):
        asked = {"ids": wanted[start : start + PAGE_ROWS], **more}
        found.extend(connection.execute(statement, asked).mappings())
    return found


def breaches_by_page(
    engine: Engine, statement: "Select[Any]", told: Callable[[Connection, list[RowMapping]], Iterable[Breach]]
) -> Iterator[list[Breach]]:
    """Yield what *told* says of each page of rows, whose *statement* asks for those by id from behind `after` on."""
    after = ""
    while True:
        with read_transaction(engine) as connection:
            page = list(connection.execute(statement, {"after": after}).mappings())
            if not page:
                return
            yield list(told(connection, page))
        after = page[-1]["id"]


def entries_about(connection: Connection, subjects: Iterable[str]) -> list[RowMapping]:
    """Return every entry about *subjects*."""
    return rows_by_id(connection, _ABOUT, subjects)


def payload_of(row: RowMapping) -> Mapping[str, Any]:
    """Return what an entry says; nothing where it cannot be read, which its chain tells."""
    try:
        read = orjson.loads(row["body"])
    except (orjson.JSONDecodeError, TypeError):
        return {}
    return read if isinstance(read, dict) else {}
