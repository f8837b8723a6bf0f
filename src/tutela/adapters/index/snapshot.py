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
from tutela.core.matching import Numbers, Words, to_words
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
        answers: list[list[NearHit]] = [[] for _ in pictures]
        if not found:
            return answers
        ends = np.cumsum(sizes)
        begins = ends - sizes
        for picture, nears in _by_picture(found, ends).items():
            answers[picture] = _nearest_by_owner(nears, int(begins[picture]))
        return answers

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
        entries, belongs = segment.entries_of(pairs.rows)
        if len(part.dead):
            at = np.minimum(np.searchsorted(part.dead, entries), len(part.dead) - 1)
            alive = np.flatnonzero(part.dead[at] != entries)
            entries, belongs = entries[alive], belongs[alive]
        rows = pairs.rows[belongs]
        queries, distances = pairs.queries[belongs] + first, pairs.distances_bits[belongs]
        return Found(queries, distances, segment.owners[entries], segment.hashes[rows])

    def _near_in_tail(self, words: Words, max_distance_bits: int, first: int) -> Found | None:
        tail = self.tail
        pairs = search(tail.hashes, None, words, max_distance_bits, self.native.kernels)
        if not len(pairs):
            return None
        keep = np.flatnonzero(tail.alive[pairs.rows])
        rows = pairs.rows[keep]
        return Found(pairs.queries[keep] + first, pairs.distances_bits[keep], tail.owners[rows], tail.hashes[rows])


_Near = tuple[int, int, bytes, bytes]


def _by_picture(found: list[Found], ends: Numbers) -> dict[int, list[_Near]]:
    """Return distance, query, owner and value of everything found, by picture."""
    pictures: dict[int, list[_Near]] = {}
    for each in found:
        rows = zip(
            np.searchsorted(ends, each.queries, "right").tolist(), each.distances_bits.tolist(), each.queries.tolist(),
            each.owners.tolist(), each.hashes, strict=True,
        )  # fmt: skip
        for picture, distance, query, owner, value in rows:
            pictures.setdefault(picture, []).append((distance, query, owner, value.tobytes()))
    return pictures


def _nearest_by_owner(found: list[_Near], first_query: int) -> list[NearHit]:
    hits: dict[bytes, NearHit] = {}
    for distance, query, owner, value in sorted(found):
        if owner not in hits:
            hits[owner] = NearHit(owner.decode(), value, distance, ORIENTATIONS[query - first_query])
    return list(hits.values())
