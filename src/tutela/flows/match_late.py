"""Find items already stored by hashes that were added after them."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tutela.core.banks import Bank, SignalType
from tutela.core.decisions import NEAR_COPY_BITS
from tutela.core.ids import MediaId, from_place, to_place
from tutela.flows.feed_index import refresh
from tutela.flows.reconsider import Reconsider
from tutela.flows.search_in_turn import search_in_turn
from tutela.ports.committer import Changeset, Committer
from tutela.ports.index import IndexName, SignalIndex
from tutela.ports.store import MemberHit, Reader, Store

CHECKPOINT = "late_match"
PLACE = "late_match_place:"
"""With the id of a bank that changed: how far its members are looked up again. Removed when all are."""

PLACE_OF = "late_match_place_of:"
"""With the id of that bank: the number of the change that the place belongs to."""

CHUNK_MEMBERS = 2000
"""Members looked up before that is written down: bounds how much is done again after a kill."""


@dataclass(frozen=True, slots=True)
class MatchLate:
    """Look added members up among stored items, in commit order, and remember how far it has come.

    A kill in the middle repeats at most one chunk of what was added and one of a changed bank; that changes nothing.
    """

    store: Store
    committer: Committer
    stored: SignalIndex
    reconsider: Reconsider

    def __call__(self, must_end: Callable[[], bool] = lambda: False) -> int:
        """Work until nothing is left, or *must_end* says so after a chunk; return how many items changed."""
        changed = 0
        while not must_end():
            with self.store.read() as reader:
                start = max(reader.checkpoint(CHECKPOINT), 0)
                newest = reader.feed_seq(IndexName.KNOWN)
                if start >= newest:
                    return changed
                added = reader.members_since(start, CHUNK_MEMBERS)
                refresh(reader, self.stored, IndexName.STORED)
                reached = added[-1][0] if len(added) == CHUNK_MEMBERS else newest
                media = self._carried(reader, [hit for _, hit in added])
                media |= self._copies(reader.blocked_between(start, reached))
                widened = reader.banks_changed_between(start, reached)
            changed += self.reconsider(media) if media else 0
            for changed_at, bank in widened:
                changed += self._whole(bank, changed_at, must_end)
                if must_end():
                    return changed
            done = tuple(name + bank.id for _, bank in widened for name in (PLACE, PLACE_OF))
            self.committer.commit(Changeset(checkpoints={CHECKPOINT: reached}, checkpoint_removals=done))
        return changed

    def _whole(self, bank: Bank, changed_at: int, must_end: Callable[[], bool]) -> int:
        """Look every member of a bank up: it was switched on, or reaches further than before.

        After each page its place is remembered, for the change *changed_at* alone: the next one begins anew.
        """
        changed = 0
        with self.store.read() as reader:
            is_begun = reader.checkpoint(PLACE_OF + bank.id) == changed_at
            after = from_place("member", reader.checkpoint(PLACE + bank.id)) if is_begun else ""
        while True:
            with self.store.read() as reader:
                page = reader.members(bank.id, after=after, limit=CHUNK_MEMBERS)
                media = self._carried(reader, [MemberHit(member, bank) for member in page])
            changed += self.reconsider(media)
            if page:
                after = page[-1].id
                place = {PLACE + bank.id: to_place(after), PLACE_OF + bank.id: changed_at}
                self.committer.commit(Changeset(checkpoints=place))
            if len(page) < CHUNK_MEMBERS or must_end():
                return changed

    def _carried(self, reader: Reader, hits: Sequence[MemberHit]) -> set[MediaId]:
        values = defaultdict(list)
        for hit in hits:
            if hit.bank.is_active:
                values[hit.member.signal_type].append(hit)
        found = {
            media.id
            for signal_type, members in values.items()
            if signal_type is not SignalType.PDQ
            for media in reader.media_by_digest(signal_type, [hit.member.value for hit in members])
        }
        return found | self._near(values[SignalType.PDQ])

    def _copies(self, blocked: Sequence[bytes]) -> set[MediaId]:
        """Return stored media close to what was sealed since: posted before, they are held as later ones are (P1)."""
        answers = search_in_turn(self.stored, [(value,) for value in blocked], max_distance_bits=NEAR_COPY_BITS)
        return {MediaId(near.owner) for nears in answers for near in nears}

    def _near(self, hits: Sequence[MemberHit]) -> set[MediaId]:
        if not hits:
            return set()
        reach = max(hit.bank.threshold_bits for hit in hits)
        queries = [(bytes.fromhex(hit.member.value),) for hit in hits]
        answers = search_in_turn(self.stored, queries, max_distance_bits=reach)
        return {
            MediaId(near.owner)
            for hit, nears in zip(hits, answers, strict=True)
            for near in nears
            if near.distance_bits <= hit.bank.threshold_bits
        }
