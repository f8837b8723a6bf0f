"""What the one writer promises, on both databases."""

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

import make
from make import Desk
from tutela.adapters.clock import SystemClock, SystemEntropy
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.committer import GroupCommitter
from tutela.adapters.db.engine import open_engine
from tutela.core.audit import AuditEvent
from tutela.core.content import Age, AgeBand, AgeProvenance, EvidenceState
from tutela.core.measures import MeasureKind, Subject
from tutela.errors import BadInput, Conflict, TutelaError
from tutela.ports.changes import FeedPlace
from tutela.ports.committer import Changeset, IdempotentAnswer, MediaUpdate
from tutela.ports.index import IndexName

THREADS = 8


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the test's database."""
    with make.database(database_url) as opened:
        yield opened


def at_once(work: Callable[[int], object], threads: int = THREADS) -> list[object]:
    """Run *work* in threads that start at the same moment; return what each returned or raised."""
    gate = threading.Barrier(threads)

    def run(number: int) -> object:
        gate.wait()
        try:
            return work(number)
        except TutelaError as error:
            return error

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def test_no_acknowledged_update_is_lost(desk: Desk) -> None:
    """Threads add to one account's standing from what they read; whoever read too early plans again."""
    author = make.account()
    desk.commit(accounts=(author,))
    subject = Subject.account(author.id)

    def add_twenty(_: int) -> int:
        done = 0
        while done < 20:
            with desk.store.read() as reader:
                standing = reader.standings([subject])[subject]
            because = make.decision()
            grant = make.measure(MeasureKind.EXCLUDE, subject, because, ends_at=None)
            try:
                desk.commit(decisions=(because,), measures=(grant,), expects={subject: standing.version})
            except Conflict:
                continue
            done += 1
        return done

    assert at_once(add_twenty) == [20] * THREADS

    with desk.store.read() as reader:
        standing = reader.standings([subject])[subject]
    assert standing.version == THREADS * 20
    assert len(standing.measures) == THREADS * 20


def test_two_processes_lose_no_update_either(new_database: Callable[[], str]) -> None:
    """Each with its own connections and its own chain on the same database."""
    url = new_database()
    author = make.account()
    subject = Subject.account(author.id)
    with make.database(url, writer="one") as one, make.database(url, writer="two") as two:
        one.commit(accounts=(author,))

        def add_ten(number: int) -> int:
            desk, done = (one, two)[number % 2], 0
            while done < 10:
                with desk.store.read() as reader:
                    version = reader.standings([subject])[subject].version
                because = make.decision()
                grant = make.measure(MeasureKind.EXCLUDE, subject, because)
                try:
                    desk.commit(decisions=(because,), measures=(grant,), expects={subject: version})
                except Conflict:
                    continue
                done += 1
            return done

        at_once(add_ten, 4)
        with one.store.read() as reader:
            assert reader.standings([subject])[subject].version == 40


def test_a_reader_of_changes_misses_none_while_two_processes_write(new_database: Callable[[], str]) -> None:
    """A number must never become visible after a larger one: the reader has passed it by then."""
    url, seen, is_over = new_database(), list[str](), threading.Event()
    author = make.account()
    with make.database(url, writer="one") as one, make.database(url, writer="two") as two:
        one.commit(accounts=(author,))

        def write(number: int) -> None:
            desk = (one, two)[number % 2]
            for _ in range(25):
                because, other = make.decision(), make.account()
                grant = make.measure(MeasureKind.EXCLUDE, Subject.account(other.id), because)
                desk.commit(accounts=(other,), decisions=(because,), measures=(grant,))

        def follow() -> None:
            after = FeedPlace()
            while True:
                was_over = is_over.is_set()
                with one.store.read() as reader:
                    page = reader.changes(after, 50)
                seen.extend(change.subject.id for change in page.changes)
                after = page.following
                if was_over and page.is_complete:
                    return
                is_over.wait(0.002)

        follower = threading.Thread(target=follow)
        follower.start()
        at_once(write, 6)
        is_over.set()
        follower.join()

        with two.store.read() as reader:
            assert seen == [change.subject.id for change in reader.changes(FeedPlace(), 1000).changes]
    assert len(seen) == 6 * 25


def test_one_idempotency_key_is_written_once_however_many_ask(desk: Desk) -> None:
    """The others learn that it was done and answer from what is stored."""
    answer = IdempotentAnswer("owner", "key", "print", b"first", make.AT)

    def ask(number: int) -> object:
        author = make.account()
        desk.commit(accounts=(author,), idempotency=replace(answer, body=f"{number}".encode()))
        return author.platform_id

    outcomes = at_once(ask)

    winners = [each for each in outcomes if isinstance(each, str)]
    assert len(winners) == 1
    assert all(isinstance(each, Conflict) for each in outcomes if not isinstance(each, str))
    with desk.store.read() as reader:
        assert reader.counts()["accounts"] == 1
        stored = reader.idempotent("owner", "key")
    assert stored is not None
    assert outcomes[int(stored.body)] == winners[0]


