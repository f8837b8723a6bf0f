"""Compare destructions with the audit, in both directions (P5, P9).

Nothing may be called destroyed that nobody decided to destroy.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, bindparam, exists, select

from tutela.adapters.db import tables as t
from tutela.adapters.db.destruction_tables import destruction_contents, destructions
from tutela.adapters.db.destructions import BEGUN, BEGUN_ITSELF, PROVED
from tutela.adapters.db.engine import read_transaction
from tutela.adapters.db.entries import PAGE_ROWS, breaches_by_page, entries_about, payload_of, rows_by_id
from tutela.adapters.db.hold_rows import told_contents
from tutela.adapters.db.lists import among
from tutela.core.charter import Breach
from tutela.core.content import EvidenceState
from tutela.core.filing import destructions as states

_BEGUN_STATES = sorted(each.value for each in states.BEGUN)
_PAGE = (
    select(destructions)
    .where(destructions.c.id > bindparam("after"), destructions.c.state.in_(_BEGUN_STATES))
    .order_by(destructions.c.id)
    .limit(PAGE_ROWS)
)
_BY_ID = select(destructions.c.id).where(among(destructions.c.id))
_CONTENTS = select(destruction_contents.c.evidence_id).where(destruction_contents.c.destruction_id == bindparam("id"))
_UNDESTROYED = select(t.media.c.id).where(
    t.media.c.evidence == EvidenceState.DESTROYED.value,
    ~exists().where(
        destruction_contents.c.evidence_id == t.media.c.id,
        destruction_contents.c.destruction_id == destructions.c.id,
        destructions.c.state.in_(_BEGUN_STATES),
    ),
)


def destructions_gone(connection: Connection, page: Iterable[RowMapping]) -> Iterator[Breach]:
    """Yield destructions that entries of *page* tell of, and no row does."""
    said = {row["subject"] for row in page if row["kind"] in {BEGUN, BEGUN_ITSELF}}
    there = {row["id"] for row in rows_by_id(connection, _BY_ID, said)}
    yield from (Breach("P5", each, "a destruction that was carried out is gone") for each in sorted(said - there))


def untold_destructions(engine: Engine) -> Iterator[list[Breach]]:
    """Yield, a page at a time, destructions that are not stored as the audit tells them."""
    with read_transaction(engine) as connection:
        found = connection.execute(_UNDESTROYED).scalars()
        yield [Breach("P5", each, "said to be destroyed, and no destruction says so") for each in found]
    yield from breaches_by_page(engine, _PAGE, _untold)


def _untold(connection: Connection, page: list[RowMapping]) -> Iterator[Breach]:
    told: dict[str, dict[str, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries_about(connection, [row["id"] for row in page]):
        told[entry["subject"]][entry["kind"]].append(payload_of(entry))
    for row in page:
        said = told[row["id"]]
        begun = [*said[BEGUN], *said[BEGUN_ITSELF]]
        kept = told_contents(connection.execute(_CONTENTS, {"id": row["id"]}).scalars())
        if len(begun) != 1 or any(begun[0].get(key) != value for key, value in kept.items()):
            yield Breach("P5", row["id"], "what was destroyed is not what it was decided about")
        elif row["certificate"] is not None and not _is_certified(bytes(row["certificate"]), said[PROVED]):
            yield Breach("P5", row["id"], "a certificate is not the one that was made")


def _is_certified(certificate: bytes, said: list[Mapping[str, Any]]) -> bool:
    return [each.get("sha256") for each in said] == [sha256(certificate).hexdigest()]
