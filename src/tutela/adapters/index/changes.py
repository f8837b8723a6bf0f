"""Pages of the feed as columns, so that a bulk load makes no Python object a row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tutela.core.matching import HASH_BYTES, Numbers, Words
from tutela.errors import MalformedHash
from tutela.ports.index import FeedPage

Owners: TypeAlias = NDArray[np.bytes_]
"""Owners as fixed-width bytes, a multiple of eight wide: a third of the memory of Python strings."""

Prints: TypeAlias = NDArray[np.uint64]
"""Fingerprints of entries: they say where to look, never whether two entries are the same."""

_Columns: TypeAlias = tuple[Words, Owners, NDArray[np.bool_], Numbers]

MAX_OWNER_CHARACTERS = 64
_WORD_BYTES = 8
_HASH_WORDS = HASH_BYTES // _WORD_BYTES
_ODD = 0x9E3779B97F4A7C15  # the golden ratio in 64 bits: multiples of it share no pattern with counters
_SECOND = np.uint64(0xBF58476D1CE4E5B9)
_WORD = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Changes:
    """Entries put in or taken out, in commit order."""

    hashes: Words
    owners: Owners
    prints: Prints
    are_removals: NDArray[np.bool_]
    seqs: Numbers

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.prints)

    @classmethod
    def of(cls, pages: Iterable[FeedPage], *, after_seq: int, up_to_seq: int) -> "Changes":
        """Lay out what *pages* hold beyond *after_seq*; an iterator is drained, each page freed before the next.

        Raises:
            MalformedHash: A value is not 32 bytes, or several times 32.
            ValueError: The rows are out of order or beyond *up_to_seq*, or an owner is no identifier.
        """
        parts: list[_Columns] = [
            (np.empty((0, _HASH_WORDS), np.uint64), np.empty(0, "S8"), np.empty(0, np.bool_), np.empty(0, np.int64))
        ]
        last_seq: int | None = None
        for page in pages:
            last_seq = _check_order(page, last_seq, up_to_seq)
            parts.append(_columns(page, after_seq))
        hashes, owners, are_removals, seqs = (np.concatenate(column) for column in zip(*parts, strict=True))
        return cls(hashes, owners, fingerprints(hashes, owners), are_removals, seqs)

    def only(self, keep: NDArray[Any]) -> "Changes":
        """Return those that *keep* names or marks."""
        columns = (self.hashes, self.owners, self.prints, self.are_removals, self.seqs)
        return Changes(*(column[keep] for column in columns))

    def settled(self) -> "Changes":
        """Return the last change of each entry: a set does not remember what came before it."""
        order = np.argsort(self.prints, kind="stable")
        is_repeat, is_clash = self._beside_equal(order)
        if is_clash.any():
            order = np.lexsort((self.owners, *self.hashes.T, self.prints))
            is_repeat, _ = self._beside_equal(order)
        if not is_repeat.any():
            return self
        is_last = np.append(~is_repeat, True)  # a value of the array, not a switch
        kept = np.sort(order[is_last])
        return self.only(kept)

    def _beside_equal(self, order: NDArray[np.intp]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return where an entry in *order* equals the next one, and where only their fingerprints do."""
        prints = self.prints[order]
        is_repeat = prints[1:] == prints[:-1]
        is_clash = np.zeros(len(is_repeat), np.bool_)
        alike = np.flatnonzero(is_repeat)
        left, right = order[alike], order[alike + 1]
        is_same = (self.hashes[left] == self.hashes[right]).all(axis=1) & (self.owners[left] == self.owners[right])
        is_repeat[alike], is_clash[alike] = is_same, ~is_same
        return is_repeat, is_clash


def joined_changes(batches: Sequence[Changes]) -> Changes:
    """Return all changes of *batches*, in their order."""
    if len(batches) == 1:
        return batches[0]
    columns = [(each.hashes, each.owners, each.prints, each.are_removals, each.seqs) for each in batches]
    return Changes(*(np.concatenate(column) for column in zip(*columns, strict=True)))


def fingerprints(hashes: Words, owners: Owners) -> Prints:
    """Return 64 bits of each entry: equal in every process and, for equal owners, at every width of the column."""
    words = owners.view(np.uint64).reshape(len(hashes), owners.itemsize // _WORD_BYTES)
    prints = np.zeros(len(hashes), np.uint64)
    for number, column in enumerate((*hashes.T, *words.T)):
        mixed = column * np.uint64(_ODD * (2 * number + 1) & _WORD)
        mixed ^= mixed >> np.uint64(32)
        mixed *= _SECOND
        mixed ^= mixed >> np.uint64(29)
        prints += mixed  # the zeros that pad an owner add nothing
    return prints


def _check_order(page: FeedPage, last_seq: int | None, up_to_seq: int) -> int | None:
    seqs = np.array(page.seqs, np.int64)
    if not len(seqs):
        return last_seq
    if (np.diff(seqs) < 0).any() or seqs[-1] > up_to_seq or (last_seq is not None and seqs[0] < last_seq):
        raise ValueError("the rows of an index come in the order of their change, none beyond the last")
    return int(seqs[-1])


def _columns(page: FeedPage, after_seq: int) -> _Columns:
    sizes = np.fromiter(map(len, page.values), np.int64, len(page.values))
    if (sizes % HASH_BYTES).any() or not sizes.all():
        raise MalformedHash(f"a hash to compare has {HASH_BYTES} bytes")
    owners = _owners(page)
    hashes = np.frombuffer(b"".join(page.values), np.uint64).reshape(-1, _HASH_WORDS)
    are_removals, seqs = np.array(page.are_removals, np.bool_), np.array(page.seqs, np.int64)
    if (sizes != HASH_BYTES).any():
        repeats = sizes // HASH_BYTES
        owners, seqs = np.repeat(owners, repeats), np.repeat(seqs, repeats)
        are_removals = np.repeat(are_removals, repeats)
    is_new = seqs > after_seq
    if is_new.all():
        return hashes, owners, are_removals, seqs
    return hashes[is_new], owners[is_new], are_removals[is_new], seqs[is_new]


def _owners(page: FeedPage) -> Owners:
    longest = max(map(len, page.owners), default=1)
    joined = "".join(page.owners)
    if not all(page.owners) or longest > MAX_OWNER_CHARACTERS or not joined.isascii() or "\0" in joined:
        raise ValueError("an owner is an identifier of ours")  # fixed-width columns cannot end in a zero byte
    return np.array(page.owners, f"S{-(-longest // _WORD_BYTES) * _WORD_BYTES}")
