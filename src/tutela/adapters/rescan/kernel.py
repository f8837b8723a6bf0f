"""The compiled comparison of a shard of stored hashes with a block of members: multi-index hashing as a join.

Two hashes within T = 16 r + a bits agree within r bits in one of the first a + 1 of sixteen bands, or within r - 1 bits
in one of the others: were every band further apart, the sum would exceed T (Norouzi, Punjani, Fleet, 2014). So a pair
is found by flipping up to so many bits of a band's key. Both sides are put in the order of that key, so that each flip
is a walk through memory; probing one hash after the other waits for memory instead and took five times as long. A hash
that falls into crowded buckets (flat or black pictures) is compared with every member, so that none costs much more
than a scan.

Importing this module imports numba, which costs a second and 130 MiB: only workers do, and only for large work.
"""

import os
from functools import cache, partial
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
# A probe and a candidate of the join each cost about so many comparisons of a scan (measured).
_PROBE_COST: Final = 4
_CANDIDATE_COST: Final = 4

# Without a folder of its own numba writes beside the code, where an installed service may not.
_IS_KEPT: Final = bool(os.environ.get("NUMBA_CACHE_DIR"))


def compare_compiled(stored: Words, members: Words, max_distance_bits: int) -> Met:
    """Return what `core.rescans.compare_plainly` returns, many times faster where there is much to compare."""
    met = tuple(np.zeros(len(stored), np.int64) for _ in range(3))
    is_scanned = np.ones(len(stored), np.bool_)
    # Else to look into the buckets would cost more than a scan.
    if sum(map(len, map(partial(_flips, max_distance_bits), range(_BANDS)))) * _PROBE_COST < len(members):
        candidates = _candidates(stored, members, max_distance_bits)
        is_scanned = candidates * _CANDIDATE_COST > len(members)
        _join_all(stored, ~is_scanned, members, max_distance_bits, met)
    _scan(stored, np.flatnonzero(is_scanned), members, max_distance_bits, *met)
    nearest, distances, counts = met
    rows = np.flatnonzero(counts)
    return Met(rows, nearest[rows], distances[rows], counts[rows])


def _candidates(stored: Words, members: Words, max_distance_bits: int) -> Numbers:
    """Return how many members each hash would be compared with."""
    candidates = np.zeros(len(stored), np.int64)
    for band in range(_BANDS):
        keys = _keys(stored, band)
        order = np.argsort(keys, kind="stable")
        _count(keys[order], order, _starts(_keys(members, band)), _flips(max_distance_bits, band), candidates)
    return candidates


def _join_all(
    stored: Words, is_joined: NDArray[np.bool_], members: Words, max_distance_bits: int, met: tuple[Numbers, ...]
) -> None:
    """Meet the hashes that are to be joined with the members, band after band."""
    radii = np.array([_radius(max_distance_bits, band) for band in range(_BANDS)], np.int64)
    for band in range(_BANDS):
        order = np.argsort(_keys(stored, band), kind="stable")
        order = order[is_joined[order]]
        keys = _keys(members, band)
        rows = np.argsort(keys, kind="stable")
        flips = _flips(max_distance_bits, band)
        _join(
            stored[order], order, band, _starts(keys), rows, members[rows], flips, radii, max_distance_bits, *met
        )  # fmt: skip


def _keys(hashes: Words, band: int) -> NDArray[np.uint16]:
    shifted: NDArray[np.uint16] = (hashes[:, band >> 2] >> np.uint64(16 * (band & 3))).astype(np.uint16)
    return shifted


def _starts(keys: NDArray[np.uint16]) -> Numbers:
    """Return where the bucket of each key begins when rows are in the order of their keys."""
    starts = np.zeros(_KEYS + 1, np.int64)
    np.cumsum(np.bincount(keys, minlength=_KEYS), out=starts[1:])
    return starts


def _radius(max_distance_bits: int, band: int) -> int:
    radius, rest = divmod(max_distance_bits, _BANDS)
    return radius if band <= rest else radius - 1


@cache
def _flips(max_distance_bits: int, band: int) -> Numbers:
    """Return every key of at most as many set bits as the radius of the band; none below a radius of zero."""
    sizes = range(_radius(max_distance_bits, band) + 1)
    return np.array(
        [sum(1 << bit for bit in bits) for size in sizes for bits in combinations(range(_BAND_BITS), size)], np.int64
    )


