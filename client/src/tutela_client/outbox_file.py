"""Submissions on disk until the server has answered them, their media beside them."""

import hashlib
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
from tutela_client.transport import TutelaClientError

FORMAT = 2
_SCHEMA = """
CREATE TABLE submissions (
    id TEXT PRIMARY KEY, item TEXT NOT NULL, key TEXT NOT NULL, media TEXT NOT NULL, state TEXT NOT NULL,
    answer TEXT, detail TEXT, tries INTEGER NOT NULL, next_try REAL NOT NULL, made REAL NOT NULL, answered REAL,
    is_delivered INTEGER NOT NULL, step INTEGER NOT NULL, digest TEXT NOT NULL
);
CREATE INDEX submissions_by_state ON submissions (state, next_try);
CREATE INDEX submissions_by_delivery ON submissions (is_delivered, next_try);
CREATE INDEX submissions_by_step ON submissions (step);
CREATE INDEX submissions_by_answer ON submissions (is_delivered, answered);
CREATE TABLE counter (step INTEGER NOT NULL);
INSERT INTO counter VALUES (0)
"""
_UPGRADES = {
    1: """
ALTER TABLE submissions ADD COLUMN digest TEXT NOT NULL DEFAULT '';
CREATE INDEX submissions_by_answer ON submissions (is_delivered, answered)
"""
}
WAITING, REJECTED = "waiting", "rejected"
_CONFLICT = 409
_UNREADABLE = "unreadable"
"""The name of no file: what is damaged on disk is rejected when its turn comes, and lets others pass."""

_COLUMNS = "id, item, key, media, state, answer, detail, tries, made, digest"
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
    digest: str  #: of the item and of its media


class ChangedError(TutelaClientError):
    """The id was submitted before with another item or other media: what was answered is about those."""

    def __init__(self) -> None:
        """Say so, as the server does."""
        super().__init__(
            "this id was submitted before with other content", status=_CONFLICT, place="id",
            remedy="Submit what changed under an id of its own; `state` has what was answered about the first.",
        )  # fmt: skip


