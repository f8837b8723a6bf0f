"""The seam between SQLite and PostgreSQL: everything that really differs, and nothing else."""

import errno
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from tutela.errors import BadInput, Conflict, DatabaseBusy, Misconfigured, StorageFull, TutelaError, Unavailable

MINIMUM_SQLITE = (3, 37, 0)
"""`RETURNING`, upserts and `UPDATE ... FROM` as used here; Debian 12 ships 3.40."""

BUSY_TIMEOUT_SECONDS = 10.0
"""How long a statement waits for somebody else's lock before `DatabaseBusy`."""

WAL_SWITCH_SECONDS = 10.0
"""How long the first connections to a new SQLite file may be in each other's way."""

_POSTGRESQL_OPTIONS = "-c timezone=UTC -c synchronous_commit=on"
"""What is acknowledged is on disk, whatever the server's own settings say."""

COMMIT_LOCK = 0x7475_7465_6C61
"""The advisory lock under which PostgreSQL commits are numbered (the letters of the name): without it a reader of
the change feed can pass a number whose transaction is still open, and never see it."""


_ADDRESSES = "Use sqlite:///FILE or postgresql://..."


def open_engine(url: str, *, read_connections: int = 8, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS) -> Engine:
    """Return an engine for *url* (`sqlite:///path` or `postgresql://...`), set up for durable, strict work.

    Raises:
        tutela.errors.Misconfigured: The URL names another database, or SQLite here is too old.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:  # its message repeats the address, and with it the password
        raise Misconfigured("this is no address of a database", place="database_url", remedy=_ADDRESSES) from None
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(url, parsed.database, read_connections, busy_timeout_seconds)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        return create_engine(
            parsed,
            pool_size=read_connections,
            max_overflow=read_connections,
            pool_pre_ping=True,
            pool_timeout=busy_timeout_seconds,
            isolation_level="REPEATABLE READ",
            connect_args={"options": f"-c lock_timeout={int(busy_timeout_seconds * 1000)} {_POSTGRESQL_OPTIONS}"},
        )
    raise Misconfigured(
        f"the database {parsed.get_backend_name()!r} is not supported", place="database_url", remedy=_ADDRESSES
    )


def _open_sqlite(url: str, path: str | None, read_connections: int, busy_timeout_seconds: float) -> Engine:
    if sqlite3.sqlite_version_info < MINIMUM_SQLITE:
        raise Misconfigured(f"SQLite {sqlite3.sqlite_version} is too old", remedy="Install 3.37 or later.")
    if path is None or path == ":memory:":
        raise Misconfigured("SQLite needs a file: evidence must survive the process", remedy="Use sqlite:///FILE.")
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or "not possible").lower()
        raise Misconfigured(f"the database's folder cannot be made: {reason}", place=str(Path(path).parent)) from error
    engine = create_engine(
        url,
        pool_size=read_connections,
        max_overflow=read_connections,
        pool_timeout=busy_timeout_seconds,
        connect_args={"timeout": busy_timeout_seconds, "check_same_thread": False, "isolation_level": None},
    )
    # Before the first page is written: the files beside it, which SQLite makes later, get the same mode.
    event.listen(engine, "connect", lambda _connection, _record: _make_private(Path(path)))
    event.listen(engine, "connect", _set_up_sqlite)
    # The driver's own idea of transactions loses updates (seen: 900 increments, value 397): we begin ourselves.
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private(path: Path) -> None:
    """Keep other accounts of this machine out, whatever the umask lets through and whoever made the folder."""
    for each in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        with suppress(FileNotFoundError, PermissionError):  # a file of another account is not ours to change
            if each.stat().st_mode & 0o077:
                each.chmod(0o600)


def _set_up_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "cache_size=-16384"):
        cursor.execute(f"PRAGMA {pragma}")
    _use_wal(cursor)
    cursor.close()


def _use_wal(cursor: sqlite3.Cursor) -> None:
    """Switch a new database to write-ahead logging; the switch does not wait for others, so we do."""
    until = time.monotonic() + WAL_SWITCH_SECONDS
    while cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("tutela_write") else "BEGIN")


@contextmanager
def read_transaction(engine: Engine) -> Iterator[Connection]:
    """Yield a connection on one snapshot."""
    with translated(), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def write_transaction(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that alone may write until it ends; commits when the block ends well."""
    with translated(), engine.connect() as raw:
        connection = raw.execution_options(tutela_write=True)
        if is_postgresql(engine):
            # The lock comes first and alone decides the order, so each statement must see what came before it:
            # a snapshot taken before the lock was granted would be old.
            connection = connection.execution_options(isolation_level="READ COMMITTED")
        with connection.begin():
            if is_postgresql(engine):
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({COMMIT_LOCK})")
            yield connection


def is_postgresql(engine: Engine) -> bool:
    """Return whether *engine* speaks to PostgreSQL."""
    return engine.dialect.name == "postgresql"


@contextmanager
def translated() -> Iterator[None]:
    """Turn a driver's errors into ours; the driver's stay as the cause and are never shown."""
    try:
        yield
    except OperationalError as error:
        raise _translate(error) from error
    except IntegrityError as error:
        raise Conflict("what was planned no longer fits what is stored") from error
    except (DataError, UnicodeEncodeError) as error:
        # A NUL, half a surrogate pair, a number beyond 64 bits: the sender's, and never told with its value.
        raise BadInput("a value holds characters or a number that cannot be stored") from error
    except PoolTimeout as error:
        raise DatabaseBusy("all connections to the database are in use") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseBusy(
                "the connection to the database was lost before it confirmed; nothing is acknowledged",
                remedy="Repeat the request: what was written is answered as it was, what was not is done.",
            ) from error
        if (name := _code(error.orig)) in _DAMAGED:
            raise _damaged(name) from error
        raise


def _translate(error: OperationalError) -> TutelaError:
    cause, name = error.orig, _code(error.orig)
    if name in _DAMAGED:
        return _damaged(name)
    # SQLITE_IOERR_WRITE and friends are what a full disk looks like from below some file systems.
    is_full = name in {"SQLITE_FULL", "53100"} or name.startswith("SQLITE_IOERR") or _is_no_space(cause)
    if is_full:
        return StorageFull("the database could not write: the disk is full or failing; nothing was acknowledged")
    if name in {"", "SQLITE_CANTOPEN"}:  # no state was told: there was no session
        return DatabaseBusy("the database cannot be reached or lets nobody in; nothing was written", remedy=_REACH)
    return DatabaseBusy("the database did not answer in time; nothing was written")


_REACH = "Check that it runs, and what its address says: host, name, role and password, or the file and its rights."


_DAMAGED = frozenset({"SQLITE_CORRUPT", "SQLITE_CORRUPT_INDEX", "SQLITE_NOTADB", "SQLITE_IOERR_SHORT_READ", "XX001"})
"""What the databases call stored pages that cannot be right."""


def _damaged(name: str) -> TutelaError:
    return Unavailable(
        "the database is damaged",
        place=name,
        remedy="Stop the server, keep a copy of the files, restore the last backup, and run `tutela audit verify`.",
    )


def _code(cause: Any) -> str:
    return getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or ""


def _is_no_space(cause: BaseException | None) -> bool:
    return isinstance(cause, OSError) and cause.errno == errno.ENOSPC
