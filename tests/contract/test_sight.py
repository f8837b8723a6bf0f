"""What is read for a viewer's sight is what touches the item, on both databases, however much is asked at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

import make
from core.strategies import scopes
from laws import examples
from make import Desk
from tutela.adapters.db.engine import is_postgresql
from tutela.core.content import Item
from tutela.core.ids import ItemId
from tutela.core.measures import ALLOWED_SUBJECTS, Measure, MeasureKind, Subject, SubjectKind
from tutela.core.plans import Answer
from tutela.ports.committer import Revocation
from tutela.ports.store import Tie
from tutela_client.see import STRICTEST, see, see_all
from tutela_client.table import shipped_table
from tutela_client.verdict import Verdict
from tutela_client.viewer import Choice, Viewer

FULL = settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ACCOUNTS, MEDIA, ITEMS, TAGS = 3, 3, 6, ("lake", "morning")
STARTED = datetime.now(UTC)
ADULT, MUTING = Viewer(age="adult"), Viewer(choices=(Choice("mute_word", "noise"),))
MOMENTS = [STARTED, STARTED + timedelta(hours=2), STARTED + timedelta(days=3)]


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the test's database."""
    with make.database(database_url) as opened:
        yield opened


@dataclass(frozen=True)
class Posted:
    """One item as it is drawn, with numbers for names."""

    author: int
    answer: Answer
    media: frozenset[int]
    tags: frozenset[str]
    quotes: frozenset[int]


POSTED = st.builds(
    Posted, author=st.integers(0, ACCOUNTS - 1),
    answer=st.sampled_from([Answer.PUBLISH, Answer.PUBLISH, Answer.PUBLISH, Answer.HOLD, Answer.REFUSE]),
    media=st.frozensets(st.integers(0, MEDIA - 1), max_size=2), tags=st.frozensets(st.sampled_from(TAGS)),
    quotes=st.frozensets(st.integers(0, ITEMS - 1), max_size=2),
)  # fmt: skip
NOUNS = {
    SubjectKind.ACCOUNT: st.integers(0, ACCOUNTS - 1), SubjectKind.MEDIA: st.integers(0, MEDIA - 1),
    SubjectKind.ITEM: st.integers(0, ITEMS - 1), SubjectKind.TAG: st.integers(0, len(TAGS) - 1),
}  # fmt: skip


@st.composite
def granted(draw: st.DrawFn) -> tuple[SubjectKind, int, Measure]:
    """Draw a measure, and the number of what it is on."""
    on = draw(st.sampled_from(sorted(NOUNS)))
    kind = draw(st.sampled_from(sorted(kind for kind, allowed in ALLOWED_SUBJECTS.items() if on in allowed)))
    starts_at = STARTED + timedelta(hours=draw(st.sampled_from([-48, -1, 1])))
    ends_at = draw(st.none() | st.just(starts_at + timedelta(hours=49, minutes=30)))
    made = make.measure(
        kind, Subject(on, ""), make.decision(), starts_at=starts_at, ends_at=ends_at, scope=draw(scopes(kind)),
        is_automated=False, review_by=None,
    )  # fmt: skip
    return on, draw(NOUNS[on]), made


@dataclass
class World:
    """What was stored, in the test's own hands."""

    desk: Desk
    items: list[Item] = field(default_factory=list)
    answers: dict[ItemId, Answer] = field(default_factory=dict)
    measures: dict[Subject, list[Measure]] = field(default_factory=dict)

    def store(self, posted: list[Posted], measures: list[tuple[SubjectKind, int, Measure]]) -> None:
        """Store everything; an item quotes only earlier ones, and all that is in them."""
        accounts, media = [make.account() for _ in range(ACCOUNTS)], [make.media() for _ in range(MEDIA)]
        tags = {tag: f"{tag}-{make.new_id('item')}" for tag in TAGS}
        for number, each in enumerate(posted):
            quoted = [self.items[before] for before in sorted(each.quotes) if before < number]
            inside = dict.fromkeys(found for item in quoted for found in (item.id, *item.contains))
            self.items.append(
                make.item(
                    accounts[each.author], *(media[found] for found in sorted(each.media)), contains=tuple(inside),
                    tags=tuple(sorted(tags[tag] for tag in each.tags)), text=f"item {number}",
                )
            )  # fmt: skip
            self.answers[self.items[-1].id] = each.answer
        names = {
            SubjectKind.ACCOUNT: [each.id for each in accounts], SubjectKind.MEDIA: [each.id for each in media],
            SubjectKind.ITEM: [each.id for each in self.items], SubjectKind.TAG: list(tags.values()),
        }  # fmt: skip
        decision = make.decision(is_automated=False)
        grants = [
            replace(made, subject=Subject(on, names[on][number % len(names[on])]), decision_id=decision.id)
            for on, number, made in measures
        ]
        for grant in grants:
            self.measures.setdefault(grant.subject, []).append(grant)
        self.desk.commit(
            accounts=tuple(accounts), media=tuple(media), decisions=(decision,), measures=tuple(grants),
            items=tuple(make.stored(item, self.answers[item.id]) for item in self.items),
        )  # fmt: skip

    def touching(self, item: Item) -> tuple[list[Measure], list[Measure], list[Measure]]:
        """Return the measures on an item and what it carries, on its author, and on all that is inside it."""
        quoted = [each for each in self.items if each.id in item.contains]
        inside = [subject for each in quoted for subject in (*carried(each), Subject.account(each.account_id))]
        parts = (carried(item), [Subject.account(item.account_id)], inside)
        own, by_author, deep = ([m for s in dict.fromkeys(part) for m in self.measures.get(s, ())] for part in parts)
        return own, by_author, deep

    def verdict(self, item: Item, viewer: Viewer, surface: str, relation: str, now: datetime) -> Verdict:
        """Return the verdict by the rules, measure by measure."""
        parts = [[m.for_reader() for m in part] for part in self.touching(item)]
        viewer_class, stranger = viewer.class_for(item.account_id, relation), viewer.class_for(None)
        verdict = Verdict()
        for part, each in zip(parts, (viewer_class, viewer_class, stranger), strict=True):
            verdict = verdict.join(see(each, surface, part, now=now, countries=viewer.countries))
        if any(self.answers[each] is not Answer.PUBLISH for each in (item.id, *item.contains)):
            verdict = verdict.join(STRICTEST)
        is_open = all(shipped_table().is_open(m.kind) for part in parts for m in part if m.holds_at(now))
        reasons = verdict.reasons if is_open else frozenset()  # beside what is sealed no reason is told
        return replace(verdict, causes=frozenset(), reasons=reasons)


