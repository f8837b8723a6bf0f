"""The newest entries of an index, and the immutable views that searches read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.adapters.index.changes import Owners
from tutela.adapters.index.segment import Segment
from tutela.core.matching import Numbers, Pairs, Words, joined, search_block

_FIRST_CAPACITY = 1024
_QUERIES_AT_ONCE = 32  # bounds the memory of one probe


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the index answers from; nothing in it ever changes. Rows of the tail are counted on from the base's."""

    base: Segment
    base_alive: NDArray[np.bool_]
    tail_hashes: Words
    tail_owners: Owners
    tail_alive: NDArray[np.bool_]
    live: int
    seq: int

    def search(self, queries: Words, max_distance_bits: int) -> Pairs:
        """Return every live pair within *max_distance_bits*."""
        count = len(self.base)
        parts: list[Pairs] = []
        for first in range(0, len(queries), _QUERIES_AT_ONCE):
            few = queries[first : first + _QUERIES_AT_ONCE]
            parts.append(_only(self._search_base(few, max_distance_bits), self.base_alive).shifted(queries=first))
            tail = _only(search_block(self.tail_hashes, few, max_distance_bits), self.tail_alive)
            parts.append(tail.shifted(queries=first, rows=count))
        return joined(parts)

    def entry(self, row: int) -> tuple[bytes, bytes]:
        """Return the owner and the value of a row."""
        at = row - len(self.base)
        if at < 0:
            return self.base.owners[row], self.base.hashes[row].tobytes()
        return self.tail_owners[at], self.tail_hashes[at].tobytes()

    def _search_base(self, queries: Words, max_distance_bits: int) -> Pairs:
        found = None
        if self.base.buckets is not None:
            found = self.base.buckets.search(self.base.hashes, queries, max_distance_bits)
        return search_block(self.base.hashes, queries, max_distance_bits) if found is None else found


def _only(pairs: Pairs, alive: NDArray[np.bool_]) -> Pairs:
    keep = np.flatnonzero(alive[pairs.rows])
    return Pairs(pairs.queries[keep], pairs.rows[keep], pairs.distances_bits[keep])


class Tail:
    """Columns that only grow at their end, so that a view of what was there before stays true.

    For one writer at a time. `alive` is the exception to growing: it is copied before a row is taken out.
    """

    __slots__ = ("_alive", "_hashes", "_owners", "count", "live")

    def __init__(self) -> None:
        self.count = 0
        self.live = 0
        self._hashes: Words = np.empty((_FIRST_CAPACITY, 4), np.uint64)
        self._owners: Owners = np.empty(_FIRST_CAPACITY, "S32")
        self._alive = np.empty(_FIRST_CAPACITY, np.bool_)

    @property
    def hashes(self) -> Words:
        """Return the hashes of all rows, dead ones too."""
        return self._hashes[: self.count]

    @property
    def owners(self) -> Owners:
        """Return the owners of all rows, dead ones too."""
        return self._owners[: self.count]

    @property
    def alive(self) -> NDArray[np.bool_]:
        """Return which rows are live."""
        return self._alive[: self.count]

    def add(self, hashes: Words, owners: Owners) -> None:
        """Add live rows at the end."""
        end = self.count + len(hashes)
        self._grow(end, max(owners.itemsize, self._owners.itemsize))
        self._hashes[self.count : end] = hashes
        self._owners[self.count : end] = owners
        self._alive[self.count : end] = True
        self.count = end
        self.live += len(hashes)

    def take_out(self, rows: Numbers) -> None:
        """Take live rows out, in a copy: a search that is under way keeps seeing them."""
        alive = self._alive.copy()
        alive[rows] = False
        self._alive = alive
        self.live -= len(rows)

    def _grow(self, needed: int, owner_width: int) -> None:
        """Make room by doubling; the old arrays stay as they are for whoever reads them."""
        capacity = len(self._alive)
        if needed <= capacity and owner_width == self._owners.itemsize:
            return
        if needed > capacity:
            capacity = max(needed, 2 * capacity)
        self._hashes = _resized(self._hashes, np.empty((capacity, 4), np.uint64), self.count)
        self._owners = _resized(self._owners, np.empty(capacity, f"S{owner_width}"), self.count)
        self._alive = _resized(self._alive, np.empty(capacity, np.bool_), self.count)


def _resized(old: NDArray, new: NDArray, count: int) -> NDArray:  # type: ignore[type-arg]  # one helper for three types
    new[:count] = old[:count]
    return new
