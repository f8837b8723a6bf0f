"""The newest entries: searched by a scan, and kept with the changes that brought them until a segment holds them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.adapters.index.bands import frozen
from tutela.adapters.index.changes import Changes, Owners
from tutela.adapters.index.entries import NOWHERE, Entries
from tutela.core.matching import Numbers, Words

_FIRST_CAPACITY = 1024


@dataclass(frozen=True, slots=True)
class TailView:
    """The tail as of one moment; nothing in it ever changes."""

    hashes: Words
    owners: Owners
    alive: NDArray[np.bool_]
    live: int


class Tail:
    """Columns that only grow at their end, so that a view of what was there before stays true.

    For one writer at a time. `alive` is the exception to growing: it is copied before a row is taken out.
    """

    __slots__ = ("_alive", "_count", "_hashes", "_owners", "_places", "changes", "live")

    def __init__(self) -> None:
        """Start empty."""
        self.changes: list[Changes] = []  #: all of them, in order: to be made again upon other segments
        self.live = 0
        self._count = 0
        self._hashes: Words = np.empty((_FIRST_CAPACITY, 4), np.uint64)
        self._owners: Owners = np.empty(_FIRST_CAPACITY, "S32")
        self._alive = np.empty(_FIRST_CAPACITY, np.bool_)
        self._places: dict[bytes, int] = {}  # entry -> its newest row, live or not

    def __len__(self) -> int:
        """Return how many changes it holds."""
        return sum(map(len, self.changes))

    def view(self) -> TailView:
        """Return the tail as it is now."""
        hashes, owners, alive = self._hashes[: self._count], self._owners[: self._count], self._alive[: self._count]
        return TailView(frozen(hashes), frozen(owners), frozen(alive), self.live)

    def find(self, asked: Entries) -> Numbers:
        """Return the live row of each entry, or NOWHERE."""
        if not self._places:
            return np.full(len(asked), NOWHERE, np.int64)
        rows = np.fromiter((self._places.get(each, NOWHERE) for each in asked.names()), np.int64, len(asked))
        known = np.flatnonzero(rows >= 0)
        rows[known[~self._alive[rows[known]]]] = NOWHERE
        return rows

    def add(self, entries: Entries) -> None:
        """Add live rows at the end."""
        end = self._count + len(entries)
        self._grow(end, max(entries.owners.itemsize, self._owners.itemsize))
        self._hashes[self._count : end] = entries.hashes
        self._owners[self._count : end] = entries.owners
        self._alive[self._count : end] = True
        self._places.update(zip(entries.names(), range(self._count, end), strict=True))
        self._count = end
        self.live += len(entries)

    def take_out(self, entries: Entries) -> None:
        """Mark what is live here, in a copy: a search that is under way keeps seeing it."""
        rows = self.find(entries)
        if (rows := rows[rows != NOWHERE]).size:
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
        self._hashes = _resized(self._hashes, np.empty((capacity, 4), np.uint64), self._count)
        self._owners = _resized(self._owners, np.empty(capacity, f"S{owner_width}"), self._count)
        self._alive = _resized(self._alive, np.empty(capacity, np.bool_), self._count)


def changes_after(batches: Sequence[Changes], seq: int) -> list[Changes]:
    """Return what came after the change *seq*, in the same batches."""
    newer = (each.only(each.seqs > seq) for each in batches)
    return [each for each in newer if len(each)]


def _resized(old: NDArray, new: NDArray, count: int) -> NDArray:  # type: ignore[type-arg]  # one helper for three types
    new[:count] = old[:count]
    return new
