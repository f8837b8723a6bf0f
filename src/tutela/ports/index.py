"""Exact search for near copies, fed by commit order from the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class IndexName(StrEnum):
    """The two banks of hashes that are searched."""

    KNOWN = "known"  #: members of banks, and media under `block_media`
    STORED = "stored"  #: every media ever submitted, so that a hash added today finds yesterday's carriers


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One change of an index, in commit order."""

    seq: int
    owner: str  #: a member id or a media id
    value: bytes  #: 32 bytes
    is_removal: bool = False


@dataclass(frozen=True, slots=True)
class NearHit:
    """One entry within the asked distance."""

    owner: str
    value: bytes
    distance_bits: int
    orientation: str  #: which of the eight orientations of the query was nearest


class SignalIndex(Protocol):
    """Answer from memory or files; never an empty answer in place of a missing index."""

    def apply(self, rows: Sequence[FeedRow], *, up_to_seq: int) -> None:
        """Take rows in, in order; afterwards the index answers for *up_to_seq*. Idempotent for rows already taken."""
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
