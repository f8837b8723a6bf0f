"""The index: exact, up to about a million entries a process."""

from collections.abc import Iterable, Sequence
from threading import Lock

import numpy as np

from tutela.adapters.index.changes import Changes, Owners
from tutela.adapters.index.rows import Snapshot, Tail
from tutela.adapters.index.segment import NOWHERE, Segment, no_entries
from tutela.core.matching import Numbers, Pairs, Words, to_words
from tutela.core.signals.pdq import ORIENTATIONS
from tutela.core.units import HASH_BITS
from tutela.errors import IndexNotReady
from tutela.ports.index import FeedPage, NearHit

_MIN_BUCKETED = 4096  # below it a scan is as fast as probing, and the bucket heads take more than the rows
_TAIL_SHARE = 32  # the tail is scanned: a larger one costs every search, a smaller one costs more merges
_DEAD_SHARE = 4
_TEMPORARY_BYTES = 4 << 20  # more than any array that a probe of a million entries makes


class PlainIndex:
    """Exact near-duplicate search by `ports.index.SignalIndex`, in memory or over a mapped file (`keeper`).

    The base is searched through buckets, the newest entries by a scan; when these become many, both are merged into a
    new base within `apply`. Searches read the last published snapshot and never wait.
    """

    def __init__(self) -> None:
        self._writing = Lock()
        self._snapshot: Snapshot | None = None
        self._start_over(no_entries())
        self._changes = 0

    def _start_over(self, base: Segment) -> None:
        self._base, self._base_alive, self._base_live = base, np.ones(len(base), np.bool_), len(base)
        self._tail = Tail()
        self._tail_rows: dict[bytes, int] = {}  # entry -> its newest row in the tail, live or not

    @property
    def changes(self) -> int:
        """Return how many entries `apply` has put in or taken out, ever."""
        return self._changes

    @property
    def built_to_seq(self) -> int:
        """Return the last change this index answers for, or -1 when it is not loaded."""
        snapshot = self._snapshot
        return -1 if snapshot is None else snapshot.seq

    def __len__(self) -> int:
        """Return how many entries are live."""
        snapshot = self._snapshot
        return 0 if snapshot is None else snapshot.live

    def apply(self, pages: Iterable[FeedPage], *, up_to_seq: int) -> None:
        """Take pages in, in order, all or none; afterwards the index answers for *up_to_seq*.

        Idempotent: rows up to `built_to_seq` are passed over, and so is an owner's hash that is there already, or a
        removal of one that is not. However many pages there are, they are merged at most once.

        Raises:
            MalformedHash: A value is not 32 bytes, or several times 32.
            ValueError: The rows are out of order or beyond *up_to_seq*, or an owner is no identifier.
        """
        with self._writing:  # while the pages are read too: whoever waits would read the same
            built = self.built_to_seq
            if up_to_seq <= built:
                return
            self._take(Changes.of(pages, after_seq=built, up_to_seq=up_to_seq).settled())
            self._merge_if_due()
            self._publish(up_to_seq)

    def search(self, queries: Sequence[Sequence[bytes]], *, max_distance_bits: int) -> list[list[NearHit]]:
        """Return, for each query, every entry within *max_distance_bits* of any of its hashes, nearest first.

        An owner appears once a query, at its smallest distance; equals are ordered by orientation, then owner.

        Raises:
            IndexNotReady: Nothing was loaded yet.
            MalformedHash: A value is not 32 bytes.
        """
        snapshot = self._snapshot
        if snapshot is None:
            raise IndexNotReady
        if not 0 <= max_distance_bits <= HASH_BITS:
            raise ValueError(f"a distance is 0 to {HASH_BITS} bits, not {max_distance_bits}")
        if any(len(query) > len(ORIENTATIONS) for query in queries):
            raise ValueError(f"a picture has at most {len(ORIENTATIONS)} orientations")
        flat = to_words([value for query in queries for value in query])
        pairs = snapshot.search(flat, max_distance_bits)
        picture_of = np.repeat(np.arange(len(queries)), [len(query) for query in queries])
        orientation_of = np.array([number for query in queries for number in range(len(query))], np.int64)
        return _hits(snapshot, pairs, picture_of, orientation_of, len(queries))

    def frozen(self) -> tuple[Segment, int, int]:
        """Merge everything into the base and return it, the last change it answers for, and `changes` at that time.

        Raises:
            IndexNotReady: Nothing was loaded yet.
        """
        with self._writing:
            if self._snapshot is None:
                raise IndexNotReady
            if self._tail.count or self._base_live < len(self._base):
                self._merge()
                self._publish(self._snapshot.seq)
            return self._base, self._snapshot.seq, self._changes

    def adopt(self, saved: Segment, mapped: Segment) -> bool:
        """Answer from *mapped* in place of *saved*, which holds the same; False when *saved* is no longer in use."""
        with self._writing:
            if self._base is not saved or self._snapshot is None:
                return False
            self._base = mapped
            self._publish(self._snapshot.seq)
            return True

    def restore(self, base: Segment, *, seq: int) -> bool:
        """Answer from *base* for *seq*; False when the index answers already."""
        with self._writing:
            if self._snapshot is not None:
                return False
            self._start_over(base)
            self._publish(seq)
            # glibc maps and unmaps each large temporary of a search anew, 0.7 ms a search, until it has seen one freed
            # that is larger: after a load it has, after opening a file it has not. No page of this one is touched.
            np.empty(_TEMPORARY_BYTES, np.uint8)
            return True

    def _publish(self, seq: int) -> None:
        tail = self._tail
        live = self._base_live + tail.live
        self._snapshot = Snapshot(self._base, self._base_alive, tail.hashes, tail.owners, tail.alive, live, seq)

    def _take(self, changes: Changes) -> None:
        """Bring changes in, one an entry; repeating it after a failure half-way ends in the same state."""
        if len(changes) > _MIN_BUCKETED and self._tail.count:
            self._merge()  # so that no Python object is made for each of many changes
        in_base = self._base.find(changes.hashes, changes.owners, changes.prints)
        known = np.flatnonzero(in_base >= 0)
        in_base[known[~self._base_alive[in_base[known]]]] = NOWHERE
        in_tail = self._find_in_tail(changes)
        is_there = (in_base >= 0) | (in_tail >= 0)
        if (lost := in_base[changes.are_removals & (in_base >= 0)]).size:
            alive = self._base_alive.copy()
            alive[lost] = False
            self._base_alive, self._base_live = alive, self._base_live - len(lost)
        if (dropped := in_tail[changes.are_removals & (in_tail >= 0)]).size:
            self._tail.take_out(dropped)
        is_new = ~changes.are_removals & ~is_there
        self._changes += len(lost) + len(dropped) + int(is_new.sum())
        if is_new.all():
            self._add(changes.hashes, changes.owners)
        else:
            self._add(changes.hashes[is_new], changes.owners[is_new])

    def _find_in_tail(self, changes: Changes) -> Numbers:
        """Return the live row of each entry in the tail, or NOWHERE."""
        if not self._tail_rows:
            return np.full(len(changes), NOWHERE, np.int64)
        entries = _entries(changes.hashes, changes.owners)
        rows = np.fromiter((self._tail_rows.get(each, NOWHERE) for each in entries), np.int64, len(changes))
        known = np.flatnonzero(rows >= 0)
        rows[known[~self._tail.alive[rows[known]]]] = NOWHERE
        return rows

    def _add(self, hashes: Words, owners: Owners) -> None:
        if len(hashes) > _MIN_BUCKETED:
            self._merge((hashes, owners))
        elif len(hashes):
            first = self._tail.count
            rows = {entry: first + number for number, entry in enumerate(_entries(hashes, owners))}
            self._tail.add(hashes, owners)
            self._tail_rows.update(rows)

    def _merge_if_due(self) -> None:
        """Drop the dead and cover all rows by buckets, once the tail or the dead have become many."""
        count = len(self._base) + self._tail.count
        dead = count - self._base_live - self._tail.live
        if self._tail.count > max(_MIN_BUCKETED, len(self._base) // _TAIL_SHARE) or dead > max(
            _MIN_BUCKETED, count // _DEAD_SHARE
        ):
            self._merge()

    def _merge(self, *more: tuple[Words, Owners]) -> None:
        """Make one base of all that is live, and of *more*."""
        base, tail, alive = self._base, self._tail, self._base_alive
        is_whole = self._base_live == len(base)
        kept = (base.hashes, base.owners) if is_whole else (base.hashes[alive], base.owners[alive])
        parts = [kept, (tail.hashes[tail.alive], tail.owners[tail.alive]), *more]
        self._start_over(
            Segment.build([part for part in parts if len(part[0])] or [kept], least_bucketed=_MIN_BUCKETED)
        )