def carried(item: Item) -> list[Subject]:
    """Return the item with its media and tags, as subjects."""
    tags = [Subject(SubjectKind.TAG, tag) for tag in item.tags]
    return [Subject.item(item.id), *(Subject.media(each) for each in item.media_ids), *tags]


@FULL
@given(
    posted=st.lists(POSTED, min_size=ITEMS, max_size=ITEMS), measures=st.lists(granted(), max_size=6),
    surface=st.sampled_from(["home", "detail", "explore", "ads", "a-place-nobody-knows"]),
    age=st.sampled_from(["adult", "unknown"]), countries=st.frozensets(st.sampled_from(["DE", "FR", "CH"])),
    relation=st.sampled_from(["none", "follower", "author"]), now=st.sampled_from(MOMENTS),
)  # fmt: skip
def test_what_is_read_at_once_gives_the_verdict_of_measure_by_measure(  # noqa: PLR0917  # one thing drawn each
    desk: Desk, posted: list[Posted], measures: list[tuple[SubjectKind, int, Measure]], surface: str, age: str,
    countries: frozenset[str], relation: str, now: datetime,
) -> None:  # fmt: skip
    """Items, media, tags, authors, quotes of quotes with their authors, and what was never let out."""
    world = World(desk)
    world.store(posted, measures)
    viewer = Viewer(account=world.items[0].account_id, age=age, countries=countries)
    names = [item.platform_id for item in world.items]

    with desk.store.read() as reader:
        seen = reader.seen([*names, "never"], viewer, now, ties={name: Tie(relation) for name in names})
        views = reader.item_views(names)

    assert sorted(seen) == sorted(names)
    told = dict(zip(seen, see_all(viewer, surface, list(seen.values()), now=now), strict=True))
    for item in world.items:
        expected = world.verdict(item, viewer, surface, relation, now)
        assert told[item.platform_id] == expected
        view = views[item.platform_id]
        found = [[m.id for s in part for m in s.measures] for part in (view.own, view.by_author, view.inside)]
        assert [sorted(part) for part in found] == [
            sorted(m.id for m in part if m.ends_at is None or m.ends_at > STARTED) for part in world.touching(item)
        ]


def test_text_and_tags_are_read_for_a_viewer_who_mutes_some(desk: Desk) -> None:
    """And for nobody else: what is not compared is not read."""
    author = make.account()
    item = make.item(author, tags=("lake", "morning"), text="a loud noise")
    desk.commit(accounts=(author,), items=(make.stored(item),))

    with desk.store.read() as reader:
        [muting] = reader.seen([item.platform_id], MUTING, STARTED).values()
        [other] = reader.seen([item.platform_id], ADULT, STARTED).values()

    assert (muting.text, muting.tags, muting.author) == ("a loud noise", {"lake", "morning"}, author.id)
    assert (other.text, other.tags) == ("", set())


