"""Re-scans: where each one stands, and who compares shards of stored hashes with blocks of members."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tutela.core.content import Channel
from tutela.core.ids import BankId, MediaId
from tutela.core.matching import Words
from tutela.core.rescans import Met


@dataclass(frozen=True, slots=True)
class Scope:
    """What a re-scan is about, fixed at its start."""

    bank_id: BankId | None  #: one bank, or all that may be asked
    after_seq: int  #: members added after this number of the feed, and all of banks changed after it; 0 for all
    up_to_seq: int
    up_to_media: str  #: stored media up to this id; empty when there was none
    is_dry: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """What a re-scan has counted so far."""

    shards: int = 0  #: finished, the look-up of digests among them as the first
    media: int = 0  #: of `Rescan.media_total`, without those that nobody may look at (P12)
    hashes: int = 0  #: stored hashes, each orientation for itself
    members: int = 0
    pairs: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a re-scan that ended."""

    media: int
    items: int
    accounts: int
    changed: int  #: items that were decided otherwise than before


@dataclass(frozen=True, slots=True)
class Rescan:
    """One re-scan as it stands in our tables."""

    id: str
    scope: Scope
    holder: str  #: the process that works on it, in words: host and process id
    started_at: datetime
    media_total: int
    position: str = ""  #: the last media of the last finished shard
    tally: Tally = Tally()
    ended_at: datetime | None = None
    outcome: Outcome | None = None


MayLook = Callable[[Channel, tuple[str, ...]], bool]
"""Whether an item in a channel may be looked at, with the regions of it and of its author."""


class Rescans(Protocol):
    """Keep re-scans. Each write is one transaction; who no longer holds a re-scan writes nothing."""

    def unfinished(self) -> Rescan | None:
        """Return the re-scan that was begun and has not ended; there is at most one."""
        ...

    def covered_up_to(self, bank_id: BankId | None) -> int:
        """Return the number of the feed up to which finished ones that decided have come; 0 for none.

        Those of all banks, and where a bank is named, those of that bank as well.
        """
        ...

    def begin(self, rescan: Rescan) -> None:
        """Store a new one, with an audit entry.

        Raises:
            tutela.errors.Conflict: Another one is unfinished.
        """
        ...

    def take_over(self, rescan: Rescan, holder: str) -> None:
        """Let *holder* go on with it.

        Raises:
            tutela.errors.Conflict: Somebody else was quicker.
        """
        ...

    def record(self, rescan: Rescan, hits: Iterable[MediaId]) -> None:
        """Store how far it has come, and the media that the last shard hit.

        Raises:
            tutela.errors.TakenOver: Another process has taken it over.
        """
        ...

    def undecided(self, rescan: Rescan, limit: int) -> list[MediaId]:
        """Return media that were hit and not yet decided about."""
        ...

    def decided(self, rescan: Rescan, media_ids: Sequence[MediaId]) -> None:
        """Note that everything that carries these media was decided about.

        Raises:
            tutela.errors.TakenOver: Another process has taken it over.
        """
        ...

    def finish(self, rescan: Rescan, at: datetime, may_look: MayLook) -> Rescan:
        """Count what was hit, store it as the outcome, forget the single hits, and return it ended.

        Items that nobody may look at, and who posted nothing else of what was hit, are not counted (P12).

        Raises:
            tutela.errors.TakenOver: Another process has taken it over.
        """
        ...

    def abandon(self, rescan: Rescan) -> None:
        """Forget an unfinished one."""
        ...


@dataclass(frozen=True, slots=True)
class Block:
    """Members that share a threshold."""

    hashes: Words
    max_distance_bits: int


class ShardExecutor(Protocol):
    """Compare on as many cores or machines as there are."""

    def compare(self, blocks: Sequence[Block], shards: Iterable[Words]) -> Iterator[list[Met]]:
        """Yield, for each shard in order, what it met in each block. Takes shards only a few ahead.

        Raises:
            tutela.errors.WorkerLost: A process or machine that compared has died; what was yielded stays true.
            tutela.errors.StorageFull: There is no space for what is being compared.
        """
        ...


class Guard(Protocol):
    """Keep two processes of one installation from the same work."""

    def take(self) -> None:
        """Take it until this process ends or `release`.

        Raises:
            tutela.errors.Conflict: Another process has it; it is named.
        """
        ...

    def release(self) -> None:
        """Give it back."""
        ...