def _entries(hashes: Words, owners: Owners) -> Iterable[bytes]:
    return (value.tobytes() + owner for value, owner in zip(hashes, owners.tolist(), strict=True))


def _hits(
    snapshot: Snapshot, pairs: Pairs, pictures: Numbers, orientations: Numbers, count: int
) -> list[list[NearHit]]:
    """Turn pairs into hits: the nearest orientation of each row, then the nearest row of each owner."""
    picture, orientation = pictures[pairs.queries], orientations[pairs.queries]
    order = np.lexsort((orientation, pairs.distances_bits, pairs.rows, picture))
    is_nearest = np.ones(len(order), np.bool_)
    is_nearest[1:] = (np.diff(picture[order]) != 0) | (np.diff(pairs.rows[order]) != 0)
    by_picture: list[list[tuple[int, int, bytes, bytes]]] = [[] for _ in range(count)]
    for at in order[is_nearest].tolist():
        row = pairs.rows[at]
        nearness = int(pairs.distances_bits[at]), int(orientation[at])
        by_picture[picture[at]].append((*nearness, *snapshot.entry(row)))
    return [_nearest_by_owner(found) for found in by_picture]


def _nearest_by_owner(found: list[tuple[int, int, bytes, bytes]]) -> list[NearHit]:
    hits: dict[bytes, NearHit] = {}
    for distance, orientation, owner, value in sorted(found):
        if owner not in hits:
            hits[owner] = NearHit(owner.decode(), value, distance, ORIENTATIONS[orientation])
    return list(hits.values())
