"""Compare looks for quality with the audit: what is none, and was made one, would be a case of which nothing comes."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from tutela.adapters.db.entries import entries_about, payload_of
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.quality_tables import golden_cases, looks
from tutela.core.cases import Purpose
from tutela.core.charter import Breach

ENDED = frozenset({"person:golden:answered", "person:sample:looked_at", "system:look:ended"})
MARKED = "person:golden:marked"

_LOOKS = select(looks).where(among(looks.c.case_id))
_GOLDEN = select(golden_cases.c.id, golden_cases.c.case_id).where(among(golden_cases.c.id))


def ended_as_looks(connection: Connection, page: Sequence[RowMapping]) -> set[str]:
    """Return which cases of *page* were looks that ended as their entries say, with nothing decided."""
    ids = {row["id"]: row["closed_by"] for row in page if row["purpose"] != Purpose.WORK.value and row["closed_by"]}
    told: set[str] = set()
    for entry in entries_about(connection, ids):
        said: Mapping[str, Any] = payload_of(entry)
        if entry["kind"] in ENDED and (not said or said.get("decision") == ids[entry["subject"]]):
            told.add(entry["subject"])
    return told


def false_looks(connection: Connection, page: Sequence[RowMapping]) -> list[Breach]:
    """Return what is called a look and is about nothing, or about a case that nobody marked as golden (P3)."""
    purposes = {row["id"]: row["purpose"] for row in page if row["purpose"] != Purpose.WORK.value}
    if not purposes:
        return []
    rows = {row["case_id"]: row for row in rows_of(connection, _LOOKS, purposes)}
    said = {case_id: row["purpose"] for case_id, row in rows.items()}
    found = [case_id for case_id, purpose in purposes.items() if said.get(case_id) != purpose]
    cases = {
        row["id"]: row["case_id"]
        for row in rows_of(connection, _GOLDEN, {r["golden_id"] for r in rows.values() if r["golden_id"]})
    }
    marked = {
        payload_of(entry).get("golden")
        for entry in entries_about(connection, set(cases.values()))
        if entry["kind"] == MARKED
    }
    found += [row["case_id"] for row in rows.values() if row["golden_id"] and row["golden_id"] not in marked]
    return [Breach("P3", case_id, "a case is called a look, and is none") for case_id in sorted(set(found))]
