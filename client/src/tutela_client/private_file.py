"""SQLite files that belong to one platform: private, durable, and safe to be killed at any moment."""

import os
import sqlite3
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

APPLICATION = 0x7475_7465
"""Stands in the head of each file (the letters of the name): another program's file is not taken for ours."""

BUSY_SECONDS = 10.0


class WrongFileError(Exception):
    """This is no file of ours, or one of another version, or it is damaged."""


def make_private(folder: Path) -> None:
    """Make a folder that only this account may enter.

    One that belongs to another account stays as it is; the files in it are private all the same.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.stat()
    if os.name == "posix" and found.st_mode & 0o077 and found.st_uid == os.geteuid():
        folder.chmod(0o700)


def connect(path: Path, schema: str, version: int, upgrades: Mapping[int, str]) -> sqlite3.Connection:
    """Return a connection for any thread, one at a time, to the file at *path*; it is made when it is not there.

    Args:
        path: Where it is.
        schema: What a new one is made with.
        version: Its format now.
        upgrades: What makes the next format of each one before, so that a new version of the client loses nothing.

    Raises:
        WrongFileError: It is not what was made here.
    """
    is_new = create(path)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        with transaction(connection):
            if _marks(connection) == (0, 0) and not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                _make(connection, schema, version)
            _upgrade(connection, version, upgrades)
        _check(connection, version)
    except sqlite3.OperationalError:
        connection.close()
        raise
    except (sqlite3.DatabaseError, WrongFileError) as error:
        connection.close()
        if is_new:
            raise
        raise WrongFileError(str(error)) from error
    return connection


def create(path: Path) -> bool:
    """Create a file before SQLite does, so that it and those beside it are private; return whether it was not there."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(0o600)
        return False
    return True


def _make(connection: sqlite3.Connection, schema: str, version: int) -> None:
    for statement in schema.split(";"):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id={APPLICATION}")
    connection.execute(f"PRAGMA user_version={version}")


def _upgrade(connection: sqlite3.Connection, version: int, upgrades: Mapping[int, str]) -> None:
    application, found = _marks(connection)
    while application == APPLICATION and found in upgrades and found < version:
        for statement in upgrades[found].split(";"):
            connection.execute(statement)
        found += 1
        connection.execute(f"PRAGMA user_version={found}")


def _marks(connection: sqlite3.Connection) -> tuple[int, int]:
    application, version = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    return application, version


def _check(connection: sqlite3.Connection, version: int) -> None:
    application, found = _marks(connection)
    if application != APPLICATION:
        raise WrongFileError("it belongs to another program")
    if found != version:
        raise WrongFileError(f"it has format {found}, this version keeps format {version}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write everything of a block, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def set_aside(path: Path) -> Path:
    """Move a file that cannot be used out of the way, and return where to; whoever looks for the fault has it there."""
    number = 1
    while (target := path.with_name(f"{path.name}.set-aside-{number}")).exists():
        number += 1
    for suffix in ("-wal", "-shm"):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(target.with_name(target.name + suffix))
    path.rename(target)
    return target
