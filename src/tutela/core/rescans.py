"""Compare many stored hashes with many members: what each stored hash met; the twin of `adapters.rescan.kernel`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tutela.core.matching import Numbers, Pairs, Words, search_block

_STORED_AT_ONCE = 16_384
_MEMBERS_AT_ONCE = 64  # with the above, at most a million pairs are held, however alike the hashes are


@dataclass(frozen=True, slots=True)
class Met:
    """The stored hashes that are near to a member: four arrays of one length, rows ascending, each row once.

    All pairs would be as many as stored hashes times members where flat pictures meet flat pictures; their number and
    the nearest of each row are bounded, and are all that is asked for.
    """

    rows: Numbers
    members: Numbers  #: the nearest member of each row, the first of several
    distances_bits: Numbers
    counts: Numbers  #: how many members are within the distance

    def __len__(self) -> int:
        """Return how many stored hashes met a member."""
        return len(self.rows)

    @property
    def pairs(self) -> int:
        """Return how many pairs of a stored hash and a member are within the distance."""
        return int(self.counts.sum())


def compare_plainly(stored: Words, members: Words, max_distance_bits: int) -> Met:
    """Return what each stored hash met within *max_distance_bits*, by comparing each with each."""
    found = []
    for first in range(0, len(stored), _STORED_AT_ONCE):
        shard = stored[first : first + _STORED_AT_ONCE]
        found += [
            _met(search_block(shard, members[start : start + _MEMBERS_AT_ONCE], max_distance_bits), first, start)
            for start in range(0, len(members), _MEMBERS_AT_ONCE)
        ]
    return met_by_all(found)


def met_by_all(parts: Sequence[Met]) -> Met:
    """Return the join of what the same stored hashes met among several blocks of members, numbered as one."""
    rows = np.concatenate([NOTHING.rows, *(part.rows for part in parts)])
    members = np.concatenate([NOTHING.members, *(part.members for part in parts)])
    distances = np.concatenate([NOTHING.distances_bits, *(part.distances_bits for part in parts)])
    counts = np.concatenate([NOTHING.counts, *(part.counts for part in parts)])
    order = np.lexsort((members, distances, rows))
    firsts = np.flatnonzero(np.diff(rows[order], prepend=-1))
    nearest = order[firsts]
    sums = np.add.reduceat(counts[order], firsts) if len(firsts) else counts
    return Met(rows[nearest], members[nearest], distances[nearest], sums)


def _met(pairs: Pairs, first_row: int, first_member: int) -> Met:
    once = Met(
        pairs.rows + first_row, pairs.queries + first_member, pairs.distances_bits, np.ones(len(pairs), np.int64)
    )
    return met_by_all([once])


NOTHING = Met(*(np.empty(0, np.int64) for _ in range(4)))
