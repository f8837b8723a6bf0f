"""Compare the end of found cases, and what was done about authorities, with the audit (P4, P9).

Whoever closes a case by hand, or writes a filing that nobody made, hides a duty. Both show here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select

from tutela.adapters.db import tables as t
from tutela.adapters.db.duties import IS_FOUND, sheet_of
from tutela.adapters.db.duty_tables import dealings, duty_sheets
from tutela.adapters.db.entries import PAGE_ROWS, entries_about, payload_of, rows_by_id
from tutela.adapters.db.lists import among
from tutela.adapters.db.report_tables import filings, report_cases
from tutela.core.audit import commit_to
from tutela.core.cases import Purpose
from tutela.core.charter import Breach
from tutela.core.filing.dealings import DealingKind
from tutela.core.filing.sheets import answers_of
from tutela.core.filing.states import Environment, Phase
from tutela.core.policy import ZERO_TOLERANCE_IDS

REPORTED = "system:case:reported"
DEALT = "person:case:dealt"

SHEETS = (
    select(duty_sheets)
    .where(duty_sheets.c.case_id > bindparam("case_id"))
    .order_by(duty_sheets.c.case_id)
    .limit(PAGE_ROWS)
)
DEALINGS = select(dealings).where(dealings.c.id > bindparam("id")).order_by(dealings.c.id).limit(PAGE_ROWS)
_FOUND = select(t.cases.c.id).where(
    # Found while it was open: what is found of it later has a case of its own.
    among(t.cases.c.id), t.cases.c.clause_id.in_(sorted(ZERO_TOLERANCE_IDS)), IS_FOUND
)  # fmt: skip
_BY_HAND = select(dealings.c.case_id, dealings.c.authority).where(
    among(dealings.c.case_id), dealings.c.kind == DealingKind.BY_HAND.value
)
_FINISHED = (
    select(report_cases.c.case_id, filings.c.authority)
    .join_from(report_cases, filings, filings.c.report_id == report_cases.c.report_id)
    .where(
        among(report_cases.c.case_id),
        filings.c.phase == Phase.FINISHED.value,
        filings.c.environment == Environment.PRODUCTION.value,
    )
)


def ended_as_told(connection: Connection, page: Sequence[RowMapping]) -> frozenset[str]:
    """Return the cases of *page* of which an entry says that they ended because everything owed was told."""
    closed = {row["id"] for row in page if row["closed_by"]}
    return frozenset(entry["subject"] for entry in entries_about(connection, closed) if entry["kind"] == REPORTED)


def untold(connection: Connection, page: Sequence[RowMapping]) -> Iterator[Breach]:
    """Yield found cases that ended although something that must be told was not (P4)."""
    ended = {row["id"] for row in page if row["closed_by"] and row["purpose"] == Purpose.WORK.value}
    found = {row["id"] for row in rows_by_id(connection, _FOUND, ended)}
    said: dict[str, Mapping[str, Any] | None] = {}
    for entry in entries_about(connection, found):
        if entry["kind"] == REPORTED:
            said[entry["subject"]] = payload_of(entry) or None  # none: erased, which is told elsewhere
    by_hand = defaultdict(set)
    for row in rows_by_id(connection, _BY_HAND, found):
        by_hand[row["case_id"]].add(row["authority"])
    finished = finished_of(connection, found)
    for case_id in sorted(found):
        if case_id not in said:
            yield Breach("P4", case_id, "a case was closed before it was told to whom it must be told")
            continue
        for authority, told in ((said[case_id] or {}).get("authorities") or {}).items():
            is_there = authority in by_hand[case_id] or authority in finished.get(case_id, ())
            if told.get("obligation") == "must" and not told.get("filed"):
                yield Breach("P4", case_id, f"a case was closed, and {authority} was not told")
            if told.get("filed") and not is_there:
                yield Breach("P9", case_id, f"what was filed with {authority} is gone")


def undealt(connection: Connection, page: Sequence[RowMapping]) -> Iterator[Breach]:
    """Yield what is said to have been done about an authority, and no entry says so."""
    told: dict[str, Mapping[str, Any]] = {}
    for entry in entries_about(connection, {row["case_id"] for row in page}):
        payload = payload_of(entry)
        if entry["kind"] == DEALT and payload.get("dealing"):
            told[payload["dealing"]] = payload
    for row in page:
        said = told.get(row["id"])
        written = {"reason": row["reason"], "reference": row["reference"]}
        held = (row["authority"], row["kind"], row["done_by"], commit_to(written, row["salt"]).hex())
        if said is None or tuple(said.get(name) for name in ("authority", "kind", "by", "commitment")) != held:
            yield Breach("P9", row["case_id"], "what was done about an authority is not as somebody wrote it down")


def unsaid(connection: Connection, page: Sequence[RowMapping]) -> Iterator[Breach]:
    """Yield sheets that do not say what somebody said last: an answer that was changed by nobody may hide a duty."""
    last: dict[str, Mapping[str, Any]] = {}
    for entry in sorted(entries_about(connection, {row["case_id"] for row in page}), key=lambda each: each["seq"]):
        payload = payload_of(entry)
        if entry["kind"] == DEALT and "sheet" in payload:
            last[entry["subject"]] = payload
    for row in page:
        said = last.get(row["case_id"], {})
        if (said.get("sheet"), said.get("by")) != (answers_of(sheet_of(row)), row["said_by"]):
            yield Breach("P9", row["case_id"], "what was said of an incident is not as somebody said it")


def finished_of(connection: Connection, case_ids: Iterable[str]) -> Mapping[str, set[str]]:
    """Return the authorities with which a report about each case is finished, in production."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows_by_id(connection, _FINISHED, case_ids):
        found[row["case_id"]].add(row["authority"])
    return found
