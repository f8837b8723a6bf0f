"""What a re-scan compares: stored hashes in shards, members in blocks, and digests."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import numpy as np

from tutela.core.banks import SignalType
from tutela.core.ids import BankId, MediaId
from tutela.core.matching import HASH_BYTES, Numbers, Words, to_words
from tutela.core.rescans import Met
from tutela.ports.rescans import Block
from tutela.ports.store import MemberPage, Reader, StoredPage

BLOCK_MEMBERS = 250_000
"""Members compared at once with a shard: 8 MB of hashes."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Hashes of stored media in order of their id, and whose each is."""

    hashes: Words
    media: int
    last: str
    owners: Sequence[str]
    owner_of: Numbers

    @classmethod
    def cut(cls, page: StoredPage, in_view: AbstractSet[MediaId]) -> "Shard":
        """Return the hashes of those media of a page that may be looked at, each orientation for itself."""
        kept = [at for at, owner in enumerate(page.owners) if owner in in_view]
        owners, values = [page.owners[at] for at in kept], [page.values[at] for at in kept]
        hashes = to_words([value[at : at + HASH_BYTES] for value in values for at in _places(value)])
        counts = [len(value) // HASH_BYTES for value in values]
        return cls(hashes, len(in_view), page.media[-1], owners, np.repeat(np.arange(len(owners)), counts))

    def hit(self, met: Sequence[Met]) -> set[MediaId]:
        """Return the media of which a hash met a member."""
        return {MediaId(self.owners[at]) for each in met for at in np.unique(self.owner_of[each.rows]).tolist()}


@dataclass(slots=True)
class Members:
    """The members that are compared: hashes packed, by threshold. Digests are looked up once, and only counted here."""

    hashes: dict[int, list[Words]] = field(default_factory=lambda: defaultdict(list))
    digests: int = 0

    def add(self, page: MemberPage, thresholds: Mapping[BankId, int]) -> dict[SignalType, list[bytes]]:
        """Take in the members of a page whose bank has a threshold; return their digests."""
        near: dict[int, list[bytes]] = defaultdict(list)
        digests: dict[SignalType, list[bytes]] = defaultdict(list)
        for kind, bank_id, value in zip(page.signal_types, page.bank_ids, page.values, strict=True):
            threshold_bits = thresholds.get(BankId(bank_id))
            if threshold_bits is not None and kind == SignalType.PDQ.value:
                near[threshold_bits].append(value)
            elif threshold_bits is not None:
                digests[SignalType(kind)].append(value)
        self.digests += sum(map(len, digests.values()))
        for threshold_bits, values in near.items():
            self.hashes[threshold_bits].append(to_words(values))
        return digests

    def __len__(self) -> int:
        """Return how many there are."""
        return sum(len(part) for parts in self.hashes.values() for part in parts) + self.digests

    def blocks(self) -> list[Block]:
        """Return the hashes in blocks of one threshold."""
        joined = {threshold_bits: np.concatenate(parts) for threshold_bits, parts in sorted(self.hashes.items())}
        return [
            Block(hashes[start : start + BLOCK_MEMBERS], threshold_bits)
            for threshold_bits, hashes in joined.items()
            for start in range(0, len(hashes), BLOCK_MEMBERS)
        ]


def met_by_digest(reader: Reader, kind: SignalType, values: Sequence[bytes]) -> dict[MediaId, int]:
    """Return the media with one of these digests, and how many members have it."""
    members: dict[str, int] = defaultdict(int)
    for value in values:
        members[bytes(value).hex()] += 1
    found = reader.media_by_digest(kind, members)
    return {media.id: members[getattr(media.digests, kind.value)] for media in found}


def _places(value: bytes) -> range:
    return range(0, len(value), HASH_BYTES)
