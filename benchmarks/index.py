"""What an index of ten million hashes costs: to build, to open, to hold, and until a new hash is live everywhere.

Each is measured in a process of its own, so that memory is that of the index alone. `BENCH_ROWS` takes another
size. The peer is FAISS' multi-hash as HMA runs it, written and read whole.
"""

import json
import multiprocessing
import os
import statistics
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks import banks
from benchmarks.server import Server, prepared, started
from tutela.adapters.index.folder import SegmentFolder
from tutela.adapters.index.keeper import IndexKeeper
from tutela.adapters.index.live import LiveIndex
from tutela.adapters.index.native import Native

ROWS = 10_000_000
ADDED = 40
CACHE = Path(__file__).parent.parent / ".venv" / "kernels"

Figures = dict[str, float]


def run() -> list[dict[str, Any]]:
    """Measure and return a row each."""
    count = int(os.environ.get("BENCH_ROWS", "0").split(",")[-1]) or ROWS
    with TemporaryDirectory(prefix="tutela-bench-") as folder:
        built = _apart(_build, folder, count)
        opened = _apart(_open, folder, count)
        peer = _apart(_peer, folder, count) if banks.faiss() else {}
    name = f"{count:,}"
    return [
        _row(f"index of {name}: build and save", built["seconds"], peer.get("build"), "s", "at most 60"),
        _row(f"index of {name}: ready after open", opened["ready"], peer.get("load"), "s", "at most 0.5"),
        _row(f"index of {name}: resident after 1,000 look-ups", opened["resident"], peer.get("resident"), "MiB",
             "at most 1,536"),
        _row(f"index of {name}: of that private to a process", opened["private"], peer.get("resident"), "MiB", None),
        _row(f"index of {name}: at the peak of building", built["peak"], peer.get("peak"), "MiB", None),
        _row(f"index of {name}: file", built["file"], peer.get("file"), "MiB", None),
        *_time_to_live(),
    ]  # fmt: skip


def _apart(measure: Callable[[str, int], Figures], folder: str, count: int) -> Figures:
    """Measure in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measure, (folder, count))


def _build(folder: str, count: int) -> Figures:
    hashes = banks.uniform(count)
    native = Native(CACHE)
    native.load()
    index = LiveIndex(native)
    begun = time.perf_counter()
    index.apply(banks.pages(hashes), after_seq=index.built_to_seq, up_to_seq=count)
    IndexKeeper(index, SegmentFolder(Path(folder), "known"), banks.NoHistory()).save()
    seconds = time.perf_counter() - begun
    size = sum(path.stat().st_size for path in Path(folder).glob("*.seg"))
    return {"seconds": seconds, "peak": banks.peak_mib(), "file": size / 2**20}


def _open(folder: str, count: int) -> Figures:
    native = Native(CACHE)
    native.load()
    index = LiveIndex(native)
    dice = np.random.default_rng(1)
    begun = time.perf_counter()
    IndexKeeper(index, SegmentFolder(Path(folder), "known"), banks.NoHistory()).restore()
    index.search([[dice.bytes(32)]], max_distance_bits=31)
    ready = time.perf_counter() - begun
    for _ in range(1000):
        index.search([[dice.bytes(32)]], max_distance_bits=31)
    held = banks.memory_mib()
    if len(index) != count:
        raise SystemExit("the index that was opened is not the one that was saved")
    return {"ready": ready, "resident": held["private"] + held["shared"], "private": held["private"]}


def _peer(folder: str, count: int) -> Figures:
    library = banks.faiss()
    hashes, path = banks.uniform(count), str(Path(folder) / "peer.index")
    begun = time.perf_counter()
    index = banks.multi_hash(library, hashes)
    library.write_index_binary(index, path)
    build, peak = time.perf_counter() - begun, banks.peak_mib()
    del index, hashes
    begun = time.perf_counter()
    read = library.read_index_binary(path)
    load = time.perf_counter() - begun
    held = banks.memory_mib()
    if read.ntotal != count:
        raise SystemExit("the peer's index that was read is not the one that was written")
    size = Path(path).stat().st_size
    return {"build": build, "load": load, "peak": peak, "resident": sum(held.values()), "file": size / 2**20}


def _time_to_live() -> list[dict[str, Any]]:
    """Add hashes through one server, and ask another one on the same folder until it knows them, under load."""
    create = ("bank", "create", "bench", "--clause", "cse.depiction", "--material", "apparent_csam",
              "--verification", "one_analyst", "--source", "random numbers")  # fmt: skip
    with prepared((create,)) as (var, key), started(var, key) as one, started(var, key) as other:
        is_over = threading.Event()
        loading = threading.Thread(target=_load, args=(one, is_over))
        loading.start()
        took = [_until_known(one, other, number) for number in range(ADDED)]
        is_over.set()
        loading.join()
    note = "over HTTP, two servers on one SQLite folder, text items submitted all the while; HMA: minutes, as studied"
    return [
        _row("a hash added to one process is found by another: p50", statistics.median(took), None, "s", None, note),
        _row("a hash added to one process is found by another: longest", max(took), None, "s", "at most 1", note),
    ]


def _until_known(one: Server, other: Server, number: int) -> float:
    value = np.random.default_rng(number).bytes(32).hex()
    begun = time.perf_counter()
    _post(one, "/v1/banks/bench/members", {"members": [{"type": "pdq", "value": value}]})
    question = {"hashes": [{"type": "pdq", "value": value}]}
    while not _post(other, "/v1/lookup", question)["results"][0]["matches"]:
        time.sleep(0.002)
    return time.perf_counter() - begun


def _load(server: Server, is_over: threading.Event) -> None:
    number = 0
    while not is_over.is_set():
        items = [
            {"id": f"load-{number}-{each}", "author": {"id": "somebody"}, "kind": "post", "text": "a day by the lake"}
            for each in range(20)
        ]
        _post(server, "/v1/items/batch", {"items": items})
        number += 1


def _post(server: Server, path: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(  # our own server, on loopback
        f"http://127.0.0.1:{server.port}{path}",
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # as above
        return json.load(answer)


def _row(
    what: str, ours: float, peer: float | None, unit: str, to_reach: str | None, note: str | None = None
) -> dict[str, Any]:
    return {
        "what": what, "ours": round(ours, 4), "peer": None if peer is None else round(peer, 4), "unit": unit,
        "ratio": None if peer is None else round(peer / ours, 2), "to_reach": to_reach, "note": note,
    }  # fmt: skip
