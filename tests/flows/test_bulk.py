"""Decisions in bulk: counted, confirmed, decided a chunk at a time, each item as if it were alone."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from make import Home, photo, submission
from tutela.core.bulks import BulkAsk, BulkMeasure, Target, has_moved
from tutela.core.findings import Decider, Delay, Facts
from tutela.core.ids import AccountId, ClauseId
from tutela.core.measures import MeasureKind, Subject
from tutela.core.roles import Role
from tutela.core.statements import DelayBasis
from tutela.errors import (
    AlreadyEnded,
    BadInput,
    CountMoved,
    Refused,
    TooLarge,
    UnknownAccount,
    UnknownBulk,
    UnknownClause,
    UnknownItem,
)
from tutela.flows import bulk as bulk_flow
from tutela.flows import find_items
from tutela.flows.bulk import AskedInBulk
from tutela.flows.find_items import AskedFilter
from tutela.flows.run_bulks import CHUNK_ITEMS
from tutela.ports.cases import OwnAccount
from tutela.ports.committer import Changeset
from tutela.ports.decisions import Bulk, BulkOutcome, BulkState
from tutela_client.scope import Scope

K = MeasureKind
SPAM, DEPICTION = ClauseId("house.spam"), ClauseId("cse.depiction")
REMOVE = BulkMeasure(K.REMOVE)
ADA = Decider("key_ada")
EVERY = AskedFilter(tag="bulk")


def asked(*measures: BulkMeasure, clause: ClauseId = SPAM, role: Role = Role.ACTOR, **more: Any) -> AskedInBulk:
    """Return a decision about everything that is tagged, unless said otherwise."""
    where = None if "items" in more else more.pop("where", EVERY)
    return AskedInBulk(BulkAsk(clause, Facts("found"), measures or (REMOVE,), role), ADA, where=where, **more)


def post(home: Home, count: int, *, first: int = 0, authors: int = 10) -> list[str]:
    """Post texts that are tagged, in turn by some authors."""
    names = [f"post-{number}" for number in range(first, first + count)]
    for start in range(0, count, 200):
        some = enumerate(names[start : start + 200], start=start)
        home.submit_all(*[submission(name, author=f"u{at % authors}", tags=("bulk",)) for at, name in some])
    return names


def rows(home: Home, bulk: Bulk) -> list[tuple[BulkOutcome | None, str | None]]:
    """Return what came of each item."""
    with home.house.store.read() as reader:
        return [(row.outcome, row.decision_id) for row in reader.bulk_items(bulk.id, 0, 100_000)]


def removed(home: Home) -> int:
    """Return on how many items a removal is in force."""
    with home.house.store.read() as reader:
        ids = reader.filtered(_everything(), "", 100_000)
        standings = reader.standings(Subject.item(each) for each in ids)
    return sum(K.REMOVE in standing.kinds_at(home.clock.now()) for standing in standings.values())


def _everything() -> Any:
    from tutela.ports.decisions import ItemFilter  # noqa: PLC0415  # only here

    return ItemFilter(tag="bulk")


def account(home: Home, name: str) -> Subject:
    """Return an account as a subject."""
    with home.house.store.read() as reader:
        return Subject.account(reader.accounts_by_platform_id([name])[name].id)


def test_a_dry_run_counts_and_writes_nothing(home_anywhere: Home) -> None:
    """What it tells is what comes of it: one strike for each author, however many items."""
    home = home_anywhere
    post(home, 130)
    foreseen = home.house.decide_in_bulk.foresee(asked())
    assert (removed(home), foreseen.count, foreseen.looked_at) == (0, 130, 130)
    assert foreseen.outcomes == {BulkOutcome.DECIDED: 130}
    assert (len(foreseen.accounts), len(foreseen.struck)) == (10, 10)

    bulk = home.house.decide_in_bulk(asked(), foreseen.count)
    assert (bulk.state, removed(home)) == (BulkState.RUNNING, 0)
    assert home.house.run_bulks() == -(-130 // CHUNK_ITEMS)

    done = home.house.decide_in_bulk.find(bulk.id)
    assert (done.state, done.decided, done.position) == (BulkState.DONE, 130, 130)
    assert removed(home) == 130
    with home.house.store.read() as reader:
        strikes = reader.strikes([account(home, f"u{number}").id for number in range(10)])  # type: ignore[misc]  # ids are strings
    assert [len(each) for each in strikes.values()] == [1] * 10


@pytest.mark.both_databases
def test_a_few_are_decided_while_the_caller_waits(home_anywhere: Home) -> None:
    """Whole or not at all, each with a decision of its own."""
    names = post(home_anywhere, 30)

    bulk = home_anywhere.house.decide_in_bulk(asked(items=tuple(names)), 30)

    assert (bulk.state, bulk.decided) == (BulkState.DONE, 30)
    assert home_anywhere.house.decide_in_bulk.find(bulk.id) == replace(bulk, ended_at=bulk.ended_at)
    assert len({decision for _, decision in rows(home_anywhere, bulk)}) == 30
    assert home_anywhere.house.verify().breaches == ()


@pytest.mark.parametrize(("confirmed", "found", "moved"), [
    (100, 100, False), (100, 110, False), (100, 111, True), (100, 90, False), (100, 89, True), (0, 1, True),
    (9, 10, True), (0, 0, False),
])  # fmt: skip
def test_a_tenth_may_come_or_go(confirmed: int, found: int, moved: bool) -> None:  # noqa: FBT001  # a table
    """And no more: a person looks again."""
    assert has_moved(confirmed, found) is moved


def test_a_count_that_moved_is_refused_with_both_numbers(home: Home) -> None:
    """And nothing is decided."""
    post(home, 20)
    with pytest.raises(CountMoved, match="17 items were confirmed, and there are 20 now"):
        home.house.decide_in_bulk(asked(), 17)

    assert removed(home) == 0


@pytest.mark.parametrize(("more", "expected", "place"), [
    ({"items": ("post-0", "never")}, UnknownItem, "items.1"),
    ({"where": AskedFilter(account="nobody")}, UnknownAccount, "filter.account"),
    ({"where": AskedFilter(clause="no.such")}, UnknownClause, "filter.clause"),
    ({"where": AskedFilter(tag="#")}, BadInput, "filter.tag"),
    ({"where": AskedFilter()}, BadInput, "filter"),
    ({"where": AskedFilter(tag="nothing"), "confirmed": 0}, BadInput, "filter"),
    ({"clause": ClauseId("no.such")}, UnknownClause, "clause"),
])  # fmt: skip
def test_what_is_not_there_is_named(home: Home, more: dict[str, Any], expected: type[Exception], place: str) -> None:
    """By its place, and nothing is decided."""
    post(home, 1)
    confirmed = more.pop("confirmed", 1)
    with pytest.raises(expected) as caught:
        home.house.decide_in_bulk(asked(**more), confirmed)

    assert caught.value.place == place  # type: ignore[attr-defined]  # ours have one


def test_a_filter_that_finds_too_much_is_refused(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what narrows it."""
    post(home, 6)
    monkeypatch.setattr(find_items, "MAX_ITEMS", 5)
    with pytest.raises(TooLarge):
        home.house.decide_in_bulk.foresee(asked())


