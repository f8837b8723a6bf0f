"""What is kept of events reads back as it was written, on both databases."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

import make
from make import AT, CLAUSE, Desk
from tutela.adapters.db.event_forgetting import DatabaseEventKeeper
from tutela.core.cases import Case, CaseReason
from tutela.core.content import Channel, ChannelKind
from tutela.core.event_facts import Contact
from tutela.core.events import Event
from tutela.core.ids import AccountId, CaseId, EventId, FireId
from tutela.errors import Conflict
from tutela.ports.events import (
    ContactChange,
    EventPlace,
    Fire,
    FireLaid,
    FireOutcome,
    Label,
    Observed,
    RecordedEvent,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the test's database."""
    with make.database(database_url) as opened:
        yield opened


def two(desk: Desk) -> tuple[AccountId, AccountId]:
    """Return two stored accounts."""
    one, other = make.account(), make.account()
    desk.commit(accounts=(one, other))
    return one.id, other.id


def recorded(
    author: AccountId, recipient: AccountId | None = None, *, name: str | None = None, late: int = 0
) -> RecordedEvent:
    """Return an event; *late* hours after the first."""
    event = Event(
        id=EventId(make.new_id("event")),
        kind="message",
        at=AT,
        received_at=AT + late * HOUR,
        author_id=author,
        recipient_id=recipient,
        channel=Channel(ChannelKind.GROUP, conversation="room"),
        platform_id=name,
    )
    facts = {"event.kind": "message", "author.labels": ("a", "b"), "event.amount": 1.5, "author.is_adult": True}
    return RecordedEvent(event, facts, sealed=b"\x00\xff", withheld=("text",))


def fire(
    account: AccountId,
    *,
    outcome: FireOutcome = FireOutcome.ACTED,
    case: str | None = None,
    late: int = 0,
    severity: int = 2,
) -> Fire:
    """Return a fire; *late* hours after the first."""
    return Fire(
        id=FireId(make.new_id("fire")),
        rule="reaches-many",
        version="3",
        clause_id=CLAUSE,
        event_id=EventId(make.new_id("event")),
        account_id=account,
        at=AT + late * HOUR,
        outcome=outcome,
        because="reached 6",
        queue="contact",
        severity=severity,
        trace=(("author.is_adult", True), ("count(...)", 6), ("x", None)),
        case_id=CaseId(case) if case else None,
    )


def case_about(desk: Desk, account: AccountId) -> str:
    """Open a case and return its id."""
    case = Case(CaseId(make.new_id("case")), account, CLAUSE, CaseReason.RULE, AT, AT + HOUR, kind="contact")
    desk.commit(cases=(case,))
    return case.id


def test_an_event_reads_back_as_it_was_written(desk: Desk) -> None:
    """Lists are lists again, numbers numbers, and what was sealed the same bytes."""
    one, other = two(desk)
    event = recorded(one, other, name="event-1")
    desk.commit(observed=Observed(events=(event,)))

    with desk.store.read() as reader:
        assert reader.event(event.event.id) == event
        assert reader.recorded_events(AT, AT + HOUR, None, 10) == [event]
        known = reader.events_by_platform_id(["event-1", "event-2"])
    assert list(known) == ["event-1"]
    assert (known["event-1"].event_id, known["event-1"].withheld) == (event.event.id, ("text",))


def test_an_event_is_recorded_once(desk: Desk) -> None:
    """A second one under the platform's id is refused whole: its counters and contacts would count twice."""
    one, other = two(desk)
    change = ContactChange(one, other, AT, is_contact=True, is_message=True)
    desk.commit(observed=Observed(events=(recorded(one, name="event-1"),), contacts=(change,)))

    with pytest.raises(Conflict):
        desk.commit(observed=Observed(events=(recorded(one, name="event-1"),), contacts=(change,)))

    with desk.store.read() as reader:
        assert reader.contacts([(one, other)])[one, other].sent == 1


