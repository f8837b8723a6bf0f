"""The compiled kernels: the same answers as `probing` and `core.matching`, tens of times faster on large banks.

Importing this module imports numba and compiles, or loads what was compiled before: one to five seconds and some
130 MB. `native` decides when that is worth it. Each kernel runs without the interpreter's lock.

A probe waits for memory nearly all of its time, so the addresses of a block of probes are all asked for (prefetched)
before the first is read: heads of buckets, then row numbers, then hashes.
"""

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

_BLOCK = 512  # probes under way at once: their heads and candidates stay in the first-level cache
_CANDIDATES = 8 * _BLOCK
_READ, _KEEP, _DATA = 0, 3, 1  # the arguments of LLVM's prefetch: for reading, in all caches, data

DAMAGED = -1
"""Answered in place of a number of pairs when a bucket points outside of its segment: nothing may be said then."""

_FROZEN = {"nogil": True, "cache": True, "boundscheck": False}


@intrinsic
def _prefetch(_typing: Any, array: Any, _index: Any) -> Any:
    """Ask for an element of a contiguous array, counted over all of its dimensions."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        made = context.make_array(signature.args[0])(context, builder, arguments[0])
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        place = builder.bitcast(builder.gep(made.data, [arguments[1]]), byte)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        prefetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(prefetch, [place, number(_READ), number(_KEEP), number(_DATA)])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate


@intrinsic
def _ones(_typing: Any, _word: Any) -> Any:
    """Count the bits that are set."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


@numba.njit(**_FROZEN)
def _distance(hashes: Any, row: Any, queries: Any, query: Any) -> Any:
    return (
        _ones(hashes[row, 0] ^ queries[query, 0])
        + _ones(hashes[row, 1] ^ queries[query, 1])
        + _ones(hashes[row, 2] ^ queries[query, 2])
        + _ones(hashes[row, 3] ^ queries[query, 3])
    )


@numba.njit(**_FROZEN)
def _key(words: Any, row: Any, offset: Any, width: Any) -> Any:
    word, shift = offset >> 6, offset & 63
    bits = words[row, word] << np.uint64(shift)
    if shift + width > 64:  # noqa: PLR2004  # bits of a word
        bits |= words[row, word + 1] >> np.uint64(64 - shift)
    return np.int64(bits >> np.uint64(64 - width))


@numba.njit(**_FROZEN)
def _is_found_before(hashes: Any, row: Any, queries: Any, query: Any, layout: Any, radii: Any, band: Any) -> Any:
    """Return whether an earlier band leads to the row as well: so each pair is told once, and nothing is remembered."""
    for earlier in range(band):
        offset, width = layout[0, earlier], layout[1, earlier]
        apart = _key(hashes, row, offset, width) ^ _key(queries, query, offset, width)
        if np.int64(_ones(np.uint64(apart))) <= radii[earlier]:
            return True
    return False


@numba.njit(**_FROZEN)
def _look(
    hashes: Any, starts: Any, rows: Any, queries: Any, query: Any, layout: Any, radii: Any, band: Any,
    flips: Any, first: Any, last: Any, reach: Any, heads: Any, asked: Any, out: Any, filled: Any,
) -> Any:  # fmt: skip
    """Look behind the probed keys first..last of one band; return how far *out* is filled, or `DAMAGED`.

    What has no room is counted and not written.
    """
    base, key = layout[2, band], _key(queries, query, layout[0, band], layout[1, band])
    for flip in range(first, last):
        heads[flip - first] = base + (key ^ flips[flip])
        _prefetch(starts, heads[flip - first])
    probe, at, end = 0, np.int64(0), np.int64(0)
    room, count, places = out.shape[1], len(hashes), len(rows)
    while probe < last - first or at < end:
        found = 0
        while found < len(asked) and (at < end or probe < last - first):
            if at >= end:
                at, end = np.int64(starts[heads[probe]]), np.int64(starts[heads[probe] + 1])
                probe += 1
                if end > places or end < at:
                    return np.int64(DAMAGED)
                continue
            asked[found] = at
            _prefetch(rows, at)
            found += 1
            at += 1
        for number in range(found):
            row = np.int64(rows[asked[number]])
            if row >= count:
                return np.int64(DAMAGED)
            asked[number] = row
            _prefetch(hashes, 4 * row)
        for number in range(found):
            row = asked[number]
            distance = _distance(hashes, row, queries, query)
            if distance <= reach and not _is_found_before(hashes, row, queries, query, layout, radii, band):
                if filled < room:
                    out[0, filled], out[1, filled], out[2, filled] = query, row, distance
                filled += 1
    return filled