def test_each_author_is_told_the_decisions_about_their_own_items(desk: Desk) -> None:
    """Where the same holds on the items of two, by two decisions, neither is told the other's; all are explained."""
    authors, decisions = [make.account() for _ in range(3)], [make.decision(is_automated=False) for _ in range(3)]
    items = [make.item(author) for author in authors]
    covers = [
        make.measure(MeasureKind.COVER, Subject.item(item.id), decision, is_automated=False, review_by=None)
        for item, decision in zip(items, decisions, strict=True)
    ]
    desk.commit(
        accounts=tuple(authors), items=tuple(map(make.stored, items)), decisions=tuple(decisions),
        measures=tuple(covers),
    )  # fmt: skip
    names, now = [item.platform_id for item in items], datetime.now(UTC)

    def told(viewer: Viewer, *, explained: bool = False, **ties: Tie) -> list[Verdict]:
        with desk.store.read() as reader:
            seen = reader.seen(names, viewer, now, ties=ties, is_explained=explained)
        return see_all(viewer, "home", list(seen.values()), now=now, is_explained=explained)

    assert [len(verdict.reasons) for verdict in told(ADULT)] == [0, 0, 0]
    for number in (0, 1, 2):
        reasons = told(Viewer(authors[number].id))[number].reasons
        assert [reason.decision for reason in reasons] == [decisions[number].id]
    [shared] = told(ADULT, **{names[2]: Tie("author")})[2].reasons
    assert shared.decision == decisions[2].id
    assert [verdict.because for verdict in told(ADULT, explained=True)] == [{cover.id} for cover in covers]


def test_a_quote_of_a_suspended_authors_item_shows_no_more_than_it(desk: Desk) -> None:
    """Quoting somebody whose account is gone does not bring their item back; when it ends the quote returns."""
    author, other, decision = make.account(), make.account(), make.decision(is_automated=False)
    item = make.item(author)
    quote = make.item(other, contains=(item.id,))
    suspension = make.measure(
        MeasureKind.SUSPEND, Subject.account(author.id), decision, is_automated=False, review_by=None
    )
    desk.commit(
        accounts=(author, other), items=(make.stored(item), make.stored(quote)), decisions=(decision,),
        measures=(suspension,),
    )  # fmt: skip

    def told() -> list[Verdict]:
        with desk.store.read() as reader:
            seen = reader.seen([item.platform_id, quote.platform_id], ADULT, datetime.now(UTC))
        return see_all(ADULT, "detail", list(seen.values()), now=datetime.now(UTC))

    before = told()
    again = make.decision(is_automated=False)
    desk.commit(decisions=(again,), revocations=(Revocation(suspension.id, suspension.subject, again.id),))

    assert all(verdict.exposure.name == "ABSENT" for verdict in before)
    assert all(verdict.exposure.name == "SHOW" for verdict in told())


@pytest.mark.parametrize("size", [1, 60])
def test_no_more_statements_are_run_for_many_items_than_for_one(desk: Desk, size: int) -> None:
    """Two for what is seen, and one more for words."""
    author, picture = make.account(), make.media()
    items = [make.item(author, picture, tags=("lake",))]
    for _ in range(size - 1):
        items.append(make.item(author, picture, contains=(items[-1].id, *items[-1].contains), tags=("lake",)))
    desk.commit(accounts=(author,), media=(picture,), items=tuple(map(make.stored, items)))
    asked: list[str] = []
    event.listen(desk.engine, "before_cursor_execute", lambda *about: asked.append(about[2]))

    with desk.store.read() as reader:
        assert len(reader.seen([item.platform_id for item in items], ADULT, datetime.now(UTC))) == size
        plain = len([statement for statement in asked if "asked" in statement])
        reader.seen([items[0].platform_id], MUTING, datetime.now(UTC))
        reader.holdings([Subject.account(author.id)], datetime.now(UTC))

    assert (plain, len([statement for statement in asked if "asked" in statement])) == (2, 6)


def test_no_statement_reads_all_of_a_kind_when_the_database_knows_how_many_there_are(desk: Desk) -> None:
    """With statistics SQLite may want to read all rows of a kind first; with a million that takes a second."""
    if is_postgresql(desk.engine):
        pytest.skip("PostgreSQL makes its plans otherwise; the plans of SQLite are what was seen to go wrong")
    statistics = {"items": 1_000_000, "accounts": 100_000, "item_media": 1_000_000, "item_tags": 1_000_000}
    with desk.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
        for table, rows in {**statistics, "standing": 1_000_000, "item_inside": 100_000}.items():
            for index in connection.exec_driver_sql(f"SELECT name FROM pragma_index_list('{table}')").scalars().all():  # noqa: S608  # our own names
                connection.execute(
                    text("INSERT INTO sqlite_stat1 VALUES (:tbl, :idx, :stat)"),
                    {"tbl": table, "idx": index, "stat": f"{rows} {300_000 if table == 'standing' else 1} 1"},
                )
    desk.engine.dispose()
    author = make.account()
    desk.commit(accounts=(author,), items=(make.stored(make.item(author, name="one")),))
    asked: list[tuple[str, object]] = []
    event.listen(desk.engine, "before_cursor_execute", lambda *about: asked.append((about[2], about[3])))

    with desk.store.read() as reader:
        reader.seen(["one"], MUTING, datetime.now(UTC))

    statements = [each for each in asked if "asked" in each[0]]
    with desk.engine.connect() as connection:
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", said).all() for sql, said in statements]  # type: ignore[arg-type]  # as they were run
    steps = [str(step[-1]) for plan in plans for step in plan]
    assert len(statements) == 3
    assert any("SEARCH standing USING INDEX" in step for step in steps)
    assert not [step for step in steps if "BLOOM" in step or step.startswith("SCAN standing")]