def test_the_same_key_of_another_owner_is_another_request(desk: Desk) -> None:
    """Also where joining owner and key with a stroke would make them equal."""
    answer = IdempotentAnswer("a", "b/c", "print", b"", make.AT)

    desk.commit(idempotency=answer)
    desk.commit(idempotency=replace(answer, owner="a/b", key="c"))
    desk.commit(idempotency=replace(answer, owner="other"))

    with desk.store.read() as reader:
        assert reader.idempotent("a/b", "c") is not None


@pytest.mark.parametrize("noun", ["account", "item", "media", "bank"])
def test_a_natural_key_is_taken_by_one_of_many(desk: Desk, noun: str) -> None:
    """The same author, item, content or bank from many threads at once is stored once; the others plan again."""
    author = make.account()
    desk.commit(accounts=(author,))

    def write(_: int) -> object:
        parts: dict[str, Changeset] = {
            "account": Changeset(accounts=(make.account("same"),)),
            "item": Changeset(items=(make.stored(make.item(author, name="same")),)),
            "media": Changeset(media=(make.media("same"),)),
            "bank": Changeset(banks=(make.bank("same"),)),
        }
        return desk.committer.commit(parts[noun])

    outcomes = at_once(write)

    assert sum(isinstance(each, Conflict) for each in outcomes) == THREADS - 1
    before = {"account": 1}.get(noun, 0)
    with desk.store.read() as reader:
        counts = reader.counts()
    assert counts[{"media": "media"}.get(noun, f"{noun}s")] == before + 1


def test_a_changeset_that_the_database_refuses_takes_no_other_down(desk: Desk) -> None:
    """Half of a group breaks a foreign key; exactly the other half is there afterwards, whole."""
    missing = make.account()

    def write(number: int) -> object:
        author = make.account()
        wrong = make.stored(make.item(missing))
        right = make.stored(make.item(author))
        event = AuditEvent("system:test:done", author.id, {})
        desk.commit(accounts=(author,), items=(wrong if number % 2 else right,), audit=(event,))
        return author.platform_id

    outcomes = at_once(write, 16)

    assert [isinstance(each, str) for each in outcomes] == [True, False] * 8
    with desk.store.read() as reader:
        counts = reader.counts()
    assert (counts["accounts"], counts["items"]) == (8, 8)


def test_a_plan_from_old_banks_is_refused(desk: Desk) -> None:
    """Nothing may be called clean by a look-up that missed the newest member."""
    desk.commit(banks=(bank := make.bank(),))
    with desk.store.read() as reader:
        seq = reader.feed_seq(IndexName.KNOWN)
    desk.commit(members=(make.member(bank),))

    with pytest.raises(Conflict, match="banks"):
        desk.commit(accounts=(make.account(),), expects_known_seq=seq)


def test_in_one_group_a_new_member_refuses_the_plans_behind_it(desk: Desk) -> None:
    """Whatever the order in which they arrive, no plan passes a member that was committed before it."""
    desk.commit(banks=(bank := make.bank(),))
    with desk.store.read() as reader:
        seq = reader.feed_seq(IndexName.KNOWN)

    def write(number: int) -> object:
        if number == 0:
            return desk.committer.commit(Changeset(members=(make.member(bank),))).feed_seq
        return desk.committer.commit(Changeset(accounts=(make.account(),), expects_known_seq=seq)).feed_seq

    first, *others = at_once(write)

    for each in others:
        assert isinstance(each, Conflict) or (isinstance(each, int) and isinstance(first, int) and each <= first)


def test_sealed_media_never_becomes_received_again(desk: Desk) -> None:
    """A scan that began before the sealing must not write the old state over it (P5)."""
    before = make.media(evidence=EvidenceState.RECEIVED, content_id="0" * 32)
    desk.commit(media=(before,))
    sealed = replace(before, evidence=EvidenceState.SEALED)
    desk.commit(media_updates=(MediaUpdate(sealed, before=before),))

    with pytest.raises(Conflict, match="media"):
        desk.commit(media_updates=(MediaUpdate(replace(before, width=5), before=before),))

    with desk.store.read() as reader:
        assert reader.media_by_id([before.id]) == {before.id: sealed}


def test_a_member_taken_out_can_be_put_back(desk: Desk) -> None:
    """Both rows stay; one of them is active. Twice at once it cannot be there."""
    bank = make.bank()
    first = make.member(bank, "ab" * 16)
    desk.commit(banks=(bank,), members=(first,))
    desk.commit(member_removals=(first,))
    desk.commit(members=(again := make.member(bank, first.value),))

    with pytest.raises(Conflict):
        desk.commit(members=(make.member(bank, first.value),))
    with desk.store.read() as reader:
        assert reader.members(bank.id) == [again]


