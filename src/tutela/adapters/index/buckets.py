"""Multi-index hashing over sixteen bands of sixteen bits: few candidates, none missed.

Two hashes within T = 16 r + a bits of each other agree within r bits in one of the first a + 1 bands, or within r - 1
bits in one of the others: were every band further apart than that, the sum would exceed T. So probing every key within
that radius of the query's own keys finds each near hash at least once. Source: Norouzi, Punjani, Fleet, "Fast exact
search in Hamming space with multi-index hashing", 2014.
"""

from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tutela.core.matching import NO_PAIRS, Numbers, Pairs, Words, in_order, verified

_Rows: TypeAlias = NDArray[np.uint32]

_BANDS = 16
_BAND_BITS = 16
_KEYS = 1 << _BAND_BITS
_MAX_RADIUS = 2
_SCAN_SHARE = 50  # a candidate costs as much as about fifty comparisons of a scan (measured), so beyond 1/50 we scan
_MAX_CANDIDATES = 1 << 20  # bounds the memory of one probe at about 100 MB


@dataclass(frozen=True, slots=True)
class Buckets:
    """Row numbers by band and key, over rows that no longer change."""

    count: int  #: how many rows are covered, from the first
    starts: NDArray[np.uint32]  #: where the bucket of band b and key k begins in `rows`: at b * 65,536 + k
    rows: _Rows  #: the row numbers, bucket after bucket

    @classmethod
    def build(cls, hashes: Words) -> "Buckets":
        """Sort the rows into buckets; about a quarter of a second and 68 MB a million, up to 2**28 rows."""
        count = len(hashes)
        keys = _band_keys(hashes)
        starts = np.zeros(_BANDS * _KEYS + 1, np.uint32)
        rows = np.empty(_BANDS * count, np.uint32)
        for band in range(_BANDS):
            column = np.ascontiguousarray(keys[:, band])
            rows[band * count : (band + 1) * count] = np.argsort(column, kind="stable")  # a radix sort at 16 bits
            sizes = np.bincount(column, minlength=_KEYS)
            first = band * _KEYS + 1
            starts[first : first + _KEYS] = band * count + np.cumsum(sizes)
        return cls(count, starts, rows)

    def search(self, hashes: Words, queries: Words, max_distance_bits: int) -> Pairs | None:
        """Return every pair within *max_distance_bits* among the covered rows, or None where a scan is cheaper.

        A scan is cheaper at large distances, and where the query falls into crowded buckets (flat or black pictures).
        """
        if max_distance_bits >= _BANDS * (_MAX_RADIUS + 1):
            return None
        probes, per_query = _probes(queries, max_distance_bits)
        firsts = self.starts[probes].astype(np.int64)
        sizes = self.starts[probes + 1] - firsts
        total = int(sizes.sum())
        if total == 0:
            return NO_PAIRS
        if total > min(_MAX_CANDIDATES, self.count * len(queries) // _SCAN_SHARE):
            return None
        filled = np.flatnonzero(sizes)
        sizes = sizes[filled]
        # Unroll the ranges [first, first + size): one running count, moved to where each bucket begins.
        places = np.arange(total) + np.repeat(firsts[filled] - (np.cumsum(sizes) - sizes), sizes)
        rows = self.rows[places].astype(np.int64)
        asked = np.repeat(filled // per_query, sizes)
        return in_order(verified(hashes, queries, (asked, rows), max_distance_bits))


def bucket_shapes(count: int) -> tuple[int, int]:
    """Return how long `Buckets.starts` and `Buckets.rows` are over *count* rows."""
    return _BANDS * _KEYS + 1, _BANDS * count


def _band_keys(words: Words) -> NDArray[np.uint16]:
    return np.ascontiguousarray(words).view(np.uint16)


def _probes(queries: Words, max_distance_bits: int) -> tuple[Numbers, int]:
    """Return the buckets to look into, query after query, and how many there are a query."""
    bases, flips = _probe_pattern(max_distance_bits)
    keys = _band_keys(queries).astype(np.int64)[:, bases // _KEYS]
    return (bases + (keys ^ flips)).ravel(), len(bases)


@cache
def _probe_pattern(max_distance_bits: int) -> tuple[Numbers, Numbers]:
    """Return, for each probe of a query, where its band begins and which bits of the key it flips."""
    radius, rest = divmod(max_distance_bits, _BANDS)
    bases: list[int] = []
    flips: list[int] = []
    for band in range(_BANDS):
        around = _flips(radius if band <= rest else radius - 1)
        bases += [band * _KEYS] * len(around)
        flips += around
    return np.array(bases, np.int64), np.array(flips, np.int64)


def _flips(radius: int) -> list[int]:
    """Return every key of at most *radius* set bits; none below a radius of zero."""
    return [
        sum(1 << bit for bit in bits) for size in range(radius + 1) for bits in combinations(range(_BAND_BITS), size)
    ]
