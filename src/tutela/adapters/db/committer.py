"""The only writer: one thread a process, group commit.

Many flows wait for one fsync instead of one each. Inside the transaction every plan's assumptions are checked again;
one that no longer holds gets `Conflict` and its flow plans again; one that the database refuses is found by trying the
group's members alone, so that it never takes the others down.
"""

import queue
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import Column, Connection, Engine, Select, bindparam, func, literal, select

from tutela.adapters.db import event_tables
from tutela.adapters.db import tables as t
from tutela.adapters.db.banked import counted_grounds, resting_changed
from tutela.adapters.db.case_writes import ended_by, moved_by, versions_of
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.counter_reads import window_rows
from tutela.adapters.db.counter_writes import CountsMoved, counted_of, write_counts
from tutela.adapters.db.decision_writes import closed_cases, counted_dependents, laid_into
from tutela.adapters.db.engine import write_transaction
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.rows import Row, account_row
from tutela.adapters.db.writes import VERSIONS_OF, Known, known, known_of, write_all
from tutela.core.measures import Subject, SubjectKind
from tutela.errors import Conflict, DatabaseBusy, TutelaError, Unavailable
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Receipt
from tutela.ports.counting import MAX_KEYS_PER_COUNTER
from tutela.ports.index import IndexName

MAX_GROUP = 256
"""Changesets in one transaction: bounds how long a reader of PostgreSQL's commit lock waits."""

MAX_WAITING = 4096
"""Changesets that may wait before callers are told to slow down."""

_log = structlog.get_logger(__name__)

_KNOWN_SEQ = select(func.coalesce(func.max(t.signal_feed.c.seq), literal(0))).where(
    t.signal_feed.c.index_name == IndexName.KNOWN.value
)


def _existing(column: "Column[str]") -> "Select[Any]":
    return select(column.label("key")).where(among(column))


_NATURAL_KEYS = {
    "item": _existing(t.items.c.platform_id),
    "media": _existing(t.media.c.content_key),
    "bank": _existing(t.banks.c.name),
    "event": _existing(event_tables.events.c.platform_id),
    "brake": _existing(t.brakes.c.member_id).where(t.brakes.c.released_us.is_(None)),
}
_ACCOUNTS = select(t.accounts).where(among(t.accounts.c.platform_id))
_IDEMPOTENT = select(t.idempotency.c.key).where(
    t.idempotency.c.owner == bindparam("owner"), t.idempotency.c.key == bindparam("key")
)


@dataclass(frozen=True, slots=True)
class _Waiting:
    changeset: Changeset
    outcome: "Future[Receipt]" = field(default_factory=Future)


