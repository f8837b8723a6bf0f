"""What an index answers from at one moment: segments and tail, none of which ever changes."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np

from tutela.adapters.index.bands import frozen
from tutela.adapters.index.native import Native
from tutela.adapters.index.parts import Part
from tutela.adapters.index.probing import search
from tutela.adapters.index.tail import TailView
from tutela.core.matching import HASH_BYTES, Numbers, Words, to_words
from tutela.core.signals.pdq import ORIENTATIONS
from tutela.ports.index import NearHit

_SPLIT_FROM = 64  # queries: fewer are answered before a second thread would have begun


@dataclass(frozen=True, slots=True)
class Found:
    """Entries that are near, by the number of the query."""

    queries: Numbers
    distances_bits: Numbers
    owners: Any
    hashes: Words


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the index answers from."""

    parts: tuple[Part, ...]
    tail: TailView
    seq: int
    native: Native

    @property
    def live(self) -> int:
        """Return how many entries are live."""
        return sum(part.live for part in self.parts) + self.tail.live

    def search(
        self, pictures: Sequence[Sequence[bytes]], max_distance_bits: int, threads: Executor | None = None
    ) -> list[list[NearHit]]:
        """Return, for each picture, what is within *max_distance_bits* of one of its hashes.

        Raises:
            tutela.adapters.index.probing.Damaged: A segment is not what was built.
        """
        if len(pictures) == 1:
            [values] = pictures
            sizes = [len(values)]
        else:
            values = [value for picture in pictures for value in picture]
            sizes = [len(picture) for picture in pictures]
        found = self._found(frozen(to_words(values)), max_distance_bits, threads)
        return _answers(found, sizes) if found else [[] for _ in pictures]

    def _found(self, words: Words, max_distance_bits: int, threads: Executor | None) -> list[Found]:
        if threads is None or self.native.kernels is None or len(words) < _SPLIT_FROM:
            return self._near(words, max_distance_bits, 0)
        half = len(words) // 2
        other = threads.submit(self._near, words[half:], max_distance_bits, half)
        return self._near(words[:half], max_distance_bits, 0) + other.result()

    def _near(self, words: Words, max_distance_bits: int, first: int) -> list[Found]:
        found = [self._near_in(part, words, max_distance_bits, first) for part in self.parts]
        found.append(self._near_in_tail(words, max_distance_bits, first))
        return [each for each in found if each is not None]

    def _near_in(self, part: Part, words: Words, max_distance_bits: int, first: int) -> Found | None:
        segment = part.segment
        pairs = search(segment.hashes, segment.buckets, words, max_distance_bits, self.native.kernels)
        if not len(pairs):
            return None
        queries = pairs.queries + first if first else pairs.queries
        if segment.firsts is None and not len(part.dead):  # one owner a row, and all there: nearly always
            return Found(queries, pairs.distances_bits, segment.owners[pairs.rows], segment.hashes[pairs.rows])
        entries, belongs = segment.entries_of(pairs.rows)
        if len(part.dead):
            at = np.minimum(np.searchsorted(part.dead, entries), len(part.dead) - 1)
            alive = np.flatnonzero(part.dead[at] != entries)
            entries, belongs = entries[alive], belongs[alive]
        hashes = segment.hashes[pairs.rows[belongs]]
        return Found(queries[belongs], pairs.distances_bits[belongs], segment.owners[entries], hashes)

    def _near_in_tail(self, words: Words, max_distance_bits: int, first: int) -> Found | None:
        tail = self.tail
        pairs = search(tail.hashes, None, words, max_distance_bits, self.native.kernels)
        if not len(pairs):
            return None
        keep = np.flatnonzero(tail.alive[pairs.rows])
        rows = pairs.rows[keep]
        return Found(pairs.queries[keep] + first, pairs.distances_bits[keep], tail.owners[rows], tail.hashes[rows])


_Near = tuple[int, int, bytes, bytes]  # distance, orientation, owner, value: in the order in which answers are told


def _answers(found: Sequence[Found], sizes: Sequence[int]) -> list[list[NearHit]]:
    """Return the nearest of each owner for each picture; *sizes* says how many hashes each picture has."""
    best: list[dict[bytes, _Near]] = [{} for _ in sizes]
    for each in found:
        pictures, orientations = _places(each.queries, sizes)
        values = np.ascontiguousarray(each.hashes).view(f"V{HASH_BYTES}").ravel().tolist()
        nears = zip(each.distances_bits.tolist(), orientations, each.owners.tolist(), values, strict=True)
        for picture, near in zip(pictures, nears, strict=True):
            nearest = best[picture]
            known = nearest.get(near[2])
            if known is None or near < known:
                nearest[near[2]] = near
    return [[_hit(near) for near in sorted(nearest.values())] for nearest in best]


def _places(queries: Numbers, sizes: Sequence[int]) -> tuple[Sequence[int], Sequence[int]]:
    """Return for each query which picture it belongs to, and which orientation of it it is."""
    if len(sizes) == 1:
        return [0] * len(queries), queries.tolist()
    ends = np.cumsum(sizes)
    pictures = np.searchsorted(ends, queries, "right")
    return pictures.tolist(), (queries - (ends - sizes)[pictures]).tolist()


def _hit(near: _Near) -> NearHit:
    distance, orientation, owner, value = near
    return NearHit(owner.decode(), value, distance, ORIENTATIONS[orientation])
