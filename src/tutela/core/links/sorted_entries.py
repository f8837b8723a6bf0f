"""Many entries of a bank, sorted by their digests, in little memory: 33 bytes each and those of their ids."""

from array import array
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from tutela.core.links.hashing import DIGEST_BYTES, HEAD_BYTES, Asked, EntryKind, LinkEntry
from tutela.core.units import EPOCH, microseconds_of

NEVER: Final = 2**63 - 1
MAX_ENTRIES: Final = 100_000_000
"""Places are counted in 32 bits."""

_HEAD_BITS: Final = 32
_SPARE_BITS: Final = 3
"""Beginnings that are told apart, eight to sixteen an entry: most that are asked for meet none."""

_COLUMN: Final = np.dtype(">u4")


class SortedEntries:
    """Entries that do not change any more."""

    __slots__ = ("_begun", "_digests", "_ends", "_id_starts", "_ids", "_kinds", "_near", "_order", "_shift", "_starts")

    def __init__(self, entries: Iterable[LinkEntry] = ()) -> None:
        """Sort *entries*; they are read once, and none of them is kept.

        Raises:
            ValueError: There are more than `MAX_ENTRIES`.
        """
        unsorted, self._kinds, self._ids = bytearray(), bytearray(), bytearray()
        self._ends, self._id_starts = array("q"), array("I", [0])
        for entry in entries:
            unsorted += entry.digest
            self._kinds.append(entry.kind)
            self._ends.append(NEVER if entry.ends_at is None else microseconds_of(entry.ends_at))
            self._ids += _stored(entry.entry_id)
            self._id_starts.append(len(self._ids))
        if len(self._kinds) > MAX_ENTRIES or len(unsorted) != len(self._kinds) * DIGEST_BYTES:
            raise ValueError(f"a bank has at most {MAX_ENTRIES} entries, each with a digest of {DIGEST_BYTES} bytes")
        rows = np.frombuffer(bytes(unsorted), _COLUMN).reshape(-1, DIGEST_BYTES // HEAD_BYTES)
        heads = rows[:, 0]
        order = np.argsort(heads, kind="stable")
        self._order = array("I", order.astype(np.uint32).tobytes())
        self._digests = rows[order].tobytes()
        bits = len(rows).bit_length()
        self._shift, self._near = _HEAD_BITS - bits - _SPARE_BITS, _HEAD_BITS - bits
        begun = np.zeros(2 ** (bits + _SPARE_BITS), np.uint8)
        begun[heads >> self._shift] = 1
        self._begun = begun.tobytes()
        counted = np.bincount(heads >> self._near, minlength=2**bits)
        starts = np.concatenate(([0], np.cumsum(counted))) * DIGEST_BYTES
        self._starts = array("I", starts.astype(np.uint32).tobytes())

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._kinds)

    def __iter__(self) -> Iterator[LinkEntry]:
        """Yield the entries again, in the order of their digests."""
        for place in range(len(self)):
            at = self._order[place]
            digest = self._digests[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES]
            yield LinkEntry(self.id_of(at), digest, EntryKind(self._kinds[at]), _moment(self._ends[at]))

    def find(self, asked: Iterable[Asked]) -> list[tuple[Asked, int]]:
        """Return which entries have the digests that are asked for, each by its number."""
        begun, shift = self._begun, self._shift
        found: list[tuple[Asked, int]] = []
        for each in asked:
            if begun[each[0] >> shift]:
                self._add_equal(each, found)
        return found

    def _add_equal(self, asked: Asked, found: list[tuple[Asked, int]]) -> None:
        place = asked[0] >> self._near
        start, end = self._starts[place], self._starts[place + 1]
        while (at := self._digests.find(asked[1], start, end)) >= 0:
            if at % DIGEST_BYTES == 0:
                found.append((asked, self._order[at // DIGEST_BYTES]))
            start = at + 1

    def id_of(self, number: int) -> int | str:
        """Return the id of an entry."""
        stored = self._ids[self._id_starts[number] : self._id_starts[number + 1]]
        return int(stored[1:]) if stored[:1] == b"i" else stored[1:].decode()

    def kind_of(self, number: int) -> EntryKind:
        """Return what an entry is."""
        return EntryKind(self._kinds[number])

    def end_us_of(self, number: int) -> int:
        """Return from when an entry meets nothing any more."""
        return self._ends[number]

    def size_bytes(self) -> int:
        """Return how much memory they take."""
        columns = (self._order, self._starts, self._ends, self._id_starts)
        lists = sum(len(each) * each.itemsize for each in columns)
        return lists + len(self._begun) + len(self._digests) + len(self._kinds) + len(self._ids)


def _stored(entry_id: int | str) -> bytes:
    return b"i%d" % entry_id if isinstance(entry_id, int) else b"s" + entry_id.encode()


def _moment(end_us: int) -> datetime | None:
    return None if end_us == NEVER else EPOCH + timedelta(microseconds=end_us)