def test_a_filter_narrows_by_all_that_it_names(home: Home) -> None:
    """By account, tag, and when it was submitted; a tag however it is written."""
    post(home, 10)
    home.clock.advance(hours=1)
    later = home.clock.now()
    post(home, 10, first=10)

    def count(**narrowed: Any) -> int:
        return home.house.decide_in_bulk.foresee(asked(where=AskedFilter(**narrowed))).count

    assert count(account="u3") == 2
    assert count(account="u3", since=later) == 1
    assert count(tag="#BULK", until=later) == 10
    assert count(clause="house.spam") == 0


def test_no_lesser_answer_in_bulk_either(home: Home) -> None:
    """An actor under a zero-tolerance clause: refused in the same words, and nothing is written."""
    post(home, 150)
    lesser = asked(BulkMeasure(K.DE_EMPHASISE), clause=DEPICTION)
    foreseen = home.house.decide_in_bulk.foresee(lesser)
    assert foreseen.outcomes == {BulkOutcome.REFUSED: 150}
    [first, *_] = foreseen.refused[0].refusals
    assert "`de_emphasise` is no answer to whoever did this: cse.depiction is a zero-tolerance clause" in first.sentence
    with pytest.raises(Refused) as caught:
        home.house.decide_in_bulk(lesser, 150)

    assert first.sentence in {each["message"] for each in caught.value.places}
    assert {each["place"] for each in caught.value.places} <= {"measures.0", "role"}
    with home.house.store.read() as reader:
        assert reader.open_bulks() == []