class GroupCommitter:
    """Commit changesets from any thread; see `ports.committer.Committer`."""

    def __init__(
        self, engine: Engine, chain: ChainWriter, clock: Clock, after_commit: Callable[[], None], *,
        counter_keys: int = MAX_KEYS_PER_COUNTER,
    ) -> None:  # fmt: skip
        """Start the writing thread; *after_commit* is called from it after every commit that somebody follows."""
        self._counter_keys = counter_keys
        self._engine, self._chain, self._clock, self._after_commit = engine, chain, clock, after_commit
        self._waiting: queue.Queue[_Waiting | None] = queue.Queue(MAX_WAITING)
        self._is_closed = False
        self._gate = threading.Lock()  # nothing may be put behind the mark that ends the thread: nobody would answer it
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)
        self._thread.start()

    def commit(self, changeset: Changeset) -> Receipt:
        """Commit *changeset* durably and return."""
        waiting = _Waiting(changeset)
        with self._gate:
            if self._is_closed:
                raise DatabaseBusy("the server is shutting down; nothing was written")
            try:
                self._waiting.put_nowait(waiting)
            except queue.Full:
                busy = DatabaseBusy("too many writes are waiting; nothing was written", remedy="Try again later.")
                raise busy from None
        return waiting.outcome.result()

    def close(self) -> None:
        """Commit what waits and end the thread."""
        with self._gate:
            self._is_closed = True
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        is_last = False
        while not is_last:
            group = [self._waiting.get()]
            while len(group) < MAX_GROUP and not self._waiting.empty():
                group.append(self._waiting.get_nowait())
            is_last = None in group
            self._commit_group([each for each in group if each is not None])
        while not self._waiting.empty():
            if (late := self._waiting.get_nowait()) is not None:
                late.outcome.set_exception(DatabaseBusy("the server is shutting down; nothing was written"))

    def _commit_group(self, group: Sequence[_Waiting]) -> None:
        if not group:
            return
        try:
            accepted, refused, receipt = self._write(group)
        except Exception as error:  # noqa: BLE001  # edge of the writing thread: whatever it is belongs to the waiters
            self._isolate(group, error)
            return
        for waiting in accepted:
            waiting.outcome.set_result(receipt)
        for waiting, conflict in refused:
            waiting.outcome.set_exception(conflict)
        if any(waiting.changeset.is_followed for waiting in accepted):
            self._after_commit()

    def _isolate(self, group: Sequence[_Waiting], error: Exception) -> None:
        """Find the one that the database refuses; when it is the database that cannot, nobody need try alone."""
        if len(group) == 1 or isinstance(error, Unavailable):
            if not isinstance(error, TutelaError):
                _log.error("commit_failed", error_type=type(error).__name__)
            for waiting in group:
                waiting.outcome.set_exception(error)
            return
        for waiting in group:
            self._commit_group([waiting])

    def _write(self, group: Sequence[_Waiting]) -> tuple[list[_Waiting], list[tuple[_Waiting, Conflict]], Receipt]:
        with write_transaction(self._engine) as connection:
            admission = _Admission(connection, group)
            accepted, refused = admission.sort()
            changesets = [waiting.changeset for waiting in accepted]
            now = self._clock.now()
            change_seq, feed_seq = write_all(connection, changesets, now)
            write_counts(connection, changesets, admission.windows, now, self._counter_keys)
            self._chain.append(connection, [event for c in changesets for event in c.audit], now)
        return accepted, refused, Receipt(change_seq, feed_seq)


