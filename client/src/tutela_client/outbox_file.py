"""Submissions on disk until the server has answered them, their media beside them."""

import json
import os
import secrets
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutela_client.bodies import Content, chunks_of
from tutela_client.private_file import connect, make_private, transaction

FORMAT = 1
_SCHEMA = """
CREATE TABLE submissions (
    id TEXT PRIMARY KEY, item TEXT NOT NULL, key TEXT NOT NULL, media TEXT NOT NULL, state TEXT NOT NULL,
    answer TEXT, detail TEXT, tries INTEGER NOT NULL, next_try REAL NOT NULL, made REAL NOT NULL, answered REAL,
    is_delivered INTEGER NOT NULL, step INTEGER NOT NULL
);
CREATE INDEX submissions_by_state ON submissions (state, next_try);
CREATE INDEX submissions_by_delivery ON submissions (is_delivered, next_try);
CREATE INDEX submissions_by_step ON submissions (step);
CREATE TABLE counter (step INTEGER NOT NULL);
INSERT INTO counter VALUES (0)
"""
WAITING, REJECTED = "waiting", "rejected"
_COLUMNS = "id, item, key, media, state, answer, detail, tries, made"
_COUNT = "UPDATE counter SET step = step + 1"
_STEP = "(SELECT step FROM counter)"


@dataclass(frozen=True, slots=True)
class Kept:
    """One submission as it is kept."""

    id: str
    item: dict[str, Any]
    key: str  #: the idempotency key, the same however often it is sent
    media: tuple[Path, ...]
    state: str  #: `waiting`, `rejected` (it cannot be used as it is), or the answer
    answer: dict[str, Any] | None
    detail: str | None
    tries: int
    made: float