class OutboxFile:
    """The submissions of one folder. Many processes may write."""

    def __init__(self, folder: Path) -> None:
        """Open the file in *folder*, or make it.

        Raises:
            tutela_client.private_file.WrongFileError: It is not what was made here, or it is damaged.
        """
        self._media = folder / "media"
        make_private(self._media)
        self._connection = connect(folder / "outbox.db", _SCHEMA, FORMAT, _UPGRADES)
        self._lock = threading.Lock()

    def add(self, item: dict[str, Any], media: Sequence[Content], now: float, try_after: float) -> Kept:
        """Keep a submission, its media first; the same item again is the one that is kept already.

        Raises:
            ChangedError: The id is kept with another item or other media.
            ValueError: The item cannot be sent as it is: there is a value that JSON does not know.
            OSError: The media cannot be read, or not be kept.
        """
        text = _text_of(item)
        kept = self.get(item["id"])
        if kept is not None:
            digest = _digest_of(text, [_read(content) for content in media])
        else:
            names = [secrets.token_hex(16) for _ in media]
            try:
                digest = _digest_of(text, list(map(self._write, names, media)))
                self._insert((item["id"], text, secrets.token_hex(16), json.dumps(names), try_after, now, digest))
                kept = self._found(item["id"])
            finally:
                self._remove(
                    self._media / name for name in names if kept is None or self._media / name not in kept.media
                )
        if kept.digest != digest:
            raise ChangedError
        return kept

    def _insert(self, row: tuple[Any, ...]) -> None:
        put = (
            "INSERT OR IGNORE INTO submissions "  # a literal
            f"SELECT ?, ?, ?, ?, '{WAITING}', NULL, NULL, 0, ?, ?, NULL, 0, {_STEP}, ?"
        )
        with self._lock, transaction(self._connection):
            self._connection.execute(_COUNT)
            self._connection.execute(put, row)

    def _write(self, name: str, content: Content) -> str:
        """Keep one file, and return its digest."""
        digest = hashlib.sha256()
        descriptor = os.open(self._media / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks_of(content):
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(self._media)
        return digest.hexdigest()

    @staticmethod
    def _remove(paths: Iterable[Path]) -> None:
        for path in paths:
            path.unlink(missing_ok=True)

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

    def due(self, now: float, at_most: float, limit: int) -> list[Kept]:
        """Return what is to be sent again, the oldest first.

        What is put off for longer than *at_most* seconds was put off before the clock was set back: it is due as well.
        """
        asked = (
            f"SELECT {_COLUMNS} FROM submissions "  # noqa: S608  # a literal
            "WHERE state = ? AND (next_try <= ? OR next_try > ?) ORDER BY made LIMIT ?"
        )
        with self._lock:
            found = self._connection.execute(asked, (WAITING, now, now + at_most, limit)).fetchall()
        return [self._kept(row) for row in found]

    def undelivered(self, now: float, at_most: float, limit: int) -> list[Kept]:
        """Return what was answered and not handed over yet; *at_most* as with `due`."""
        asked = (
            f"SELECT {_COLUMNS} FROM submissions "  # noqa: S608  # a literal
            "WHERE is_delivered = 0 AND (next_try <= ? OR next_try > ?) AND state <> ? ORDER BY next_try LIMIT ?"
        )
        with self._lock:
            found = self._connection.execute(asked, (now, now + at_most, WAITING, limit)).fetchall()
        return [self._kept(row) for row in found]

    def answered(self, kept: Kept, answer: dict[str, Any], now: float, hand_over_at: float) -> None:
        """Note the answer, and let the media go: the server has them."""
        self._settle(kept, answer["answer"], (json.dumps(answer), None, now, hand_over_at))

    def rejected(self, kept: Kept, detail: str, now: float, hand_over_at: float) -> bool:
        """Note that a submission cannot be used as it is; return whether it still waited."""
        return self._settle(kept, REJECTED, (None, detail, now, hand_over_at))

    def _settle(self, kept: Kept, state: str, rest: tuple[Any, ...]) -> bool:
        put = (
            "UPDATE submissions SET state = ?, answer = ?, detail = ?, answered = ?, next_try = ?, "  # noqa: S608  # a literal
            f"media = '[]', step = {_STEP} WHERE id = ? AND state = ?"
        )
        with self._lock, transaction(self._connection):
            self._connection.execute(_COUNT)
            is_first = self._connection.execute(put, (state, *rest, kept.id, WAITING)).rowcount == 1
        self._remove(kept.media)
        return is_first

    def put_off(self, item_id: str, next_try: float, *, is_tried: bool) -> None:
        """Note when a submission is sent again, or an answer handed over again."""
        put = "UPDATE submissions SET next_try = ?, tries = tries + ? WHERE id = ?"
        with self._lock, transaction(self._connection):
            self._connection.execute(put, (next_try, int(is_tried), item_id))

    def hurry(self) -> None:
        """Have everything that waits be sent now: the server answers again."""
        with self._lock, transaction(self._connection):
            self._connection.execute("UPDATE submissions SET next_try = 0 WHERE state = ?", (WAITING,))

    def delivered(self, items: Iterable[str]) -> None:
        """Note that answers were handed over."""
        with self._lock, transaction(self._connection):
            self._connection.executemany(
                "UPDATE submissions SET is_delivered = 1 WHERE id = ? AND state <> ?",
                [(each, WAITING) for each in items],
            )

    def states_since(self, step: int) -> tuple[int, list[tuple[str, str]]]:
        """Return the last step, and the state of every submission that changed behind *step*."""
        with self._lock:
            found = self._connection.execute(
                "SELECT id, state, step FROM submissions WHERE step > ?", (step,)
            ).fetchall()
        return max((row[2] for row in found), default=step), [row[:2] for row in found]

    def waiting(self) -> int:
        """Return how many submissions wait; those that were answered are not looked at."""
        with self._lock:
            asked = "SELECT count(*) FROM submissions WHERE state = ?"
            return int(self._connection.execute(asked, (WAITING,)).fetchone()[0])

    def known(self, items: Iterable[str]) -> set[str]:
        """Return which of these items were submitted here."""
        asked = "SELECT 1 FROM submissions WHERE id = ?"
        with self._lock:
            return {name for name in items if self._connection.execute(asked, (name,)).fetchone()}

    def forget_answered(self, before: float) -> list[str]:
        """Delete what was answered and handed over before a moment, and what a killed process left behind.

        What was rejected stays: the server never knew it, so nothing else keeps it hidden.
        """
        asked = f"SELECT id FROM submissions WHERE is_delivered = 1 AND answered < ? AND state <> '{REJECTED}'"  # noqa: S608  # a literal
        with self._lock, transaction(self._connection):
            gone = [row[0] for row in self._connection.execute(asked, (before,))]
            self._connection.executemany("DELETE FROM submissions WHERE id = ?", [(each,) for each in gone])
            asked = "SELECT media FROM submissions WHERE state = ?"
            needed = {name for row in self._connection.execute(asked, (WAITING,)) for name in _names_of(row[0])}
        for path in self._media.iterdir():
            if path.name not in needed and path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
        return gone

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _kept(self, row: Iterable[Any]) -> Kept:
        item_id, item, key, media, state, answer, detail, tries, made, digest = row
        names, told = _names_of(media), json.loads(answer) if answer else None
        try:
            asked = json.loads(item)
        except ValueError:
            asked, names = {}, [_UNREADABLE]
        paths = tuple(self._media / name for name in names)
        return Kept(item_id, asked, key, paths, state, told, detail, tries, made, digest)


def _names_of(media: str) -> list[str]:
    try:
        return list(json.loads(media))
    except ValueError:
        return [_UNREADABLE]


def _text_of(item: dict[str, Any]) -> str:
    try:
        return json.dumps(item, allow_nan=False)
    except (TypeError, ValueError) as error:
        # What is wrong is said without the value: it may end in a log.
        raise ValueError(
            "an item may only hold what JSON knows: no NaN, no infinity, nothing of Python's own"
        ) from error


def _digest_of(text: str, media: Sequence[str]) -> str:
    told = json.dumps([json.loads(text), list(media)], sort_keys=True)  # in whatever order the platform names things
    return hashlib.sha256(told.encode()).hexdigest()


def _read(content: Content) -> str:
    digest = hashlib.sha256()
    for chunk in chunks_of(content):
        digest.update(chunk)
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
