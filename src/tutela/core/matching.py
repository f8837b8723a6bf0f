"""Exact search of 256-bit hashes by Hamming distance: the primitives every index is built on and measured against."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tutela.core.units import HASH_BITS
from tutela.errors import MalformedHash

Words: TypeAlias = NDArray[np.uint64]
"""Hashes as rows of four 64-bit words, in the byte order of the machine: distances do not depend on it."""

Numbers: TypeAlias = NDArray[np.int64]
"""Row numbers, query numbers or distances."""

HASH_BYTES = HASH_BITS // 8
_WORDS = HASH_BYTES // 8
_HALF_BITS = HASH_BITS // 2
_BLOCK_ROWS = 32_768  # two columns of it stay in the second-level cache; measured fastest of 4,096 to 65,536


@dataclass(frozen=True, slots=True)
class Pairs:
    """Which queries met which rows, and how near: three arrays of one length."""

    queries: Numbers
    rows: Numbers
    distances_bits: Numbers

    def __len__(self) -> int:
        """Return how many pairs there are."""
        return len(self.rows)

    def shifted(self, *, queries: int = 0, rows: int = 0) -> "Pairs":
        """Return the pairs as seen from an array that begins earlier."""
        return Pairs(self.queries + queries, self.rows + rows, self.distances_bits)


NO_PAIRS = Pairs(*(np.empty(0, np.int64) for _ in range(3)))


def to_words(values: Sequence[bytes]) -> Words:
    """Lay hashes of 32 bytes out as rows of four words; `row.tobytes()` gives the hash back.

    Raises:
        MalformedHash: A value is not 32 bytes long.
    """
    if any(len(value) != HASH_BYTES for value in values):
        raise MalformedHash(f"a hash to compare has {HASH_BYTES} bytes")
    return np.frombuffer(b"".join(values), dtype=np.uint64).reshape(-1, _WORDS)


def distances_bits(left: Words, right: Words) -> Numbers:
    """Return the distance of each row of *left* to the row of *right* beside it, 0 to 256."""
    # The sum is taken in 64 bits: in the counter's own 8 bits a distance of 256 would read as 0, an exact match.
    distances: Numbers = np.bitwise_count(left ^ right).sum(axis=-1, dtype=np.int64)
    return distances


def search_block(hashes: Words, queries: Words, max_distance_bits: int) -> Pairs:
    """Return every pair within *max_distance_bits*, by comparing each query with each hash.

    Ordered by query, then row. Memory beyond the answer is bounded, whatever the number of hashes.
    """
    found = [
        _search_rows(hashes[first : first + _BLOCK_ROWS], queries, max_distance_bits).shifted(rows=first)
        for first in range(0, len(hashes), _BLOCK_ROWS)
    ]
    return in_order(joined(found))


def verified(hashes: Words, queries: Words, candidates: tuple[Numbers, Numbers], max_distance_bits: int) -> Pairs:
    """Keep the candidates (query numbers, row numbers) that are within *max_distance_bits*."""
    asked, rows = candidates
    distances = distances_bits(np.take(hashes, rows, axis=0), np.take(queries, asked, axis=0))
    near = np.flatnonzero(distances <= max_distance_bits)
    return Pairs(asked[near], rows[near], distances[near])


def joined(parts: Sequence[Pairs]) -> Pairs:
    """Return all pairs of *parts*, one part after the other."""
    filled = [part for part in parts if len(part)]
    if len(filled) <= 1:
        return filled[0] if filled else NO_PAIRS
    return Pairs(
        np.concatenate([part.queries for part in filled]),
        np.concatenate([part.rows for part in filled]),
        np.concatenate([part.distances_bits for part in filled]),
    )


def in_order(pairs: Pairs) -> Pairs:
    """Return the pairs by query and row, each once."""
    order = np.lexsort((pairs.rows, pairs.queries))
    queries, rows = pairs.queries[order], pairs.rows[order]
    is_new = np.ones(len(order), dtype=np.bool_)
    is_new[1:] = (queries[1:] != queries[:-1]) | (rows[1:] != rows[:-1])
    return Pairs(queries[is_new], rows[is_new], pairs.distances_bits[order][is_new])


def _search_rows(hashes: Words, queries: Words, max_distance_bits: int) -> Pairs:
    """Compare half of each hash first: what is too far on 128 bits is too far on 256, and that is nearly everything."""
    first, second = np.ascontiguousarray(hashes[:, 0]), np.ascontiguousarray(hashes[:, 1])
    found: list[Pairs] = []
    for number, query in enumerate(queries):
        half = np.bitwise_count(first ^ query[0])
        half += np.bitwise_count(second ^ query[1])  # at most 128: fits the 8 bits of the counter
        rows = np.flatnonzero(half <= min(max_distance_bits, _HALF_BITS))
        if len(rows):
            found.append(verified(hashes, queries, (np.full(len(rows), number, np.int64), rows), max_distance_bits))
    return joined(found)
