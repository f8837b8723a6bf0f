"""Re-scans: everything stored that a member is near to is decided about, and each shard counts once."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text

from make import CLAUSE, Home, photo, submission
from tutela.adapters.db.store import DatabaseReader
from tutela.adapters.rescan.comparing import compare
from tutela.bootstrap import open_rescan
from tutela.core.banks import SignalType
from tutela.core.content import Channel, ChannelKind, Digests, Media, PdqHash
from tutela.core.ids import MediaId
from tutela.core.matching import Words
from tutela.core.operator import Basis, OperatorProfile
from tutela.core.opinions import Opinion, person
from tutela.core.policy import Material, Verification
from tutela.core.rescans import Met
from tutela.errors import BadInput, Conflict, TakenOver, UnknownBank, WorkerLost
from tutela.flows.keep_banks import BankChange, NewBank
from tutela.flows.reconsider import CHUNK_ITEMS
from tutela.flows.refer import MediaReference
from tutela.ports.committer import Changeset, Receipt
from tutela.ports.rescans import Block, Outcome, Rescan

dice = np.random.default_rng(3)


class Between:
    """Compares in this process, and does something between two shards."""

    def __init__(self, at: int, what: Any) -> None:
        self.at, self.what = at, what

    def compare(self, blocks: Sequence[Block], shards: Iterable[Words]) -> Iterator[list[Met]]:
        """Compare, and do it before the answer to one shard."""
        for number, shard in enumerate(shards):
            met = [compare(shard, block.hashes, block.max_distance_bits) for block in blocks]
            if number == self.at:
                self.what()
            yield met


class Noting:
    """Keeps re-scans as the one beneath does, and notes what is written down as hit."""

    def __init__(self, beneath: Any, written: list[MediaId]) -> None:
        self._beneath, self._written = beneath, written

    def __getattr__(self, name: str) -> Any:
        return getattr(self._beneath, name)

    def record(self, rescan: Rescan, hits: Iterable[MediaId]) -> None:
        """Note them, and store them."""
        self._written += (found := list(hits))
        self._beneath.record(rescan, found)


class After:
    """Keeps re-scans as the one beneath does; after one kind of call, or before what is decided is noted, acts."""

    def __init__(self, beneath: Any, moment: str, act: Callable[[], None]) -> None:
        self._beneath, self._moment, self._act = beneath, moment, act

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._beneath, name)
        return self._acting(call) if name == self._moment else call

    def _acting(self, call: Any) -> Any:
        def acted(*given: Any) -> Any:
            if self._moment == "decided":
                self._act()
            answer = call(*given)
            if self._moment != "decided":
                self._act()
            return answer

        return acted


class Blind:
    """Does not see the unfinished one, as who asked a moment too early."""

    def __init__(self, beneath: Any) -> None:
        self._beneath = beneath

    def __getattr__(self, name: str) -> Any:
        return getattr(self._beneath, name)

    def unfinished(self) -> None:
        """See none."""


def lose() -> None:
    """Fail as the executor does when a process has died."""
    raise WorkerLost


def by_hash(value: bytes) -> MediaReference:
    """Return media of which the platform sends a hash alone."""
    return MediaReference(None, Digests(), PdqHash(value, 100))


def same_md5(of: MediaReference) -> tuple[SignalType, str | None]:
    """Return the signal of the MD5 of a reference."""
    return SignalType.MD5, of.digests.md5


def fill(home: Home, count: int) -> list[bytes]:
    """Have *count* items be stored, each with a picture hash of its own."""
    values = [dice.bytes(32) for _ in range(count)]
    for number, value in enumerate(values):
        home.submit(f"i{number}", by_hash(value), author=f"u{number % 7}")
    return values


def list_all(home: Home, values: Iterable[bytes], name: str = "known") -> None:
    """Have a bank hold picture hashes."""
    home.list(*((SignalType.PDQ, value.hex()) for value in values), name=name)


def counted(rescan: Rescan) -> tuple[object, ...]:
    """Return the report, without what differs from run to run."""
    return rescan.tally, rescan.outcome, rescan.position, rescan.scope


def test_what_was_stored_before_is_decided_as_a_late_match_is(home_anywhere: Home) -> None:
    """Near in any orientation, and identical by digest; what is near to nothing stays as it is."""
    home = home_anywhere
    china, brick = home.upload(photo("china")), home.upload(photo("brick"))
    for name, media in (("near", china), ("again", china), ("same", brick), ("other", home.upload(photo("rocket")))):
        home.submit(name, media, author=name)
    home.list((SignalType.PDQ, china.hashes[0].orientations[3].hex()), (SignalType.MD5, brick.digests.md5))

    dry = open_rescan(home.house)(is_dry=True)
    assert home.answer("near").value == "publish"
    done = open_rescan(home.house)()
    again = open_rescan(home.house)(is_whole=True)

    assert [home.answer(name).value for name in ("near", "again", "other")] == ["hold", "hold", "publish"]
    assert home.is_absent("same")
    assert (done.tally.hashes, done.tally.members, done.tally.pairs) == (24, 2, 2)
    assert done.outcome == replace(dry.outcome or done.outcome, changed=3)
    assert (done.outcome.media, done.outcome.items, done.outcome.accounts) == (2, 3, 3) if done.outcome else False
    assert again.outcome == replace(done.outcome, changed=0) if done.outcome else False
    assert home.house.verify().breaches == ()


def test_digests_are_looked_up_a_page_at_a_time_and_each_page_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the list, a page of them is all that is held; going on looks none up again."""
    monkeypatch.setattr("tutela.flows.rescan.PAGE_MEMBERS", 2)
    values = [f"{number:032x}" for number in range(1, 6)]
    for number, value in enumerate(values):
        home.submit(f"i{number}", MediaReference(digests=Digests(md5=value)))
    home.list((SignalType.PDQ, dice.bytes(32).hex()), *((SignalType.MD5, value) for value in values))
    asked: list[int] = []
    media_by_digest = DatabaseReader.media_by_digest

    def noted(self: DatabaseReader, kind: SignalType, some: Collection[str]) -> list[Media]:
        asked.append(len(some))
        return media_by_digest(self, kind, some)

    with monkeypatch.context() as noting:
        noting.setattr(DatabaseReader, "media_by_digest", noted)
        with pytest.raises(WorkerLost):
            open_rescan(home.house, executor=Between(0, lose))(is_dry=True)
        done = open_rescan(home.house).resume()

    assert asked == [1, 2, 2]
    assert (done.tally.members, done.tally.pairs) == (6, 5)


