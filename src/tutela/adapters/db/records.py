"""Compare what is stored with what the audit says was written: a row changed by hand shows (P5, P8, P9).

A chain that verifies proves nothing about the tables beside it. Here the entries are taken at their word: what they
say was granted, decided, opened and submitted must be there, as it was written, and nothing may be there without them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, RowMapping, Select, Table, bindparam, exists, literal, select, text

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.asked_records import asked_gone
from tutela.adapters.db.banked_records import entries_of_banks, unbanked_quietly
from tutela.adapters.db.decided_records import DECIDED_BY_PEOPLE, decided_otherwise, deciders_of
from tutela.adapters.db.destruction_records import destructions_gone, untold_destructions
from tutela.adapters.db.editions import untold_editions
from tutela.adapters.db.enforced_records import enforcement, forgotten
from tutela.adapters.db.engine import is_postgresql, read_transaction
from tutela.adapters.db.entries import PAGE_ROWS, WITH_BODY, entries_about, payload_of, rows_by_id
from tutela.adapters.db.hold_records import holds_gone, untold_holds
from tutela.adapters.db.item_tables import item_inside
from tutela.adapters.db.judged_records import BRAKED, gone, judgements
from tutela.adapters.db.lists import among
from tutela.adapters.db.notice_records import notices_gone, untold_notices
from tutela.adapters.db.order_records import orders_gone, untold_orders
from tutela.adapters.db.rows import CARRIES_MEDIA, QUOTES
from tutela.adapters.db.told_records import untold_measures
from tutela.adapters.db.undone_records import undone_among
from tutela.adapters.db.view_records import untold_views, views_gone
from tutela.core.charter import Breach
from tutela.core.content import EvidenceState
from tutela.core.measures import MeasureKind, Subject, SubjectKind, bitmask
from tutela.core.plans import PRESERVED, PRESERVING
from tutela.core.subjects import mark

GUARDS = (
    "audit_entries_no_delete", "audit_entries_no_update", "audit_payloads_no_update", "audit_seals_no_delete",
    "audit_seals_no_update",
)  # fmt: skip
"""The triggers that make the audit append-only."""

SUBMITTED = "platform:item:submitted"
CASE_OPENED = "system:case:opened"
_DECIDED = (":item:decided", ":event:decided", *DECIDED_BY_PEOPLE)

_TRIGGERS = {
    False: text("SELECT name FROM sqlite_master WHERE type = 'trigger'"),
    True: text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"),
}
_CHAINS = select(t.audit_chains.c.chain).order_by(t.audit_chains.c.chain)
_PAGE = (
    WITH_BODY.where(t.audit_entries.c.chain == bindparam("chain"), t.audit_entries.c.seq > bindparam("after"))
    .order_by(t.audit_entries.c.seq)
    .limit(PAGE_ROWS)
)
_DECISIONS_OF = select(t.decisions.c.id, t.decisions.c.item_id).where(among(t.decisions.c.item_id))
_ITEMS = select(t.items).where(among(t.items.c.id))
_CARRIED = (
    select(t.item_media.c.item_id, t.item_media.c.media_id)
    .where(among(t.item_media.c.item_id))
    .order_by(t.item_media.c.item_id, t.item_media.c.position)
)
_INSIDE = select(item_inside.c.item_id, item_inside.c.inside_id).where(among(item_inside.c.item_id))
_MEASURES = select(t.measures).where(t.measures.c.id > bindparam("after")).order_by(t.measures.c.id).limit(PAGE_ROWS)
_MEASURES_BY_ID = select(t.measures).where(among(t.measures.c.id))
_SUBJECTS = (
    select(t.measures.c.subject_id)
    .where(t.measures.c.subject_kind == bindparam("kind"), t.measures.c.subject_id > bindparam("after"))
    .union(
        select(t.standing.c.subject_id).where(
            t.standing.c.subject_kind == bindparam("kind"), t.standing.c.subject_id > bindparam("after")
        )
    )
    .order_by("subject_id")
    .limit(PAGE_ROWS)
)
_MEASURES_ON = select(t.measures).where(t.measures.c.subject_kind == bindparam("kind"), among(t.measures.c.subject_id))
_STANDING_OF = select(t.standing).where(t.standing.c.subject_kind == bindparam("kind"), among(t.standing.c.subject_id))
_UNPRESERVED = (
    select(t.media.c.id)
    .join_from(t.media, t.measures, t.measures.c.subject_id == t.media.c.id)
    .where(
        t.measures.c.subject_kind == SubjectKind.MEDIA.value,
        t.measures.c.kind == MeasureKind.QUARANTINE.value,
        t.measures.c.revoked_by.is_(None),
        t.media.c.evidence.not_in(sorted({*PRESERVED, EvidenceState.DESTROYED})),
    )
    .distinct()
)

_UNENTERED = select(t.media.c.id).where(
    t.media.c.evidence.in_(sorted(PRESERVED)),
    ~exists().where(
        t.audit_entries.c.subject == t.media.c.id,
        t.audit_entries.c.kind == literal(PRESERVING).concat(t.media.c.evidence),
    ),
)


def differences(engine: Engine, now_us: int, on_progress: Callable[[int], None]) -> Iterator[Breach]:
    """Yield every difference between the audit and the tables, a page at a time. *now_us* ends what is over."""
    yield from _guards(engine)
    with read_transaction(engine) as connection:
        for found in connection.execute(_UNPRESERVED):
            yield Breach("P5", found.id, "quarantined, and its bytes are not recorded as preserved")
        for found in connection.execute(_UNENTERED):
            yield Breach("P5", found.id, "said to be preserved, and no entry says so")
    done = 0
    standings = (_standings(engine, kind, now_us) for kind in SubjectKind)
    for check in (
        _entries(engine), _measures(engine), judgements(engine), enforcement(engine), untold_views(engine),
        untold_holds(engine), untold_editions(engine), untold_orders(engine), untold_destructions(engine),
        entries_of_banks(engine), untold_measures(engine), untold_notices(engine), *standings,
    ):  # fmt: skip
        for breaches in check:
            yield from breaches
            done += PAGE_ROWS
            on_progress(done)


def _guards(engine: Engine) -> Iterator[Breach]:
    with read_transaction(engine) as connection:
        there = set(connection.execute(_TRIGGERS[is_postgresql(engine)]).scalars())
    for name in sorted(set(GUARDS) - there):
        yield Breach("P9", name, "the database no longer refuses changes of the audit")


# ------------------------------------------------------------------------------------------- from the audit to the rows


def _entries(engine: Engine) -> Iterator[list[Breach]]:
    with read_transaction(engine) as connection:
        chains = list(connection.execute(_CHAINS).scalars())
    for chain in chains:
        after = 0
        while True:
            with read_transaction(engine) as connection:
                page = list(connection.execute(_PAGE, {"chain": chain, "after": after}).mappings())
                if not page:
                    break
                yield list(_missing(connection, page))
            after = page[-1]["seq"]


def _missing(connection: Connection, page: Sequence[RowMapping]) -> Iterator[Breach]:
    wanted: dict[Table, dict[str, str]] = defaultdict(dict)
    undone = undone_among(connection, (row["subject"] for row in page if row["kind"].endswith(DECIDED_BY_PEOPLE)))
    submitted: dict[str, Mapping[str, Any]] = {}
    granted: dict[str, Sequence[Any]] = {}
    for row in page:
        payload = payload_of(row)
        if row["kind"] == CASE_OPENED:
            wanted[t.cases][row["subject"]] = "a case that was opened is gone"
        elif row["kind"] == BRAKED and "brake" in payload:
            wanted[t.brakes][payload["brake"]] = "a brake that tripped is gone"
        elif row["kind"] == SUBMITTED:
            submitted[row["subject"]] = payload
        elif row["kind"].endswith(_DECIDED):
            wanted[t.decisions][row["subject"]] = "a decision that was made is gone"
            wanted[t.detections].update(dict.fromkeys(payload.get("detections", ()), "a detection is gone"))
            drafts = () if row["subject"] in undone else payload.get("reports", ())
            wanted[t.report_drafts].update(dict.fromkeys(drafts, "a draft report is gone"))
            granted.update({each[0]: each for each in payload.get("granted", ())})
    for table, ids in wanted.items():
        statement = select(table.c.id).where(among(table.c.id))
        there = set(_scalars(connection, statement, ids))
        yield from (Breach("P9", each, detail) for each, detail in ids.items() if each not in there)
    yield from _granted(connection, granted)
    yield from _submitted(connection, submitted)
    yield from gone(connection, page)
    yield from views_gone(connection, page)
    yield from holds_gone(connection, page)
    yield from orders_gone(connection, page)
    yield from asked_gone(connection, page)
    yield from notices_gone(connection, page)
    yield from destructions_gone(connection, page)
    yield from decided_otherwise(connection, page)
    yield from forgotten(connection, page)
    yield from unbanked_quietly(connection, page)


def _granted(connection: Connection, granted: Mapping[str, Sequence[Any]]) -> Iterator[Breach]:
    there = {row["id"]: row for row in rows_by_id(connection, _MEASURES_BY_ID, granted)}
    for measure_id, said in granted.items():
        row = there.get(measure_id)
        if row is None:
            yield Breach("P9", measure_id, "a measure that was granted is gone")
            continue
        scope = orjson.loads(row["scope"] or "{}")
        subject = mark(row["id"], Subject(SubjectKind(row["subject_kind"]), row["subject_id"]))
        stored = [row["id"], row["kind"], subject, row["ends_us"], row["starts_us"], scope]
        if stored[: len(said)] != list(said):
            yield Breach("P9", measure_id, "a measure is not as it was granted")


def _submitted(connection: Connection, submitted: Mapping[str, Mapping[str, Any]]) -> Iterator[Breach]:
    items = {row["id"]: row for row in rows_by_id(connection, _ITEMS, submitted)}
    media: dict[str, list[str]] = defaultdict(list)
    for row in rows_by_id(connection, _CARRIED, submitted):
        media[row["item_id"]].append(row["media_id"])
    inside: dict[str, set[str]] = defaultdict(set)
    for row in rows_by_id(connection, _INSIDE, submitted):
        inside[row["item_id"]].add(row["inside_id"])
    answers = _last_answers(connection, items)
    for item_id, payload in submitted.items():
        item = items.get(item_id)
        if item is None:
            yield Breach("P9", item_id, "an item that was submitted is gone")
            continue
        stored = {"account": item["account_id"], "media": media[item_id], "contains": _list(item["contains"])}
        if any(payload[key] != stored[key] for key in stored if key in payload):
            yield Breach("P9", item_id, "an item is not as it was submitted")
        carries = CARRIES_MEDIA * bool(media[item_id]) | QUOTES * bool(inside[item_id])
        if not inside[item_id] >= set(stored["contains"]) or item["carries"] & carries != carries:
            yield Breach("P1", item_id, "readers do not see all that an item carries and quotes")
        if item["answer"] not in answers.get(item_id, {payload.get("answer")}):
            yield Breach("P9", item_id, "an item's answer is not the one that was decided last")


def _last_answers(connection: Connection, items: Iterable[str]) -> dict[str, set[str]]:
    """Return what was answered last about each item: by time and by number, which differ when a clock was set back."""
    item_of = {row["id"]: row["item_id"] for row in rows_by_id(connection, _DECISIONS_OF, items)}
    said = defaultdict(list)
    for row in entries_about(connection, {*item_of, *deciders_of(connection, items)}):
        payload = payload_of(row)
        if "answer" in payload and row["subject"] in item_of:
            said[item_of[row["subject"]]].append((row["at_us"], row["seq"], payload["answer"]))
        for item_id, answer in payload.get("answers", {}).items():
            said[item_id].append((row["at_us"], row["seq"], answer))
    return {
        item_id: {max(found)[2], max(found, key=lambda each: (each[1], each[0]))[2]} for item_id, found in said.items()
    }


# ------------------------------------------------------------------------------------------- from the rows to the audit


def _measures(engine: Engine) -> Iterator[list[Breach]]:
    after = ""
    while True:
        with read_transaction(engine) as connection:
            page = list(connection.execute(_MEASURES, {"after": after}).mappings())
            if not page:
                return
            yield list(_unfounded(connection, page))
        after = page[-1]["id"]


def _unfounded(connection: Connection, page: Sequence[RowMapping]) -> Iterator[Breach]:
    asked = {row["decision_id"] for row in page} | {row["revoked_by"] for row in page if row["revoked_by"]}
    entries = {row["subject"]: payload_of(row) for row in entries_about(connection, asked)}
    for row in page:
        # An entry whose payload was erased lawfully says nothing more; one that is gone unlawfully breaks its chain.
        granting = entries.get(row["decision_id"], {"granted": ()})
        if "granted" in granting and row["id"] not in {each[0] for each in granting["granted"]}:
            yield Breach("P8", row["id"], "a measure that no decision granted")
        revoking = entries.get(row["revoked_by"], {"lifted": ()})
        if row["revoked_by"] and row["id"] not in revoking.get("lifted", (row["id"],)):
            yield Breach("P9", row["id"], "a measure was ended that no decision ended")


def _standings(engine: Engine, kind: SubjectKind, now_us: int) -> Iterator[list[Breach]]:
    after = ""
    while True:
        with read_transaction(engine) as connection:
            asked = {"kind": kind.value, "after": after}
            ids = list(connection.execute(_SUBJECTS, asked).scalars())
            if not ids:
                return
            yield list(_untrue(connection, kind, ids, now_us))
        after = ids[-1]


def _untrue(connection: Connection, kind: SubjectKind, ids: Sequence[str], now_us: int) -> Iterator[Breach]:
    """Yield standing rows that are not the join of the measures: readers see those, and nothing else."""
    more = {"kind": kind.value}
    stored = {row["subject_id"]: row for row in rows_by_id(connection, _STANDING_OF, ids, **more)}
    granted: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for row in rows_by_id(connection, _MEASURES_ON, ids, **more):
        if row["revoked_by"] is None:
            granted[row["subject_id"]][row["id"]] = dict(row)
    for subject_id in ids:
        standing = stored.get(subject_id)
        held = {each["id"]: each for each in _list(standing["measures"] if standing else None)}
        is_true = _current(held, now_us) == _current(granted[subject_id], now_us)
        if not is_true or (standing is not None and not _has_its_kinds(standing, held)):
            yield Breach("P8", subject_id, "what is in force is not what the measures say")


def _current(measures: Mapping[str, Mapping[str, Any]], now_us: int) -> dict[str, Mapping[str, Any]]:
    return {key: each for key, each in measures.items() if each.get("ends_us") is None or each["ends_us"] > now_us}


def _has_its_kinds(row: RowMapping, held: Mapping[str, Mapping[str, Any]]) -> bool:
    """Return whether the bits say what the list says; of a scheduled start or end they depend on when they were set."""
    if row["next_change_us"] is not None:
        return True
    try:
        return bool(row["kinds"] == bitmask(rows.measure(each).kind for each in held.values()))
    except (KeyError, TypeError, ValueError):
        return False


# ----------------------------------------------------------------------------------------------------------- reading


def _scalars(connection: Connection, statement: "Select[Any]", ids: Iterable[str]) -> list[str]:
    return [row["id"] for row in rows_by_id(connection, statement, ids)]


def _list(value: str | None) -> list[Any]:
    try:
        read = orjson.loads(value or "[]")
    except (orjson.JSONDecodeError, TypeError):
        return []
    return read if isinstance(read, list) else []
