"""Compare what was taken back with the audit: a window that nobody undid excuses nothing (P9)."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, RowMapping, select

from tutela.adapters.db.entries import entries_about, payload_of, rows_by_id
from tutela.adapters.db.lists import among
from tutela.adapters.db.undo_tables import undo_parts, undo_windows
from tutela.core.charter import Breach

_UNDONE = (
    select(undo_parts.c.decision_id)
    .join_from(undo_parts, undo_windows, undo_windows.c.id == undo_parts.c.window_id)
    .where(among(undo_parts.c.decision_id), undo_windows.c.undone_us.is_not(None))
)


def undone_among(connection: Connection, decision_ids: Iterable[str]) -> set[str]:
    """Return which of these were taken back: drafts, clearances and what they reversed are not there any more."""
    return {row["decision_id"] for row in rows_by_id(connection, _UNDONE, decision_ids)}


def not_undone(connection: Connection, page: Sequence[RowMapping]) -> Iterator[Breach]:
    """Yield windows that are said to have been taken back by a decision which says nothing of it."""
    undone = {row["id"]: row["undone_by"] or row["id"] for row in page if row["undone_us"] is not None}
    told: dict[str, set[str]] = {}
    for entry in entries_about(connection, undone.values()):
        payload = payload_of(entry)
        # An entry that was erased may have said it.
        about = entry["subject"] if entry["kind"] == "person:answer:undone" else payload.get("undo")
        told.setdefault(entry["subject"], set()).add("" if not payload else str(about))
    for window_id, by in undone.items():
        if not told.get(by, set()) & {window_id, ""}:
            yield Breach("P9", window_id, "a decision is said to be taken back, and nobody did")
