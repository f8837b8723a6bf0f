"""Find near hashes through buckets: the compiled kernel where it is loaded, else its twin in numpy.

Both answer the same. The twin scans all hashes where that is cheaper than following many candidates.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tutela.adapters.index.bands import Banding, Keys, layout_of, probe_cost, probe_plan
from tutela.core.matching import NO_PAIRS, Numbers, Pairs, Words, in_order, joined, search_block, verified

MAX_ENTRIES = 300_000_000
"""In one segment: bucket heads count the rows of eleven bands in 32 bits. More stay in several segments."""

_SCAN_SHARE = 50  # a candidate costs as much as about fifty comparisons of a scan (measured), so beyond 1/50 we scan
_MAX_CANDIDATES = 1 << 20  # bounds the memory of one probe at about 100 MB
_NATIVE_SCAN_SHARE = 6  # the same for the kernels: a candidate that was prefetched costs about six
_FIRST_ROOM = 4096
_QUERIES_AT_ONCE = 32  # bounds the memory of one call of the twin


class Damaged(Exception):  # noqa: N818  # never shown: the segment is dropped and built anew from the database
    """A bucket points outside of its segment."""


@dataclass(frozen=True, slots=True)
class Buckets:
    """Row numbers by band and key, over rows that no longer change."""

    banding: Banding
    starts: Keys  #: where each bucket begins in `rows`, all bands' one after the other, and where the last ends
    rows: Keys  #: the row numbers, bucket after bucket

    @classmethod
    def build(cls, hashes: Words, banding: Banding, kernels: Any = None) -> "Buckets":
        """Sort the rows into buckets, one band's memory at a time; 0.03 to 0.2 seconds a million rows and band."""
        count = len(hashes)
        if count > MAX_ENTRIES:
            raise ValueError(f"a segment holds at most {MAX_ENTRIES:,} hashes")
        starts = np.zeros(banding.buckets + 1, np.uint32)
        rows = np.empty(len(banding.widths) * count, np.uint32)
        for band, (base, width) in enumerate(zip(banding.bases, banding.widths, strict=True)):
            keys, first = banding.keys(band, hashes), band * count
            heads, places = starts[base : base + (1 << width) + 1], rows[first : first + count]
            if kernels is not None:
                heads[0] = 0  # where the band before ends: told again by this one, from the same count
                kernels.fill(keys, heads, places, first)
            else:
                places[:] = np.argsort(keys)
                heads[1:] = np.cumsum(np.bincount(keys, minlength=1 << width), dtype=np.uint32) + np.uint32(first)
        return cls(banding, starts, rows)


def bucket_sizes(banding: Banding, count: int) -> tuple[int, int]:
    """Return how long `Buckets.starts` and `Buckets.rows` are over *count* rows."""
    return banding.buckets + 1, len(banding.widths) * count


def search(
    hashes: Words, buckets: Buckets | None, queries: Words, max_distance_bits: int, kernels: Any = None
) -> Pairs:
    """Return every pair within *max_distance_bits*, each once.

    Args:
        hashes: The rows.
        buckets: Over all of them; None where there are too few.
        queries: What is asked.
        max_distance_bits: How far apart a pair may be.
        kernels: The module `kernels` when it is loaded.

    Raises:
        Damaged: The buckets are not what was built.
    """
    if not len(hashes) or not len(queries):
        return NO_PAIRS
    if kernels is not None:
        return _search_native(hashes, buckets, queries, max_distance_bits, kernels)
    if buckets is None or not _pays(buckets.banding, max_distance_bits, len(hashes), _SCAN_SHARE):
        return search_block(hashes, queries, max_distance_bits)
    parts = []
    for first in range(0, len(queries), _QUERIES_AT_ONCE):
        few = queries[first : first + _QUERIES_AT_ONCE]
        parts.append(_search_numpy(hashes, buckets, few, max_distance_bits).shifted(queries=first))
    return joined(parts)


def _pays(banding: Banding, max_distance_bits: int, count: int, share: int) -> bool:
    return probe_cost(banding, max_distance_bits, count) * share < count


def _search_native(
    hashes: Words, buckets: Buckets | None, queries: Words, max_distance_bits: int, kernels: Any
) -> Pairs:
    out, parts, done = np.empty((3, _FIRST_ROOM), np.int64), [], 0
    call = _native_call(hashes, buckets, max_distance_bits, kernels)
    while done < len(queries):
        came, filled = call(queries[done:] if done else queries, out)
        if filled == kernels.DAMAGED:
            raise Damaged
        if filled:
            pairs = Pairs(*out[:, :filled].copy())
            parts.append(pairs.shifted(queries=done) if done else pairs)
        if came + done < len(queries) and not came:
            out = np.empty((3, 4 * out.shape[1]), np.int64)
        done += came
    return joined(parts)


def _native_call(hashes: Words, buckets: Buckets | None, max_distance_bits: int, kernels: Any) -> Any:
    if buckets is None or not _pays(buckets.banding, max_distance_bits, len(hashes), _NATIVE_SCAN_SHARE):
        return lambda queries, out: kernels.scan(hashes, queries, max_distance_bits, out)
    plan, banding = probe_plan(buckets.banding, max_distance_bits), buckets.banding
    layout = layout_of(banding)
    return lambda queries, out: kernels.probe(
        hashes, buckets.starts, buckets.rows, queries, layout, plan.radii, plan.flips, plan.ends, max_distance_bits, out
    )


def _search_numpy(hashes: Words, buckets: Buckets, queries: Words, max_distance_bits: int) -> Pairs:
    probes, per_query = _probes(buckets.banding, queries, max_distance_bits)
    firsts = buckets.starts[probes].astype(np.int64)
    sizes = buckets.starts[probes + 1] - firsts
    if (sizes < 0).any() or int((firsts + sizes).max()) > len(buckets.rows):
        raise Damaged
    total = int(sizes.sum())
    if total == 0:
        return NO_PAIRS
    if total > _MAX_CANDIDATES or total * _SCAN_SHARE > len(hashes) * len(queries):
        return search_block(hashes, queries, max_distance_bits)  # crowded buckets: flat or black pictures
    filled = np.flatnonzero(sizes)
    sizes = sizes[filled]
    # Unroll the ranges [first, first + size): one running count, moved to where each bucket begins.
    places = np.arange(total) + np.repeat(firsts[filled] - (np.cumsum(sizes) - sizes), sizes)
    rows = buckets.rows[places].astype(np.int64)
    if int(rows.max()) >= len(hashes):
        raise Damaged
    asked = np.repeat(filled // per_query, sizes)
    return in_order(verified(hashes, queries, (asked, rows), max_distance_bits))


def _probes(banding: Banding, queries: Words, max_distance_bits: int) -> tuple[Numbers, int]:
    """Return the buckets to look into, query after query, and how many there are a query."""
    plan = probe_plan(banding, max_distance_bits)
    sizes = np.diff(plan.ends, prepend=0)
    keys = np.stack([banding.keys(band, queries) for band in range(len(sizes))], axis=1).astype(np.int64)
    probes = np.repeat(banding.bases, sizes) + (np.repeat(keys, sizes, axis=1) ^ plan.flips)
    return probes.ravel(), len(plan.flips)
