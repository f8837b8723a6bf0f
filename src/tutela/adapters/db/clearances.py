"""Write and read clearances; see `ports.store`."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, or_, select

from tutela.adapters.db import tables as t
from tutela.adapters.db.enforcement_tables import clearances
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.rows import Row, from_us, to_us
from tutela.adapters.db.undo_tables import undo_parts, undo_windows
from tutela.adapters.db.undo_windows import held_at
from tutela.core.clearances import Clearance, Cleared, Fact
from tutela.core.ids import BankId, ClauseId, MediaId
from tutela.core.policy import MatchKind

_REVERSALS = t.decisions.alias("reversals")
# What may still be taken back shows nothing new: a copy that comes meanwhile is held as before.
_COUNTS = or_(
    undo_windows.c.id.is_(None),
    undo_windows.c.until_us <= bindparam("now"),
    undo_windows.c.at_us > bindparam("latest"),
)
_CLEARED = (
    select(
        clearances.c.media_id, clearances.c.clause_id, clearances.c.match, clearances.c.bank_id, clearances.c.resembles,
        clearances.c.at_us, case((_COUNTS, 1), else_=0).label("counts"),
    )
    .outerjoin(_REVERSALS, _REVERSALS.c.reverses == clearances.c.decision_id)
    .outerjoin(undo_parts, undo_parts.c.decision_id == clearances.c.decision_id)
    .outerjoin(undo_windows, undo_windows.c.id == undo_parts.c.window_id)
    .where(among(clearances.c.media_id), _REVERSALS.c.id.is_(None))
    .distinct()
)  # fmt: skip


def clearance_rows(clearance: Clearance) -> Iterator[dict[str, Any]]:
    """Yield a row for each fact."""
    for fact in clearance.facts:
        yield {
            "decision_id": clearance.decision_id,
            "item_id": clearance.item_id,
            "media_id": fact.media_id,
            "clause_id": fact.clause_id,
            "match": fact.kind.value,
            "bank_id": fact.bank_id or "",
            "resembles": fact.resembles or "",
            "at_us": to_us(clearance.at),
        }


def fact(row: Row) -> Fact:
    """Return the fact of a row."""
    return Fact(
        media_id=MediaId(row["media_id"]),
        clause_id=ClauseId(row["clause_id"]),
        kind=MatchKind(row["match"]),
        bank_id=BankId(row["bank_id"]) if row["bank_id"] else None,
        resembles=MediaId(row["resembles"]) if row["resembles"] else None,
    )


class ClearanceReads:
    """The part of `ports.store.Reader` about what was cleared."""

    _connection: Connection

    def cleared(self, media_ids: Iterable[MediaId], now: datetime) -> Cleared:
        """Return what was known of these media when they were cleared, by what stands."""
        found = list(rows_of(self._connection, _CLEARED, media_ids, **held_at(now)))
        at: dict[tuple[MediaId, ClauseId], datetime] = {}
        for row in sorted(found, key=lambda row: int(row["at_us"])):
            at[MediaId(row["media_id"]), ClauseId(row["clause_id"])] = from_us(row["at_us"])
        counting, held_back = ([row for row in found if bool(row["counts"]) is counts] for counts in (True, False))
        return Cleared(frozenset(map(fact, counting)), frozenset(map(fact, held_back)), at)
