"""Counters of rules on SQLite, as they are asked and counted: batches of 100 events with three rows each.

Half of the rows are of a few hundred authors that are always there, half of any of a hundred thousand; some are new.
What a batch costs without its counters is measured beside it and taken off.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tutela.bootstrap import House, build
from tutela.config import Settings
from tutela.core.counters import Counted, CounterKind, Window
from tutela.ports.committer import Changeset
from tutela.ports.counting import CounterRow

EVENTS, COUNTERS = 100, 3
BUSY, AUTHORS = 300, 100_000
BATCHES: Final = 60
HOUR_US: Final = 3_600_000_000
TO_REACH: Final = "at most 20"
_KINDS: Final = (CounterKind.COUNT, CounterKind.DISTINCT, CounterKind.SUM)


def run() -> list[dict[str, Any]]:
    """Measure and return rows."""
    with tempfile.TemporaryDirectory(prefix="tutela-bench-") as folder:
        house = build(Settings(var=Path(folder), database_url="", writer="bench"))
        try:
            return _measured(house)
        finally:
            house.committer.close()
            house.engine.dispose()
            house.scanner.close()


def _measured(house: House) -> list[dict[str, Any]]:
    now_us = round(datetime.now(UTC).timestamp() * 1_000_000)
    draw = random.Random(5)  # noqa: S311  # the same batches each time
    _fill(house, now_us)
    batches = [_batch(draw, now_us + n * 50_000) for n in range(BATCHES)]
    asked, decided, counted, bare = [], [], [], []
    for place, batch in enumerate(batches):
        asked.append(_us_a_row(lambda batch=batch: _ask(house, batch)))
        decided.append(_us_a_row(lambda batch=batch: _decide(house, batch)))
        counted.append(_us_a_row(lambda batch=batch: house.committer.commit(Changeset(counted=batch))))
        bare.append(_us_a_row(lambda place=place: house.committer.commit(Changeset(checkpoints={"bench": place}))))
    wrote, empty = statistics.median(counted), statistics.median(bare)
    per_second = 1_000_000 / (COUNTERS * (statistics.median(decided) + wrote))
    return [
        _row("counters: ask for a row", statistics.median(asked), "us", "-"),
        _row("counters: ask, decode and say what it would be", statistics.median(decided), "us", "-"),
        _row("counters: read, merge and write a row", wrote - empty, "us", TO_REACH, f"with fsync {wrote:.1f} us"),
        _row("counters: events a second, three rows each", per_second, "1/s", "-", "all of the above, fsync included"),
        _row("counters: 512 events in a window, one more", _merge(512), "us", "-", "without the database"),
        _row("counters: 20,000 different values, one more", _merge(20_000, CounterKind.DISTINCT), "us", "-"),
    ]


def _fill(house: House, now_us: int) -> None:
    since = datetime.now(UTC)
    rows = tuple(CounterRow(f"ctr_{n:022d}", _KINDS[n], HOUR_US, f"counter {n}", since) for n in range(COUNTERS))
    house.committer.commit(Changeset(counters=rows))
    for start in range(0, AUTHORS, 2_000):
        found = tuple(_counted(n, author, now_us - author) for author in range(start, start + 2_000) for n in range(3))
        house.committer.commit(Changeset(counted=found))


def _batch(draw: random.Random, at_us: int) -> tuple[Counted, ...]:
    authors = [draw.randrange(BUSY) if n % 2 else draw.randrange(AUTHORS + 2_000) for n in range(EVENTS)]
    return tuple(_counted(n, author, at_us + place) for place, author in enumerate(authors) for n in range(COUNTERS))


def _counted(counter: int, author: int, at_us: int) -> Counted:
    key = (author * 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835 & (2**128 - 1)).to_bytes(16, "little")
    return Counted(f"ctr_{counter:022d}", key, _KINDS[counter], HOUR_US, at_us, at_us % 50, 1.5)


def _ask(house: House, batch: Sequence[Counted]) -> None:
    with house.store.read() as reader:
        reader.counter_windows((each.counter_id, each.key) for each in batch)


def _decide(house: House, batch: Sequence[Counted]) -> None:
    with house.store.read() as reader:
        stored = reader.counter_windows((each.counter_id, each.key) for each in batch)
    for each in batch:
        found = stored.get((each.counter_id, each.key))
        empty = found is None
        window = Window.empty(each.kind, HOUR_US) if empty else Window.decode(each.kind, HOUR_US, found.state)
        window.add(each.at_us, each.value, each.amount)
        window.total()


def _merge(size: int, kind: CounterKind = CounterKind.COUNT) -> float:
    window = Window.empty(kind, HOUR_US)
    for n in range(size - 1):
        window.add(n, n)
    blob = window.encode()
    times = []
    for _ in range(200):
        begun = time.perf_counter()
        again = Window.decode(kind, HOUR_US, blob)
        again.add(size, size)
        again.encode()
        times.append((time.perf_counter() - begun) * 1_000_000)
    return statistics.median(times)


def _us_a_row(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1_000_000 / (EVENTS * COUNTERS)


def _row(what: str, ours: float, unit: str, to_reach: str, note: str = "") -> dict[str, Any]:
    return {
        "what": what, "ours": round(ours, 1), "peer": None, "unit": unit, "ratio": None, "to_reach": to_reach,
        "note": note,
    }  # fmt: skip
