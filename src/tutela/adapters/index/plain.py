"""The index in memory: exact, up to about a million entries a process."""

from collections.abc import Sequence
from threading import Lock

import numpy as np

from tutela.adapters.index.buckets import Buckets
from tutela.adapters.index.rows import Rows, Snapshot
from tutela.core.matching import HASH_BYTES, Numbers, Pairs, to_words
from tutela.core.signals.pdq import ORIENTATIONS
from tutela.core.units import HASH_BITS
from tutela.errors import IndexNotReady, MalformedHash
from tutela.ports.index import FeedRow, NearHit

MAX_OWNER_CHARACTERS = 64
_MIN_BUCKETED = 4096  # below it a scan is as fast as probing, and the bucket heads take more than the rows
_TAIL_SHARE = 32  # the tail is scanned: a larger one costs every search, a smaller one costs more merges
_DEAD_SHARE = 4
_GONE = -1


class PlainIndex:
    """Exact near-duplicate search in memory, by `ports.index.SignalIndex`.

    The first rows are searched through buckets, the newest by a scan; when these become many, all are merged into new
    buckets within `apply`. Searches read the last published snapshot and never wait. 145 bytes an entry, of which the
    columns are held twice while they grow. Give the feed in large pages when loading: each page is merged at most once.
    """

    def __init__(self) -> None:
        self._writing = Lock()
        self._snapshot: Snapshot | None = None
        self._rows = Rows()
        self._buckets: Buckets | None = None
        self._by_print: Numbers = np.empty(0, np.int64)  # rows of the last merge, ordered by fingerprint
        self._since_merge: dict[bytes, int] = {}  # pair -> its row, or _GONE: changes that `_by_print` does not know

    @property
    def built_to_seq(self) -> int:
        """Return the last change this index answers for, or -1 when it is not loaded."""
        snapshot = self._snapshot
        return -1 if snapshot is None else snapshot.seq

    def __len__(self) -> int:
        """Return how many entries are live."""
        snapshot = self._snapshot
        return 0 if snapshot is None else snapshot.live

    def apply(self, rows: Sequence[FeedRow], *, up_to_seq: int) -> None:
        """Take rows in, in order, all or none; afterwards the index answers for *up_to_seq*.

        Idempotent: rows up to `built_to_seq` are passed over, and so is an owner's hash that is there already, or a
        removal of one that is not.

        Raises:
            MalformedHash: A value is not 32 bytes.
            ValueError: The rows are out of order or beyond *up_to_seq*, or an owner is no identifier.
        """
        _check(rows, up_to_seq)
        with self._writing:
            built = self.built_to_seq
            if up_to_seq <= built:
                return
            self._take([row for row in rows if row.seq > built])
            self._merge_if_due()
            self._snapshot = self._rows.snapshot(self._buckets, up_to_seq)

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

    def _take(self, rows: Sequence[FeedRow]) -> None:
        """Bring rows into the columns; repeating it after a failure half-way ends in the same state."""
        owners = [row.owner.encode() for row in rows]
        pairs = [row.value + owner for row, owner in zip(rows, owners, strict=True)]
        prints = [hash(pair) for pair in pairs]
        merged = self._merged_rows(pairs, prints)
        added: list[tuple[bytes, bytes, int]] = []
        killed: list[int] = []
        changes: dict[bytes, int] = {}
        for row, owner, pair, fingerprint in zip(rows, owners, pairs, prints, strict=True):
            at = changes.get(pair)
            if at is None:
                at = self._since_merge.get(pair, merged.get(pair, _GONE))
            if row.is_removal and at != _GONE:
                killed.append(at)
                changes[pair] = _GONE
            elif not row.is_removal and at == _GONE:
                changes[pair] = self._rows.count + len(added)
                added.append((row.value, owner, fingerprint))
        self._rows.change(added, killed)
        self._since_merge.update(changes)

    def _merged_rows(self, pairs: Sequence[bytes], prints: Sequence[int]) -> dict[bytes, int]:
        """Return where those pairs stand that are live since the last merge or longer."""
        wanted = np.array(prints, np.int64)
        known = self._rows.prints[: len(self._by_print)]
        firsts = np.searchsorted(known, wanted, "left", sorter=self._by_print)
        ends = np.searchsorted(known, wanted, "right", sorter=self._by_print)
        found: dict[bytes, int] = {}
        for number in np.flatnonzero(ends > firsts).tolist():
            pair = pairs[number]
            for row in self._by_print[firsts[number] : ends[number]].tolist():
                if self._rows.is_pair(row, pair[HASH_BYTES:], pair[:HASH_BYTES]):
                    found[pair] = row
        return found

    def _merge_if_due(self) -> None:
        """Drop the dead and cover all rows by buckets, once the tail or the dead have become many."""
        covered = len(self._by_print)
        dead = self._rows.count - self._rows.live
        tail = self._rows.count - covered
        if tail <= max(_MIN_BUCKETED, covered // _TAIL_SHARE) and dead <= max(
            _MIN_BUCKETED, self._rows.count // _DEAD_SHARE
        ):
            return
        rows = self._rows.compacted() if dead else self._rows
        buckets = Buckets.build(rows.hashes) if rows.count > _MIN_BUCKETED else None
        by_print = np.argsort(rows.prints)
        self._rows, self._buckets, self._by_print, self._since_merge = rows, buckets, by_print, {}


def _check(rows: Sequence[FeedRow], up_to_seq: int) -> None:
    last = rows[0].seq if rows else up_to_seq
    for row in rows:
        if not last <= row.seq <= up_to_seq:
            raise ValueError("the rows of an index come in the order of their change, none beyond the last")
        last = row.seq
        if len(row.value) != HASH_BYTES:
            raise MalformedHash(f"a hash to compare has {HASH_BYTES} bytes")
        if not row.owner or len(row.owner) > MAX_OWNER_CHARACTERS or not row.owner.isascii() or "\0" in row.owner:
            raise ValueError("an owner is an identifier of ours")  # fixed-width columns cannot end in a zero byte


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
        by_picture[picture[at]].append((*nearness, snapshot.owners[row], snapshot.hashes[row].tobytes()))
    return [_nearest_by_owner(found) for found in by_picture]


def _nearest_by_owner(found: list[tuple[int, int, bytes, bytes]]) -> list[NearHit]:
    hits: dict[bytes, NearHit] = {}
    for distance, orientation, owner, value in sorted(found):
        if owner not in hits:
            hits[owner] = NearHit(owner.decode(), value, distance, ORIENTATIONS[orientation])
    return list(hits.values())
