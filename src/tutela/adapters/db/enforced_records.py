"""Compare what enforcement remembers with the audit, in both directions (P9, P11).

A strike written by hand suspends somebody, a clearance makes a list blind to a picture, a verification says that a
stranger was checked, and a quota that is emptied lets a machine go on: each of them shows here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, bindparam, select, tuple_

from tutela.adapters.db import tables as t
from tutela.adapters.db.decision_tables import bulks, proposals
from tutela.adapters.db.duty_tables import dealings, duty_sheets
from tutela.adapters.db.enforcement_tables import clearances, quota_uses, strikes, verifications
from tutela.adapters.db.engine import read_transaction
from tutela.adapters.db.entries import PAGE_ROWS, WITH_BODY, entries_about, payload_of, rows_by_id
from tutela.adapters.db.lists import among
from tutela.adapters.db.quality_records import ended_as_looks, false_looks
from tutela.adapters.db.reported_records import DEALINGS, SHEETS, ended_as_told, undealt, unsaid, untold
from tutela.adapters.db.undo_tables import undo_windows
from tutela.adapters.db.undone_records import not_undone, undone_among
from tutela.core.charter import Breach

VERIFIED = "platform:account:verified"
TAKEN = "system:quota:taken"
SETTING = "operator:setting:changed"
PROPOSED = "person:reversal:proposed"
BEGUN = "person:bulk:begun"


def _pages(table: Any) -> Any:
    """Return the statement that reads *table* in order of its key, with the place after which a page begins."""
    key = list(table.primary_key)
    after = tuple_(*(bindparam(column.name) for column in key))
    return select(table).where(after < tuple_(*key)).order_by(*key).limit(PAGE_ROWS)


_STRIKES, _CLEARANCES, _VERIFICATIONS = _pages(strikes), _pages(clearances), _pages(verifications)
_PROPOSALS, _BULKS, _CASES = _pages(proposals), _pages(bulks), _pages(t.cases)
_WINDOWS = _pages(undo_windows)
_VERIFIED_OF = select(verifications).where(among(verifications.c.account_id))
_CLEARED_BY = select(clearances).where(among(clearances.c.decision_id))
_BANKS = select(t.banks.c.id)
_SOURCES = select(quota_uses.c.source).distinct()
_USES = select(quota_uses).where(quota_uses.c.source == bindparam("source"))
_TAKEN_BY = WITH_BODY.where(t.audit_entries.c.subject == bindparam("source"), t.audit_entries.c.kind == TAKEN)
_SETTINGS = select(t.settings)
_SETTINGS_THERE = select(t.settings.c.name).where(among(t.settings.c.name))
_SET = WITH_BODY.where(t.audit_entries.c.subject == bindparam("name"), t.audit_entries.c.kind == SETTING)


def forgotten(connection: Connection, page: Sequence[RowMapping]) -> Iterator[Breach]:
    """Yield what entries of *page* say of verifications, clearances and settings, and no row says."""
    checked: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    cleared: dict[str, Mapping[str, Any]] = {}
    for row in page:
        payload = payload_of(row)
        if row["kind"] == VERIFIED and "at_us" in payload:
            checked[row["subject"]].append(payload)
        elif payload.get("cleared"):
            cleared[row["subject"]] = payload["cleared"]
    rows = {(row["account_id"], *_checked(row)) for row in rows_by_id(connection, _VERIFIED_OF, checked)}
    for account_id, told in checked.items():
        if any((account_id, *_told(payload)) not in rows for payload in told):
            yield Breach("P9", account_id, "a verification is not as it was recorded")
    facts = {(row["decision_id"], *_fact(row)) for row in rows_by_id(connection, _CLEARED_BY, cleared)}
    undone = undone_among(connection, cleared)
    for decision_id, items in cleared.items():
        if decision_id in undone:
            continue
        said = {(decision_id, item_id, *fact) for item_id, told in items.items() for fact in told}
        if not said <= facts:
            yield Breach("P9", decision_id, "what was cleared is held again by nobody's decision")
    names = {row["subject"] for row in page if row["kind"] == SETTING}
    there = {row["name"] for row in rows_by_id(connection, _SETTINGS_THERE, names)}
    yield from (Breach("P9", name, "a setting that was made is gone") for name in sorted(names - there))


def enforcement(engine: Engine) -> Iterator[list[Breach]]:
    """Yield, a page at a time, what is remembered and the audit does not tell of as it is."""
    for table, statement, check in (
        (strikes, _STRIKES, _unstruck),
        (clearances, _CLEARANCES, _uncleared),
        (verifications, _VERIFICATIONS, _unverified),
        (proposals, _PROPOSALS, _unproposed),
        (bulks, _BULKS, _unbegun),
        (t.cases, _CASES, _unclosed),
        (undo_windows, _WINDOWS, not_undone),
        (dealings, DEALINGS, undealt),
        (duty_sheets, SHEETS, unsaid),
    ):
        after: dict[str, Any] = {
            column.name: "" if column.type.python_type is str else -1 for column in table.primary_key
        }
        while True:
            with read_transaction(engine) as connection:
                page = list(connection.execute(statement, after).mappings())
                if not page:
                    break
                yield list(check(connection, page))
            after = {name: page[-1][name] for name in after}
    yield from _quotas(engine)
    with read_transaction(engine) as connection:
        yield list(_settings(connection))


def _unstruck(connection: Connection, page: Sequence[RowMapping]) -> Iterator[Breach]:
    """Yield strikes that no finding counted; whether they weigh what it said is compared with the finding."""
    said = _said(connection, {row["decision_id"] for row in page})
    for row in page:
        payload = said.get(row["decision_id"], {})
        if payload is not None and row["account_id"] not in payload.get("strikes", {}):
            yield Breach("P9", row["account_id"], "a strike that no finding counted")


def _uncleared(connection: Connection, page: Sequence[RowMapping]) -> Iterator[Breach]:
    said = _said(connection, {row["decision_id"] for row in page})
    for row in page:
        payload = said.get(row["decision_id"], {})
        item_id, *fact = _fact(row)
        if payload is not None and fact not in payload.get("cleared", {}).get(item_id, ()):
            yield Breach("P9", row["media_id"], "a clearance that nobody gave")


def _said(connection: Connection, decisions: Iterable[str]) -> dict[str, Mapping[str, Any] | None]:
    """Return what the entries of decisions say; none where it was erased, which is told elsewhere."""
    # That somebody proposed to reverse it is an entry about the same decision, and says nothing of what it did.
    said = (row for row in entries_about(connection, decisions) if row["kind"] != PROPOSED)
    return {row["subject"]: payload_of(row) or None for row in said}


def _fact(row: RowMapping) -> tuple[Any, ...]:
    names = ("item_id", "media_id", "clause_id", "match", "bank_id", "resembles", "at_us")
    return tuple(row[name] for name in names)


def _unverified(connection: Connection, page: Sequence[RowMapping]) -> Iterator[Breach]:
    told: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for entry in entries_about(connection, {row["account_id"] for row in page}):
        if entry["kind"] == VERIFIED:
            told[entry["subject"]].append(payload_of(entry))
    for row in page:
        said = told[row["account_id"]]
        # An entry that was erased may have been this one's.
        if not any(not payload or _told(payload) == _checked(row) for payload in said):
            yield Breach("P9", row["account_id"], "a verification that nobody recorded")


def _unproposed(connection: Connection, page: Sequence[RowMapping]) -> Iterator[Breach]:
    """Yield proposals that nobody made: with one, a single person would lift what takes two (P3)."""
    told: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for entry in entries_about(connection, {row["decision_id"] for row in page}):
        if entry["kind"] == PROPOSED:
            told[entry["subject"]].append(payload_of(entry))
    for row in page:
        said = told[row["decision_id"]]
        if not any(not payload or payload.get("by") == row["proposed_by"] for payload in said):
            yield Breach("P3", row["decision_id"], "a reversal is proposed by somebody who did not")


def _unbegun(connection: Connection, page: Sequence[RowMapping]) -> Iterator[Breach]:
    """Yield decisions in bulk that nobody began so: a process would go on to decide them in somebody's name."""
    found = entries_about(connection, {row["id"] for row in page})
    told = {entry["subject"]: payload_of(entry) or None for entry in found if entry["kind"] == BEGUN}
    for row in page:
        said, stored = told.get(row["id"], {}), payload_of(row)
        asked = {name: each for name, each in stored.items() if name not in {"code", "line"}}
        held = (row["decided_by"], bool(row["is_senior"]), row["total"], asked)
        if said is not None and tuple(said.get(name) for name in ("by", "senior", "items", "ask")) != held:
            yield Breach("P8", row["id"], "a decision in bulk is not as it was begun")


