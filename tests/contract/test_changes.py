"""What the change feed promises, on both databases: each subject once, in pages, and nothing is ever missed."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

import make
from laws import examples
from make import Desk
from tutela.adapters.db.engine import COMMIT_LOCK, is_postgresql
from tutela.core.content import Account, Item, Media
from tutela.core.measures import Measure, MeasureKind, Subject, SubjectKind
from tutela.core.plans import Answer
from tutela.ports.changes import Change, FeedPlace
from tutela.ports.committer import Revocation

Kept = tuple[frozenset[str], frozenset[str], bool]
"""What a reader keeps of a subject: measures on it, measures inside it, whether it is published."""

CLEAR: Kept = (frozenset(), frozenset(), True)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the test's database."""
    with make.database(database_url) as opened:
        yield opened


@dataclass
class Follower:
    """A reader that keeps what it was told last of each subject."""

    desk: Desk
    place: FeedPlace = field(default_factory=FeedPlace)
    kept: dict[tuple[str, str], Kept] = field(default_factory=dict)

    def read(self, limit: int) -> bool:
        """Read one page and return whether there is more; the cursor goes through its own words."""
        with self.desk.store.read() as reader:
            page = reader.changes(self.place, limit)
        assert [each.seq for each in page.changes] == sorted(each.seq for each in page.changes)
        assert len({each.subject for each in page.changes}) == len(page.changes) <= limit
        self.kept.update({(each.subject.kind.value, each.platform_id): kept_of(each) for each in page.changes})
        assert page.following != self.place or page.is_complete
        self.place = FeedPlace.parse(str(page.following))
        return not page.is_complete

    def catch_up(self, limit: int = 1000) -> "Follower":
        """Read to the end."""
        while self.read(limit):
            pass
        return self


def kept_of(change: Change) -> Kept:
    """Return what a reader keeps of a change."""
    inside = () if change.item is None else change.item.inside
    is_published = change.item is None or change.item.is_published
    return frozenset(m.id for m in change.own), frozenset(m.id for m in inside), is_published


