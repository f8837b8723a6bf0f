"""Exact search within 31 bits, side by side with FAISS on the same hashes and questions in one process.

The first answers of each bank are compared with the peer's plain scan: what is fast and wrong is not measured.
`BENCH_ROWS` lists other sizes than one and ten million; ten need some 8 GB and ten minutes, most of it the peer's.
"""

import os
import statistics
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import banks
from tutela.adapters.index.live import LiveIndex
from tutela.adapters.index.native import Native
from tutela.core.matching import Words

SIZES = (1_000_000, 10_000_000)
SCALING = (100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
ASKED, ASKED_FLAT, BATCH = 1000, 20, 1000
CACHE = Path(__file__).parent.parent / ".venv" / "kernels"
TO_REACH = {"single": "at most 0.3", "segments": "at most 1", "skewed": "at most 5 times"}


def run() -> list[dict[str, Any]]:
    """Measure and return a row each."""
    native = Native(CACHE)
    native.load()
    sizes = tuple(int(each) for each in os.environ.get("BENCH_ROWS", "").split(",") if each) or SIZES
    rows: list[dict[str, Any]] = []
    for size in sizes:
        rows += _uniform_and_skewed(size, native)
    rows += _five_segments(max(sizes), native)
    rows += _scaling([size for size in SCALING if size <= max(sizes)], native)
    return rows


def _uniform_and_skewed(size: int, native: Native) -> Iterator[dict[str, Any]]:
    plain = banks.uniform(size)
    with banks.saved([plain], native) as index:
        peers = _peers(plain)
        asked = banks.questions(plain, ASKED)
        _compare(index, peers.get("flat"), asked)
        single = _single(index, asked)
        yield from _against_peers(f"{size:,} uniform", single, peers, asked)
        yield _eight(index, size)
        yield from _batches(index, size, peers, asked, native)
    del peers, plain
    crowd = banks.skewed(size)
    with banks.saved([crowd], native) as index:
        library = banks.faiss()
        asked = banks.questions(crowd, ASKED)
        _compare(index, banks.flat(library, crowd) if library else None, asked)
        yield _row(f"one look-up, {size:,} skewed", _single(index, asked), single, TO_REACH["skewed"], _SKEWED)
        inside = banks.flipped(crowd[:200], 4, np.random.default_rng(3))
        hits = statistics.median(len(index.search([[each.tobytes()]], max_distance_bits=31)[0]) for each in inside[:20])
        took = statistics.median(banks.milliseconds(_ask(index), [[[each.tobytes()]] for each in inside]))
        note = f"beside the uniform bank; a question inside the cluster has {hits:,.0f} answers"
        yield _row(f"one look-up inside the cluster, {size:,} skewed", took, single, TO_REACH["skewed"], note)
        black = statistics.median(banks.milliseconds(_ask(index), [[[bytes(32)]]] * 50))
        note = f"beside the uniform bank; a black picture has {banks.FLAT_ROWS:,} answers"
        yield _row(f"one look-up of a black picture, {size:,} skewed", black, single, None, note)


_SKEWED = (
    "beside the uniform bank; 1 % of the members in one cluster, a thousand black pictures, questions near members"
)


def _peers(hashes: Words) -> dict[str, Any]:
    library = banks.faiss()
    if library is None:
        return {}
    library.omp_set_num_threads(1)
    return {"flat": banks.flat(library, hashes), "multi-hash": banks.multi_hash(library, hashes)}


def _against_peers(what: str, single: float, peers: dict[str, Any], asked: Words) -> Iterator[dict[str, Any]]:
    for name, peer in peers.items():
        few = [banks.as_bytes(each.reshape(1, 4)) for each in asked[: ASKED_FLAT if name == "flat" else ASKED]]
        took = statistics.median(banks.milliseconds(lambda each, peer=peer: _peer_search(peer, each), few))
        reach = TO_REACH["single"] if "10,000,000" in what else None
        yield _row(f"one look-up, {what}, FAISS {name}", single, took, reach)
    if not peers:
        yield _row(f"one look-up, {what}", single, None, TO_REACH["single"])


def _eight(index: LiveIndex, size: int) -> dict[str, Any]:
    dice = np.random.default_rng(8)
    pictures = [[[dice.bytes(32) for _ in range(8)]] for _ in range(300)]
    took = statistics.median(banks.milliseconds(_ask(index), pictures))
    return _row(f"one picture in eight orientations, {size:,} uniform", took, None, None)


def _batches(
    index: LiveIndex, size: int, peers: dict[str, Any], asked: Words, native: Native
) -> Iterator[dict[str, Any]]:
    batch = [[each.tobytes()] for each in asked[:BATCH]]
    peer = None
    if "multi-hash" in peers:
        peer = min(
            banks.milliseconds(lambda each: _peer_search(peers["multi-hash"], each), [banks.as_bytes(asked)] * 2)
        )
    for threads in (1, 2):
        with ThreadPoolExecutor(1) as pool:
            searched = LiveIndex(native, pool if threads > 1 else None)
            searched.restore(index.parts, seq=index.built_to_seq)
            took = statistics.median(banks.milliseconds(_ask(searched), [batch] * 5))
        what = f"one of a batch of {BATCH:,}, {threads} thread{'s' * (threads > 1)}, {size:,} uniform, FAISS multi-hash"
        yield _row(what, took / BATCH, None if peer is None else peer / BATCH, None)


def _five_segments(size: int, native: Native) -> Iterator[dict[str, Any]]:
    hashes = banks.uniform(size)
    ends = np.cumsum([int(size * share) for share in (0.802, 0.159, 0.0315, 0.006)])
    *parts, last = np.split(hashes, ends)
    with banks.saved([*parts, last[:-5000], last[-5000:]], native) as index:
        found = index.state()
        asked = banks.questions(hashes, ASKED)
        took = _single(index, asked)
    what = f"one look-up, {size:,} in {found.segments} segments and a tail of {found.tail:,}"
    yield _row(what, took, None, TO_REACH["segments"])


def _scaling(sizes: Sequence[int], native: Native) -> Iterator[dict[str, Any]]:
    library = banks.faiss()
    for size in sizes:
        hashes = banks.uniform(size, seed=4)
        asked = banks.questions(hashes, ASKED)
        with banks.saved([hashes], native) as index:
            took = _single(index, asked)
        peer = None
        if library is not None:
            scan = banks.flat(library, hashes)
            few = [banks.as_bytes(each.reshape(1, 4)) for each in asked[:ASKED_FLAT]]
            peer = statistics.median(banks.milliseconds(lambda each, scan=scan: _peer_search(scan, each), few))
        yield _row(f"scaling: one look-up among {size:,}, FAISS flat", took, peer, "below the root of the count")


def _single(index: LiveIndex, asked: Words) -> float:
    """Return the median of single look-ups; the first round, in which the file comes into memory, is not counted."""
    questions = [[[each.tobytes()]] for each in asked]
    banks.milliseconds(_ask(index), questions)
    return statistics.median(banks.milliseconds(_ask(index), questions))


def _ask(index: LiveIndex) -> Any:
    return lambda pictures: index.search(pictures, max_distance_bits=banks.REACH_BITS)


def _peer_search(peer: Any, asked: Any) -> Any:
    return peer.range_search(asked, banks.REACH_BITS + 1)  # the peer's bound is exclusive


def _compare(index: LiveIndex, scan: Any, asked: Words) -> None:
    """End with an error unless our answers are those of the peer's plain scan, distance by distance."""
    if scan is None:
        return
    few = asked[:ASKED_FLAT]
    limits, distances, _ = _peer_search(scan, banks.as_bytes(few))
    for number, each in enumerate(few):
        ours = sorted(hit.distance_bits for hit in index.search([[each.tobytes()]], max_distance_bits=31)[0])
        theirs = sorted(int(each) for each in distances[int(limits[number]) : int(limits[number + 1])])
        if ours != theirs:
            raise SystemExit(f"recall: question {number} has {len(theirs)} answers, {len(ours)} were found")


def _row(what: str, ours: float, peer: float | None, to_reach: str | None, note: str | None = None) -> dict[str, Any]:
    return {
        "what": what, "ours": round(ours, 4), "peer": None if peer is None else round(peer, 4), "unit": "ms",
        "ratio": None if peer is None else round(peer / ours, 2), "to_reach": to_reach, "note": note,
    }  # fmt: skip
