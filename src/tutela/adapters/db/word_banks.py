"""Banks of words in the database; see `ports.word_banks`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, bindparam, case, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tutela.adapters.db import word_tables as t
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import is_postgresql, read_transaction, write_transaction
from tutela.adapters.db.lists import among, chunks_of
from tutela.adapters.db.many import write_many
from tutela.adapters.db.rows import to_us
from tutela.adapters.db.word_rows import bank_of, bank_row, changeable, entry_of, entry_row
from tutela.core.audit import JSON, AuditEvent
from tutela.core.ids import WordBankId, WordEntryId
from tutela.core.word_banks import MAX_ENTRIES, MAX_WORD_BANKS, WordBank, WordEntry
from tutela.errors import BadInput, Conflict, UnknownBank
from tutela.ports.clock import Clock
from tutela.ports.word_banks import WordBankSize

PAGE_ROWS: Final = 5_000
FORGOTTEN_AT_ONCE: Final = 10_000

_B, _E, _S = t.word_banks.c, t.word_entries.c, t.word_stamp.c
_SEQ = select(_S.seq).where(_S.id == 1)
_FIRST_SEQ = insert(t.word_stamp).values(id=1, seq=1)
_NEXT_SEQ = update(t.word_stamp).where(_S.id == 1).values(seq=_S.seq + 1)
_ALL = select(t.word_banks).order_by(_B.name)
_NAMED = select(_B.id).where(_B.name == bindparam("name"))
_COUNT = select(func.count()).select_from(t.word_banks)
_NEW = insert(t.word_banks)
_CHANGE = (
    update(t.word_banks)
    .where(_B.id == bindparam("b_id"), _B.version == bindparam("b_version"))
    .values(version=_B.version + 1)
)
_GROW = (
    update(t.word_banks)
    .where(_B.id == bindparam("b_id"))
    .values(version=_B.version + 1, entries=_B.entries + bindparam("b_more"))
    .returning(_B.entries)
)
_ENDED = (
    select(_E.bank_id, func.count().label("ended"))
    .where(t.HAS_END, _E.ends_us <= bindparam("now"))
    .group_by(_E.bank_id)
)
_PAGE = (
    select(t.word_entries)
    .where(_E.bank_id == bindparam("bank"), _E.id > bindparam("after"))
    .order_by(_E.id)
    .limit(bindparam("limit"))
)
_MARKED = select(_E.mark, _E.id).where(_E.bank_id == bindparam("bank"), among(_E.mark, "ids"))
_REMOVE = delete(t.word_entries).where(_E.bank_id == bindparam("bank"), among(_E.id, "ids"))
_FORGETTABLE = (
    select(_E.bank_id, _E.id)
    .where(t.HAS_END, _E.ends_us <= bindparam("before"))
    .order_by(_E.ends_us, _E.bank_id)
    .limit(FORGOTTEN_AT_ONCE)
)


def _put(dialect: Any) -> Any:
    """Return what stores an entry, or renews the one that finds the same."""
    statement = dialect.insert(t.word_entries)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["bank_id", "mark"],
        set_={
            "ends_us": new.ends_us,
            "category": new.category,
            # What is sealed opens only under the id that it was sealed for.
            "held": case((new.id == _E.id, new.held), else_=_E.held),
        },
    )


_PUT = (_put(sqlite), _put(postgresql))


class DatabaseWordBanks:
    """Keep banks of words beside everything else, audited like everything else."""

    def __init__(
        self, engine: Engine, chain: ChainWriter, clock: Clock, changed: Callable[[], None] = lambda: None
    ) -> None:
        """Write through *engine*, with entries in *chain*; *changed* is called after each change is committed."""
        self._engine, self._chain, self._clock, self._changed = engine, chain, clock, changed

    def stamp(self) -> int:
        """Return a number that is larger after every change."""
        with read_transaction(self._engine) as connection:
            return connection.execute(_SEQ).scalar() or 0

    def all(self) -> list[WordBank]:
        """Return every bank."""
        with read_transaction(self._engine) as connection:
            return [bank_of(row) for row in connection.execute(_ALL).mappings()]

    def sizes(self, now: datetime) -> list[WordBankSize]:
        """Return how much each holds."""
        with read_transaction(self._engine) as connection:
            found = connection.execute(_ENDED, {"now": to_us(now)}).mappings()
            ended = {row["bank_id"]: row["ended"] for row in found}
            banks = connection.execute(_ALL).mappings().all()
        return [WordBankSize(bank_of(row), row["entries"], ended.get(row["id"], 0)) for row in banks]

    def entries(self, bank_id: WordBankId) -> Iterator[WordEntry]:
        """Yield every entry; nothing is locked between two pages."""
        page = self.page(bank_id, None, PAGE_ROWS)
        while page:
            yield from page
            page = self.page(bank_id, page[-1].id, PAGE_ROWS) if len(page) == PAGE_ROWS else []

    def page(self, bank_id: WordBankId, after: WordEntryId | None, limit: int) -> list[WordEntry]:
        """Return the next entries."""
        asked = {"bank": bank_id, "after": after or "", "limit": limit}
        with read_transaction(self._engine) as connection:
            return [entry_of(row) for row in connection.execute(_PAGE, asked).mappings()]

    def marked(self, bank_id: WordBankId, marks: Iterable[bytes]) -> Mapping[bytes, WordEntryId]:
        """Return which of these entries the bank has already."""
        with read_transaction(self._engine) as connection:
            return _marked(connection, bank_id, marks)

    def create(self, bank: WordBank, by: str) -> None:
        """Store a new bank."""
        with self._writing() as connection:
            if connection.execute(_NAMED, {"name": bank.name}).first():
                raise Conflict("there is a bank of words of that name", place="name", remedy="Choose another name.")
            if connection.execute(_COUNT).scalar_one() >= MAX_WORD_BANKS:
                raise Conflict(f"there are {MAX_WORD_BANKS} banks of words already")
            connection.execute(_NEW, bank_row(bank))
            self._audit(connection, "operator:word_bank:created", bank.id, _told(bank, by))

    def change(self, before: WordBank, after: WordBank, what: str, by: str) -> WordBank:
        """Store what was changed."""
        named = {"b_id": before.id, "b_version": before.version}
        with self._writing() as connection:
            if connection.execute(_CHANGE.values(**changeable(after)), named).rowcount != 1:
                raise Conflict("this bank of words was changed at the same moment", remedy="Read it again.")
            self._audit(connection, f"operator:word_bank:{what}", after.id, _told(after, by))
            return next(bank_of(r) for r in connection.execute(_ALL).mappings() if r["id"] == after.id)

    def add(self, bank: WordBank, entries: Sequence[WordEntry], by: str) -> int:
        """Store entries, or renew those that find the same."""
        new = list({entry.mark: entry for entry in entries}.values())
        if not new:
            return 0
        with self._writing() as connection:
            there = len(_marked(connection, bank.id, [entry.mark for entry in new]))
            added = len(new) - there
            held = self._grow(connection, bank.id, added)
            if held > MAX_ENTRIES[bank.kind]:
                raise BadInput(f"a bank of {bank.kind} holds {MAX_ENTRIES[bank.kind]} entries at most")
            write_many(connection, _PUT[is_postgresql(self._engine)], [entry_row(entry) for entry in new])
            told: dict[str, JSON] = {"by": by, "added": added, "renewed": there}
            self._audit(connection, "operator:word_bank:extended", bank.id, told)
        return added

    def remove(self, bank: WordBank, entry_ids: Sequence[WordEntryId], by: str) -> int:
        """Delete entries for good."""
        with self._writing() as connection:
            removed = 0
            for some in chunks_of(entry_ids):
                removed += connection.execute(_REMOVE, {"bank": bank.id, "ids": some}).rowcount
            if removed:
                self._grow(connection, bank.id, -removed)
                told: dict[str, JSON] = {"by": by, "removed": removed}
                self._audit(connection, "operator:word_bank:entries_removed", bank.id, told)
        return removed

    def forget_ended(self, before: datetime) -> int:
        """Delete entries whose end has come, ten thousand in one transaction."""
        total = 0
        while count := self._forget_some(before):
            total += count
        return total

    def _forget_some(self, before: datetime) -> int:
        with self._writing() as connection:
            ended: dict[str, list[str]] = {}
            for row in connection.execute(_FORGETTABLE, {"before": to_us(before)}):
                ended.setdefault(row.bank_id, []).append(row.id)
            for bank_id, entry_ids in ended.items():
                count = connection.execute(_REMOVE, {"bank": bank_id, "ids": entry_ids}).rowcount
                self._grow(connection, bank_id, -count)
                self._audit(connection, "system:word_bank:entries_ended", bank_id, {"removed": count})
        return sum(map(len, ended.values()))

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with write_transaction(self._engine) as connection:
            yield connection
        self._changed()

    def _grow(self, connection: Connection, bank_id: str, more: int) -> int:
        """Count entries that come or go; return how many there are then."""
        held = connection.execute(_GROW, {"b_id": bank_id, "b_more": more}).scalar()
        if held is None:
            raise UnknownBank(place="bank")
        return int(held)

    def _audit(self, connection: Connection, kind: str, bank_id: str, body: Mapping[str, JSON]) -> None:
        """Write the entry of a change, and let every process notice the change."""
        if connection.execute(_NEXT_SEQ).rowcount == 0:
            connection.execute(_FIRST_SEQ)
        self._chain.append(connection, [AuditEvent(kind, bank_id, dict(body))], self._clock.now())


def _marked(connection: Connection, bank_id: str, marks: Iterable[bytes]) -> dict[bytes, WordEntryId]:
    found: dict[bytes, WordEntryId] = {}
    for some in chunks_of(mark.hex() for mark in marks):
        rows = connection.execute(_MARKED, {"bank": bank_id, "ids": some})
        found.update((bytes.fromhex(row.mark), WordEntryId(row.id)) for row in rows)
    return found


def _told(bank: WordBank, by: str) -> dict[str, JSON]:
    ends_at = bank.licence_ends_at
    return {
        "by": by, "name": bank.name, "kind": bank.kind.value, "clause": bank.clause_id, "active": bank.is_active,
        "may_keep": bank.may_keep, "licence_ends": ends_at.isoformat() if ends_at else None,
    }  # fmt: skip
