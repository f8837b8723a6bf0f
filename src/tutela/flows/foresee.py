"""Say what new members match among everything that is stored, and which of them would be braked for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tutela.core.banks import Bank, SignalType
from tutela.core.brake import trips
from tutela.core.ids import AccountId, MediaId
from tutela.flows.feed_index import refresh
from tutela.flows.keep_banks import NewMember, Signal
from tutela.ports.index import IndexName, SignalIndex
from tutela.ports.store import Reader


@dataclass(frozen=True, slots=True)
class Hits:
    """What new members match."""

    media: int = 0
    items: int = 0
    accounts: int = 0
    braked: int = 0  #: members that hit more accounts at once than their bank allows: each would trip its brake


@dataclass(slots=True)
class Foresee:
    """Gather what members match, a chunk at a time, and count it at the end."""

    stored: SignalIndex
    bank: Bank
    _media: dict[Signal, set[MediaId]] = field(default_factory=lambda: defaultdict(set))

    def look(self, reader: Reader, members: Sequence[NewMember]) -> None:
        """Take in what *members* match.

        Raises:
            tutela.errors.IndexNotReady: Nothing can be said of picture hashes yet.
        """
        for kind in (SignalType.MD5, SignalType.SHA1, SignalType.SHA256):
            values = {member.value for member in members if member.signal_type is kind}
            for media in reader.media_by_digest(kind, values) if values else ():
                self._media[kind, getattr(media.digests, kind.value)].add(media.id)
        near = sorted({member.value for member in members if member.signal_type is SignalType.PDQ})
        if not near:
            return
        refresh(reader, self.stored, IndexName.STORED)
        queries = [(bytes.fromhex(value),) for value in near]
        answers = self.stored.search(queries, max_distance_bits=self.bank.threshold_bits)
        for value, hits in zip(near, answers, strict=True):
            if hits:
                self._media[SignalType.PDQ, value].update(MediaId(hit.owner) for hit in hits)

    def count(self, reader: Reader) -> Hits:
        """Return everything that was matched, each media, item and account once."""
        wanted = {media_id for found in self._media.values() for media_id in found}
        carriers = reader.carriers(wanted)
        items = reader.items_by_id({item_id for ids in carriers.values() for item_id in ids})
        by_media = {media_id: {items[item_id].item.account_id for item_id in ids} for media_id, ids in carriers.items()}
        return Hits(
            media=len(wanted),
            items=len(items),
            accounts=len({stored.item.account_id for stored in items.values()}),
            braked=sum(trips(len(self._accounts(found, by_media)), self.bank.brake) for found in self._media.values()),
        )

    def _accounts(self, found: set[MediaId], by_media: Mapping[MediaId, set[AccountId]]) -> set[AccountId]:
        return {account for media_id in found for account in by_media.get(media_id, ())}