def test_only_new_members_are_compared_unless_all_are_asked_for(home: Home) -> None:
    """New since the last finished one that decided, of all banks or of the bank that is named."""
    values = fill(home, 4)
    list_all(home, values[:1], "first")
    members = lambda **more: open_rescan(home.house)(**more).tally.members  # noqa: E731  # said five times below

    assert members(is_dry=True) == 1
    assert members() == 1
    assert members() == 0
    list_all(home, values[1:3], "second")
    assert members(bank="first") == 0
    assert members(bank="second") == 2
    assert members(bank="second") == 0
    assert members() == 2
    assert members(is_whole=True) == 3
    assert members(is_whole=True, bank="first") == 1


@pytest.mark.both_databases
def test_an_opinion_and_a_brake_are_nothing_to_compare(home_anywhere: Home) -> None:
    """Both stand in the feed under the id of the member that they are about."""
    home = home_anywhere
    values = fill(home, 3)
    list_all(home, values)
    home.house.keep_banks.change("known", BankChange(brake_accounts=1))
    home.submit("more", by_hash(values[0]), author="one")
    home.submit("most", by_hash(values[0]), author="two")
    member = home.house.keep_opinions.find("known", SignalType.PDQ, values[1].hex())
    home.house.keep_opinions.say("known", member, Opinion.NEGATIVE, by=person("Ada"))
    with home.house.store.read() as reader:
        assert reader.open_trips()

    done = open_rescan(home.house)()

    assert (done.tally.members, done.tally.pairs) == (3, 3)


