"""Compare all that is stored with members of banks, shard by shard, and decide about what is found.

Where it stands is written down after each shard, together with what the shard hit; what was hit is decided about in
small transactions, and the items that changed are counted within them. So a kill at any moment repeats at most the
shards that were being compared, and the report is the same.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from tutela.core.banks import Bank, SignalType
from tutela.core.ids import BankId, MediaId
from tutela.core.licences import has_lapsed
from tutela.core.matching import Words
from tutela.core.operator import OperatorProfile
from tutela.core.rescans import Met
from tutela.errors import BadInput, Conflict
from tutela.flows.keep_banks import find
from tutela.flows.leave_private import View
from tutela.flows.reconsider import Reconsider
from tutela.flows.rescan_shards import Members, Shard, met_by_digest
from tutela.ports.clock import Clock
from tutela.ports.committer import RescanCount
from tutela.ports.entropy import Entropy
from tutela.ports.index import IndexName
from tutela.ports.rescans import Block, Guard, Rescan, Rescans, Scope, ShardExecutor
from tutela.ports.store import MemberPage, Store

SHARD_MEDIA = 16_384
"""Stored media compared at once; with eight orientations 4 MiB of hashes."""

PAGE_MEMBERS = 20_000
DECIDED_AT_ONCE = 500
"""Media whose items are decided about before that is written down."""

Tell = Callable[[Rescan], None]


@dataclass(frozen=True, slots=True)
class RescanStored:
    """Re-scan what is stored. One at a time; raises what its executor raises, and can be gone on with."""

    store: Store
    reconsider: Reconsider
    rescans: Rescans
    executor: ShardExecutor
    guard: Guard
    profile: Callable[[], OperatorProfile]
    clock: Clock
    entropy: Entropy
    holder: str
    shard_media: int = SHARD_MEDIA

    def __call__(
        self, *, bank: str | None = None, is_whole: bool = False, is_dry: bool = False, tell: Tell = lambda _: None
    ) -> Rescan:
        """Begin a new one and return it when it has ended.

        Args:
            bank: Only members of this one.
            is_whole: All members, instead of those added since the last finished one and those of changed banks.
            is_dry: Only count.
            tell: Called with how far it is, after each shard.

        Raises:
            tutela.errors.UnknownBank: There is none of that name.
            tutela.errors.BadInput: The bank is switched off, or its licence is over: what it holds is not asked.
            tutela.errors.Conflict: Another one runs, or is unfinished.
        """
        with self._guarded():
            rescan = self._begun(bank, is_whole=is_whole, is_dry=is_dry)
            return self._run(rescan, tell)

    def resume(self, tell: Tell = lambda _: None) -> Rescan:
        """Go on with the unfinished one and return it when it has ended.

        Raises:
            tutela.errors.BadInput: There is none.
            tutela.errors.Conflict: It runs.
        """
        with self._guarded():
            rescan = self._unfinished()
            self.rescans.take_over(rescan, self.holder)
            return self._run(replace(rescan, holder=self.holder), tell)

    def abandon(self) -> Rescan:
        """Forget the unfinished one and return it. What was decided stays.

        Raises:
            tutela.errors.BadInput: There is none.
            tutela.errors.Conflict: It runs.
        """
        with self._guarded():
            rescan = self._unfinished()
            self.rescans.abandon(rescan)
            return rescan

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        self.guard.take()
        try:
            yield
        finally:
            self.guard.release()

    def _unfinished(self) -> Rescan:
        rescan = self.rescans.unfinished()
        if rescan is None:
            raise BadInput("no re-scan is unfinished", remedy="Begin one: `tutela rescan`.")
        return rescan

    def _begun(self, bank: str | None, *, is_whole: bool, is_dry: bool) -> Rescan:
        if (other := self.rescans.unfinished()) is not None:
            raise Conflict(
                f"a re-scan is unfinished: begun {other.started_at:%Y-%m-%d %H:%M} UTC by {other.holder}",
                place=other.id,
                remedy="`tutela rescan --resume` goes on with it, `--abandon` forgets it.",
            )
        with self.store.read() as reader:
            asked = find(reader, bank) if bank is not None else None
            last, total = reader.stored_extent()
            newest = reader.feed_seq(IndexName.KNOWN)
        if asked is not None:
            _check(asked, self.clock.now())
        bank_id = asked.id if asked else None
        after = 0 if is_whole else self.rescans.covered_up_to(bank_id)
        scope = Scope(bank_id, after, newest, last, is_dry)
        rescan = Rescan(self.entropy.new_id("rescan"), scope, self.holder, self.clock.now(), total)
        self.rescans.begin(rescan)
        return rescan

    def _run(self, rescan: Rescan, tell: Tell) -> Rescan:
        rescan, blocks = self._gathered(rescan)
        self._decide(rescan)
        tell(rescan)
        for shard, met in self._compared(rescan, blocks):
            tally = rescan.tally
            tally = replace(
                tally,
                shards=tally.shards + 1,
                media=tally.media + shard.media,
                hashes=tally.hashes + len(shard.hashes),
                pairs=tally.pairs + sum(each.pairs for each in met),
            )
            rescan = replace(rescan, position=shard.last, tally=tally)
            self.rescans.record(rescan, shard.hit(met))
            self._decide(rescan)
            tell(rescan)
        view = self._view()
        return self.rescans.finish(rescan, view.now, view.may_look)

    def _view(self) -> View:
        """Return what may be looked at by now: a basis may end while a re-scan runs (P12)."""
        return View(self.profile(), self.clock.now())

    def _gathered(self, rescan: Rescan) -> tuple[Rescan, list[Block]]:
        """Return the members to be compared, of banks that may be asked by now; look digests up as they pass."""
        members = Members()
        hits: set[MediaId] = set()
        pairs = 0
        for page, thresholds in self._pages(rescan.scope):
            digests = members.add(page, thresholds)
            if rescan.tally.shards:
                continue
            found, more = self._by_digest(digests)
            hits |= found
            pairs += more
        if not rescan.tally.shards:
            rescan = replace(rescan, tally=replace(rescan.tally, shards=1, members=len(members), pairs=pairs))
            self.rescans.record(rescan, hits)
        return rescan, members.blocks()

    def _pages(self, scope: Scope) -> Iterator[tuple[MemberPage, dict[BankId, int]]]:
        """Yield members, with the thresholds of the banks that may be asked.

        A bank that was switched on, renewed or otherwise changed since is compared whole: it may have been left out by
        all that came before.
        """
        with self.store.read() as reader:
            changed = reader.banks_changed_between(scope.after_seq, scope.up_to_seq) if scope.after_seq else ()
        yield from self._stretch(scope.after_seq, scope.up_to_seq, scope.bank_id)
        for _, bank in changed:
            if scope.bank_id in {None, bank.id}:
                yield from self._stretch(0, scope.after_seq, bank.id)

    def _stretch(
        self, after: int, up_to: int, bank_id: BankId | None
    ) -> Iterator[tuple[MemberPage, dict[BankId, int]]]:
        while True:
            now = self.clock.now()
            with self.store.read() as reader:
                asked = [bank for bank in reader.banks() if bank.is_active and not has_lapsed(bank, now)]
                page = reader.member_page(after, up_to, PAGE_MEMBERS, bank_id=bank_id)
            yield page, {bank.id: bank.threshold_bits for bank in asked}
            if len(page) < PAGE_MEMBERS:
                return
            after = page.seqs[-1]

    def _by_digest(self, digests: Mapping[SignalType, Sequence[bytes]]) -> tuple[set[MediaId], int]:
        """Return the media with one of these digests, and how many pairs that are."""
        hits: set[MediaId] = set()
        pairs = 0
        with self.store.read() as reader:
            for kind, values in digests.items():
                met = met_by_digest(reader, kind, values)
                in_view = self._view().media(reader, sorted(met))
                hits |= in_view
                pairs += sum(met[media_id] for media_id in in_view)
        return hits, pairs

    def _compared(self, rescan: Rescan, blocks: Sequence[Block]) -> Iterator[tuple[Shard, list[Met]]]:
        if not blocks:
            return
        cut: deque[Shard] = deque()

        def shards() -> Iterator[Words]:
            for shard in self._shards(rescan):
                cut.append(shard)
                yield shard.hashes

        for met in self.executor.compare(blocks, shards()):
            yield cut.popleft(), met

    def _shards(self, rescan: Rescan) -> Iterator[Shard]:
        after = rescan.position
        while True:
            with self.store.read() as reader:
                page = reader.stored_page(after, rescan.scope.up_to_media, self.shard_media)
                if not page.media:
                    return
                in_view = self._view().media(reader, page.media)
            yield Shard.cut(page, in_view)
            after = page.media[-1]

    def _decide(self, rescan: Rescan) -> None:
        """Decide about what was hit, as for a late match; what the banks say by now counts, not what they said."""
        count = RescanCount(rescan.id, rescan.holder)
        while not rescan.scope.is_dry and (media := self.rescans.undecided(rescan, DECIDED_AT_ONCE)):
            self.reconsider(media, counted_as=count)
            self.rescans.decided(rescan, media)


def _check(bank: Bank, now: datetime) -> None:
    if not bank.is_active:
        raise BadInput("a bank that is switched off is not asked", place="--bank", remedy="Switch it on.")
    if has_lapsed(bank, now):
        raise BadInput(
            "the licence of a bank is over, and it may not be asked any more",
            place="--bank",
            remedy="Renew it with `tutela bank change NAME --licence-ends-at`.",
        )