def test_what_answers_it_is_on_item_and_author_once(home_anywhere: Home) -> None:
    """The account is locked by its first item; the next ones find that lock."""
    home = home_anywhere
    names = post(home, 4, authors=1)
    full = asked(REMOVE, BulkMeasure(K.LOCK_PENDING_DECISION, Target.AUTHOR), clause=DEPICTION, items=tuple(names))

    bulk = home.house.decide_in_bulk(full, 4)

    assert bulk.decided == 4
    with home.house.store.read() as reader:
        subject = account(home, "u0")
        held = reader.standings([subject])[subject].measures
    assert [measure.kind for measure in held] == [K.LOCK_PENDING_DECISION]
    assert home.house.verify().breaches == ()


def test_for_whoever_is_no_suspect_the_account_is_protected(home: Home) -> None:
    """What is depicted goes, and the account loses nothing."""
    post(home, 3, authors=1)

    bulk = home.house.decide_in_bulk(asked(clause=DEPICTION, role=Role.DEPICTED), 3)

    assert bulk.decided == 3
    assert home.kinds(account(home, "u0")) == {"protect"}


def test_a_warning_is_given_once_in_a_bulk(home: Home) -> None:
    """However many chunks and items; an item about which nothing else is asked is unchanged."""
    post(home, 120, authors=1)
    warn = asked(BulkMeasure(K.WARN, Target.AUTHOR), role=Role.NONE)

    bulk = home.house.decide_in_bulk(warn, 120)
    home.house.run_bulks()

    done = home.house.decide_in_bulk.find(bulk.id)
    assert (done.decided, done.unchanged) == (1, 119)


def test_what_holds_already_is_unchanged(home: Home) -> None:
    """A second bulk about the same finds nothing to do, and strikes nobody."""
    post(home, 20)
    home.house.decide_in_bulk(asked(), 20)

    again = home.house.decide_in_bulk(asked(), 20)

    assert (again.decided, again.unchanged) == (0, 20)


def test_what_is_cancelled_stays_decided_as_far_as_it_came(home_anywhere: Home) -> None:
    """And nothing more is decided, now or later; a second time it has ended."""
    home = home_anywhere
    post(home, 250)
    bulk = home.house.decide_in_bulk(asked(), 250)
    home.house.run_bulks.step(bulk.id)

    cancelled = home.house.decide_in_bulk.cancel(bulk.id, "key_ada")

    assert (cancelled.state, cancelled.position) == (BulkState.CANCELLED, CHUNK_ITEMS)
    assert home.house.run_bulks() == 0
    assert not home.house.run_bulks.step(bulk.id)
    assert removed(home) == CHUNK_ITEMS
    with pytest.raises(AlreadyEnded):
        home.house.decide_in_bulk.cancel(bulk.id, "key_ada")
    with pytest.raises(UnknownBulk):
        home.house.decide_in_bulk.cancel("blk_none", "key_ada")


