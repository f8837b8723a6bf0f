"""Banks of random hashes for benchmarks, ours and the peer's, and questions to them."""

import importlib
import importlib.util
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from tutela.adapters.index.folder import SegmentFolder
from tutela.adapters.index.keeper import IndexKeeper
from tutela.adapters.index.live import LiveIndex
from tutela.adapters.index.native import Native
from tutela.core.matching import Words
from tutela.ports.index import FeedMark, FeedPage

REACH_BITS = 31
CLUSTER_SHARE = 100
"""One hash in so many lies in one cluster of a skewed bank: as far from its centre as edits of one picture are."""

CLUSTER_BITS = 20
FLAT_ROWS = 1000
"""Owners of the one hash of black pictures in a skewed bank."""

PAGE_ROWS = 20_000


class NoHistory:
    """A feed without a past: benchmarks have no database."""

    def mark(self, seq: int) -> FeedMark:
        """Return a mark that is always recognised."""
        return FeedMark(seq, "bench")

    def has(self, mark: FeedMark) -> bool:
        """Recognise it."""
        return mark.witness == "bench"


def uniform(count: int, seed: int = 1) -> Words:
    """Return random hashes."""
    return np.random.default_rng(seed).integers(0, 2**64, (count, 4), np.uint64)


def skewed(count: int, seed: int = 2) -> Words:
    """Return random hashes, one per cent of them in one cluster, and black pictures."""
    hashes = uniform(count, seed)
    dice = np.random.default_rng(seed + 1)
    size = count // CLUSTER_SHARE
    hashes[:size] = flipped(np.repeat(uniform(1, seed + 2), size, axis=0), CLUSTER_BITS, dice)
    hashes[size : size + FLAT_ROWS] = 0
    return hashes


def flipped(hashes: Words, bits: int, dice: np.random.Generator) -> Words:
    """Return the hashes with about *bits* random bits of each turned over."""
    turned = hashes.copy()
    for _ in range(bits):
        at = dice.integers(0, 256, len(turned))
        turned[np.arange(len(turned)), at // 64] ^= np.uint64(1) << (at % 64).astype(np.uint64)
    return turned


def questions(hashes: Words, count: int, seed: int = 5) -> Words:
    """Return what a platform asks: half of it near some member, half of it near none."""
    dice = np.random.default_rng(seed)
    near = flipped(hashes[dice.integers(0, len(hashes), count // 2)], 12, dice)
    asked = np.concatenate([near, uniform(count - len(near), seed + 1)])
    return np.ascontiguousarray(asked[dice.permutation(count)])


def pages(hashes: Words, after_seq: int = 0) -> Iterator[FeedPage]:
    """Yield the hashes as the database's feed does."""
    for first in range(0, len(hashes), PAGE_ROWS):
        few = hashes[first : first + PAGE_ROWS]
        raw, seqs = few.tobytes(), range(after_seq + first + 1, after_seq + first + len(few) + 1)
        values = [raw[at : at + 32] for at in range(0, len(raw), 32)]
        yield FeedPage(seqs, [f"mem_{seq:026}" for seq in seqs], values, [False] * len(few))


@contextmanager
def saved(parts: Sequence[Words], native: Native) -> Iterator[LiveIndex]:
    """Yield an index opened from its files: a segment for each of *parts*, of several the last is the tail."""
    with TemporaryDirectory(prefix="tutela-bench-") as folder:
        writing, seq = LiveIndex(native), 0
        keeper = IndexKeeper(writing, SegmentFolder(Path(folder), "known"), NoHistory())
        for part in parts[:-1] or parts:
            writing.apply(pages(part, seq), after_seq=writing.built_to_seq, up_to_seq=seq + len(part))
            writing.settle()
            seq += len(part)
        keeper.save()
        del writing, keeper
        index = LiveIndex(native)
        IndexKeeper(index, SegmentFolder(Path(folder), "known"), NoHistory()).restore()
        if len(parts) > 1:
            index.apply(pages(parts[-1], seq), after_seq=index.built_to_seq, up_to_seq=seq + len(parts[-1]))
        yield index


def faiss() -> Any:
    """Return the peer's module, or None where it is not installed."""
    return importlib.import_module("faiss") if importlib.util.find_spec("faiss") else None


def multi_hash(library: Any, hashes: Words) -> Any:
    """Return the peer's index as HMA runs it: sixteen bands of sixteen bits, one flip."""
    index = library.IndexBinaryMultiHash(256, 16, 16)
    index.nflip = 1
    index.add(as_bytes(hashes))
    return index


def flat(library: Any, hashes: Words) -> Any:
    """Return the peer's plain scan."""
    index = library.IndexBinaryFlat(256)
    index.add(as_bytes(hashes))
    return index


def as_bytes(hashes: Words) -> Any:
    """Return the hashes as the peer wants them."""
    return np.ascontiguousarray(hashes).view(np.uint8).reshape(len(hashes), 32)


def milliseconds(call: Callable[[Any], object], asked: Sequence[Any]) -> list[float]:
    """Return how long each of *asked* takes."""
    took = []
    for each in asked:
        begun = time.perf_counter()
        call(each)
        took.append((time.perf_counter() - begun) * 1000)
    return took


def peak_mib() -> float:
    """Return the most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def memory_mib() -> dict[str, float]:
    """Return what this process holds now: for itself, and mapped from files that others may share."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]
    found = {name.rstrip(":"): int(value) / 1024 for name, value, *_ in map(str.split, lines)}
    private = found["Anonymous"]
    return {"private": private, "shared": found["Rss"] - private}