@numba.njit(**_FROZEN)
def probe(
    hashes: Any, starts: Any, rows: Any, queries: Any, layout: Any, radii: Any, flips: Any, ends: Any, reach: Any,
    out: Any,
) -> Any:  # fmt: skip
    """Write every pair within *reach* bits to *out*: query, row, distance. Return how far it came.

    That is: how many queries are done, and how many pairs were written, or `DAMAGED`. Fewer queries than asked means
    that *out* has no room for the next; call again from there. *layout* holds a row each of the bands' offsets, widths
    and bases; *ends* says where each band's flips end.
    """
    heads, asked = np.empty(_BLOCK, np.int64), np.empty(_CANDIDATES, np.int64)
    filled = np.int64(0)
    for query in range(len(queries)):
        before, first = filled, np.int64(0)
        for band in range(len(ends)):
            while first < ends[band]:
                last = min(first + _BLOCK, ends[band])
                filled = _look(
                    hashes, starts, rows, queries, query, layout, radii, band, flips, first, last, reach, heads, asked,
                    out, filled,
                )  # fmt: skip
                if filled < 0:
                    return query, np.int64(DAMAGED)
                first = last
        if filled > out.shape[1]:
            return query, before
    return len(queries), filled


@numba.njit(**_FROZEN)
def scan(hashes: Any, queries: Any, reach: Any, out: Any) -> Any:
    """Compare each query with each hash; the answer is as of `probe`."""
    filled = np.int64(0)
    for query in range(len(queries)):
        before = filled
        for row in range(len(hashes)):
            distance = _distance(hashes, row, queries, query)
            if distance <= reach:
                if filled < out.shape[1]:
                    out[0, filled], out[1, filled], out[2, filled] = query, row, distance
                filled += 1
        if filled > out.shape[1]:
            return query, before
    return len(queries), filled


@numba.njit(**_FROZEN)
def fill(keys: Any, starts: Any, rows: Any, first: Any) -> None:
    """Sort the rows of one band into its buckets by counting.

    *starts* is the band's stretch of bucket heads and one more, zeros; afterwards each says where its bucket begins,
    counted from *first*. *rows* is the band's stretch of row numbers.
    """
    for row in range(len(keys)):
        starts[np.int64(keys[row]) + 1] += np.uint32(1)
    for bucket in range(1, len(starts)):
        starts[bucket] += starts[bucket - 1]
    for row in range(len(keys)):
        key = np.int64(keys[row])
        rows[starts[key]] = row
        starts[key] += np.uint32(1)
    for bucket in range(len(starts) - 1, 0, -1):
        starts[bucket] = starts[bucket - 1] + np.uint32(first)
    starts[0] = first


def warm_up() -> None:
    """Compile for the types that are used, so that no question waits for it."""
    words, few = np.zeros((1, 4), np.uint64), np.zeros(1, np.uint32)
    numbers, out = np.zeros(1, np.int64), np.empty((3, 1), np.int64)
    for each in (words, few, numbers):
        each.setflags(write=False)
    layout = np.array([[0], [1], [0]], np.int64)
    layout.setflags(write=False)
    starts = np.zeros(3, np.uint32)
    starts.setflags(write=False)
    for queries in (words, words.copy()):  # questions are laid out anew, or cut from a batch
        probe(words, starts, few, queries, layout, numbers, numbers, numbers, 0, out)
        scan(words, queries, 0, out)
    fill(np.zeros(1, np.uint32), np.zeros(2, np.uint32), np.zeros(1, np.uint32), 0)