@pytest.mark.both_databases
def test_two_workers_decide_about_each_item_once(home_anywhere: Home) -> None:
    """Whoever is slower leaves the chunk to the other."""
    home = home_anywhere
    post(home, 600)
    bulk = home.house.decide_in_bulk(asked(), 600)

    def work() -> None:
        while home.house.decide_in_bulk.find(bulk.id).ended_at is None:
            home.house.run_bulks()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    found = rows(home, bulk)
    assert [outcome for outcome, _ in found] == [BulkOutcome.DECIDED] * 600
    assert len({decision for _, decision in found}) == 600
    with home.house.store.read() as reader:
        told = reader.answers_about(row.item_id for row in reader.bulk_items(bulk.id, 0, 1000))
    assert [len(each) for each in told.values()] == [1] * 600


def test_what_was_never_wholly_written_down_is_never_decided(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its request was not answered; after a while it is cancelled."""
    post(home, 150)
    monkeypatch.setattr(bulk_flow, "BulkChange", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        home.house.decide_in_bulk(asked(), 150)
    monkeypatch.undo()
    with home.house.store.read() as reader:
        [left] = reader.open_bulks()
    assert (left.state, home.house.run_bulks()) == (BulkState.GATHERING, 0)
    home.clock.advance(minutes=11)

    assert home.house.run_bulks() == 0
    assert home.house.decide_in_bulk.find(left.id).state is BulkState.CANCELLED
    assert removed(home) == 0


def test_what_cannot_be_preserved_is_held_and_asked_for(home: Home) -> None:
    """As when it is decided alone; a picture that is here is sealed, and hidden with all that carries it."""
    media = home.upload(photo())
    home.submit("here", media, author="u0", tags=("bulk",))
    home.submit("here-too", media, author="u1", tags=("bulk",))
    full = asked(REMOVE, BulkMeasure(K.SUSPEND, Target.AUTHOR), clause=DEPICTION)
    foreseen = home.house.decide_in_bulk.foresee(full)
    assert home.media(media.id).evidence.value == "received"

    bulk = home.house.decide_in_bulk(full, foreseen.count)

    assert bulk.decided == 2
    assert home.media(media.id).evidence.value == "sealed"
    assert home.kinds(Subject.media(media.id)) == {"quarantine", "block_media"}
    assert home.house.verify().breaches == ()


def test_what_is_asked_is_stored_and_read_back_whole(home: Home) -> None:
    """Scope, times, part and delay: the background decides what the person asked for."""
    now = home.clock.now()
    scope = Scope(countries=frozenset({"DE", "FR"}), legal_basis="a law", is_closed=True)
    ask = BulkAsk(
        SPAM, Facts("found", "in words"),
        (BulkMeasure(K.WITHHOLD, Target.ITEM, scope, now, now + timedelta(days=3)),),
        Role.ACTOR, Delay(now + timedelta(days=1), DelayBasis.PERSON_AT_RISK),
    )  # fmt: skip

    assert BulkAsk.from_json(ask.as_json()) == ask


def test_nobody_decides_about_an_account_of_their_own_in_bulk_either(home_anywhere: Home) -> None:
    """Its items are refused one by one, the others decided; where all are theirs, the whole is refused."""
    home = home_anywhere
    names = post(home, 6, authors=2)
    owns = OwnAccount(ADA.id, AccountId(account(home, "u0").id), home.clock.now())
    home.house.committer.commit(Changeset(own_accounts=(owns,)))

    shown = home.house.decide_in_bulk.foresee(asked())
    bulk = home.house.decide_in_bulk(asked(), 6)

    assert shown.outcomes == {BulkOutcome.DECIDED: 3, BulkOutcome.REFUSED: 3}
    assert (bulk.decided, bulk.refused) == (3, 3)
    assert [home.answer(name).value for name in names] == ["publish", "refuse"] * 3
    with pytest.raises(Refused, match="of their own"):
        home.house.decide_in_bulk(asked(items=tuple(names[::2])), 3)
