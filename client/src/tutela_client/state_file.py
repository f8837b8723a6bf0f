"""What the change feed told, on disk: how everything stands that is not clear, and how far it was read."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tutela_client.answers import Changes
from tutela_client.private_file import connect, transaction
from tutela_client.states import State

FORMAT = 2
_SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE states (
    kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT, history INTEGER NOT NULL, step INTEGER NOT NULL, author TEXT,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX states_by_step ON states (step);
CREATE TABLE withheld (id TEXT PRIMARY KEY, told INTEGER) WITHOUT ROWID
"""
_UPGRADES = {
    1: """
ALTER TABLE states ADD COLUMN author TEXT;
CREATE TABLE withheld (id TEXT PRIMARY KEY, told INTEGER) WITHOUT ROWID
"""
}
_PUT = """
INSERT INTO states (kind, id, body, history, step, author) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body, history = excluded.history, step = excluded.step,
    author = coalesce(excluded.author, author)
"""
_TELL = "UPDATE withheld SET told = ? WHERE id = ?"
"""Of what the outbox holds back: at which step the feed told of it, whose word is the newer one from then on."""

_TELL_AGAIN = """
UPDATE withheld SET told = NULL
WHERE told IS NOT NULL AND NOT EXISTS (SELECT 1 FROM states WHERE kind = 'item' AND states.id = withheld.id)
"""
_CHUNK_ROWS = 10_000
MOST_CLEAR = 200_000
"""Rows kept of what is clear by now; they only serve other processes, which read them within a second."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the file as a whole."""

    server: str = ""  #: its address
    moved_to: str = (
        ""  #: the address at which it is looked for now; until it says that it is the same, nothing is clear
    )
    cursor: str = "0"
    feed: str = ""
    history: int = 0  #: grows when the feed is read from its beginning again
    complete: int = 0  #: the last history that was read to its end
    step: int = 0  #: grows with every page written
    forgotten: int = 0  #: up to which step rows of what is clear were deleted
    contact: float = 0.0  #: when the server last answered, in seconds since 1970
    table: str = ""
    table_version: str = ""

    @property
    def is_ready(self) -> bool:
        """Return whether anything may be called clear: the feed was read to its end once."""
        return self.complete > 0


Row = tuple[str, str, State]