def _unclosed(connection: Connection, page: Sequence[RowMapping]) -> Iterator[Breach]:
    """Yield cases that a decision closed which says nothing of it (P3, P4)."""
    closed = {row["id"]: row["closed_by"] for row in page if row["closed_by"]}
    said, looks = _said(connection, closed.values()), ended_as_looks(connection, page)
    told = ended_as_told(connection, page)
    yield from false_looks(connection, page)
    yield from untold(connection, page)
    for case_id, decision_id in closed.items():
        payload = said.get(decision_id, {})
        if case_id not in looks | told and payload is not None and case_id not in payload.get("closed", ()):
            yield Breach("P4", case_id, "a case was closed by no decision")


def _checked(row: RowMapping) -> tuple[Any, ...]:
    return row["kind"], row["at_us"], row["recorded_us"], row["decision_id"]


def _told(payload: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(payload.get(name) for name in ("kind", "at_us", "recorded_us", "decision"))


def _quotas(engine: Engine) -> Iterator[list[Breach]]:
    with read_transaction(engine) as connection:
        sources = {*connection.execute(_BANKS).scalars(), *connection.execute(_SOURCES).scalars()}
    for source in sorted(sources):
        with read_transaction(engine) as connection:
            yield list(_miscounted(connection, source))


def _miscounted(connection: Connection, source: str) -> Iterator[Breach]:
    """Yield a bank of which more or less is counted than its entries took."""
    counted: Counter[tuple[str, str, str]] = Counter()
    stream = connection.execution_options(yield_per=PAGE_ROWS).execute(_TAKEN_BY, {"source": source})
    for row in stream.mappings():
        payload = payload_of(row)
        if not payload:
            return  # erased: nobody can add it up any more
        for kind, (used, held) in payload["taken"].items():
            counted[payload["day"], kind, "used"] += used
            counted[payload["day"], kind, "held"] += held
    stored: Counter[tuple[str, str, str]] = Counter()
    for row in connection.execute(_USES, {"source": source}).mappings():
        for name in ("used", "held"):
            stored[row["day"], row["kind"], name] = row[name]
    if +counted != +stored:
        yield Breach("P11", source, "a quota says that more or less was taken than was")


def _settings(connection: Connection) -> Iterator[Breach]:
    """Yield what an operator's settings are and were not made: quotas and profile among them."""
    for row in connection.execute(_SETTINGS).mappings():
        entries = list(connection.execute(_SET, {"name": row["name"]}).mappings())
        # Last by time and last by number, which differ when a clock was set back or two processes wrote.
        last = [max(entries, key=lambda each: (each["at_us"], each["seq"])), max(entries, key=_seq)] if entries else []
        said = [payload_of(entry) for entry in last]
        if not any(not payload or payload.get("body") == row["body"] for payload in said):
            yield Breach("P9", row["name"], "a setting is not as it was set last")


def _seq(row: RowMapping) -> int:
    return int(row["seq"])
