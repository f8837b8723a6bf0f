"""Read the chain of custody: entries about evidence, and those that lead from them to signed heads."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, Engine, bindparam, select

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.destruction_tables import destruction_contents
from tutela.adapters.db.engine import read_transaction
from tutela.adapters.db.entries import WITH_PAYLOAD
from tutela.adapters.db.export_tables import export_contents
from tutela.adapters.db.heads import seal_of
from tutela.adapters.db.hold_tables import hold_contents
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.rows import Row
from tutela.adapters.db.view_tables import views
from tutela.core.audit import AuditEntry, Payload, SealedHeads
from tutela.core.filing.custody import Custody, Said
from tutela.core.ids import EvidenceId

MOST_LINKS = 100_000
"""Entries between an entry and its signed head, of all together: heads are signed every ten seconds."""

_ABOUT = WITH_PAYLOAD.where(among(t.audit_entries.c.subject))
_SUBJECTS = tuple(
    select(of.label("subject")).where(among(evidence)).distinct()
    for of, evidence in (
        (hold_contents.c.hold_id, hold_contents.c.evidence_id),
        (destruction_contents.c.destruction_id, destruction_contents.c.evidence_id),
        (export_contents.c.export_id, export_contents.c.evidence_id),
        (views.c.id, views.c.media_id),
    )
)
_SEAL = select(t.audit_seals).where(t.audit_seals.c.number == bindparam("number"))
_LAST_SEAL = select(t.audit_seals.c.number).order_by(t.audit_seals.c.number.desc()).limit(1)
_BETWEEN = (
    select(t.audit_entries)
    .where(
        t.audit_entries.c.chain == bindparam("chain"),
        t.audit_entries.c.seq > bindparam("after"),
        t.audit_entries.c.seq <= bindparam("until"),
    )
    .order_by(t.audit_entries.c.seq)
)


class DatabaseCustody:
    """Read it on one snapshot."""

    def __init__(self, engine: Engine) -> None:
        """Read through *engine*."""
        self._engine = engine

    def custody_of(self, evidence_ids: Iterable[EvidenceId], more: Iterable[str]) -> Custody:
        """Return everything that the audit says of it."""
        ids = sorted(set(evidence_ids))
        with read_transaction(self._engine) as connection:
            subjects = {*ids, *more, *_others(connection, ids)}
            said = sorted(
                (_said(row) for row in rows_of(connection, _ABOUT, subjects)),
                key=lambda each: (each.entry.at, each.entry.chain, each.entry.seq),
            )
            links, seals = _Links(connection).of([each.entry for each in said])
        return Custody(tuple(said), tuple(links), tuple(seals))


class _Links:
    """Finds the first seal over each entry, and what lies between."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._seals: dict[int, tuple[SealedHeads, bytes]] = {}
        self._last = connection.execute(_LAST_SEAL).scalar() or 0

    def of(self, entries: list[AuditEntry]) -> tuple[list[AuditEntry], list[tuple[SealedHeads, bytes]]]:
        """Return the links and the seals that prove *entries*."""
        links: dict[tuple[str, int], AuditEntry] = {}
        used: set[int] = set()
        for entry in entries:
            number = self._first_over(entry)
            if number is None:
                continue  # younger than the last seal: told, and proved by the next one
            used.add(number)
            until = _seq_in(self._seal(number)[0], entry.chain)
            if (entry.chain, until) not in links and len(links) < MOST_LINKS:
                asked = {"chain": entry.chain, "after": entry.seq, "until": until}
                links.update({(e.chain, e.seq): e for e in map(_entry, self._rows(asked))})
        return list(links.values()), [self._seal(number) for number in sorted(used)]

    def _first_over(self, entry: AuditEntry) -> int | None:
        low, high = 1, self._last
        if high == 0 or _seq_in(self._seal(high)[0], entry.chain) < entry.seq:
            return None
        while low < high:
            middle = (low + high) // 2
            if _seq_in(self._seal(middle)[0], entry.chain) >= entry.seq:
                high = middle
            else:
                low = middle + 1
        return low

    def _seal(self, number: int) -> tuple[SealedHeads, bytes]:
        if number not in self._seals:
            row = self._connection.execute(_SEAL, {"number": number}).mappings().one()
            self._seals[number] = (seal_of(bytes(row["body"])), bytes(row["signature"]))
        return self._seals[number]

    def _rows(self, asked: dict[str, object]) -> Iterator[Row]:
        yield from self._connection.execute(_BETWEEN, asked).mappings()


def _others(connection: Connection, ids: list[EvidenceId]) -> set[str]:
    return {row["subject"] for statement in _SUBJECTS for row in rows_of(connection, statement, ids)}


def _seq_in(seal: SealedHeads, chain: str) -> int:
    return next((head.seq for head in seal.heads if head.chain == chain), 0)


def _said(row: Row) -> Said:
    payload = None if row["salt"] is None else Payload(bytes(row["salt"]), bytes(row["body"]))
    return Said(_entry(row), payload)


def _entry(row: Row) -> AuditEntry:
    return AuditEntry(
        row["chain"], row["seq"], rows.from_us(row["at_us"]), row["kind"], row["subject"],
        bytes(row["commitment"]), bytes(row["previous"]), bytes(row["digest"]),
    )  # fmt: skip