class StateFile:
    """The file of one folder. Many processes may read it; the one that leads writes."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it.

        Raises:
            tutela_client.private_file.WrongFileError: It is not what was made here, or it is damaged.
        """
        self.path = path
        self._connection = connect(path, _SCHEMA, FORMAT, _UPGRADES)
        self._lock = threading.Lock()

    def facts(self) -> Facts:
        """Return what is known of the file as a whole."""
        with self._lock:
            said = dict(self._connection.execute("SELECT name, value FROM facts").fetchall())
        numbers = {"history": int, "complete": int, "step": int, "forgotten": int, "contact": float}
        return Facts(**{name: numbers.get(name, str)(value) for name, value in said.items()})

    def rows(self) -> Iterator[Row]:
        """Yield everything that is not clear, some at a time.

        Raises:
            ValueError: A row is not what was kept here.
        """
        place = ("", "")
        asked = "SELECT kind, id, body FROM states WHERE (kind, id) > (?, ?) ORDER BY kind, id LIMIT ?"
        while True:
            with self._lock:
                found = self._connection.execute(asked, (*place, _CHUNK_ROWS)).fetchall()
            yield from ((kind, name, State.from_text(body)) for kind, name, body in found if body is not None)
            if len(found) < _CHUNK_ROWS:
                return
            place = found[-1][:2]

    def rows_since(self, step: int) -> list[Row]:
        """Return what was written behind a step; what is clear by now as well."""
        asked = "SELECT kind, id, body FROM states WHERE step > ? ORDER BY step"
        with self._lock:
            found = self._connection.execute(asked, (step,)).fetchall()
        return [(kind, name, State() if body is None else State.from_text(body)) for kind, name, body in found]

    def told(self, items: Iterable[str], step: int) -> set[str]:
        """Return which of these items the feed has told of up to a step, clear or not."""
        asked = (
            "SELECT 1 FROM states WHERE kind = 'item' AND id = ? AND step <= ? "
            "UNION ALL SELECT 1 FROM withheld WHERE id = ? AND told <= ?"
        )
        with self._lock:
            return {name for name in items if self._connection.execute(asked, (name, step, name, step)).fetchone()}

    def authors(self, items: Iterable[str]) -> dict[str, str]:
        """Return whose these items are, where the feed told it."""
        asked = "SELECT id, author FROM states WHERE kind = 'item' AND id = ? AND author IS NOT NULL"
        with self._lock:
            return dict(row for name in items for row in self._connection.execute(asked, (name,)).fetchall())

    def withheld(self) -> list[str]:
        """Return what an outbox holds back, or held back when it was lost, and the feed has not told of since."""
        with self._lock:
            return [row[0] for row in self._connection.execute("SELECT id FROM withheld WHERE told IS NULL")]

    def withhold(self, hidden: Iterable[str], published: Iterable[str]) -> None:
        """Note what an outbox holds back, and what it does no more. Written only where it says something new."""
        asked = "SELECT 1 FROM withheld WHERE id = ?"
        with self._lock:
            new = [(name,) for name in hidden if not self._connection.execute(asked, (name,)).fetchone()]
            old = [(name,) for name in published if self._connection.execute(asked, (name,)).fetchone()]
            if new or old:
                with transaction(self._connection):
                    self._connection.executemany("INSERT OR IGNORE INTO withheld VALUES (?, NULL)", new)
                    self._connection.executemany("DELETE FROM withheld WHERE id = ?", old)

    def forget_told(self, items: Iterable[str]) -> None:
        """Forget of what an outbox does not keep any more that the feed told of it; the rest stays hidden."""
        gone = [(name,) for name in items]
        if gone:
            with self._lock, transaction(self._connection):
                self._connection.executemany("DELETE FROM withheld WHERE id = ? AND told IS NOT NULL", gone)

    def apply(self, page: Changes, rows: Iterable[Row], at: datetime) -> int:
        """Write what a page tells with the cursor behind it, all or nothing; return its step."""
        facts, written = self.facts(), list(rows)
        step = facts.step + 1
        authors = {each.id: each.author for each in page.changes if each.kind == "item"}
        items = [name for kind, name, _ in written if kind == "item"]
        with self._lock, transaction(self._connection):
            self._connection.executemany(
                _PUT,
                [
                    (kind, name, _body(state), facts.history, step, authors.get(name) if kind == "item" else None)
                    for kind, name, state in written
                ],
            )
            self._connection.executemany(_TELL, [(step, name) for name in items])
            self._note(cursor=page.next, feed=page.feed, step=step, contact=at.timestamp())
            if not page.has_more and facts.complete != facts.history:
                self._note(complete=facts.history)
                self._forget_former(facts.history)
                self._connection.execute(_TELL_AGAIN)
        return step

    def _forget_former(self, history: int) -> None:
        """Forget what another history restricted and this one does not tell of; what it had hidden stays hidden.

        The server may have been restored from before a seal, or be another one by mistake: neither lifts anything.
        """
        asked = "SELECT kind, id, body FROM states WHERE history < ?"
        gone = [
            (kind, name)
            for kind, name, body in self._connection.execute(asked, (history,)).fetchall()
            if body is None or not State.from_text(body).is_hidden
        ]
        self._connection.executemany("DELETE FROM states WHERE kind = ? AND id = ?", gone)

    def former(self) -> int:
        """Return of how many subjects only an earlier history tells: they stay hidden."""
        asked = "SELECT count(*) FROM states WHERE history < (SELECT CAST(value AS INTEGER) FROM facts WHERE name = ?)"
        with self._lock:
            return int(self._connection.execute(asked, ("complete",)).fetchone()[0])

    def forget_former(self) -> None:
        """Forget what only an earlier history tells, or an outbox that is lost held back. A person decides so."""
        facts = self.facts()
        with self._lock, transaction(self._connection):
            self._connection.execute("DELETE FROM states WHERE history < ?", (facts.complete,))
            self._connection.execute("DELETE FROM withheld WHERE told IS NULL")
            self._note(forgotten=facts.step, step=facts.step + 1)

    def adopt(self, server: str) -> None:
        """Say of a new file whose it is; one that is taken already stays as it is."""
        with self._lock, transaction(self._connection):
            if not self._connection.execute("SELECT 1 FROM facts WHERE name = 'server'").fetchone():
                self._note(server=server, history=1)

    def begin_again(self, server: str, *, is_ours: bool) -> None:
        """Read the feed from its beginning. What is kept holds on until all of it is read."""
        facts = self.facts()
        with self._lock, transaction(self._connection):
            self._note(server=server, moved_to="", cursor="0", feed="", history=facts.history + 1)
            if not is_ours:
                self._note(complete=0)

    def move(self, server: str, moved_to: str = "") -> None:
        """Note at which address the server is, and where it is looked for otherwise."""
        with self._lock, transaction(self._connection):
            self._note(server=server, moved_to=moved_to)

    def keep_table(self, version: str, text: str) -> None:
        """Keep the server's table of effects."""
        with self._lock, transaction(self._connection):
            self._note(table=text, table_version=version)

    def forget_clear(self, at_most: int = MOST_CLEAR) -> None:
        """Delete the oldest rows of what is clear by now, beyond *at_most*."""
        oldest = "SELECT step FROM states WHERE body IS NULL ORDER BY step DESC LIMIT 1 OFFSET ?"
        with self._lock, transaction(self._connection):
            if found := self._connection.execute(oldest, (at_most,)).fetchone():
                self._connection.execute("DELETE FROM states WHERE body IS NULL AND step <= ?", found)
                self._note(forgotten=found[0])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _note(self, **facts: object) -> None:
        put = "INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        self._connection.executemany(put, [(name, str(value)) for name, value in facts.items()])


def _body(state: State) -> str | None:
    return None if state.is_clear else state.as_text()
