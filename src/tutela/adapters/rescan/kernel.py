"""The compiled comparison of a shard of stored hashes with a block of members: multi-index hashing over the members.

Importing this module imports numba, which costs a second and 130 MiB: only workers do, and only for large work. The
bands and the radius within each are those of `adapters.index.buckets`, where the proof stands; here one hash is probed
after the other, and a hash that falls into crowded buckets (flat or black pictures) is compared with every member
instead, so that no hash costs much more than a scan.
"""

import os
from functools import cache
from itertools import combinations
from typing import Any, Final

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from tutela.core.matching import Numbers, Words
from tutela.core.rescans import Met

_BANDS: Final = 16
_BAND_BITS: Final = 16
_KEYS: Final = 1 << _BAND_BITS
# What is fetched from anywhere in memory costs so many comparisons of a scan, which runs through it (measured).
_CANDIDATE_COST: Final = 16
_PROBE_COST: Final = 64

# Without a folder of its own numba writes beside the code, where an installed service may not.
_IS_KEPT: Final = bool(os.environ.get("NUMBA_CACHE_DIR"))


def compare_compiled(stored: Words, members: Words, max_distance_bits: int) -> Met:
    """Return what `core.rescans.compare_plainly` returns, in a thousandth of the time."""
    bands, flips = _probes(max_distance_bits)
    if len(bands) * _PROBE_COST >= len(members):  # to look into the buckets would cost more than a scan
        bands, flips = bands[:0], flips[:0]
    starts, rows = _buckets(members) if len(bands) else (np.zeros(1, np.uint32), np.zeros(1, np.uint32))
    nearest = np.zeros(len(stored), np.int64)
    distances = np.zeros(len(stored), np.int64)
    counts = np.zeros(len(stored), np.int64)
    _compare(stored, members, starts, rows, bands, flips, max_distance_bits, nearest, distances, counts)
    met = np.flatnonzero(counts)
    return Met(met, nearest[met], distances[met], counts[met])


def _buckets(members: Words) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Sort the members by each band: where each bucket begins, and the rows in it."""
    count = len(members)
    starts = np.zeros(_BANDS * _KEYS + 1, np.uint32)
    rows = np.empty(_BANDS * count, np.uint32)
    for band in range(_BANDS):
        keys = ((members[:, band >> 2] >> np.uint64(16 * (band & 3))) & np.uint64(_KEYS - 1)).astype(np.uint16)
        rows[band * count : (band + 1) * count] = np.argsort(keys, kind="stable")
        sizes = np.bincount(keys, minlength=_KEYS)
        starts[band * _KEYS + 1 : (band + 1) * _KEYS + 1] = band * count + np.cumsum(sizes)
    return starts, rows


@cache
def _probes(max_distance_bits: int) -> tuple[Numbers, NDArray[np.uint64]]:
    """Return, for each probe of a hash, its band and which bits of the key it flips."""
    radius, rest = divmod(max_distance_bits, _BANDS)
    probes = [
        (band, sum(1 << bit for bit in bits))
        for band in range(_BANDS)
        for size in range((radius if band <= rest else radius - 1) + 1)
        for bits in combinations(range(_BAND_BITS), size)
    ]
    return np.array([band for band, _ in probes], np.int64), np.array([flip for _, flip in probes], np.uint64)


def _counted(_context: Any, _word: Any) -> Any:  # pragma: no cover  # runs within the compiler
    """Count the set bits of a word in one instruction."""
    return types.uint64(types.uint64), lambda _c, builder, _s, arguments: builder.ctpop(arguments[0])


_popcount: Any = intrinsic(_counted)  # called from compiled code, without the first argument


@numba.njit(cache=_IS_KEPT, nogil=True)
def _compare(  # noqa: PLR0913, PLR0917  # pragma: no cover  # compiled; a tuple of arrays would be counted at every use
    stored: Any, members: Any, starts: Any, rows: Any, bands: Any, flips: Any, max_distance_bits: Any, nearest: Any,
    distances: Any, counts: Any,
) -> None:  # fmt: skip
    limit = np.int64(max_distance_bits)
    seen = np.full(len(members), -1, np.int64)  # by which hash a member was met last: several bands lead to it
    firsts = np.empty(len(bands), np.int64)
    everybody = np.arange(len(members)).astype(np.uint32)
    for row in range(len(stored)):
        candidates = _look_into(stored, row, starts, bands, flips, firsts)
        if len(bands) == 0 or candidates * _CANDIDATE_COST > len(members):
            _meet(stored, row, members, everybody, 0, len(members), seen, limit, nearest, distances, counts)
            continue
        for probe in range(len(bands)):
            first, end = starts[firsts[probe]], starts[firsts[probe] + 1]
            if first < end:
                _meet(stored, row, members, rows, first, end, seen, limit, nearest, distances, counts)


@numba.njit(cache=_IS_KEPT, nogil=True)
def _look_into(  # pragma: no cover  # as above
    stored: Any, row: Any, starts: Any, bands: Any, flips: Any, firsts: Any
) -> Any:
    """Note the bucket of each probe, and return how many members are in them."""
    candidates: Any = 0
    for probe in range(len(bands)):
        band = bands[probe]
        key = (stored[row, band >> 2] >> np.uint64(16 * (band & 3))) & np.uint64(_KEYS - 1)
        first = band * _KEYS + np.int64(key ^ flips[probe])
        firsts[probe] = first
        candidates += np.int64(starts[first + 1]) - np.int64(starts[first])
    return candidates


@numba.njit(cache=_IS_KEPT, nogil=True)
def _meet(  # noqa: PLR0913, PLR0917  # pragma: no cover  # as above
    stored: Any, row: Any, members: Any, rows: Any, first: Any, end: Any, seen: Any, limit: Any, nearest: Any,
    distances: Any, counts: Any,
) -> None:  # fmt: skip
    """Count the members of one bucket that are near enough, and keep the nearest, the first of several."""
    word0, word1, word2, word3 = stored[row, 0], stored[row, 1], stored[row, 2], stored[row, 3]
    for at in range(first, end):
        member = np.int64(rows[at])
        # Half of the bits is enough to see that two hashes are too far apart, and nearly all are.
        distance = np.int64(_popcount(word0 ^ members[member, 0]) + _popcount(word1 ^ members[member, 1]))
        if distance > limit or seen[member] == row:
            continue
        seen[member] = row
        distance += np.int64(_popcount(word2 ^ members[member, 2]) + _popcount(word3 ^ members[member, 3]))
        if distance > limit:
            continue
        is_nearer = distance < distances[row] or (distance == distances[row] and member < nearest[row])
        if counts[row] == 0 or is_nearer:
            nearest[row] = member
            distances[row] = distance
        counts[row] += 1
