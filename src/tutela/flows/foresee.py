"""Say what new members match among everything that is stored, and which of them would be braked for it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from tutela.core.banks import Bank, SignalType
from tutela.core.brake import trips
from tutela.core.ids import AccountId, ItemId, MediaId
from tutela.flows.feed_index import refresh
from tutela.flows.keep_banks import NewMember, Signal
from tutela.flows.leave_private import View
from tutela.flows.search_in_turn import QUERIES_AT_ONCE, search_in_turn
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
    """Gather what members match, a chunk at a time. What nobody may look at is left out (P12)."""

    stored: SignalIndex
    bank: Bank
    view: Callable[[], View]
    _media: set[MediaId] = field(default_factory=set)
    _items: set[ItemId] = field(default_factory=set)
    _accounts: set[AccountId] = field(default_factory=set)
    _braked: set[Signal] = field(default_factory=set)

    def look(self, reader: Reader, members: Sequence[NewMember]) -> None:
        """Take in what *members* match.

        Raises:
            tutela.errors.IndexNotReady: Nothing can be said of picture hashes yet.
        """
        for kind in (SignalType.MD5, SignalType.SHA1, SignalType.SHA256):
            values = {member.value for member in members if member.signal_type is kind}
            same: dict[Signal, set[MediaId]] = defaultdict(set)
            for media in reader.media_by_digest(kind, values) if values else ():
                same[kind, getattr(media.digests, kind.value)].add(media.id)
            self._take(reader, same)
        near = sorted({member.value for member in members if member.signal_type is SignalType.PDQ})
        if not near:
            return
        refresh(reader, self.stored, IndexName.STORED)
        for start in range(0, len(near), QUERIES_AT_ONCE):
            self._take(reader, self._near(near[start : start + QUERIES_AT_ONCE]))

    def _near(self, values: Sequence[str]) -> dict[Signal, set[MediaId]]:
        queries = [(bytes.fromhex(value),) for value in values]
        answers = search_in_turn(self.stored, queries, max_distance_bits=self.bank.threshold_bits)
        return {
            (SignalType.PDQ, value): {MediaId(hit.owner) for hit in hits}
            for value, hits in zip(values, answers, strict=True)
        }

    @property
    def hits(self) -> Hits:
        """Return everything that was matched so far, each media, item and account once."""
        return Hits(len(self._media), len(self._items), len(self._accounts), len(self._braked))

    def _take(self, reader: Reader, found: Mapping[Signal, AbstractSet[MediaId]]) -> None:
        view = self.view()
        in_view = view.media(reader, sorted({media_id for media in found.values() for media_id in media}))
        self._media |= in_view
        accounts: dict[MediaId, set[AccountId]] = defaultdict(set)
        for posting in view.postings(reader, in_view):
            self._items.add(posting.item_id)
            self._accounts.add(posting.account_id)
            if not self._trips(accounts[posting.media_id]):  # more need not be counted
                accounts[posting.media_id].add(posting.account_id)
        for signal, media in found.items():
            if self._trips({account for media_id in media & in_view for account in accounts[media_id]}):
                self._braked.add(signal)

    def _trips(self, accounts: AbstractSet[AccountId]) -> bool:
        return trips(len(accounts), self.bank.brake)