@pytest.mark.parametrize("text", ["half a pair \ud800", "nul \0"], ids=["surrogate", "nul"])
def test_text_that_cannot_be_stored_is_the_senders_fault_and_harms_nobody(desk: Desk, text: str) -> None:
    """Either it comes back as it was, or it is refused as bad input: never an error of the driver's with the value."""
    author = make.account()
    desk.commit(accounts=(author,))
    item = make.item(author, text=text)

    with suppress(BadInput):
        desk.commit(items=(make.stored(item),))
        with desk.store.read() as reader:
            assert reader.items_by_id([item.id])[item.id].item.text == text
    desk.commit(items=(make.stored(make.item(author)),))


def test_a_closed_committer_says_so(new_database: Callable[[], str]) -> None:
    """Nobody waits for a thread that has ended."""
    with make.database(new_database()) as desk:
        desk.committer.close()

        with pytest.raises(TutelaError, match="shutting down"):
            desk.commit(accounts=(make.account(),))


def test_readers_see_one_snapshot_however_long_they_read(desk: Desk) -> None:
    """Two statements of one reader never straddle a commit."""
    is_over = threading.Event()

    def write() -> None:
        while not is_over.is_set():
            author = make.account()
            desk.commit(accounts=(author,), items=(make.stored(make.item(author)),))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in islice(iter(int, 1), 40):
            with desk.store.read() as reader:
                counts, again = reader.counts(), reader.counts()
            assert counts["accounts"] == counts["items"]
            assert counts == again
    finally:
        is_over.set()
        writer.join()


def test_every_commit_of_a_thousand_random_ones_is_whole(desk: Desk) -> None:
    """Accounts with as many items as they were committed with, whichever were refused."""
    dice = random.Random(7)  # noqa: S311  # an arrangement of test data
    plans = []
    for _ in range(200):
        author = make.account(f"name-{dice.randrange(120)}")
        items = tuple(make.stored(make.item(author)) for _ in range(dice.randrange(1, 4)))
        plans.append(Changeset(accounts=(author,), items=items))

    def write(number: int) -> list[Changeset]:
        done = []
        for plan in plans[number::THREADS]:
            try:
                desk.committer.commit(plan)
            except Conflict:
                continue
            done.append(plan)
        return done

    acknowledged = [plan for each in at_once(write) if isinstance(each, list) for plan in each]

    assert len({plan.accounts[0].platform_id for plan in acknowledged}) == len(acknowledged)
    with desk.store.read() as reader:
        counts = reader.counts()
    assert counts["accounts"] == len(acknowledged)
    assert counts["items"] == sum(len(plan.items) for plan in acknowledged)


def test_an_account_that_two_planned_at_once_is_written_once(desk: Desk) -> None:
    """Under the same id, in the same group or later; what else either plans is written as well."""
    ann = make.account("ann")
    events = [AuditEvent(f"test:account:planned{number}", ann.id, {}) for number in range(3)]

    assert at_once(lambda number: desk.commit(accounts=(ann,), audit=(events[number],)), 3) == [None] * 3
    desk.commit(accounts=(ann, make.account("ben")))

    with desk.store.read() as reader:
        assert reader.accounts_by_platform_id(["ann", "ben"])["ann"] == ann


def test_an_account_of_another_id_is_planned_again(desk: Desk) -> None:
    """Another process was quicker: its id holds, and nothing that names the other is written."""
    desk.commit(accounts=(make.account("ann"),))

    with pytest.raises(Conflict):
        desk.commit(accounts=(make.account("ann"), make.account("ben")))

    with desk.store.read() as reader:
        assert reader.accounts_by_platform_id(["ben"]) == {}


@pytest.mark.parametrize("other", [{"regions": ("BR",)}, {"age": Age(AgeBand.ADULT, AgeProvenance.DECLARED)}])
def test_an_account_that_two_tell_of_otherwise_is_planned_again(desk: Desk, other: dict[str, Any]) -> None:
    """Stored, or before it in the same group: a plan rests on regions (P12) and ages (P2)."""
    ann = make.account("ann")
    desk.commit(accounts=(ann,))
    with pytest.raises(Conflict):
        desk.commit(accounts=(replace(ann, **other),))

    ben = make.account("ben")
    told = [ben, replace(ben, **other)]
    outcomes = at_once(lambda number: desk.commit(accounts=(told[number],)), 2)
    assert sorted(isinstance(each, Conflict) for each in outcomes) == [False, True]


def test_whoever_follows_commits_is_not_woken_by_what_is_only_told(database_url: str) -> None:
    """A thousand events a second leave nothing to do for those who index, deliver and decide again."""
    engine = open_engine(database_url)
    woken: list[None] = []
    committer = GroupCommitter(engine, ChainWriter("main", SystemEntropy()), SystemClock(), lambda: woken.append(None))
    try:
        author = make.account()
        committer.commit(Changeset(accounts=(author,), audit=(AuditEvent("test:account:told", author.id, {}),)))
        assert woken == []
        committer.commit(Changeset(items=(make.stored(make.item(author)),)))
        assert len(woken) == 1
    finally:
        committer.close()
        engine.dispose()