def test_what_nobody_may_look_at_is_neither_compared_nor_counted(home_anywhere: Home) -> None:
    """P12: by likeness and by digest; of a media that somebody posted in public as well, only that posting."""
    home = home_anywhere
    value, shared = dice.bytes(32), dice.bytes(32)
    same = MediaReference(digests=Digests(md5="ab" * 16))
    private = {"author": "eve", "channel": Channel(ChannelKind.PRIVATE)}
    home.submit("p1", by_hash(value), **private)
    home.submit("p2", same, **private)
    home.submit("p3", by_hash(shared), **private)
    home.list((SignalType.PDQ, value.hex()), (SignalType.PDQ, shared.hex()), same_md5(same))

    nothing = open_rescan(home.house)(is_dry=True)
    home.submit("public", by_hash(shared), author="ann")
    written: list[MediaId] = []
    rescan = open_rescan(home.house)
    done = replace(rescan, rescans=Noting(rescan.rescans, written))(is_dry=True)

    assert (nothing.tally.media, nothing.tally.hashes, nothing.tally.pairs) == (0, 0, 0)
    assert nothing.outcome == Outcome(0, 0, 0, 0)
    assert (done.tally.media, done.tally.hashes, done.tally.pairs) == (1, 1, 1)
    assert done.outcome == Outcome(1, 1, 1, 0)
    assert len(written) == 1


def test_a_basis_lets_what_was_posted_under_it_be_compared_until_it_ends(home: Home) -> None:
    """P12: what was stored before it, and what was stored under it and is asked after it, is left out."""
    value, now = dice.bytes(32), home.clock.now()
    private = Channel(ChannelKind.PRIVATE)
    home.submit("before", by_hash(value), author="eve", channel=private)
    basis = Basis("*", ChannelKind.PRIVATE, "known_images", "test", "ref", now, now + timedelta(days=1))
    home.house.profile.write(OperatorProfile(bases=(basis,)))
    home.submit("under", by_hash(dice.bytes(32)), author="ann", channel=private)
    list_all(home, [value])

    during = open_rescan(home.house)(is_dry=True)
    home.clock.advance(days=1)
    after = open_rescan(home.house)(is_dry=True)

    assert (during.tally.media, during.tally.pairs, after.tally.media) == (1, 0, 0)


def test_a_bank_that_is_off_or_not_there_is_said(home: Home) -> None:
    """Silence would look like nothing found."""
    list_all(home, [dice.bytes(32)])
    home.house.keep_banks.change("known", BankChange(is_active=False))

    with pytest.raises(UnknownBank):
        open_rescan(home.house)(bank="none")
    with pytest.raises(BadInput, match="switched off"):
        open_rescan(home.house)(bank="known")
    assert open_rescan(home.house)().tally.members == 0


def test_a_bank_whose_licence_is_over_is_left_out_and_compared_after_its_renewal(home: Home) -> None:
    """As one that is off: what a re-scan left out, it has not covered."""
    values, ends_at = fill(home, 4), home.clock.now() + timedelta(days=1)
    borrowed = NewBank("borrowed", CLAUSE, Material.APPARENT_CSAM, Verification.OWN, "test", may_keep=False)
    home.house.keep_banks.create(replace(borrowed, licence_ends_at=ends_at))
    list_all(home, values[:2], "borrowed")
    list_all(home, values[2:], "off")
    home.house.keep_banks.change("off", BankChange(is_active=False))
    home.clock.advance(days=1)

    with pytest.raises(BadInput, match=r"^--bank: the licence of a bank is over.*tutela bank change NAME"):
        open_rescan(home.house)(bank="borrowed")
    without = open_rescan(home.house)()
    home.house.keep_banks.change("borrowed", BankChange(licence_ends_at=home.clock.now() + timedelta(days=1)))
    home.house.keep_banks.change("off", BankChange(is_active=True))
    renewed = open_rescan(home.house)(bank="borrowed")
    rest = open_rescan(home.house)()

    assert (without.tally.members, without.tally.pairs) == (0, 0)
    assert (renewed.tally.members, renewed.tally.pairs) == (2, 2)
    assert (rest.tally.members, rest.tally.pairs) == (4, 4)
    assert open_rescan(home.house)().tally.members == 0