@dataclass
class World:
    """What was committed, as a model that knows nothing of feeds."""

    desk: Desk
    accounts: list[Account] = field(default_factory=list)
    media: list[Media] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    measures: list[Measure] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with two people and three pictures."""
        self.accounts = [make.account(), make.account()]
        self.media = [make.media() for _ in range(3)]
        self.desk.commit(accounts=tuple(self.accounts), media=tuple(self.media))

    def post(self, author: int, pictures: frozenset[int], quoted: frozenset[int], answer: Answer) -> Item:
        """Store an item, its quotes with all that they quote."""
        carried = [self.media[each % len(self.media)] for each in sorted(pictures)]
        direct = [self.items[each % len(self.items)] for each in quoted] if self.items else []
        inside = dict.fromkeys(each for item in direct for each in (item.id, *item.contains))
        item = make.item(self.accounts[author % len(self.accounts)], *carried, contains=tuple(inside))
        self.desk.commit(items=(make.stored(item, answer),))
        self.items.append(item)
        self.answers[item.id] = answer
        return item

    def grant(self, subject: Subject) -> Measure:
        """Store a measure."""
        kind = MeasureKind.EXCLUDE if subject.kind is not SubjectKind.MEDIA else MeasureKind.HOLD
        because = make.decision()
        made = make.measure(kind, subject, because)
        self.desk.commit(decisions=(because,), measures=(made,))
        self.measures.append(made)
        return made

    def revoke(self, measure: Measure) -> None:
        """End a measure."""
        because = make.decision()
        self.desk.commit(decisions=(because,), revocations=(Revocation(measure.id, measure.subject, because.id),))
        self.measures.remove(measure)

    def answer(self, item: Item, answer: Answer) -> None:
        """Answer otherwise about an item."""
        self.desk.commit(item_answers={item.id: answer})
        self.answers[item.id] = answer

    def subjects(self) -> list[Subject]:
        """Return everything that a measure can be on."""
        people = [Subject.account(each.id) for each in self.accounts]
        return [*people, *(Subject.media(m.id) for m in self.media), *(Subject.item(i.id) for i in self.items)]

    def expected(self) -> dict[tuple[str, str], Kept]:
        """Return what a reader has to keep of everything, by the definition of containment alone."""
        by_id = {item.id: item for item in self.items}
        told = {
            ("account", a.platform_id): (self.on([Subject.account(a.id)]), frozenset(), True) for a in self.accounts
        }
        for item in self.items:
            inside = [by_id[each] for each in item.contains]
            touching = [subject for each in inside for subject in (*own(each), Subject.account(each.account_id))]
            is_published = {self.answers[each.id] for each in (item, *inside)} == {Answer.PUBLISH}
            told["item", item.platform_id] = (self.on(own(item)), self.on(touching), is_published)
        return told

    def on(self, subjects: list[Subject]) -> frozenset[str]:
        """Return the measures on any of these."""
        return frozenset(measure.id for measure in self.measures if measure.subject in subjects)


def own(item: Item) -> list[Subject]:
    """Return an item and what it carries."""
    return [Subject.item(item.id), *map(Subject.media, item.media_ids)]


NUMBER = st.integers(0, 7)
FEW = st.frozensets(NUMBER, max_size=2)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("post"), NUMBER, FEW, FEW, st.sampled_from([Answer.PUBLISH, Answer.PUBLISH, Answer.HOLD])),
        st.tuples(st.just("grant"), NUMBER),
        st.tuples(st.just("revoke"), NUMBER),
        st.tuples(st.just("answer"), NUMBER, st.sampled_from(Answer)),
        st.tuples(st.just("read"), st.integers(1, 4)),
    ),
    max_size=24,
)


def play(world: World, follower: Follower, step: tuple[Any, ...]) -> None:
    """Do one step, if there is anything to do it to."""
    match step:
        case "post", author, pictures, quoted, answer:
            world.post(author, pictures, quoted, answer)
        case "grant", number:
            world.grant(world.subjects()[number % len(world.subjects())])
        case "revoke", number if world.measures:
            world.revoke(world.measures[number % len(world.measures)])
        case "answer", number, answer if world.items:
            world.answer(world.items[number % len(world.items)], answer)
        case "read", limit:
            follower.read(limit)


@settings(deadline=None, max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, limit=st.integers(1, 5))
def test_whoever_reads_on_from_any_cursor_knows_what_holds(
    desk: Desk, steps: list[tuple[Any, ...]], limit: int
) -> None:
    """However pages and commits are mixed; and whoever begins at nothing knows the same, page size by page size."""
    follower = Follower(desk).catch_up()  # of what earlier examples left in this database
    world = World(desk)
    for step in steps:
        play(world, follower, step)
    follower.catch_up(limit)
    late = Follower(desk).catch_up(limit)

    for key, wanted in world.expected().items():
        assert follower.kept.get(key, CLEAR) == wanted, key
        assert late.kept.get(key, CLEAR) == wanted, key


def test_a_subject_is_told_once_at_its_last_change(desk: Desk) -> None:
    """However often it changed: nothing needs to be thrown away, and an old cursor is as good as a new one."""
    world = World(desk)
    first, second = (Subject.account(each.id) for each in world.accounts)
    for _ in range(5):
        world.grant(first)
    world.grant(second)
    last = world.grant(first)
    with desk.store.read() as reader:
        page, newest = reader.changes(FeedPlace(), 1000), reader.change_seq()

    assert [change.subject for change in page.changes] == [second, first]
    assert page.changes[1].seq == newest == 7
    assert last.id in {measure.id for measure in page.changes[1].own}
    assert (page.following, page.is_complete) == (FeedPlace(7), True)


def test_a_change_of_media_is_told_for_all_who_carry_or_quote_it_in_pages(desk: Desk) -> None:
    """Twenty-five carriers and twenty-five quotes, never more than four rows a page, none twice and none left out."""
    world = World(desk)
    carriers = [world.post(0, frozenset({0}), frozenset(), Answer.PUBLISH) for _ in range(25)]
    quotes = [world.post(1, frozenset(), frozenset({number}), Answer.PUBLISH) for number in range(25)]
    granted = world.grant(Subject.media(world.media[0].id))
    follower = Follower(desk)
    pages = 1
    while follower.read(4):
        pages += 1

    assert pages == 13
    assert {follower.kept["item", each.platform_id] for each in carriers} == {
        (frozenset({granted.id}), frozenset(), True)
    }
    assert {follower.kept["item", each.platform_id] for each in quotes} == {
        (frozenset(), frozenset({granted.id}), True)
    }


def test_what_changes_again_in_the_middle_of_its_pages_is_told_anew(desk: Desk) -> None:
    """The cursor names a change that is not there any more: the reader loses nothing and hears the newer state."""
    world = World(desk)
    carriers = [world.post(0, frozenset({0}), frozenset(), Answer.PUBLISH) for _ in range(9)]
    measure = world.grant(Subject.media(world.media[0].id))
    follower = Follower(desk)
    assert follower.read(4)
    assert follower.place.base
    world.revoke(measure)
    follower.catch_up(4)

    assert {follower.kept["item", each.platform_id] for each in carriers} == {CLEAR}


def test_an_account_is_told_itself_and_for_what_quotes_it(desk: Desk) -> None:
    """A quote shows no more than it contains; its own items are told by naming their author."""
    world = World(desk)
    world.post(0, frozenset(), frozenset(), Answer.PUBLISH)
    quote = world.post(1, frozenset(), frozenset({0}), Answer.PUBLISH)
    granted = world.grant(Subject.account(world.accounts[0].id))
    follower = Follower(desk).catch_up(1)

    assert follower.kept == {
        ("account", world.accounts[0].platform_id): (frozenset({granted.id}), frozenset(), True),
        ("item", quote.platform_id): (frozenset(), frozenset({granted.id}), True),
    }


def test_what_was_never_published_is_told_though_nothing_holds_on_it(desk: Desk) -> None:
    """Refused for who posted it: a reader that evaluates by itself must not take it for clear."""
    world = World(desk)
    refused = world.post(0, frozenset(), frozenset(), Answer.REFUSE)

    assert Follower(desk).catch_up().kept == {("item", refused.platform_id): (frozenset(), frozenset(), False)}


def test_what_is_posted_under_a_measure_is_told_when_it_is_posted(desk: Desk) -> None:
    """The measure is older than the cursor, and the item younger."""
    world = World(desk)
    granted = world.grant(Subject.media(world.media[0].id))
    follower = Follower(desk).catch_up()
    carrier = world.post(0, frozenset({0, 1}), frozenset(), Answer.PUBLISH)
    quote = world.post(1, frozenset(), frozenset({0}), Answer.PUBLISH)
    world.post(1, frozenset({1}), frozenset(), Answer.PUBLISH)
    follower.catch_up()

    assert follower.kept == {
        ("item", carrier.platform_id): (frozenset({granted.id}), frozenset(), True),
        ("item", quote.platform_id): (frozenset(), frozenset({granted.id}), True),
    }


@pytest.mark.postgresql
def test_a_number_is_given_only_when_everything_before_it_is_committed(desk: Desk) -> None:
    """A transaction that holds the lock makes the others wait: no reader can pass a number that is still open."""
    if not is_postgresql(desk.engine):
        pytest.skip("SQLite has one writer")
    world = World(desk)
    with desk.engine.connect() as slow:
        slow.execute(text(f"SELECT pg_advisory_xact_lock({COMMIT_LOCK})"))
        slow.execute(
            text(
                "INSERT INTO standing (subject_kind, subject_id, version, kinds, measures, change_seq, changed_us) "
                "VALUES ('tag', 'slow', 1, 0, '[]', 1, 0)"
            )
        )
        quick = threading.Thread(target=lambda: world.grant(Subject.account(world.accounts[0].id)))
        quick.start()
        follower = Follower(desk).catch_up()
        assert follower.place == FeedPlace()
        slow.commit()
        quick.join()
    follower.catch_up()

    assert list(follower.kept) == [("tag", "slow"), ("account", world.accounts[0].platform_id)]