class OutboxFile:
    """The submissions of one folder. Many processes may write."""

    def __init__(self, folder: Path) -> None:
        """Open the file in *folder*, or make it.

        Raises:
            tutela_client.private_file.WrongFileError: It is not what was made here, or it is damaged.
        """
        self._media = folder / "media"
        make_private(self._media)
        self._connection = connect(folder / "outbox.db", _SCHEMA, FORMAT)
        self._lock = threading.Lock()

    def add(self, item: dict[str, Any], media: Sequence[Content], now: float, try_after: float) -> Kept:
        """Keep a submission, its media first; the same item again is the one that is kept already."""
        known = self.get(item["id"])
        if known is not None:
            return known
        names = [self._write(content) for content in media]
        row = (item["id"], json.dumps(item), secrets.token_hex(16), json.dumps(names), WAITING, try_after, now)
        with self._lock, transaction(self._connection):
            put = (
                "INSERT OR IGNORE INTO submissions "  # a literal
                f"SELECT ?, ?, ?, ?, ?, NULL, NULL, 0, ?, ?, NULL, 0, {_STEP}"
            )
            self._connection.execute(_COUNT)
            self._connection.execute(put, row)
        return self._found(item["id"])

    def _write(self, content: Content) -> str:
        name = secrets.token_hex(16)
        descriptor = os.open(self._media / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(chunks_of(content))
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(self._media)
        return name

    def get(self, item_id: str) -> Kept | None:
        """Return a submission."""
        with self._lock:
            asked = f"SELECT {_COLUMNS} FROM submissions WHERE id = ?"  # noqa: S608  # a literal
            row = self._connection.execute(asked, (item_id,)).fetchone()
        return None if row is None else self._kept(row)

    def _found(self, item_id: str) -> Kept:
        kept = self.get(item_id)
        if kept is None:
            raise KeyError(item_id)
        return kept

    def due(self, now: float, limit: int) -> list[Kept]:
        """Return what is to be sent again, the oldest first."""
        asked = f"SELECT {_COLUMNS} FROM submissions WHERE state = ? AND next_try <= ? ORDER BY made LIMIT ?"  # noqa: S608  # a literal
        with self._lock:
            found = self._connection.execute(asked, (WAITING, now, limit)).fetchall()
        return [self._kept(row) for row in found]

    def undelivered(self, now: float, limit: int) -> list[Kept]:
        """Return what was answered and not handed over yet."""
        asked = (
            f"SELECT {_COLUMNS} FROM submissions "  # noqa: S608  # a literal
            "WHERE is_delivered = 0 AND next_try <= ? AND state <> ? ORDER BY next_try LIMIT ?"
        )
        with self._lock:
            found = self._connection.execute(asked, (now, WAITING, limit)).fetchall()
        return [self._kept(row) for row in found]

    def answered(self, kept: Kept, answer: dict[str, Any], now: float, *, is_delivered: bool) -> None:
        """Note the answer, and let the media go: the server has them."""
        self._settle(kept, answer["answer"], (json.dumps(answer), None, now, int(is_delivered), 0.0))

    def rejected(self, kept: Kept, detail: str, now: float, *, is_delivered: bool) -> None:
        """Note that a submission cannot be used as it is."""
        self._settle(kept, REJECTED, (None, detail, now, int(is_delivered), 0.0))

    def _settle(self, kept: Kept, state: str, rest: tuple[Any, ...]) -> None:
        put = (
            "UPDATE submissions SET state = ?, answer = ?, detail = ?, answered = ?, is_delivered = ?, next_try = ?, "  # noqa: S608  # a literal
            f"media = '[]', step = {_STEP} WHERE id = ? AND state = ?"
        )
        with self._lock, transaction(self._connection):
            self._connection.execute(_COUNT)
            self._connection.execute(put, (state, *rest, kept.id, WAITING))
        for path in kept.media:
            path.unlink(missing_ok=True)

    def put_off(self, item_id: str, next_try: float, *, is_tried: bool) -> None:
        """Note when a submission is sent again, or an answer handed over again."""
        put = "UPDATE submissions SET next_try = ?, tries = tries + ? WHERE id = ?"
        with self._lock, transaction(self._connection):
            self._connection.execute(put, (next_try, int(is_tried), item_id))

    def hurry(self) -> None:
        """Have everything that waits be sent now: the server answers again."""
        with self._lock, transaction(self._connection):
            self._connection.execute("UPDATE submissions SET next_try = 0 WHERE state = ?", (WAITING,))

    def delivered(self, item_id: str) -> None:
        """Note that an answer was handed over."""
        with self._lock, transaction(self._connection):
            self._connection.execute("UPDATE submissions SET is_delivered = 1 WHERE id = ?", (item_id,))

    def states_since(self, step: int) -> tuple[int, list[tuple[str, str]]]:
        """Return the last step, and the state of every submission that changed behind *step*."""
        with self._lock:
            found = self._connection.execute(
                "SELECT id, state, step FROM submissions WHERE step > ?", (step,)
            ).fetchall()
        return max((row[2] for row in found), default=step), [row[:2] for row in found]

    def counts(self) -> dict[str, int]:
        """Return how many submissions are in each state."""
        with self._lock:
            return dict(self._connection.execute("SELECT state, count(*) FROM submissions GROUP BY state").fetchall())

    def forget_answered(self, before: float) -> list[str]:
        """Delete what was answered and handed over before a moment, and what a killed process left behind.

        What was rejected stays: the server never knew it, so nothing else keeps it hidden.
        """
        asked = f"SELECT id FROM submissions WHERE is_delivered = 1 AND answered < ? AND state <> '{REJECTED}'"  # noqa: S608  # a literal
        with self._lock, transaction(self._connection):
            gone = [row[0] for row in self._connection.execute(asked, (before,))]
            self._connection.executemany("DELETE FROM submissions WHERE id = ?", [(each,) for each in gone])
            needed = {
                name for row in self._connection.execute("SELECT media FROM submissions") for name in json.loads(row[0])
            }
        for path in self._media.iterdir():
            if path.name not in needed and path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
        return gone

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _kept(self, row: Iterable[Any]) -> Kept:
        item_id, item, key, media, state, answer, detail, tries, made = row
        paths = tuple(self._media / name for name in json.loads(media))
        return Kept(
            item_id, json.loads(item), key, paths, state, json.loads(answer) if answer else None, detail, tries, made
        )


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
