"""Write accepted changesets inside the group's transaction, a table at a time with lists of parameters.

Statements are built once: building them for each call costs ten times the call.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, delete, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tutela.adapters.db import answers as case_answers
from tutela.adapters.db import decision_writes, item_tables, quality_writes, rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.appeal_writes import run_appeals
from tutela.adapters.db.banked import ground_rows, run_banked
from tutela.adapters.db.banked_tables import entry_grounds
from tutela.adapters.db.case_rows import case_row
from tutela.adapters.db.case_writes import grow_by_rules, grow_cases, queue_cases
from tutela.adapters.db.clearances import clearance_rows
from tutela.adapters.db.driver import rows_read
from tutela.adapters.db.duties import run_dealt
from tutela.adapters.db.enforcement_tables import clearances, strikes, verifications
from tutela.adapters.db.event_writes import run_observed
from tutela.adapters.db.feed_writes import MEASURES_OF, write_feed
from tutela.adapters.db.hold_tables import HELD, hold_contents
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.many import write_many
from tutela.adapters.db.messages import run_messages
from tutela.adapters.db.notice_writes import run_notices
from tutela.adapters.db.pages import end_pages
from tutela.adapters.db.quotas import take
from tutela.adapters.db.restricted import born_restricted
from tutela.adapters.db.strikes import strike_row
from tutela.adapters.db.undo_writes import forget_windows, note_before, open_windows, run_undone
from tutela.adapters.db.verifications import UPDATE_AGE, age_row, verification_row
from tutela.core.content import Media
from tutela.core.measures import Standing, Subject, SubjectKind, still_current
from tutela.errors import Conflict, TakenOver
from tutela.ports.committer import Changeset, MediaUpdate, RescanCount

_INSERT_ORDER = (
    t.accounts, t.media, t.media_hashes, t.items, t.item_media, item_tables.item_inside, item_tables.item_tags, t.banks,
    t.members, t.decisions, t.decision_grounds, t.detections, t.measures, t.cases, t.case_items,
    t.statements, t.report_drafts, t.idempotency, t.brakes, strikes, clearances, verifications,
    entry_grounds, *decision_writes.TABLES, *case_answers.TABLES, *quality_writes.TABLES,
)  # fmt: skip
_INSERTS = {table.name: insert(table) for table in _INSERT_ORDER}

_UPDATE_ANSWER = update(t.items).where(t.items.c.id == bindparam("b_id")).values(answer=bindparam("b_answer"))
_MEDIA_FIELDS = (
    "md5", "sha1", "sha256", "scan", "evidence", "media_type", "width", "height", "size_bytes", "failure", "content_id",
    "received_us",
)  # fmt: skip
_UPDATE_MEDIA = (
    update(t.media)
    .where(t.media.c.id == bindparam("b_id"))
    .values({name: bindparam(f"b_{name}") for name in _MEDIA_FIELDS})
)
_EVIDENCE = select(t.media.c.evidence, t.media.c.content_id).where(t.media.c.id == bindparam("id"))
_HELD_ONE = HELD.where(hold_contents.c.evidence_id == bindparam("id")).limit(1)
_KNOWN_OF = select(
    t.media.c.id, t.media.c.md5, t.media.c.sha1, t.media.c.sha256, t.media.c.scan,
    select(func.count()).where(t.media_hashes.c.media_id == t.media.c.id).scalar_subquery().label("hashes"),
).where(among(t.media.c.id))  # fmt: skip
_FORGET_HASHES = delete(t.media_hashes).where(t.media_hashes.c.media_id == bindparam("b_id"))
_UPDATE_BANK = (
    update(t.banks)
    .where(t.banks.c.id == bindparam("b_id"))
    .values(
        name=bindparam("b_name"), is_active=bindparam("b_is_active"), threshold_bits=bindparam("b_threshold_bits"),
        ceiling=bindparam("b_ceiling"), source=bindparam("b_source"), brake_accounts=bindparam("b_brake_accounts"),
        brake_window_hours=bindparam("b_brake_window_hours"), licence_ends_us=bindparam("b_licence_ends_us"),
    )
)  # fmt: skip
_RETIRE_MEMBER = update(t.members).where(t.members.c.id == bindparam("b_id")).values(is_active=False)
_ERASE_MEMBER = update(t.members).where(t.members.c.id == bindparam("b_id")).values(value="")
_REVOKE = (
    update(t.measures)
    .where(t.measures.c.id == bindparam("b_id"), t.measures.c.revoked_by.is_(None))
    .values(revoked_by=bindparam("b_by"))
)
VERSIONS_OF = select(t.standing.c.subject_id, t.standing.c.version).where(
    t.standing.c.subject_kind == bindparam("kind"), among(t.standing.c.subject_id)
)
_LAST_CHANGE = select(func.coalesce(func.max(t.standing.c.change_seq), literal(0)).label("last"))
_LAST_FEED = select(func.coalesce(func.max(t.signal_feed.c.seq), literal(0)).label("last"))


def _upsert(table: Table, keys: Sequence[str]) -> tuple[Any, Any]:
    """Return the same upsert for both databases."""
    both = []
    for dialect in (sqlite, postgresql):
        statement = dialect.insert(table)
        changed = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
        both.append(statement.on_conflict_do_update(index_elements=list(keys), set_=changed))
    return both[0], both[1]


_PUT_STANDING = _upsert(t.standing, ("subject_kind", "subject_id"))
_PUT_CHECKPOINT = _upsert(t.checkpoints, ("name",))
_FORGET_CHECKPOINT = delete(t.checkpoints).where(t.checkpoints.c.name == bindparam("b_name"))
_PUT_OPINION = _upsert(t.opinions, ("member_id", "said_by"))
_RELEASE = (
    update(t.brakes)
    .where(t.brakes.c.id == bindparam("b_id"), t.brakes.c.released_us.is_(None))
    .values(released_us=bindparam("b_us"), released_by=bindparam("b_by"))
)


# An item that is decided again is in its case already; an account that two planned at once is stored by the first.
_ONCE = {
    table.name: tuple(dialect.insert(table).on_conflict_do_nothing() for dialect in (sqlite, postgresql))
    for table in (t.accounts, t.case_items)
}


_COUNT = (
    update(t.rescans)
    .where(
        t.rescans.c.id == bindparam("b_id"), t.rescans.c.holder == bindparam("b_holder"), t.rescans.c.is_unfinished
    )
    .values(changed=func.coalesce(t.rescans.c.changed, 0) + bindparam("b_items"))
)  # fmt: skip
LEAVE_IT = "What was found is not lost; leave it to that process."


def write_all(connection: Connection, changesets: Sequence[Changeset], now: datetime) -> tuple[int, int]:
    """Write *changesets* in order and return the last numbers of the change feed and the index feed."""
    noted = note_before(connection, changesets)
    inserts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for changeset in changesets:
        _collect(inserts, changeset)
    for table in _INSERT_ORDER:
        if inserts[table.name]:
            _before(connection, table, inserts)
            once = _ONCE.get(table.name)
            write_many(connection, _for(connection, once) if once else _INSERTS[table.name], inserts[table.name])
    grow_by_rules(connection, changesets)
    run_notices(connection, changesets)
    run_messages(connection, changesets)
    run_observed(connection, (each.observed for each in changesets if each.observed is not None))
    _run_updates(connection, changesets, now)
    run_appeals(connection, changesets)
    end_pages(connection, (move for changeset in changesets for move in changeset.case_moves), now)
    write_feed(connection, changesets, now)
    before = _last(connection, _LAST_CHANGE) if noted is not None else 0
    _write_standing(connection, changesets, now)
    newest = _last(connection, _LAST_CHANGE)
    if noted is not None:
        open_windows(connection, changesets, noted, (before, newest))
    return newest, _last(connection, _LAST_FEED)


def _last(connection: Connection, statement: "Select[Any]") -> int:
    """Return the last number of a feed, 0 where nothing was written yet."""
    [row] = rows_read(connection, statement, {})
    return int(row["last"])


def _before(connection: Connection, table: Table, inserts: dict[str, list[dict[str, Any]]]) -> None:
    """Do what must be done before the rows of a table go in, and can be done only once those before it are there."""
    if table is t.cases:
        queue_cases(connection, inserts["cases"], inserts["case_items"])
    elif table is t.case_items:
        grow_cases(connection, inserts["case_items"], inserts["cases"])


def _collect(inserts: dict[str, list[dict[str, Any]]], changeset: Changeset) -> None:
    add = inserts.__getitem__
    add("accounts").extend(map(rows.account_row, changeset.accounts))
    for media in changeset.media:
        add("media").append(rows.media_row(media))
        add("media_hashes").extend(rows.hash_rows(media))
    for stored in changeset.items:
        add("items").append(rows.item_row(stored))
        add("item_media").extend(
            {"item_id": stored.item.id, "position": position, "media_id": media_id}
            for position, media_id in enumerate(stored.item.media_ids)
        )
        add("item_inside").extend(
            {"item_id": stored.item.id, "inside_id": inside_id} for inside_id in dict.fromkeys(stored.item.contains)
        )
        add("item_tags").extend({"item_id": stored.item.id, "tag": tag} for tag in dict.fromkeys(stored.item.tags))
    add("banks").extend(map(rows.bank_row, changeset.banks))
    add("members").extend(map(rows.member_row, changeset.members))
    add("decisions").extend(map(rows.decision_row, changeset.decisions))
    add("decision_grounds").extend(
        {"decision_id": each.id, "rests_on": ground} for each in changeset.decisions for ground in each.rests_on
    )
    add("detections").extend(map(rows.detection_row, changeset.detections))
    add("measures").extend(map(rows.measure_row, changeset.measures))
    add("brakes").extend(map(rows.trip_row, changeset.trips))
    add("entry_grounds").extend(ground_rows(changeset))
    _collect_outcomes(inserts, changeset)


def _collect_outcomes(inserts: dict[str, list[dict[str, Any]]], changeset: Changeset) -> None:
    inserts["cases"].extend(map(case_row, changeset.cases))
    inserts["verifications"].extend(map(verification_row, changeset.verifications))
    decision_writes.collect_decided(inserts, changeset)
    case_answers.collect_answers(inserts, changeset)
    quality_writes.collect(inserts, changeset.quality)
    inserts["strikes"].extend(map(strike_row, changeset.strikes))
    inserts["clearances"].extend(row for each in changeset.clearances for row in clearance_rows(each))
    inserts["case_items"].extend(
        {"case_id": each.case_id, "item_id": each.item_id, "since_version": 1} for each in changeset.case_items
    )
    inserts["statements"].extend(
        {
            "id": s.id, "decision_id": s.decision_id, "account_id": s.account_id, "clause_id": s.clause_id,
            "code": s.code.value, "policy_version": s.policy_version, "is_automated": s.is_automated,
            "tell_us": rows.to_us(s.tell_at), "delay_basis": s.delay_basis.value if s.delay_basis else None,
        }
        for s in changeset.statements
    )  # fmt: skip
    inserts["report_drafts"].extend(
        {
            "id": r.id, "decision_id": r.decision_id, "account_id": r.draft.account_id,
            "clause_id": r.draft.clause_id, "item_id": r.draft.item_id, "at_us": rows.to_us(r.at),
        }
        for r in changeset.reports
    )  # fmt: skip
    if changeset.idempotency is not None:
        answer = changeset.idempotency
        inserts["idempotency"].append({
            "owner": answer.owner, "key": answer.key, "fingerprint": answer.fingerprint,
            "body": answer.body, "at_us": rows.to_us(answer.at),
        })  # fmt: skip


def _run_updates(connection: Connection, changesets: Sequence[Changeset], now: datetime) -> None:
    for changeset in changesets:
        if changeset.item_answers:
            answers = [{"b_id": key, "b_answer": answer.value} for key, answer in changeset.item_answers.items()]
            write_many(connection, _UPDATE_ANSWER, answers)
        for change in changeset.media_updates:
            row = rows.media_row(change.media)
            _refuse_stale(connection, change)
            _refuse_held(connection, change, now)
            connection.execute(_UPDATE_MEDIA, {"b_id": row["id"], **{f"b_{name}": row[name] for name in _MEDIA_FIELDS}})
            if change.has_new_hashes:
                connection.execute(_FORGET_HASHES, {"b_id": row["id"]})
                if hashes := rows.hash_rows(change.media):
                    write_many(connection, _INSERTS["media_hashes"], hashes)
        _run_bank_changes(connection, changeset)
        run_banked(connection, changeset)
        _run_judgements(connection, changeset)
        _run_account_changes(connection, changeset)
        take(connection, changeset.quotas)
        if changeset.checkpoints:
            points = [{"name": name, "seq": seq} for name, seq in changeset.checkpoints.items()]
            connection.execute(_for(connection, _PUT_CHECKPOINT), points)
        if changeset.checkpoint_removals:
            connection.execute(_FORGET_CHECKPOINT, [{"b_name": name} for name in changeset.checkpoint_removals])
        decision_writes.run_decided(connection, changeset)
        case_answers.run_enacted(connection, changeset)
        run_dealt(connection, changeset)
        quality_writes.run(connection, changeset.quality)
        if changeset.undoing is not None:
            run_undone(connection, changeset.undoing, now)
        forget_windows(connection, changeset.window_removals)
        if changeset.rescan_count is not None:
            _count(connection, changeset.rescan_count)


def _run_account_changes(connection: Connection, changeset: Changeset) -> None:
    """End measures, and write the ages that were assured."""
    if changeset.account_ages:
        connection.execute(UPDATE_AGE, [age_row(*each) for each in changeset.account_ages.items()])
    if changeset.revocations:
        connection.execute(_REVOKE, [{"b_id": r.measure_id, "b_by": r.decision_id} for r in changeset.revocations])


def _count(connection: Connection, counted: RescanCount) -> None:
    asked = {"b_id": counted.rescan_id, "b_holder": counted.holder, "b_items": counted.items}
    if connection.execute(_COUNT, asked).rowcount != 1:
        raise TakenOver(place=counted.rescan_id, remedy=LEAVE_IT)


def _run_bank_changes(connection: Connection, changeset: Changeset) -> None:
    for change in changeset.bank_updates:
        row = rows.bank_row(change.bank)
        changed = (
            "id", "name", "is_active", "threshold_bits", "ceiling", "source", "brake_accounts",
            "brake_window_hours", "licence_ends_us",
        )  # fmt: skip
        connection.execute(_UPDATE_BANK, {f"b_{name}": row[name] for name in changed})
    if changeset.member_removals:
        connection.execute(_RETIRE_MEMBER, [{"b_id": member.id} for member in changeset.member_removals])
    if changeset.member_erasures:
        connection.execute(_ERASE_MEMBER, [{"b_id": member_id} for member_id in changeset.member_erasures])


def _run_judgements(connection: Connection, changeset: Changeset) -> None:
    """Write what is said of members, and which of them are released."""
    if changeset.opinions:
        connection.execute(_for(connection, _PUT_OPINION), [rows.opinion_row(said) for said in changeset.opinions])
    if changeset.releases:
        released = [
            {"b_id": trip.id, "b_us": rows.maybe_us(trip.released_at), "b_by": trip.released_by}
            for trip in changeset.releases
        ]
        connection.execute(_RELEASE, released)


def _refuse_stale(connection: Connection, change: MediaUpdate) -> None:
    """Have whoever planned from what was stored before plan again: sealed must never become received, or gone."""
    before = change.before
    if before is None:
        return
    stored = connection.execute(_EVIDENCE, {"id": before.id}).first()
    is_other = stored is None or tuple(stored) != (before.evidence.value, before.content_id)
    if is_other or known_of(connection, [before.id])[before.id] != known(before):
        raise Conflict("the media has changed meanwhile")


def _refuse_held(connection: Connection, change: MediaUpdate, now: datetime) -> None:
    """Have a hold that was placed since a page was read win (P5)."""
    asked = {"id": change.media.id, "now": rows.to_us(now)}
    if change.forgets_bytes and connection.execute(_HELD_ONE, asked).first() is not None:
        raise Conflict("the media is held meanwhile")


Known = tuple[str | None, str | None, str | None, str, int]
"""What a look-up asks of a media: its digests, how far it was looked at, and how many hashes it has."""


def known(media: Media) -> Known:
    """Return what is known of *media*."""
    return media.digests.md5, media.digests.sha1, media.digests.sha256, media.scan.value, len(media.hashes)


def known_of(connection: Connection, media_ids: Iterable[str]) -> dict[str, Known]:
    """Return what is known of media as stored."""
    found = rows_of(connection, _KNOWN_OF, media_ids)
    return {row["id"]: (row["md5"], row["sha1"], row["sha256"], row["scan"], row["hashes"]) for row in found}


def _for(connection: Connection, both: tuple[Any, ...]) -> Any:
    return both[1] if connection.dialect.name == "postgresql" else both[0]


def _write_standing(connection: Connection, changesets: Sequence[Changeset], now: datetime) -> None:
    """Write what holds now, under numbers that nobody was given before: whoever comes here has the lock."""
    touched = {subject for c in changesets for subject in c.touched} | born_restricted(connection, changesets)
    if not touched:
        return
    fresh: list[Standing] = []
    for kind in SubjectKind:
        ids = sorted(subject.id for subject in touched if subject.kind is kind)
        if ids:
            fresh.extend(_standings(connection, kind, ids, now))
    newest = connection.execute(_LAST_CHANGE).scalar_one()
    numbered = [rows.standing_row(each, now, newest + place) for place, each in enumerate(fresh, start=1)]
    write_many(connection, _for(connection, _PUT_STANDING), numbered)


def _standings(connection: Connection, kind: SubjectKind, ids: Sequence[str], now: datetime) -> Iterable[Standing]:
    stored = rows_of(connection, VERSIONS_OF, ids, kind=kind.value)
    versions = {row["subject_id"]: row["version"] for row in stored}
    held = defaultdict(list)
    for row in rows_of(connection, MEASURES_OF, ids, kind=kind.value):
        held[row["subject_id"]].append(rows.measure(row))
    for each in ids:
        yield Standing(Subject(kind, each), versions.get(each, 0) + 1, still_current(held[each], now))
