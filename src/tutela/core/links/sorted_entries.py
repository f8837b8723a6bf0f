"""Many entries of a bank, sorted by their digests, in little memory: 33 bytes each and those of their ids."""

from array import array
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from tutela.core.links.hashing import DIGEST_BYTES, HEAD_BYTES, Asked, EntryKind, LinkEntry
from tutela.core.units import EPOCH, microseconds_of

NEVER: Final = 2**63 - 1
MAX_ENTRIES: Final = 2**32 // DIGEST_BYTES - 1
"""Places are counted in 32 bits."""

_HEAD_BITS: Final = 32
_SPARE_BITS: Final = 2
"""Beginnings that are told apart, for each entry: four. Most digests that are asked for then meet nothing at once."""

_COLUMN: Final = np.dtype(">u4")


class SortedEntries:
    """Entries that do not change any more."""

    __slots__ = ("_digests", "_ends", "_id_starts", "_ids", "_kinds", "_order", "_shift", "_starts")

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
        self._shift = _HEAD_BITS - min(_HEAD_BITS - 4, len(rows).bit_length() + _SPARE_BITS)
        counted = np.bincount(heads >> self._shift, minlength=2 ** (_HEAD_BITS - self._shift))
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
        starts, shift = self._starts, self._shift
        found: list[tuple[Asked, int]] = []
        for each in asked:
            place = each[0] >> shift
            if starts[place] != starts[place + 1]:
                found += self._among(each, starts[place], starts[place + 1])
        return found

    def _among(self, asked: Asked, start: int, end: int) -> Iterator[tuple[Asked, int]]:
        while (at := self._digests.find(asked[1], start, end)) >= 0:
            if at % DIGEST_BYTES == 0:
                yield asked, self._order[at // DIGEST_BYTES]
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
        return lists + len(self._digests) + len(self._kinds) + len(self._ids)


def _stored(entry_id: int | str) -> bytes:
    return b"i%d" % entry_id if isinstance(entry_id, int) else b"s" + entry_id.encode()


def _moment(end_us: int) -> datetime | None:
    return None if end_us == NEVER else EPOCH + timedelta(microseconds=end_us)