def test_one_that_was_lost_is_gone_on_with_and_counts_each_shard_once(home_anywhere: Home) -> None:
    """The same report as one that was never interrupted."""
    home = home_anywhere
    values = fill(home, 10)
    list_all(home, values[::2])
    whole = open_rescan(home.house, shard_media=3)(is_dry=True)

    for at in (0, 1, 2):
        executor = Between(at, lose)
        rescan = open_rescan(home.house, shard_media=3, executor=executor)
        with pytest.raises(WorkerLost):
            rescan.resume() if at else rescan()
    done = open_rescan(home.house, shard_media=3).resume()

    assert (done.tally.shards, done.tally.media, done.tally.hashes) == (5, 10, 10)
    assert counted(replace(done, outcome=None, scope=whole.scope)) == counted(replace(whole, outcome=None))
    assert done.outcome == replace(whole.outcome, changed=5) if whole.outcome else False


def test_an_unfinished_one_is_in_the_way_until_it_ends_or_is_forgotten(home: Home) -> None:
    """Who began it is named, with what to do; going on without one is refused as well."""
    list_all(home, fill(home, 3))
    with pytest.raises(BadInput, match="no re-scan is unfinished"):
        open_rescan(home.house).resume()
    with pytest.raises(WorkerLost):
        open_rescan(home.house, executor=Between(0, lose))()

    with pytest.raises(Conflict, match=r"unfinished: begun .* by process \d+ on .*--resume"):
        open_rescan(home.house)()
    open_rescan(home.house).abandon()

    assert open_rescan(home.house)().outcome


def test_two_at_once_are_refused(home: Home) -> None:
    """Beginning, going on and forgetting: each while one runs."""
    list_all(home, fill(home, 3))
    refused: list[str] = []

    def others() -> None:
        for call in (open_rescan(home.house), open_rescan(home.house).resume, open_rescan(home.house).abandon):
            with pytest.raises(Conflict) as error:
                call()
            refused.append(str(error.value))

    done = open_rescan(home.house, executor=Between(0, others))()

    assert done.outcome
    assert len(refused) == 3
    assert all("runs already: process" in each for each in refused)


def test_who_was_taken_for_dead_writes_nothing_more(home: Home) -> None:
    """Elsewhere, where no lock is shared, another process goes on: the first one notices and stops."""
    list_all(home, fill(home, 6))

    def taken_over() -> None:
        rescans = open_rescan(home.house).rescans
        rescan = rescans.unfinished()
        assert rescan
        rescans.take_over(rescan, "process 1 elsewhere")

    with pytest.raises(Conflict, match="taken this re-scan over"):
        open_rescan(home.house, shard_media=2, executor=Between(1, taken_over))()

    assert open_rescan(home.house, shard_media=2).resume().tally.shards == 4


@pytest.mark.parametrize("moment", ["record", "undecided", "decided"])
def test_who_was_taken_for_dead_decides_and_counts_nothing_more(home_anywhere: Home, moment: str) -> None:
    """Whichever step of deciding it was at: every item is counted once, and the other process goes on."""
    home = home_anywhere
    list_all(home, fill(home, 3))
    stale = open_rescan(home.house)

    def taken_over() -> None:
        rescan = stale.rescans.unfinished()
        assert rescan
        if rescan.tally.shards == 2:
            stale.rescans.take_over(rescan, "process 1 elsewhere")

    with pytest.raises(TakenOver, match="leave it to that process"):
        replace(stale, rescans=After(stale.rescans, moment, taken_over))()
    left = [home.answer(f"i{number}").value for number in range(3)]
    done = open_rescan(home.house).resume()

    assert left == ["hold" if moment == "decided" else "publish"] * 3
    assert done.outcome == Outcome(3, 3, 3, 3)


