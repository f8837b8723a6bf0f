"""The index of one process: exact, fresh from the feed, over segments that may be shared with other processes."""

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from tutela.adapters.index.changes import Changes, joined_changes
from tutela.adapters.index.entries import NOWHERE, Entries
from tutela.adapters.index.native import Native
from tutela.adapters.index.parts import NO_NUMBERS, Part, settled
from tutela.adapters.index.probing import Damaged
from tutela.adapters.index.segment import Segment
from tutela.adapters.index.snapshot import Snapshot
from tutela.adapters.index.tail import Tail, changes_after
from tutela.core.matching import Numbers
from tutela.core.signals.pdq import ORIENTATIONS
from tutela.core.units import HASH_BITS
from tutela.errors import IndexNotReady
from tutela.ports.index import FeedPage, IndexState, NearHit

TAIL_ROWS = 16_384
"""How many newest entries are scanned before they become a segment: 50 microseconds of each search."""


class LiveIndex:
    """Exact near-duplicate search by `ports.index.SignalIndex`.

    Immutable segments are searched through buckets, the newest entries by a scan. Searches read the last published
    snapshot and never wait. `keeper` saves segments, merges them, and brings in those that other processes saved.
    """

    def __init__(self, native: Native | None = None, threads: Executor | None = None) -> None:
        """Search with *native* kernels once they are loaded, and split large batches over *threads*."""
        self._native, self._threads = native or Native(), threads
        self._writing = Lock()
        self._snapshot: Snapshot | None = None
        self._tail = Tail()
        self._parts: tuple[Part, ...] = ()
        self._changed_at: float | None = None
        self._generation = 0

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return the segments in force, oldest first."""
        return self._parts

    @property
    def native(self) -> Native:
        """Return the compiled kernels, loaded or not."""
        return self._native

    @property
    def generation(self) -> int:
        """Return how often everything was forgotten."""
        return self._generation

    @property
    def tail_changes(self) -> int:
        """Return how many changes are in no segment yet."""
        return len(self._tail)

    @property
    def built_to_seq(self) -> int:
        """Return the last change this index answers for, or -1 when it is not loaded."""
        snapshot = self._snapshot
        return -1 if snapshot is None else snapshot.seq

    def __len__(self) -> int:
        """Return how many entries are live."""
        snapshot = self._snapshot
        return 0 if snapshot is None else snapshot.live

    def state(self) -> IndexState:
        """Return what the index is made of."""
        snapshot = self._snapshot
        if snapshot is None:
            return IndexState(changed_at=self._changed_at)
        return IndexState(snapshot.live, len(snapshot.parts), snapshot.tail.live, self._changed_at)

    def apply(self, pages: Iterable[FeedPage], *, after_seq: int, up_to_seq: int) -> bool:
        """Take pages in, in order, all or none; afterwards the index answers for *up_to_seq*.

        Idempotent: rows up to `built_to_seq` are passed over, and so is an owner's hash that is there already, or a
        removal of one that is not. False, and nothing is taken, when the index does not answer for *after_seq*, from
        which on the pages hold everything: it was forgotten while they were read.

        Raises:
            IndexNotReady: A segment turned out to be damaged; nothing is answered any more.
            MalformedHash: A value is not 32 bytes, or several times 32.
            ValueError: The rows are out of order or beyond *up_to_seq*, or an owner is no identifier.
        """
        with self._writing:  # while the pages are read too: whoever waits would read the same
            built = self.built_to_seq
            if built < after_seq:
                return False
            if up_to_seq <= built:
                return True
            changes = Changes.of(pages, after_seq=built, up_to_seq=up_to_seq)
            try:
                if len(changes):
                    self._take(changes, up_to_seq)
            except Damaged:
                self._drop()
                raise IndexNotReady from None
            self._publish(up_to_seq)
            return True

    def search(self, queries: Sequence[Sequence[bytes]], *, max_distance_bits: int) -> list[list[NearHit]]:
        """Return, for each query, every entry within *max_distance_bits* of any of its hashes, nearest first.

        An owner appears once a query, at its smallest distance; equals are ordered by orientation, then owner.

        Raises:
            IndexNotReady: Nothing was loaded yet, or a segment turned out to be damaged.
            MalformedHash: A value is not 32 bytes.
        """
        snapshot = self._snapshot
        if snapshot is None:
            raise IndexNotReady
        if not 0 <= max_distance_bits <= HASH_BITS:
            raise ValueError(f"a distance is 0 to {HASH_BITS} bits, not {max_distance_bits}")
        if any(len(query) > len(ORIENTATIONS) for query in queries):
            raise ValueError(f"a picture has at most {len(ORIENTATIONS)} orientations")
        try:
            return snapshot.search(queries, max_distance_bits, self._threads)
        except Damaged:
            self.forget()
            raise IndexNotReady from None

    def forget(self) -> None:
        """Answer nothing until the index has been built anew: what it holds cannot be trusted."""
        with self._writing:
            self._drop()

    def restore(self, parts: Sequence[Part], *, seq: int) -> bool:
        """Answer from saved segments for *seq*; False when the index answers already.

        Raises:
            tutela.adapters.index.probing.Damaged: A segment is not what was built; nothing is answered from any.
        """
        with self._writing:
            if self._snapshot is not None:
                return False
            self._parts = settled(parts)
            self._publish(seq)
            return True

    def adopt(self, parts: Sequence[Part], *, seq: int, generation: int) -> bool:
        """Answer from *parts*, which hold everything up to the change *seq*, and from what came here after it.

        False, and nothing changes, when that cannot be told apart (a segment of ours spans the change *seq*), or when
        the index was forgotten since it had that *generation*.
        """
        with self._writing:
            if self._snapshot is None or generation != self._generation:
                return False
            newer = tuple(part for part in self._parts if part.up_to_seq > seq)
            begin = max((part.up_to_seq for part in self._parts if part.up_to_seq <= seq), default=-1)
            if newer and begin != seq:
                return False
            try:
                self._stand_upon((*parts, *newer), seq)
            except BaseException:
                self._drop()  # half of it is no state to answer from
                raise
            return True

    def _stand_upon(self, parts: Sequence[Part], seq: int) -> None:
        built = self.built_to_seq
        later, self._tail = changes_after(self._tail.changes, seq), Tail()
        self._parts = settled(parts)
        for changes in later:
            self._extend_tail(changes)
        self._publish(max(seq, built))

    def _drop(self) -> None:
        self._snapshot, self._tail, self._parts = None, Tail(), ()
        self._generation += 1

    def settle(self) -> None:
        """Make a segment of the tail, so that it can be saved."""
        with self._writing:
            if self._snapshot is None:
                return
            seq = self._snapshot.seq
            if self._tail.changes:
                self._freeze(self._tail.changes, seq)
            elif self._parts:  # nothing was changed since: they answer for that as well
                self._parts = (*self._parts[:-1], replace(self._parts[-1], up_to_seq=seq))
            self._publish(seq)

    def _publish(self, seq: int) -> None:
        self._native.want(max((len(part.segment.hashes) for part in self._parts), default=0))
        self._snapshot = Snapshot(self._parts, self._tail.view(), seq, self._native)

    def _take(self, changes: Changes, up_to_seq: int) -> None:
        """Bring changes in; a failure half-way leaves everything as it was."""
        if len(self._tail) + len(changes) > TAIL_ROWS:
            self._freeze([*self._tail.changes, changes], up_to_seq)
        else:
            self._note(self._extend_tail(changes))

    def _extend_tail(self, changes: Changes) -> int:
        """Bring changes into the tail, and return how many entries came or went."""
        last = changes.settled()
        entries = Entries(last.hashes, last.owners)
        numbers = [part.find(entries) for part in self._parts]
        is_there = _is_anywhere([*numbers, self._tail.find(entries)], len(entries))
        lost, added = last.are_removals & is_there, entries.only(~last.are_removals & ~is_there)
        if lost.any():
            self._parts = tuple(part.without(found[lost]) for part, found in zip(self._parts, numbers, strict=True))
            self._tail.take_out(entries.only(lost))
        if len(added):
            self._tail.add(added)
        self._tail.changes.append(changes)
        return int(lost.sum()) + len(added)

    def _freeze(self, batches: Sequence[Changes], seq: int) -> None:
        """Make a segment of what *batches* change in the segments before it."""
        last = joined_changes(batches).settled()
        entries = Entries(last.hashes, last.owners)
        # As of the last segment: what the tail took out of them is among the changes.
        before = settled(self._parts)
        is_there = _is_anywhere([part.find(entries) for part in before], len(entries))
        added, gone = ~last.are_removals & ~is_there, last.are_removals & is_there
        self._native.want(int(added.sum()))
        segment = Segment.build(entries.only(added), entries.only(gone), self._native.kernels)
        self._parts = settled((*before, Part(segment, seq, NO_NUMBERS)))
        self._tail = Tail()
        self._note(int(added.sum()) + int(gone.sum()))

    def _note(self, changes: int) -> None:
        if changes:
            self._changed_at = time.time()


def _is_anywhere(found: Sequence[Numbers], count: int) -> NDArray[np.bool_]:
    is_there = np.zeros(count, np.bool_)
    for numbers in found:
        is_there |= numbers != NOWHERE
    return is_there
