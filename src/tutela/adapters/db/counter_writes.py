"""Count events inside the group's transaction, and let windows go that have expired; see `ports.counting`.

Whoever comes here holds the lock that serialises writers, and reads what it adds to under that lock: nothing that
another process counts is lost.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import structlog
from sqlalchemy import Connection, bindparam, case, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tutela.adapters.db.counter_reads import WindowRow, window_rows
from tutela.adapters.db.counter_tables import counter_windows, counters
from tutela.adapters.db.driver import rows_read
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.many import write_many
from tutela.adapters.db.rows import to_us
from tutela.core.counters import Counted, Window
from tutela.core.counters.last_used import LAST_USED
from tutela.errors import CounterDamaged
from tutela.ports.committer import Changeset
from tutela.ports.counting import CounterKey, CounterRow, ExpectedCount, WindowEnd

_log = structlog.get_logger(__name__)

_W, _C = counter_windows.c, counters.c
_REGISTER = {
    "sqlite": sqlite.insert(counters).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(counters).on_conflict_do_nothing(),
}
_LAST_ID = select(func.coalesce(func.max(_W.id), 0).label("last"))
_INSERT = insert(counter_windows)
_UPDATE = (
    update(counter_windows)
    .where(_W.id == bindparam("b_id"))
    .values(additions=bindparam("b_additions"), state=bindparam("b_state"))
)
_HOLDING = select(_C.id, _C.key_count, _C.not_counted).where(among(_C.id))
_GROW = (
    update(counters)
    .where(_C.id == bindparam("b_id"))
    .values(
        key_count=_C.key_count + bindparam("b_keys"),
        size_bytes=_C.size_bytes + bindparam("b_bytes"),
        not_counted=_C.not_counted + bindparam("b_not_counted"),
    )
)
_REOPEN = (
    update(counters)
    .where(_C.id == bindparam("b_id"))
    .values(not_counted=case((_C.key_count <= bindparam("b_room"), 0), else_=_C.not_counted))
)
_DELETE = delete(counter_windows).where(_W.id == bindparam("b_id"))
_LOOK_AGAIN = update(counter_windows).where(_W.id == bindparam("b_id")).values(expires_us=bindparam("b_expires_us"))

REOPENS_BELOW: Final = 0.9
"""How full a counter may be that turned keys away, to be no longer full: it does not open and close all day."""


@dataclass(slots=True)
class _Growth:
    """What becomes more, or less, of one counter."""

    keys: int = 0
    size_bytes: int = 0
    not_counted: int = 0


@dataclass(slots=True)
class _Merged:
    """What is written of a group."""

    updates: list[dict[str, Any]] = field(default_factory=list)
    inserts: list[dict[str, Any]] = field(default_factory=list)
    growths: defaultdict[str, _Growth] = field(default_factory=lambda: defaultdict(_Growth))


def counted_of(changesets: Sequence[Changeset]) -> set[CounterKey]:
    """Return every window that *changesets* were planned from or add to."""
    wanted = {(each.counter_id, each.key) for c in changesets for each in c.counted}
    return wanted.union(*(c.expects_counts for c in changesets))


class CountsMoved:
    """Whether counts have moved further than a plan allows, since it was made and within its group."""

    def __init__(self, rows: Mapping[CounterKey, WindowRow]) -> None:
        """Start from what is stored."""
        self._rows = rows
        self._added: Counter[CounterKey] = Counter()

    def too_far(self, changeset: Changeset) -> bool:
        """Return whether more was added than would have left the plan as it is."""
        return any(self._came(key, each) > (each.slack or 0) for key, each in _bounded(changeset))

    def add(self, changeset: Changeset) -> None:
        """Have what is accepted count for those after it."""
        self._added.update([(each.counter_id, each.key) for each in changeset.counted])

    def _came(self, key: CounterKey, expected: ExpectedCount) -> int:
        row = self._rows.get(key)
        stored = 0 if row is None else row.additions
        # Where there are fewer than before, the window expired meanwhile and began anew: all of it is new.
        came = stored - expected.additions if stored >= expected.additions else stored
        return came + self._added[key]


def _bounded(changeset: Changeset) -> Iterable[tuple[CounterKey, ExpectedCount]]:
    return (each for each in changeset.expects_counts.items() if each[1].slack is not None)


def write_counts(
    connection: Connection, changesets: Sequence[Changeset], rows: Mapping[CounterKey, WindowRow], now: datetime,
    most_keys: int,
) -> None:  # fmt: skip
    """Write what *changesets* count, added to *rows*; then let go of what has expired."""
    _register(connection, [each for c in changesets for each in c.counters])
    events: defaultdict[CounterKey, list[Counted]] = defaultdict(list)
    for changeset in changesets:
        for each in changeset.counted:
            events[each.counter_id, each.key].append(each)
    if events:
        _write(connection, _merged(events, rows, to_us(now)), most_keys)
    if ends := [each for c in changesets for each in c.counter_ends]:
        _end(connection, ends, most_keys)


def _register(connection: Connection, new: Sequence[CounterRow]) -> None:
    if new:
        written = [
            {
                "id": each.id, "kind": each.kind.value, "window_us": each.window_us, "text": each.text,
                "since_us": to_us(each.since), "key_count": 0, "size_bytes": 0, "not_counted": 0,
            }
            for each in new
        ]  # fmt: skip
        write_many(connection, _REGISTER[connection.dialect.name], written)


def _merged(
    events: Mapping[CounterKey, Sequence[Counted]], rows: Mapping[CounterKey, WindowRow], now_us: int
) -> _Merged:
    merged = _Merged()
    for (counter_id, key), counted in events.items():
        row = rows.get((counter_id, key))
        window = _window(row, counted[0])
        for each in counted:
            window.add(each.at_us, each.value, each.amount)
        state = LAST_USED.encode(window)
        if row is not None:
            merged.updates.append({"b_id": row.id, "b_additions": window.additions, "b_state": state})
            merged.growths[counter_id].size_bytes += len(state) - len(row.state)
            continue
        expires_us = max(window.expires_us, now_us + window.window_us)
        merged.inserts.append({
            "counter_id": counter_id, "key": key, "additions": window.additions, "state": state,
            "expires_us": expires_us,
        })  # fmt: skip
    return merged


def _window(row: WindowRow | None, counted: Counted) -> Window:
    if row is None:
        return Window.empty(counted.kind, counted.window_us)
    try:
        return LAST_USED.decode(counted.kind, counted.window_us, row.state)
    except CounterDamaged:
        # To leave it would make it unknown for ever. Its version goes on, so that no plan from before fits.
        _log.error("counter_damaged", counter_id=counted.counter_id)
        window = Window.empty(counted.kind, counted.window_us)
        window.additions = row.additions
        return window


def _write(connection: Connection, merged: _Merged, most_keys: int) -> None:
    write_many(connection, _UPDATE, merged.updates)
    if merged.inserts:
        _insert(connection, merged, most_keys)
    _grow(connection, merged.growths)


def _insert(connection: Connection, merged: _Merged, most_keys: int) -> None:
    """Write new windows, as many as each counter has room for."""
    wanted = {row["counter_id"] for row in merged.inserts}
    held = {row["id"]: (row["key_count"], row["not_counted"]) for row in rows_of(connection, _HOLDING, wanted)}
    if unknown := wanted - held.keys():
        raise ValueError(f"{len(unknown)} counters were not named before they were used")
    fitting = []
    for row in merged.inserts:
        growth = merged.growths[row["counter_id"]]
        keys, turned_away = held[row["counter_id"]]
        if keys + growth.keys < most_keys:
            growth.keys += 1
            growth.size_bytes += len(row["state"])
            fitting.append(row)
            continue
        if not turned_away and not growth.not_counted:
            _log.error("counter_full", counter_id=row["counter_id"])
        growth.not_counted += row["additions"]
    [last] = rows_read(connection, _LAST_ID, {})
    write_many(connection, _INSERT, [{**row, "id": last["last"] + place} for place, row in enumerate(fitting, start=1)])


def _grow(connection: Connection, growths: Mapping[str, _Growth]) -> None:
    rows = [
        {"b_id": name, "b_keys": each.keys, "b_bytes": each.size_bytes, "b_not_counted": each.not_counted}
        for name, each in growths.items()
        if each.keys or each.size_bytes or each.not_counted
    ]
    write_many(connection, _GROW, rows)


def _end(connection: Connection, ends: Sequence[WindowEnd], most_keys: int) -> None:
    """Delete what nothing was added to since it was found expired; look at the others again when they may have."""
    stored = window_rows(connection, [(each.counter_id, each.key) for each in ends])
    deleted, later = [], []
    growths: defaultdict[str, _Growth] = defaultdict(_Growth)
    for each in ends:
        row = stored.get((each.counter_id, each.key))
        if row is None:
            continue
        if each.again_at is not None:
            later.append({"b_id": row.id, "b_expires_us": to_us(each.again_at)})
        elif row.additions == each.stored.additions:
            deleted.append({"b_id": row.id})
            growths[each.counter_id].keys -= 1
            growths[each.counter_id].size_bytes -= len(row.state)
    write_many(connection, _DELETE, deleted)
    write_many(connection, _LOOK_AGAIN, later)
    _grow(connection, growths)
    write_many(connection, _REOPEN, [{"b_id": name, "b_room": int(most_keys * REOPENS_BELOW)} for name in growths])
