"""Exact search for near copies, fed by commit order from the database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class IndexName(StrEnum):
    """The two banks of hashes that are searched."""

    KNOWN = "known"  #: members of banks, and media under `block_media`
    STORED = "stored"  #: every media ever submitted, so that a hash added today finds yesterday's carriers


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Changes of an index in commit order, as columns of one length: a bulk load makes no object a row."""

    seqs: Sequence[int]
    owners: Sequence[str]  #: member ids or media ids
    values: Sequence[bytes]  #: 32 bytes, or several times 32: one entry in each orientation
    are_removals: Sequence[bool]

    def __len__(self) -> int:
        """Return how many changes there are."""
        return len(self.seqs)


@dataclass(frozen=True, slots=True)
class FeedMark:
    """A place in a database's history, to be recognised later: numbers alone look alike after a restored backup."""

    seq: int
    witness: str  #: for the database alone to read


@dataclass(frozen=True, slots=True)
class NearHit:
    """One entry within the asked distance."""

    owner: str
    value: bytes
    distance_bits: int
    orientation: str  #: which of the eight orientations of the query was nearest


@dataclass(frozen=True, slots=True)
class IndexState:
    """What an index is made of, for whoever looks after it."""

    entries: int = 0  #: live ones
    segments: int = 0
    tail: int = 0  #: live entries that are in no segment yet
    changed_at: float | None = None  #: Unix seconds when a change last became live here; None: not since the start
    scrubbed_at: float | None = None  #: Unix seconds when all files had last been compared with their checksums
    damaged: int = 0  #: files that were found to be damaged since the start


class SignalIndex(Protocol):
    """Answer from memory or files; never an empty answer in place of a missing index."""

    def apply(self, pages: Iterable[FeedPage], *, after_seq: int, up_to_seq: int) -> bool:
        """Take pages in, in order; afterwards the index answers for *up_to_seq*. Idempotent for rows already taken.

        False, and nothing is taken, when the index does not answer for *after_seq* (any more), from which on the pages
        hold everything: what lies before would be missing without a trace.
        """
        ...

    def search(self, queries: Sequence[Sequence[bytes]], *, max_distance_bits: int) -> list[list[NearHit]]:
        """Return, for each query, every entry within *max_distance_bits* of any of its hashes, nearest first.

        A query is one picture: its hashes in its eight orientations, in the order of
        `core.signals.pdq.ORIENTATIONS`. An owner appears once a query, at its smallest distance.

        Raises:
            tutela.errors.IndexNotReady: Nothing was loaded yet.
        """
        ...

    @property
    def built_to_seq(self) -> int:
        """Return the last change this index answers for, or -1 when it is not loaded."""
        ...

    def __len__(self) -> int:
        """Return how many entries are live."""
        ...

    def state(self) -> IndexState:
        """Return what the index is made of."""
        ...


class FeedHistory(Protocol):
    """What a database says of the past of one feed."""

    def mark(self, seq: int) -> FeedMark:
        """Return a mark of the change *seq*, which is committed."""
        ...

    def has(self, mark: FeedMark) -> bool:
        """Return whether the change that was marked, and all before it, are in this database as they were."""
        ...