class _Admission:
    """Which plans of a group still rest on what is stored, and on what the group itself writes before them."""

    def __init__(self, connection: Connection, group: Sequence[_Waiting]) -> None:
        self._connection, self._group = connection, group
        changesets = [waiting.changeset for waiting in group]
        self._taken = self._stored_keys(changesets)
        named = {account.platform_id for c in changesets for account in c.accounts}
        self._accounts = {row["platform_id"]: _said(row) for row in rows_of(connection, _ACCOUNTS, named)}
        self._versions = self._stored_versions(changesets)
        self._known: dict[str, Known | None] = {}
        self._known.update(known_of(connection, {media.id for c in changesets for media in c.expects_media}))
        grounds = {each for c in changesets for each in c.expects_dependents}
        self._dependents = counted_dependents(connection, grounds)
        self._entries = counted_grounds(connection, {each for c in changesets for each in c.expects_entries})
        self._closed = closed_cases(connection, changesets)
        self._cases = versions_of(connection, changesets)
        self.windows = window_rows(connection, counted_of(changesets))
        self._counts = CountsMoved(self.windows)
        wants_known = any(c.expects_known_seq is not None for c in changesets)
        self._known_seq = connection.execute(_KNOWN_SEQ).scalar_one() if wants_known else None

    def sort(self) -> tuple[list[_Waiting], list[tuple[_Waiting, Conflict]]]:
        """Return those accepted and those refused, with the reason."""
        accepted, refused = [], []
        for waiting in self._group:
            reason = self._reason_to_refuse(waiting.changeset)
            if reason is None:
                self._admit(waiting.changeset)
                accepted.append(waiting)
            else:
                refused.append((waiting, Conflict(reason)))
        return accepted, refused

    def _reason_to_refuse(self, changeset: Changeset) -> str | None:
        # What somebody planned at the same time, under the same id and in the same words, is written once. Other words
        # would have made another plan: a region decides whether anybody may look (P12), an age what may be done (P2).
        planned = {each.platform_id: _said(account_row(each)) for each in changeset.accounts}
        is_other = any(self._accounts.get(name, said) != said for name, said in planned.items())
        if is_other or any(key in self._taken for key in _keys(changeset)):
            return "something with this natural key was stored meanwhile"
        for subject, version in changeset.expects.items():
            if self._versions.get(subject, 0) != version:
                return "the standing of a subject has changed meanwhile"
        if any(self._dependents.get(each, 0) != count for each, count in changeset.expects_dependents.items()):
            return "more decisions rest on one that would be reversed"
        if not self._closed.isdisjoint(laid_into(changeset)):
            return "the case was closed meanwhile"
        if any(self._cases.get(move.before.id) != move.before.version for move in changeset.case_moves):
            return "the case has changed meanwhile"
        return self._reason_in_what_is_known(changeset)

    def _reason_in_what_is_known(self, changeset: Changeset) -> str | None:
        if changeset.expects_known_seq is not None and changeset.expects_known_seq != self._known_seq:
            return "the banks have changed meanwhile"
        if any(self._entries.get(each) != count for each, count in changeset.expects_entries.items()):
            return "an entry of a bank rests on other decisions meanwhile"
        if any(self._known.get(media.id) != known(media) for media in changeset.expects_media):
            return "more is known of a media meanwhile"
        return "a counter has passed a threshold meanwhile" if self._counts.too_far(changeset) else None

    def _admit(self, changeset: Changeset) -> None:
        self._taken.update(_keys(changeset))
        self._accounts.update((each.platform_id, _said(account_row(each))) for each in changeset.accounts)
        self._versions.update(dict.fromkeys(changeset.touched, -1))
        self._cases.update(dict.fromkeys(moved_by(changeset), -1))
        self._closed |= ended_by(changeset)
        self._counts.add(changeset)
        grounds = [each for decision in changeset.decisions for each in decision.rests_on]
        self._dependents.update(dict.fromkeys((*grounds, *(each.rests_on for each in changeset.regrounds)), -1))
        self._entries.update(dict.fromkeys(resting_changed(changeset), -1))
        for change in changeset.media_updates:
            if change.before is None or known(change.before) != known(change.media):
                self._known[change.media.id] = None
        touches_known = any((
            changeset.members, changeset.member_removals, changeset.member_returns, changeset.banks,
            changeset.bank_updates, changeset.opinions, changeset.trips, changeset.releases, changeset.clearances,
        ))  # fmt: skip
        # A block that ends is forgotten by the index as well: whatever resembled it rests on nothing any more.
        is_unblocked = any(each.subject.kind is SubjectKind.MEDIA for each in changeset.revocations)
        is_undone = changeset.undoing is not None
        if touches_known or is_unblocked or is_undone or any(m.near_bits is not None for m in changeset.measures):
            self._known_seq = -1

    def _stored_keys(self, changesets: Sequence[Changeset]) -> set[tuple[str, str]]:
        taken: set[tuple[str, str]] = set()
        for noun, statement in _NATURAL_KEYS.items():
            keys = {key for c in changesets for kind, key in _keys(c) if kind == noun}
            taken.update((noun, row["key"]) for row in rows_of(self._connection, statement, keys))
        for answer in (c.idempotency for c in changesets if c.idempotency is not None):
            if self._connection.execute(_IDEMPOTENT, {"owner": answer.owner, "key": answer.key}).first():
                taken.add(("idempotency", f"{answer.owner}/{answer.key}"))
        return taken

    def _stored_versions(self, changesets: Sequence[Changeset]) -> dict[Subject, int]:
        wanted = {subject for c in changesets for subject in c.expects}
        versions: dict[Subject, int] = {}
        for kind in SubjectKind:
            ids = [subject.id for subject in wanted if subject.kind is kind]
            found = rows_of(self._connection, VERSIONS_OF, ids, kind=kind.value)
            versions.update({Subject(kind, row["subject_id"]): row["version"] for row in found})
        return versions


def _said(row: Row | Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what makes an account, but for when it was first told of."""
    return row["id"], row["age_band"], row["age_provenance"], row["regions"]


def _keys(changeset: Changeset) -> Iterable[tuple[str, str]]:
    yield from (("item", stored.item.platform_id) for stored in changeset.items)
    yield from (("media", media.content_key) for media in changeset.media)
    yield from (("bank", bank.name) for bank in changeset.banks)
    yield from (("brake", trip.member_id) for trip in changeset.trips)
    if changeset.observed is not None:
        told = (each.event.platform_id for each in changeset.observed.events)
        yield from (("event", platform_id) for platform_id in told if platform_id is not None)
    if changeset.idempotency is not None:
        yield "idempotency", f"{changeset.idempotency.owner}/{changeset.idempotency.key}"
