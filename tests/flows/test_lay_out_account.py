"""An account laid out: as many reads whatever there is, nothing of what others came to, and who is around it."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection, insert, select

from answering import ACTOR, ADA, BEA, Office, person
from make import Home, photo
from ruled import ADULT, PUBLIC, YOUNG, event, message, observe, who
from tutela.adapters.db.engine import write_transaction
from tutela.adapters.db.tables import item_media, items
from tutela.core.conclusions import Conclusion
from tutela.core.content import Channel, ChannelKind
from tutela.core.event_facts import Written
from tutela.core.operator import Basis, Technique
from tutela.core.permissions import StaffRole
from tutela.core.ties import CROWD, TieKind
from tutela.core.timeline import EntryKind
from tutela.errors import Forbidden, NotForYou, UnknownAccount
from tutela.flows.lay_out_account import DONE_TO_IT, AccountLayout, AccountNetwork

OFFICE = Office
DEVICE = "phone-7"


def around(home: Home, name: str = "alice") -> AccountNetwork:
    """Return the network around an account."""
    return home.house.lay_out_account.network(ADA, name)


def neighbours(home: Home, name: str = "alice") -> dict[str, set[TieKind]]:
    """Return who is around an account, and by what."""
    found = around(home, name)
    return {found.names[each.account_id]: {tie.kind for tie in each.ties} for each in found.network.neighbours}


def all_pages(home: Home, name: str = "alice") -> list[AccountLayout]:
    """Return every page of what happened."""
    pages = [home.house.lay_out_account(ADA, name)]
    while pages[-1].timeline.following is not None:
        pages.append(home.house.lay_out_account(ADA, name, pages[-1].timeline.following))
    return pages


def test_media_devices_links_and_conversations_tie(home_anywhere: Home) -> None:
    """Each by what both did; whoever shares nothing is not there, and what one alone has ties nobody."""
    home = home_anywhere
    lake, hill = home.upload(photo("china")), home.upload(photo("flower"))
    home.submit("a1", lake, author="alice")
    home.submit("b1", lake, author="ben")
    home.submit("c1", hill, author="clo")
    link = Written("come to https://lake.example/boats")
    room = Channel(ChannelKind.PUBLIC, conversation="room-7")
    observe(
        home,
        event("e1", "login", who("alice"), device=DEVICE), event("e2", "login", who("dan"), device=DEVICE),
        message("m1", who("alice", ADULT), who("eve", ADULT), channel=PUBLIC, written=link),
        message("m2", who("fay", ADULT), who("gus", ADULT), channel=PUBLIC, written=link),
        message("m3", who("alice", ADULT), who("hal", ADULT), channel=room),
    )  # fmt: skip
    assert neighbours(home) == {
        "ben": {TieKind.MEDIA}, "dan": {TieKind.DEVICE}, "fay": {TieKind.LINK}, "hal": {TieKind.CONVERSATION}
    }  # fmt: skip
    assert neighbours(home, "clo") == {}
    assert around(home, "clo").network.is_empty


@pytest.mark.both_databases
def test_what_is_kept_of_ties_reads_back_nothing_and_is_forgotten_with_the_events(home_anywhere: Home) -> None:
    """A device and a link as keyed hashes; after the days that events are kept nothing ties any more."""
    home = home_anywhere
    for name in ("alice", "ben"):
        written = Written("see https://lake.example/boats")
        observe(home, message(f"m-{name}", who(name, ADULT), who("kid", YOUNG), written=written, device=DEVICE))
    with home.house.engine.connect() as connection:
        kept = [tuple(row) for row in connection.exec_driver_sql("SELECT kind, value FROM account_ties")]
    assert {kind for kind, _ in kept} == {"device", "link"}
    assert not [value for _, value in kept if "lake" in value or DEVICE in value]
    assert neighbours(home) == {"ben": {TieKind.DEVICE, TieKind.LINK}}
    home.clock.advance(days=4000)
    home.house.forget_events()
    assert neighbours(home) == {}


def test_open_cases_of_others_are_told_and_no_measure(office_anywhere: Office) -> None:
    """Whoever looks around an account learns where work waits, and nothing of what holds on anybody."""
    office = office_anywhere
    office.post(name="one", author="alice")
    office.post(name="two", author="ben")
    found = around(office.home)
    [(_, cases)] = found.cases.items()
    assert [each.id for each in cases] == [office.case("ben").id]
    assert not hasattr(found, "measures")


@pytest.mark.both_databases
def test_5000_copies_and_a_crowd_stay_readable_and_take_as_many_statements(
    home_anywhere: Home, statements: list[str]
) -> None:
    """Copies by one account are one neighbour; what a crowd shares leads to nobody; the reads stay the same."""
    home, house = home_anywhere, home_anywhere.house
    lake = home.upload(photo("china"))
    home.submit("first", lake, author="alice")
    home.submit("other", lake, author="ben")
    counts = []
    for number in range(2):
        statements.clear()
        house.lay_out_account(ADA, "alice")
        house.lay_out_account.network(ADA, "alice")
        counts.append(len(statements))
        if number == 0:
            with write_transaction(house.engine) as connection:
                _copies(connection, 5000)
            observe(
                home, *(event(f"e{each}", "login", who(f"crowd-{each}"), device=DEVICE) for each in range(CROWD + 5))
            )
            observe(home, event("mine", "login", who("alice"), device=DEVICE))
    assert counts[0] == counts[1] <= 24
    assert neighbours(home) == {"ben": {TieKind.MEDIA}}  # who was first is found behind any number of copies
    assert [tie.kind for tie in around(home).network.crowds] == [TieKind.DEVICE]


def _copies(connection: Connection, count: int) -> None:
    """Write items of one account that carry the same media, as if they had been submitted."""
    first = dict(connection.execute(select(items).where(items.c.platform_id == "first")).mappings().one())
    media = connection.execute(select(item_media).where(item_media.c.item_id == first["id"])).mappings().one()
    names = [f"itm_copy{number:06}" for number in range(count)]
    connection.execute(insert(items), [{**first, "id": name, "platform_id": name} for name in names])
    connection.execute(insert(item_media), [{**media, "item_id": name} for name in names])


def test_every_read_is_by_an_index(home_anywhere: Home, statements: list[str]) -> None:
    """On SQLite the plan of each statement says so; the rows read do not grow with the database."""
    home = home_anywhere
    home.submit("a1", home.upload(photo("china")), author="alice")
    if home.house.engine.dialect.name != "sqlite":
        return
    statements.clear()
    home.house.lay_out_account(ADA, "alice")
    home.house.lay_out_account.network(ADA, "alice")
    with home.house.engine.connect() as connection:
        for asked in [each for each in statements if each.startswith("SELECT")]:
            blank = (None,) * asked.count("?")
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", blank)]
            stored = ("items", "item_media", "events", "account_ties", "cases", "measures", "decisions", "rule_fires")
            assert not [step for step in plan if step.split()[:2] in [["SCAN", name] for name in stored]], plan


def test_what_happened_is_told_once_by_pages(office_anywhere: Office) -> None:
    """Posts, what rules saw, cases, findings, measures and what is told; the newest first."""
    office, home = office_anywhere, office_anywhere.home
    office.post()
    case = office.case()
    for number in range(60):
        observe(home, event(f"e{number}", "login", who("alice")))
        home.clock.advance(seconds=1)
    office.decide(BEA, case.id, Conclusion.VIOLATION, parts=ACTOR)
    pages = all_pages(home)
    told = [entry for page in pages for entry in page.timeline.entries]
    assert len({(each.kind, each.id) for each in told}) == len(told) > 60
    assert {each.kind for each in told} >= {
        EntryKind.ITEM, EntryKind.EVENT, EntryKind.CASE, EntryKind.FINDING, EntryKind.MEASURE
    }  # fmt: skip
    done = home.house.lay_out_account(ADA, "alice", kinds=DONE_TO_IT).timeline.entries
    assert not {each.kind for each in done} & {EntryKind.ITEM, EntryKind.EVENT}


def test_to_whom_an_event_went_is_told_where_behaviour_may_be_looked_at(home_anywhere: Home) -> None:
    """P12: in public, and in private under a basis for it; without one nothing of an event is here at all."""
    home = home_anywhere
    texts = Basis("*", ChannelKind.PRIVATE, Technique.TEXT, "a law", "an assessment", home.clock.now())
    private = Channel(ChannelKind.PRIVATE)

    def about(*bases: Basis) -> list[str]:
        profile = home.house.profile
        profile.write(replace(profile.read(), bases=bases))
        to_eve = message(f"m-{len(bases)}", who("alice", ADULT), who("eve", ADULT), text="a lake", channel=private)
        observe(home, to_eve)
        told = home.house.lay_out_account(ADA, "alice").timeline.entries
        return [each.about for each in told if each.kind is EntryKind.EVENT]

    observe(home, message("m1", who("alice", ADULT), who("ben", ADULT), channel=PUBLIC))
    home.clock.advance(seconds=1)
    assert about(texts) == ["ben"]
    home.clock.advance(seconds=1)
    assert about(texts, replace(texts, technique=Technique.BEHAVIOUR)) == ["eve", "ben"]


def test_what_was_found_holds_and_is_told_leads_to_its_decision(office: Office) -> None:
    """As far as anybody may open it."""
    office.post()
    office.decide(BEA, office.case().id, Conclusion.VIOLATION, parts=ACTOR)
    told = office.home.house.lay_out_account(ADA, "alice").timeline.entries
    with office.home.house.store.read() as reader:
        ids = {each.decision_id for each in told if each.kind in {EntryKind.FINDING, EntryKind.MEASURE}}
        assert None not in ids
        assert reader.decisions(ids).keys() == ids  # type: ignore[arg-type]  # none is not among them


def test_nobody_who_may_yet_answer_is_told_what_the_first_came_to(office_anywhere: Office) -> None:
    """P3: what holds meanwhile, the part that was found and the strike are left out, until they have answered."""
    office = office_anywhere
    office.post(near=True)
    case = office.case()
    before = office.home.house.lay_out_account(ADA, "alice")
    office.decide(BEA, case.id, Conclusion.VIOLATION, parts=ACTOR)
    assert office.read(case.id).answered_by == (BEA.id,)
    seen, own = (office.home.house.lay_out_account(each, "alice") for each in (ADA, BEA))
    assert seen.measures == before.measures
    assert [each.id for each in seen.timeline.entries] == [each.id for each in before.timeline.entries]
    assert len(own.measures) > len(before.measures)


def test_an_account_is_for_those_who_work_on_cases_and_have_no_part_in_it(office_anywhere: Office) -> None:
    """Deny by default; nobody looks through an account of their own; what is not there is told."""
    office, lay_out = office_anywhere, office_anywhere.home.house.lay_out_account
    office.post()
    for verb in (lay_out, lay_out.network):
        with pytest.raises(Forbidden):
            verb(person("ann", StaffRole.POLICY_ANALYST), "alice")
        with pytest.raises(UnknownAccount):
            verb(ADA, "nobody")
    office.home.house.cases.own.add(ADA, ["alice"])
    with pytest.raises(NotForYou):
        lay_out(ADA, "alice")
