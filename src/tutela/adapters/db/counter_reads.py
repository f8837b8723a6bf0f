"""Read counters and their windows; see `ports.counting`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, RowMapping, bindparam, select

from tutela.adapters.db.counter_tables import counter_windows, counters
from tutela.adapters.db.driver import rows_read, tuples_read
from tutela.adapters.db.rows import from_us, to_us
from tutela.core.counters import CounterKind
from tutela.ports.counting import CounterKey, CounterRow, CounterSize, DueWindow, StoredWindow

_W, _C = counter_windows.c, counters.c
_SIZES = select(counters).order_by(_C.text, _C.id)
_FULL = select(_C.id).where(_C.not_counted > 0)
_DUE = (
    select(_W.counter_id, _W.key, _W.additions, _W.state, _C.kind, _C.window_us)
    .join_from(counter_windows, counters, _C.id == _W.counter_id)
    .where(_W.expires_us <= bindparam("at"))
    .order_by(_W.expires_us)
    .limit(bindparam("limit"))
)

_MOST_KEYS: Final = 8_000
"""In one statement: two parameters each, of which SQLite takes 32,766."""

_STEP: Final = 16
"""Texts for SQLite are made for this many keys more at a time, so that the driver has them prepared."""

_PICKED = "SELECT w.counter_id, w.key, w.id, w.additions, w.state FROM "
_BY_KEY = "counter_windows AS w ON w.counter_id = asked.counter_id AND w.key = asked.key"
_POSTGRESQL = f"{_PICKED} unnest(%s::text[], %s::bytea[]) AS asked (counter_id, key) JOIN {_BY_KEY}"


class WindowRow(NamedTuple):
    """One row, as it is read thousands of times a second."""

    id: int
    additions: int
    state: bytes


def window_rows(connection: Connection, wanted: Iterable[CounterKey]) -> dict[CounterKey, WindowRow]:
    """Return the rows that are stored of those asked for.

    Handed to the driver as they are: to look at each of a thousand values again takes longer than the database. Asked
    for as a table: of pairs in a list, SQLite would look through all that is stored.
    """
    found: dict[CounterKey, WindowRow] = {}
    for keys in _chunks(wanted):
        for counter_id, key, *row in _run(connection, keys):
            found[counter_id, key] = WindowRow(*row)
    return found


def _chunks(wanted: Iterable[CounterKey]) -> Iterator[list[CounterKey]]:
    keys = iter(sorted(set(wanted)))
    while some := list(islice(keys, _MOST_KEYS)):
        yield some


def _run(connection: Connection, keys: Sequence[CounterKey]) -> Sequence[Any]:
    if connection.dialect.name == "postgresql":
        columns: tuple[Any, ...] = ([counter_id for counter_id, _ in keys], [key for _, key in keys])
        return tuples_read(connection, _POSTGRESQL, columns)
    asked = [*keys, *([keys[-1]] * (-len(keys) % _STEP))]  # one that is asked for twice is one
    return tuples_read(connection, _sqlite(len(asked)), tuple(part for key in asked for part in key))


@lru_cache(maxsize=_MOST_KEYS // _STEP)
def _sqlite(size: int) -> str:
    places = ", ".join(("(?, ?)",) * size)
    # CROSS: the table that is asked for comes first, whatever SQLite believes of the sizes.
    return f"WITH asked (counter_id, key) AS (VALUES {places}) {_PICKED} asked CROSS JOIN {_BY_KEY}"


class CounterReads:
    """The part of `ports.store.Reader` about counters."""

    _connection: Connection

    def counter_windows(self, wanted: Iterable[CounterKey]) -> dict[CounterKey, StoredWindow]:
        """Return the windows that are stored of those asked for."""
        rows = window_rows(self._connection, wanted)
        return {key: StoredWindow(row.additions, row.state) for key, row in rows.items()}

    def counter_sizes(self) -> list[CounterSize]:
        """Return every counter that was ever used, by its text."""
        return [_size(row) for row in self._connection.execute(_SIZES).mappings()]

    def full_counters(self) -> frozenset[str]:
        """Return the counters that turn new keys away."""
        return frozenset(row["id"] for row in rows_read(self._connection, _FULL, {}))

    def counter_windows_due(self, at: datetime, limit: int) -> list[DueWindow]:
        """Return windows that have to be looked at by then, the first due first."""
        return [_due(row) for row in self._connection.execute(_DUE, {"at": to_us(at), "limit": limit}).mappings()]


def _size(row: RowMapping) -> CounterSize:
    since = from_us(row["since_us"])
    named = CounterRow(row["id"], CounterKind(row["kind"]), row["window_us"], row["text"], since)
    return CounterSize(named, row["key_count"], row["size_bytes"], row["not_counted"])


def _due(row: RowMapping) -> DueWindow:
    stored = StoredWindow(row["additions"], row["state"])
    return DueWindow(row["counter_id"], row["key"], CounterKind(row["kind"]), row["window_us"], stored)