def test_events_are_paged_in_the_order_in_which_they_came(desk: Desk) -> None:
    """Each once, whatever the size of a page."""
    one, _ = two(desk)
    events = [recorded(one, late=late) for late in (2, 0, 1, 1, 3)]
    desk.commit(observed=Observed(events=tuple(events)))

    with desk.store.read() as reader:
        place, found = None, []
        while page := reader.recorded_events(AT, AT + 4 * HOUR, place, 2):
            found += page
            place = EventPlace(int(page[-1].event.received_at.timestamp() * 1_000_000), page[-1].event.id)
        assert reader.recorded_count(AT, AT + HOUR) == 1
    assert found == sorted(events, key=lambda each: (each.event.received_at, each.event.id))


def test_who_knows_whom_is_seen_from_both_sides(desk: Desk) -> None:
    """What one sent the other received; who was refused knows it of themselves."""
    one, other = two(desk)
    sent = ContactChange(one, other, AT + HOUR, is_contact=True, is_message=True)
    earlier = ContactChange(other, one, AT, is_contact=True)
    refused = ContactChange(other, one, AT + HOUR, is_refusal=True)
    desk.commit(observed=Observed(contacts=(sent, sent, refused)))
    desk.commit(observed=Observed(contacts=(earlier,)))

    with desk.store.read() as reader:
        found = reader.contacts([(one, other), (other, one), (one, one)])
    assert found == {
        (one, other): Contact(AT, sent=2, received=0, is_refused=True),
        (other, one): Contact(AT, sent=0, received=2, is_refused=False),
    }


def test_a_refusal_alone_makes_nobody_known(desk: Desk) -> None:
    """Two strangers of whom one blocked the other are strangers."""
    one, other = two(desk)
    desk.commit(observed=Observed(contacts=(ContactChange(other, one, AT, is_refusal=True),)))

    with desk.store.read() as reader:
        assert reader.contacts([(one, other)])[one, other] == Contact(None, is_refused=True)


def label(account: AccountId, by: str = "rule:one", hours: int | None = 2, *, is_list: bool = False) -> Label:
    """Return a label that ends after so many hours."""
    return Label(account, "new", is_list, by, "because", AT, None if hours is None else AT + hours * HOUR)


def test_labels_end_and_may_have_several_reasons(desk: Desk) -> None:
    """Of one label by two rules the one that holds longer counts; a list is no label."""
    one, other = two(desk)
    desk.commit(observed=Observed(labels=(label(one), label(one, "rule:two", 4), label(other, is_list=True))))

    with desk.store.read() as reader:
        assert [each.set_by for each in reader.labels([one], AT)[one]] == ["rule:one", "rule:two"]
        assert [each.set_by for each in reader.labels([one], AT + 3 * HOUR)[one]] == ["rule:two"]
        assert reader.labels([one], AT + 4 * HOUR) == {}
        assert [each.account_id for each in reader.on_list("new", AT, "", 10)] == [other]


@pytest.mark.parametrize(("first", "second", "ends"), [(2, 4, 4), (4, 2, 4), (None, 2, None), (2, None, None)])
def test_a_label_that_is_set_again_holds_for_longer(
    desk: Desk, first: int | None, second: int | None, ends: int | None
) -> None:
    """Never for less: without an end it has none any more."""
    one, _ = two(desk)
    for hours in (first, second):
        desk.commit(observed=Observed(labels=(label(one, hours=hours),)))

    with desk.store.read() as reader:
        [found] = reader.labels([one], AT)[one]
    assert found.ends_at == (None if ends is None else AT + ends * HOUR)


def test_a_label_that_is_taken_off_and_set_anew_at_once_is_the_new_one(desk: Desk) -> None:
    """So a person sets one with another reason and another end, even a sooner one."""
    one, _ = two(desk)
    desk.commit(observed=Observed(labels=(label(one, hours=4),)))
    desk.commit(observed=Observed(label_removals=(label(one),), labels=(label(one, hours=2),)))

    with desk.store.read() as reader:
        assert [each.ends_at for each in reader.labels([one], AT)[one]] == [AT + 2 * HOUR]


