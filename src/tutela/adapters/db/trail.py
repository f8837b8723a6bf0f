"""Read the audit trail for verification; see `ports.audit`."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, bindparam, or_, select

from tutela.adapters.db import records, rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.engine import read_transaction
from tutela.adapters.db.entries import WITH_PAYLOAD
from tutela.adapters.db.heads import exported_seals, last_seal_number, read_heads, stored_seals
from tutela.adapters.db.store import DatabaseReader
from tutela.adapters.db.undo_tables import undo_parts, undo_windows
from tutela.core import audit_verification as verification
from tutela.core.audit import ERASED, AuditEntry, Head, Payload, SealedHeads
from tutela.core.charter import Breach
from tutela.core.measures import HIDING, Measure, SubjectKind, bitmask
from tutela.ports.audit import ChainsVerified
from tutela.ports.store import ItemView

PAGE_ROWS = 1000

_WITH_PAYLOAD = WITH_PAYLOAD.where(t.audit_entries.c.chain == bindparam("name")).order_by(t.audit_entries.c.seq)
_DIGEST_AT = select(t.audit_entries.c.digest).where(
    t.audit_entries.c.chain == bindparam("name"), t.audit_entries.c.seq == bindparam("seq")
)
_MEASURES = (
    select(t.measures)
    .outerjoin(undo_parts, undo_parts.c.decision_id == t.measures.c.decision_id)
    .outerjoin(undo_windows, undo_windows.c.id == undo_parts.c.window_id)
    .where(
        t.measures.c.revoked_by.is_(None),
        t.measures.c.id > bindparam("after"),
        # What a decision has ended goes on until nobody can take that decision back: the decision has ended it.
        or_(
            undo_windows.c.until_us.is_(None),
            t.measures.c.ends_us.is_(None),
            t.measures.c.ends_us != undo_windows.c.until_us,
        ),
    )
    .order_by(t.measures.c.id)
    .limit(PAGE_ROWS)
)
_HIDING_BITS = bitmask(HIDING)
_HIDDEN = (
    select(t.items.c.id, t.items.c.platform_id)
    .where(
        t.items.c.id > bindparam("after"),
        t.items.c.id.in_(
            select(t.standing.c.subject_id)
            .where(
                t.standing.c.subject_kind == SubjectKind.ITEM.value, t.standing.c.kinds.bitwise_and(_HIDING_BITS) != 0
            )
            .union(
                select(t.item_media.c.item_id)
                .join_from(t.item_media, t.standing, t.standing.c.subject_id == t.item_media.c.media_id)
                .where(
                    t.standing.c.subject_kind == SubjectKind.MEDIA.value,
                    t.standing.c.kinds.bitwise_and(_HIDING_BITS) != 0,
                )
            )
        ),
    )
    .order_by(t.items.c.id)
    .limit(PAGE_ROWS)
)


class DatabaseAuditReader:
    """Verify what the database and the exported heads say."""

    def __init__(self, engine: Engine, exported: Path, is_signed: Callable[[bytes, bytes], bool]) -> None:
        """Read from *engine*, compare with the heads handed out to *exported*."""
        self._engine, self._exported, self._is_signed = engine, exported, is_signed

    def verify(self, on_progress: Callable[[int], None]) -> ChainsVerified:
        """Verify every chain and every seal; name the first bad entry of each."""
        # Seals before chains: a chain that grows meanwhile is ahead of its seal, which is no breach; the other way is.
        seals = _Seals(self._engine, self._exported)
        with read_transaction(self._engine) as connection:
            names = [head.chain for head in read_heads(connection)]
        known = {*self._chain_names(), *names}
        erasures = self._erasures()
        reports: dict[str, verification.Report] = {}
        for name in sorted(known):
            walk = _Walk(self._engine, name, on_progress)
            reports[name] = verification.verify_chain(
                walk, payload_of=walk.payload, erasures=erasures, start=Head(name)
            )
        breaches = [_told(report.breach) for report in reports.values() if report.breach]
        notes = [*_notes(reports)]
        try:
            breaches += self._seal_breaches(seals, reports)
            notes += seals.notes
        except ValueError:
            breaches.append(Breach("P9", self._exported.name, "a line of what was handed out is no seal"))
        entries = sum(report.head.seq for report in reports.values())
        return ChainsVerified(entries, seals.newest, tuple(breaches), tuple(notes))

    def _chain_names(self) -> list[str]:
        with read_transaction(self._engine) as connection:
            return list(connection.execute(select(t.audit_entries.c.chain).distinct()).scalars())

    def _erasures(self) -> Mapping[tuple[str, int], verification.Erasure]:
        statement = _WITH_PAYLOAD.where(t.audit_entries.c.kind == ERASED)
        found: dict[tuple[str, int], verification.Erasure] = {}
        for name in self._chain_names():
            walk = _Walk(self._engine, name, lambda _: None, statement)
            found.update(verification.find_erasures(walk, walk.payload))
        return found

    def _seal_breaches(self, seals: "_Seals", reports: Mapping[str, verification.Report]) -> Iterator[Breach]:
        for series in (seals.stored, seals.handed_out):
            report = verification.verify_seals(series(), is_signed=self._is_signed)
            if report.breach:
                yield _told(report.breach)
        yield from seals.compare()
        heads = (seal for series in (seals.stored, seals.handed_out) for seal, _ in series())
        for breach in verification.verify_heads(heads, reports=reports, digest_at=self._digest_at):
            yield _told(breach)

    def _digest_at(self, name: str, seq: int) -> bytes | None:
        with read_transaction(self._engine) as connection:
            found = connection.execute(_DIGEST_AT, {"name": name, "seq": seq}).scalar()
        return None if found is None else _bytes(found)

    def differences(self, now: datetime, on_progress: Callable[[int], None]) -> Iterator[Breach]:
        """Yield every difference between what the audit says and what the tables hold."""
        return records.differences(self._engine, rows.to_us(now), on_progress)

    def measures(self) -> Iterator[list[Measure]]:
        """Yield pages of all measures that are not revoked."""
        after = ""
        while True:
            with read_transaction(self._engine) as connection:
                page = [rows.measure(row) for row in connection.execute(_MEASURES, {"after": after}).mappings()]
            if not page:
                return
            yield page
            after = page[-1].id

    def hidden_items(self) -> Iterator[list[ItemView]]:
        """Yield pages of items that are hidden, or carry hidden media."""
        after = ""
        while True:
            with read_transaction(self._engine) as connection:
                found = connection.execute(_HIDDEN, {"after": after}).all()
                if not found:
                    return
                views = DatabaseReader(connection).item_views([row.platform_id for row in found])
            yield list(views.values())
            after = found[-1].id


class _Seals:
    """The seals of the database and those handed out, as far as they went when this was made; read as streams."""

    def __init__(self, engine: Engine, exported: Path) -> None:
        self._engine, self._exported = engine, exported
        self._up_to_bytes = exported.stat().st_size if exported.exists() else 0
        self.newest = last_seal_number(engine)
        self.notes: list[str] = []

    def stored(self) -> Iterator[tuple[SealedHeads, bytes]]:
        """Yield the seals of the database."""
        return stored_seals(self._engine, up_to=self.newest)

    def handed_out(self) -> Iterator[tuple[SealedHeads, bytes]]:
        """Yield the seals of the file."""
        return exported_seals(self._exported, up_to_bytes=self._up_to_bytes)

    def compare(self) -> Iterator[Breach]:
        """Yield the first seal that was handed out and is not in the database; note those that were not handed out."""
        missing: list[int] = []
        count = 0
        outside = self.handed_out()
        other = next(outside, None)
        for seal, _ in self.stored():
            if other is None or other[0].number > seal.number:
                missing, count = missing or [seal.number], count + 1
            elif other[0].digest == seal.digest:
                other = next(outside, None)
            else:
                break
        if count:
            self.notes.append(f"{count} seals, first {missing[0]}, are not in {self._exported.name}")
        if other is not None:
            yield Breach("P9", f"seal/{other[0].number}", "a seal that was handed out is not in the database")


class _Walk:
    """Entries of one chain in order, each with its payload at hand: one statement, constant memory."""

    def __init__(
        self, engine: Engine, name: str, on_progress: Callable[[int], None], statement: Any = _WITH_PAYLOAD
    ) -> None:
        self._engine, self._name, self._on_progress, self._statement = engine, name, on_progress, statement
        self._payload: Payload | None = None

    def __iter__(self) -> Iterator[AuditEntry]:
        with read_transaction(self._engine) as connection:
            stream = connection.execution_options(yield_per=PAGE_ROWS).execute(self._statement, {"name": self._name})
            for row in stream:
                self._payload = None if row.salt is None else Payload(_bytes(row.salt), _bytes(row.body))
                if row.seq % PAGE_ROWS == 0:
                    self._on_progress(row.seq)
                yield AuditEntry(
                    row.chain, row.seq, rows.from_us(row.at_us), row.kind, row.subject,
                    _bytes(row.commitment), _bytes(row.previous), _bytes(row.digest),
                )  # fmt: skip

    def payload(self, _entry: AuditEntry) -> Payload | None:
        """Return the payload of the entry yielded last."""
        return self._payload


def _bytes(value: bytes | str) -> bytes:
    """Return a value as bytes, also one that somebody put back as text: it must be told, not break the telling."""
    return value.encode() if isinstance(value, str) else bytes(value)


def _told(breach: verification.Breach) -> Breach:
    place = f"{breach.chain}/{breach.seq}" if breach.chain is not None else f"seal/{breach.seq}"
    return Breach("P9", place, breach.kind.value)


def _notes(reports: Mapping[str, verification.Report]) -> Iterator[str]:
    for name, report in reports.items():
        if report.clock_set_back:
            yield f"{name}: the clock was set back {report.clock_set_back} times, first at {report.first_set_back_seq}"
        if report.lawfully_erased:
            yield f"{name}: {report.lawfully_erased} payloads were erased lawfully"
        if report.not_yet_erased:
            yield f"{name}: {report.not_yet_erased} payloads are still there although an entry says they were erased"
