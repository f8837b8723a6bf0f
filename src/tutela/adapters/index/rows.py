"""Growing columns of an index, and the immutable views of them that searches read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tutela.adapters.index.buckets import Buckets
from tutela.core.matching import Numbers, Pairs, Words, joined, search_block, to_words

Owners: TypeAlias = NDArray[np.bytes_]
"""Owners as fixed-width bytes: a third of the memory of Python strings."""

_FIRST_CAPACITY = 1024
_QUERIES_AT_ONCE = 32  # bounds the memory of one probe


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the index answers from; nothing in it ever changes."""

    hashes: Words
    owners: Owners
    alive: NDArray[np.bool_]
    buckets: Buckets | None  #: covers the first rows; the rest is the tail, which is scanned
    live: int
    seq: int

    def search(self, queries: Words, max_distance_bits: int) -> Pairs:
        """Return every live pair within *max_distance_bits*."""
        parts = [
            self._search_few(queries[first : first + _QUERIES_AT_ONCE], max_distance_bits).shifted(queries=first)
            for first in range(0, len(queries), _QUERIES_AT_ONCE)
        ]
        found = joined(parts)
        keep = np.flatnonzero(self.alive[found.rows])
        return Pairs(found.queries[keep], found.rows[keep], found.distances_bits[keep])

    def _search_few(self, queries: Words, max_distance_bits: int) -> Pairs:
        if self.buckets is None:
            return search_block(self.hashes, queries, max_distance_bits)
        covered = self.buckets.search(self.hashes, queries, max_distance_bits)
        if covered is None:
            return search_block(self.hashes, queries, max_distance_bits)
        tail = search_block(self.hashes[self.buckets.count :], queries, max_distance_bits)
        return joined((covered, tail.shifted(rows=self.buckets.count)))


class Rows:
    """Columns that only grow at their end, so that a view of what was there before stays true.

    For one writer at a time. `alive` is the exception to growing: it is copied before a row is taken out.
    """

    __slots__ = ("_alive", "_hashes", "_owners", "_prints", "count", "live")

    def __init__(self) -> None:
        self.count = 0
        self.live = 0
        self._hashes: Words = np.empty((_FIRST_CAPACITY, 4), np.uint64)
        self._owners: Owners = np.empty(_FIRST_CAPACITY, "S32")
        self._alive = np.empty(_FIRST_CAPACITY, np.bool_)
        self._prints: Numbers = np.empty(_FIRST_CAPACITY, np.int64)

    @property
    def hashes(self) -> Words:
        """Return the hashes of all rows, dead ones too."""
        return self._hashes[: self.count]

    @property
    def prints(self) -> Numbers:
        """Return the fingerprints of all rows, dead ones too."""
        return self._prints[: self.count]

    def is_pair(self, row: int, owner: bytes, value: bytes) -> bool:
        """Return whether *row* is live and holds exactly this."""
        return bool(self._alive[row]) and self._owners[row] == owner and self._hashes[row].tobytes() == value

    def change(self, added: Sequence[tuple[bytes, bytes, int]], killed: Sequence[int]) -> None:
        """Add live rows of (value, owner, fingerprint) at the end and take live rows out, these too; all or nothing.

        Rows are taken out in a copy: a search that is under way keeps seeing them.
        """
        end = self.count + len(added)
        if added:
            values, owners, prints = zip(*added, strict=True)
            column = np.array(owners, np.bytes_)
            self._grow(end, max(column.itemsize, self._owners.itemsize))
            self._hashes[self.count : end] = to_words(values)
            self._owners[self.count : end] = column
            self._prints[self.count : end] = prints
            self._alive[self.count : end] = True
        alive = self._alive
        if killed:
            alive = alive.copy()
            alive[np.array(killed, np.int64)] = False
        self._alive, self.count = alive, end
        self.live += len(added) - len(killed)

    def compacted(self) -> "Rows":
        """Return new columns of the live rows alone, in their order."""
        kept = np.flatnonzero(self._alive[: self.count])
        rows = Rows()
        rows._hashes = self._hashes[kept]
        rows._owners = self._owners[kept]
        rows._prints = self._prints[kept]
        rows._alive = np.ones(len(kept), np.bool_)
        rows.count = rows.live = len(kept)
        return rows

    def snapshot(self, buckets: Buckets | None, seq: int) -> Snapshot:
        """Return what is there now."""
        count = self.count
        return Snapshot(self._hashes[:count], self._owners[:count], self._alive[:count], buckets, self.live, seq)

    def _grow(self, needed: int, owner_width: int) -> None:
        """Make room by doubling; the old arrays stay as they are for whoever reads them."""
        capacity = len(self._alive)
        if needed <= capacity and owner_width == self._owners.itemsize:
            return
        if needed > capacity:
            capacity = max(needed, 2 * capacity)
        self._hashes = _resized(self._hashes, np.empty((capacity, 4), np.uint64), self.count)
        self._owners = _resized(self._owners, np.empty(capacity, f"S{owner_width}"), self.count)
        self._prints = _resized(self._prints, np.empty(capacity, np.int64), self.count)
        self._alive = _resized(self._alive, np.empty(capacity, np.bool_), self.count)


def _resized(old: NDArray, new: NDArray, count: int) -> NDArray:  # type: ignore[type-arg]  # one helper for four types
    new[:count] = old[:count]
    return new