def _counted(_context: Any, _word: Any) -> Any:  # pragma: no cover  # runs within the compiler
    """Count the set bits of a word in one instruction."""
    return types.uint64(types.uint64), lambda _c, builder, _s, arguments: builder.ctpop(arguments[0])


_popcount: Any = intrinsic(_counted)  # called from compiled code, without the first argument


@numba.njit(cache=_IS_KEPT, nogil=True)
def _count(keys: Any, order: Any, starts: Any, flips: Any, candidates: Any) -> None:  # pragma: no cover  # compiled
    """Add up how many members each hash would be compared with in one band."""
    for flip in flips:
        for at in range(len(keys)):
            bucket = np.int64(keys[at]) ^ flip
            candidates[order[at]] += starts[bucket + 1] - starts[bucket]


@numba.njit(cache=_IS_KEPT, nogil=True)
def _join(  # noqa: PLR0913, PLR0917  # pragma: no cover  # compiled; a tuple of arrays would be counted at every use
    stored: Any, order: Any, band: Any, starts: Any, rows: Any, members: Any, flips: Any, radii: Any,
    max_distance_bits: Any, nearest: Any, distances: Any, counts: Any,
) -> None:  # fmt: skip
    """Meet the hashes, in the order of one band's keys, with the members in the order of the same."""
    for flip in flips:
        for at in range(len(order)):
            key = np.int64((stored[at, band >> 2] >> np.uint64(16 * (band & 3))) & np.uint64(_KEYS - 1))
            word0, word1, word2, word3 = stored[at, 0], stored[at, 1], stored[at, 2], stored[at, 3]
            for place in range(starts[key ^ flip], starts[(key ^ flip) + 1]):
                # Half of the bits is enough to see that two hashes are too far apart, and nearly all are.
                half = np.int64(_popcount(word0 ^ members[place, 0]) + _popcount(word1 ^ members[place, 1]))
                if half > max_distance_bits:
                    continue
                rest = np.int64(_popcount(word2 ^ members[place, 2]) + _popcount(word3 ^ members[place, 3]))
                if half + rest <= max_distance_bits and not _was_met(stored, at, members, place, band, radii):
                    _note(order[at], rows[place], half + rest, nearest, distances, counts)


@numba.njit(cache=_IS_KEPT, nogil=True)
def _was_met(  # pragma: no cover  # compiled
    stored: Any, at: Any, members: Any, place: Any, band: Any, radii: Any
) -> bool:
    """Return whether an earlier band has led to this pair: each is counted once."""
    for earlier in range(band):
        apart = (stored[at, earlier >> 2] ^ members[place, earlier >> 2]) >> np.uint64(16 * (earlier & 3))
        if np.int64(_popcount(apart & np.uint64(_KEYS - 1))) <= radii[earlier]:
            return True
    return False


@numba.njit(cache=_IS_KEPT, nogil=True)
def _scan(  # noqa: PLR0913, PLR0917  # pragma: no cover  # as above
    stored: Any, chosen: Any, members: Any, max_distance_bits: Any, nearest: Any, distances: Any, counts: Any
) -> None:
    """Compare the chosen hashes with every member."""
    for row in chosen:
        word0, word1, word2, word3 = stored[row, 0], stored[row, 1], stored[row, 2], stored[row, 3]
        for member in range(len(members)):
            half = np.int64(_popcount(word0 ^ members[member, 0]) + _popcount(word1 ^ members[member, 1]))
            if half > max_distance_bits:
                continue
            rest = np.int64(_popcount(word2 ^ members[member, 2]) + _popcount(word3 ^ members[member, 3]))
            if half + rest <= max_distance_bits:
                _note(row, member, half + rest, nearest, distances, counts)


@numba.njit(cache=_IS_KEPT, nogil=True)
def _note(  # pragma: no cover  # compiled
    row: Any, member: Any, distance: Any, nearest: Any, distances: Any, counts: Any
) -> None:
    """Count a pair, and keep the nearest of the row, the first of several."""
    is_nearer = distance < distances[row] or (distance == distances[row] and member < nearest[row])
    if counts[row] == 0 or is_nearer:
        nearest[row] = member
        distances[row] = distance
    counts[row] += 1
