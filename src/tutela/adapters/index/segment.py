"""Entries that no longer change, a row for each distinct hash: in memory, or mapped from a file.

A segment answers for a stretch of the feed. What that stretch took out of *older* segments is kept beside it as what is
gone, until both are merged.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutela.adapters.index.bands import banding_for, frozen
from tutela.adapters.index.changes import Owners
from tutela.adapters.index.entries import NOWHERE, Entries, first_ones, in_order, is_less
from tutela.adapters.index.probing import Buckets, Damaged
from tutela.core.matching import Numbers, Words

MIN_BUCKETED = 4096
"""Below it a scan is as fast as probing, and the bucket heads take more than the rows."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Distinct entries in ascending order of hash and owner; about 155 bytes each at ten million."""

    hashes: Words  #: a row each, distinct, in ascending order
    firsts: NDArray[np.uint32] | None  #: where the owners of each row begin, and where the last end; None: one a row
    owners: Owners
    buckets: Buckets | None  #: None for few rows, where a scan is as fast
    gone: Entries  #: what was taken out of older segments

    def __len__(self) -> int:
        """Return how many entries there are."""
        return len(self.owners)

    @classmethod
    def build(cls, entries: Entries, gone: Entries, kernels: Any = None) -> "Segment":
        """Put *entries* in order, each once; two to four seconds a million rows at ten million."""
        ordered = entries.only(in_order(entries))
        is_new_row, is_new = first_ones(ordered)
        if not is_new.all():
            ordered, is_new_row = ordered.only(is_new), is_new_row[is_new]
        rows = np.flatnonzero(is_new_row)
        is_single = len(rows) == len(ordered)
        hashes = frozen(np.ascontiguousarray(ordered.hashes if is_single else ordered.hashes[rows]))
        firsts = None if is_single else frozen(np.append(rows, len(ordered)).astype(np.uint32))
        buckets = _bucketed(hashes, kernels) if len(rows) >= MIN_BUCKETED else None
        return cls(hashes, firsts, frozen(ordered.owners), buckets, gone)

    def entries(self) -> Entries:
        """Return everything in it, a hash for each owner."""
        return Entries(
            self.hashes if self.firsts is None else np.repeat(self.hashes, self.counts(), axis=0), self.owners
        )

    def counts(self) -> Numbers:
        """Return how many owners each row has."""
        return np.ones(len(self.hashes), np.int64) if self.firsts is None else np.diff(self.firsts).astype(np.int64)

    def entries_of(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        """Return the entries of *rows*, and for each entry the place in *rows* that it belongs to.

        Raises:
            tutela.adapters.index.probing.Damaged: The owners of a row are not where they can be. As for `find`.
        """
        if self.firsts is None:
            return rows, np.arange(len(rows))
        begins, ends = self._stretches(rows)
        sizes = ends - begins
        belongs = np.repeat(np.arange(len(rows)), sizes)
        return np.arange(len(belongs)) + np.repeat(begins - (np.cumsum(sizes) - sizes), sizes), belongs

    def find(self, asked: Entries) -> Numbers:
        """Return the number of each entry asked for, or NOWHERE."""
        found = np.full(len(asked), NOWHERE, np.int64)
        rows = self._rows_of(asked.hashes)
        present = np.flatnonzero(rows != NOWHERE)
        if self.firsts is None:
            same = present[self.owners[rows[present]] == asked.owners[present]]
            found[same] = rows[same]
            return found
        begins, ends = self._stretches(rows[present])
        owners = asked.owners[present]
        at = _halved(begins.copy(), ends.copy(), lambda middle, which: self.owners[middle] < owners[which])
        is_same = (at < ends) & (self.owners[np.minimum(at, ends - 1)] == owners)
        found[present[is_same]] = at[is_same]
        return found

    def _stretches(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        """Return where the owners of *rows* begin and end."""
        firsts = self.firsts
        if firsts is None:
            return rows, rows + 1
        begins, ends = firsts[rows].astype(np.int64), firsts[rows + 1].astype(np.int64)
        if (begins >= ends).any() or (ends > len(self.owners)).any():
            raise Damaged
        return begins, ends

    def _rows_of(self, hashes: Words) -> Numbers:
        """Return the row of each hash, or NOWHERE."""
        if not len(self.hashes) or not len(hashes):
            return np.full(len(hashes), NOWHERE, np.int64)
        at = _halved(*self._bounds(hashes), lambda middle, which: is_less(self.hashes[middle], hashes[which]))
        at = np.minimum(at, len(self.hashes) - 1)
        return np.where((self.hashes[at] == hashes).all(axis=1), at, NOWHERE)

    def _bounds(self, hashes: Words) -> tuple[Numbers, Numbers]:
        count = len(self.hashes)
        if self.buckets is None:
            return np.zeros(len(hashes), np.int64), np.full(len(hashes), count, np.int64)
        # The first band is the first bits of a hash, and rows are in order: its buckets are stretches of rows.
        keys = self.buckets.banding.keys(0, hashes)
        starts = self.buckets.starts
        ends = np.minimum(starts[keys.astype(np.int64) + 1].astype(np.int64), count)
        return np.minimum(starts[keys].astype(np.int64), ends), ends


def _bucketed(hashes: Words, kernels: Any) -> Buckets:
    buckets = Buckets.build(hashes, banding_for(len(hashes)), kernels)
    frozen(buckets.starts)
    frozen(buckets.rows)
    return buckets


def _halved(low: Numbers, high: Numbers, is_below: Callable[[Numbers, Numbers], NDArray[np.bool_]]) -> Numbers:
    """Return the first place in each stretch [low, high) that is not less than what is asked; high where all are.

    *is_below* compares what is at some places with what those numbers of *low* ask for.
    """
    while (unsure := np.flatnonzero(low < high)).size:
        middle = (low[unsure] + high[unsure]) // 2
        below = is_below(middle, unsure)
        low[unsure[below]] = middle[below] + 1
        high[unsure[~below]] = middle[~below]
    return low