def test_one_that_may_not_begin_leaves_the_count_of_the_other_alone(home: Home) -> None:
    """Two hosts begin at the same moment: the database lets one of them."""
    list_all(home, fill(home, 4))
    with pytest.raises(WorkerLost):
        open_rescan(home.house, shard_media=2, executor=Between(1, lose))()
    late = open_rescan(home.house)

    with pytest.raises(Conflict):
        replace(late, rescans=Blind(late.rescans))()
    done = open_rescan(home.house, shard_media=2).resume()

    assert done.outcome == Outcome(4, 4, 4, 4)


def test_a_member_that_is_removed_meanwhile_decides_nothing(home: Home) -> None:
    """What was hit is counted; what the bank says by now is what counts."""
    values = fill(home, 4)
    list_all(home, values)
    remove = lambda: home.house.keep_banks.remove("known", SignalType.PDQ, values[3].hex())  # noqa: E731  # handed over

    done = open_rescan(home.house, shard_media=2, executor=Between(1, remove))()

    assert (done.tally.pairs, done.outcome.media, done.outcome.changed) == (4, 4, 3) if done.outcome else False
    assert home.answer("i3").value == "publish"


def test_a_bank_that_is_switched_off_meanwhile_decides_nothing_more(home: Home) -> None:
    """What was decided before stays."""
    list_all(home, fill(home, 4))

    def off() -> None:
        home.house.keep_banks.change("known", BankChange(is_active=False))

    open_rescan(home.house, shard_media=2, executor=Between(1, off))()

    assert [home.answer(f"i{number}").value for number in range(4)] == ["hold", "hold", "publish", "publish"]


def test_an_item_that_is_added_meanwhile_is_decided_at_once_and_not_compared(home: Home) -> None:
    """It was looked up when it came; the re-scan ends where it was to end when it began."""
    values = fill(home, 4)
    list_all(home, values)
    add = lambda: home.submit("later", by_hash(values[0]), author="late")  # noqa: E731  # handed over

    done = open_rescan(home.house, shard_media=2, executor=Between(0, add))()

    assert home.answer("later").value == "hold"
    assert (done.tally.media, done.tally.hashes) == (4, 4)


def test_no_transaction_is_larger_than_a_chunk_and_all_are_in_order(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture with many carriers does not stall submits: what waits gets in between two chunks."""
    value = dice.bytes(32)
    home.submit_all(*(_item(f"i{number:04}", value) for number in range(450)))
    list_all(home, [value])
    sizes: list[int] = []
    commit = type(home.house.committer).commit

    def noted(self: Any, changeset: Changeset) -> Receipt:
        if changeset.decisions:
            sizes.append(len(changeset.decisions))
            home.submit(f"between-{len(sizes)}", author="somebody", text="a calm morning") if len(sizes) % 2 else None
        return commit(self, changeset)

    monkeypatch.setattr(type(home.house.committer), "commit", noted)
    done = open_rescan(home.house)()

    assert max(sizes) <= CHUNK_ITEMS
    assert sum(sizes) == 450
    assert done.outcome
    assert done.outcome.changed == 450
    assert home.answer("between-1").value == "publish"


@pytest.mark.both_databases
def test_what_was_hit_is_written_and_forgotten_in_small_transactions(
    home_anywhere: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More hits than one transaction takes; what a kill left of an ended one goes with the next."""
    home = home_anywhere
    monkeypatch.setattr("tutela.adapters.db.rescans.CHUNK_HITS", 3)
    list_all(home, fill(home, 8))
    rescan = open_rescan(home.house)
    with monkeypatch.context() as killed:
        killed.setattr(type(rescan.rescans), "_sweep", lambda _: None)
        first = rescan(is_dry=True)
    left = _hits(home)

    second = open_rescan(home.house)(is_dry=True)

    assert (first.outcome, left, _hits(home)) == (second.outcome, 8, 0)
    assert first.outcome
    assert first.outcome.media == 8


def _hits(home: Home) -> int:
    with home.house.engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM rescan_hits")).scalar_one())


def _item(name: str, value: bytes) -> Any:
    return submission(name, by_hash(value), author=f"u{name}")