def test_a_fire_reads_back_and_is_found_by_everything_it_lies_in(desk: Desk) -> None:
    """By case, rule, and account; with the values of its condition."""
    one, _ = two(desk)
    case_id = case_about(desk, one)
    fires = [fire(one, case=case_id), fire(one, outcome=FireOutcome.SHADOW, late=1)]
    desk.commit(observed=Observed(fires=tuple(fires)))

    with desk.store.read() as reader:
        assert reader.fires_of_case(CaseId(case_id), 10) == [fires[0]]
        assert reader.fires_of_rule("reaches-many", "", 10) == sorted(fires, key=lambda f: f.id, reverse=True)
        assert reader.acted_since([one], AT - HOUR) == {("reaches-many", one)}
        assert reader.acted_since([one], AT) == set()
        assert reader.cases_by_rule(["reaches-many"], AT - HOUR) == {"reaches-many": 1}
        figures = {each.outcome: each for each in reader.rule_figures(AT - HOUR)}
    assert (figures[FireOutcome.ACTED].fires, figures[FireOutcome.ACTED].cases) == (1, 1)
    assert (figures[FireOutcome.SHADOW].accounts, figures[FireOutcome.SHADOW].cases) == (1, 0)


def test_what_waits_is_laid_once_and_the_gravest_first(desk: Desk) -> None:
    """Two processes that lay the same: one of them is refused."""
    one, _ = two(desk)
    case_id = CaseId(case_about(desk, one))
    light, grave = (fire(one, outcome=FireOutcome.OVER_QUOTA, severity=severity) for severity in (1, 3))
    desk.commit(observed=Observed(fires=(light, grave)))

    with desk.store.read() as reader:
        assert [each.id for each in reader.fires_waiting(10)] == [grave.id, light.id]
        assert reader.fires_waiting_count() == 2
    desk.commit(observed=Observed(laid=(FireLaid(grave.id, case_id, AT + HOUR),)))
    with pytest.raises(Conflict):
        desk.commit(observed=Observed(laid=(FireLaid(grave.id, case_id, AT + HOUR),)))

    with desk.store.read() as reader:
        assert [each.id for each in reader.fires_waiting(10)] == [light.id]
        assert [reader.laid_since(AT + late * HOUR) for late in (0, 1, 2)] == [1, 1, 0]


def test_what_was_kept_long_enough_is_forgotten(desk: Desk) -> None:
    """Events and fires before a day. A fire in a case stays without what was seen; what waits and a refusal stay."""
    one, other = two(desk)
    case_id = case_about(desk, one)
    old, new = recorded(one), recorded(one, late=5)
    kept, gone, waiting = fire(one, case=case_id), fire(one), fire(one, outcome=FireOutcome.OVER_QUOTA)
    repeated = fire(one, case=case_id, outcome=FireOutcome.REPEATED)
    known = ContactChange(one, other, AT, is_contact=True)
    refused = ContactChange(other, one, AT, is_refusal=True)
    desk.commit(
        observed=Observed((old, new), (known, refused), (label(one),), fires=(kept, gone, waiting, repeated)),
    )

    keeper = DatabaseEventKeeper(desk.engine)
    assert keeper.forget(AT + HOUR, AT + HOUR, AT + 3 * HOUR) == 7
    assert keeper.forget(AT + HOUR, AT + HOUR, AT + 3 * HOUR) == 0

    with desk.store.read() as reader:
        assert reader.recorded_events(AT - HOUR, AT + 9 * HOUR, None, 10) == [new]
        left = {each.id: each for each in reader.fires_of_rule("reaches-many", "", 10)}
        assert left.keys() == {kept.id, waiting.id}
        assert left[kept.id].trace == ()
        assert reader.contacts([(one, other)])[one, other] == Contact(None, is_refused=True)
