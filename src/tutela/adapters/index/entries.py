"""Entries as columns: a hash and who owns it, and the order that segments keep them in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutela.adapters.index.changes import Owners
from tutela.core.matching import Numbers, Words

NOWHERE = -1
"""In place of the number of an entry that is not there."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Pairs of a hash and an owner, as two columns."""

    hashes: Words
    owners: Owners

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.owners)

    def only(self, keep: NDArray[Any]) -> "Entries":
        """Return those that *keep* names or marks."""
        return Entries(self.hashes[keep], self.owners[keep])

    def names(self) -> list[bytes]:
        """Return one value for each entry, to be found by."""
        return [value.tobytes() + owner for value, owner in zip(self.hashes, self.owners.tolist(), strict=True)]


def no_entries() -> Entries:
    """Return none."""
    return Entries(np.empty((0, 4), np.uint64), np.empty(0, "S8"))


def together(parts: Sequence[Entries]) -> Entries:
    """Return the entries of all *parts*, in their order."""
    filled = [part for part in parts if len(part)]
    if len(filled) <= 1:
        return filled[0] if filled else no_entries()
    return Entries(np.concatenate([part.hashes for part in filled]), np.concatenate([part.owners for part in filled]))


def in_order(entries: Entries) -> Numbers:
    """Return the places of *entries* in ascending order of hash, then owner."""
    order = np.argsort(entries.hashes[:, 0])
    first = entries.hashes[order, 0]
    is_tie = first[1:] == first[:-1]
    if is_tie.any():
        # Few among random hashes; all of them in a bank of black pictures.
        tied = np.flatnonzero(np.append(is_tie, [False]) | np.append([False], is_tie))
        few = order[tied]
        hashes = entries.hashes[few]
        order[tied] = few[np.lexsort((entries.owners[few], hashes[:, 3], hashes[:, 2], hashes[:, 1], hashes[:, 0]))]
    return order


def first_ones(ordered: Entries) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return where a new hash begins, and where a new entry does."""
    is_new_row, is_new = np.ones(len(ordered), np.bool_), np.ones(len(ordered), np.bool_)
    is_new_row[1:] = (ordered.hashes[1:] != ordered.hashes[:-1]).any(axis=1)
    is_new[1:] = is_new_row[1:] | (ordered.owners[1:] != ordered.owners[:-1])
    return is_new_row, is_new


def is_less(left: Words, right: Words) -> NDArray[np.bool_]:
    """Compare rows of four words as one number each."""
    below = np.zeros(len(left), np.bool_)
    for word in range(3, -1, -1):
        below = (left[:, word] < right[:, word]) | ((left[:, word] == right[:, word]) & below)
    return below
