"""Copy the database out while it is in use, and into an empty one; see `ports.copies`."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Engine, LargeBinary, Table, func, insert, select, text

from tutela.adapters.db import tables as t
from tutela.adapters.db.engine import is_postgresql, read_transaction, write_transaction
from tutela.adapters.db.migrate import current_revision
from tutela.errors import Conflict, Misconfigured, StorageFull, VaultError
from tutela.ports.copies import DatabaseCopy

CHUNK_ROWS = 1000
FILE_NAME = "tutela.db"
HEADS_NAME = "audit-heads.jsonl"
ROWS_SUFFIX = ".ndjson"
_NUMBERED: Final = (t.signal_feed,)
"""Tables whose numbers the database gives out: after rows were copied in, it must go on behind them."""


class DatabaseCopies:
    """Copies of what is behind *engine*, whose seals are handed out to *exported*."""

    def __init__(self, engine: Engine, exported: Path) -> None:
        """Copy through *engine*."""
        self._engine, self._exported = engine, exported

    def copy_out(self, folder: Path, *, as_rows: bool) -> DatabaseCopy:
        """Write one consistent state into *folder*: SQLite as its file unless rows are wanted, PostgreSQL as rows."""
        form = "rows" if as_rows or is_postgresql(self._engine) else "file"
        revision = current_revision(self._engine) or ""
        seals = self._rows_out(folder) if form == "rows" else self._file_out(folder / FILE_NAME)
        _write(folder / HEADS_NAME, _heads(self._exported, seals))
        return DatabaseCopy(form, revision)

    def _file_out(self, target: Path) -> list[tuple[int, bytes]]:
        source = self._engine.url.database or ""
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            try:
                # All pages in one step: a copy in steps starts again whenever somebody writes in between.
                live.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")
                sound = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            except sqlite3.Error as error:
                raise StorageFull("the database could not be copied", place=str(target)) from error
            if sound != "ok":
                raise VaultError("the copy of the database is damaged", place=str(target))
            found = copy.execute("SELECT number, body, signature FROM audit_seals ORDER BY number")
            seals = [(number, _line(body, signature)) for number, body, signature in found]
        target.chmod(0o600)
        return seals

    def _rows_out(self, folder: Path) -> list[tuple[int, bytes]]:
        with read_transaction(self._engine) as connection:
            for table in t.metadata.sorted_tables:
                _write(folder / f"{table.name}{ROWS_SUFFIX}", _lines_of(connection, table))
            found = connection.execute(select(t.audit_seals).order_by(t.audit_seals.c.number))
            return [(row.number, _line(bytes(row.body), bytes(row.signature))) for row in found]

    def copy_in(self, folder: Path, copy: DatabaseCopy) -> int:
        """Read rows in, in one transaction."""
        if copy.revision != current_revision(self._engine):
            raise Misconfigured(
                f"the copy has schema {copy.revision}, this version of Tutela another one",
                remedy="Restore it with the version that made it, then upgrade.",
            )
        total = 0
        with write_transaction(self._engine) as connection:
            for table in t.metadata.sorted_tables:
                if connection.execute(select(func.count()).select_from(table)).scalar_one():
                    raise Conflict("the database is not empty", remedy="Restore into a new one.")
            for table in t.metadata.sorted_tables:
                total += _rows_in(connection, table, folder / f"{table.name}{ROWS_SUFFIX}")
            if is_postgresql(self._engine):
                for table in _NUMBERED:
                    connection.execute(_go_on_behind(table))
        return total


def _lines_of(connection: Connection, table: Table) -> Iterator[bytes]:
    binary = {column.name for column in table.columns if isinstance(column.type, LargeBinary)}
    ordered = select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=CHUNK_ROWS).execute(ordered).mappings():
        plain = {str(name): bytes(v).hex() if name in binary and v is not None else v for name, v in row.items()}
        yield orjson.dumps(plain) + b"\n"


def _rows_in(connection: Connection, table: Table, path: Path) -> int:
    binary = {column.name for column in table.columns if isinstance(column.type, LargeBinary)}
    total = 0
    with path.open("rb") as file:
        while chunk := [_row(line, binary) for line in islice(file, CHUNK_ROWS)]:
            connection.execute(insert(table), chunk)
            total += len(chunk)
    return total


def _row(line: bytes, binary: set[str]) -> dict[str, Any]:
    read: dict[str, Any] = orjson.loads(line)
    return {name: bytes.fromhex(v) if name in binary and v is not None else v for name, v in read.items()}


def _go_on_behind(table: Table) -> Any:
    # The name is that of our own table, never input.
    return text(
        f"SELECT setval(pg_get_serial_sequence('{table.name}', 'seq'), "  # noqa: S608  # see above
        f"COALESCE((SELECT max(seq) FROM {table.name}), 0) + 1, false)"
    )


def _line(body: bytes, signature: bytes) -> bytes:
    return orjson.dumps({"seal": orjson.loads(body), "signature": signature.hex()}) + b"\n"


def _heads(exported: Path, seals: list[tuple[int, bytes]]) -> Iterator[bytes]:
    """Yield the seals handed out up to this copy's last one; what was sealed later is no part of it."""
    stored = {number for number, _ in seals}
    last = 0
    for line in exported.read_bytes().splitlines() if exported.exists() else ():
        try:
            number = orjson.loads(line)["seal"]["number"]
        except orjson.JSONDecodeError:
            continue  # the last line of a process that was killed
        if number not in stored and number > max(stored, default=0):
            break
        last = number
        yield line + b"\n"
    # Sealed in the database at the moment of the copy, but not yet on its way to the file.
    yield from (line for number, line in seals if number > last)


def _write(path: Path, lines: Iterator[bytes]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
