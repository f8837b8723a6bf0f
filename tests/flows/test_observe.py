"""How an event travels, through a whole house: what is counted, what fires, what follows, and what is kept."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

import make
from laws import examples
from make import Home, photo
from ruled import (
    A_CASE,
    ADULT,
    CLAUSE,
    PUBLIC,
    YOUNG,
    account,
    cases_about,
    event,
    fires,
    message,
    observe,
    refusal,
    resettled,
    rule,
    use,
    who,
)
from tutela.adapters.db.committer import GroupCommitter
from tutela.adapters.db.counter_tables import counter_windows
from tutela.core.event_facts import Written
from tutela.core.measures import MeasureKind, Subject
from tutela.core.operator import RULES
from tutela.core.permissions import at_machine
from tutela.core.plans import Answer
from tutela.core.policy import Severity
from tutela.core.rules.rule import AddLabel, AddToList, Elsewhere, GrantMeasure, OpenCase, RuleState, Target
from tutela.core.rules.types import Type
from tutela.core.units import Duration
from tutela.errors import BadInput, Unavailable
from tutela.flows.keep_event_kinds import kind_of
from tutela.flows.keep_labels import NewLabel
from tutela.flows.observe import Noted, Observation
from tutela.flows.take_stock import alarms
from tutela.ports.events import FireOutcome

MANY = (
    'event.kind == "message" and author.is_adult and recipient.is_minor '
    'and count_distinct(recipient.id, by=author.id, within="24h") > 2'
)
BLOCK = GrantMeasure(MeasureKind.BLOCK_MESSAGING, Target.AUTHOR, Duration(hours=24), "minors")
HOUR = timedelta(hours=1)


def payment(name: str, **attributes: Any) -> Noted:
    """Return that Ann paid Ben in the open."""
    return event(name, "payment", who("ann"), who("ben"), channel=PUBLIC, attributes=attributes)


@pytest.fixture
def home_verified(home_anywhere: Home) -> Iterator[Home]:
    """Yield a house on each database; what is stored agrees with its audit afterwards, and no promise broke."""
    yield home_anywhere
    assert home_anywhere.house.verify().breaches == ()


def to_minors(count: int, author: str = "ann", first: int = 1) -> list[Observation]:
    """Return messages of an adult to so many different minors."""
    return [message(f"{author}-{n}", who(author, ADULT), who(f"kid-{n}", YOUNG)) for n in range(first, first + count)]


def test_an_event_is_recorded_with_what_was_known_and_without_its_text(home_verified: Home) -> None:
    """Facts are there, the text is not, and the two are no strangers any more."""
    use(home_verified)
    [told] = observe(home_verified, message("e1", who("ann", ADULT), who("kid", YOUNG), text="a walk by the lake"))
    [again] = observe(home_verified, message("e2", who("kid", YOUNG), who("ann", ADULT)))

    with home_verified.house.store.read() as reader:
        assert told.event_id is not None
        assert again.event_id is not None
        first, second = reader.event(told.event_id), reader.event(again.event_id)
    assert first is not None
    assert second is not None
    assert first.facts["contact.is_first"] is True
    assert second.facts["contact.is_first"] is False
    assert second.facts["contact.received"] == 1
    assert first.facts["text.length"] == 18
    assert "text.body" not in first.facts
    assert first.sealed is None


def test_the_same_event_again_is_answered_as_the_first_time(home_verified: Home) -> None:
    """In another request, and in the same one; it counts once."""
    use(home_verified, rule(MANY))
    first = observe(home_verified, *to_minors(1), *to_minors(1))
    again = observe(home_verified, *to_minors(1), *to_minors(1, first=2))

    assert [each.is_new for each in (*first, *again)] == [True, False, False, True]
    assert len({each.event_id for each in (*first, again[0])}) == 1
    assert fires(home_verified) == []


def test_a_rule_fires_at_its_threshold_and_a_person_is_asked(home_verified: Home) -> None:
    """The third minor: a case under the clause, with the reason, due by its severity, and a measure that ends."""
    use(home_verified, rule(MANY, A_CASE, BLOCK))
    told = observe(home_verified, *to_minors(3))

    assert [each.decision_id is not None for each in told] == [False, False, True]
    [fire] = fires(home_verified)
    assert (fire.because, fire.queue, fire.outcome) == ("reached 3", "contact", FireOutcome.ACTED)
    assert fire.decision_id == told[2].decision_id
    assert dict(fire.trace)["author.is_adult"] is True
    assert cases_about(home_verified, "ann") == {CLAUSE: home_verified.clock.now() + 24 * HOUR}
    ann = Subject.account(account(home_verified, "ann"))
    assert home_verified.kinds(ann) == {"block_messaging"}
    with home_verified.house.store.read() as reader:
        [measure] = reader.standings([ann])[ann].measures
        [case] = reader.open_cases([account(home_verified, "ann")]).values()
    assert measure.scope.audience == "minors"
    assert measure.ends_at == home_verified.clock.now() + 24 * HOUR
    assert (case.kind, case.reason.value) == ("contact", "rule")
    home_verified.clock.advance(hours=24)
    assert home_verified.kinds(ann) == set()


def test_events_that_come_one_by_one_fire_as_a_batch_does(home: Home) -> None:
    """Counters are read and merged in between."""
    use(home, rule(MANY))
    for each in to_minors(3):
        observe(home, each)
    observe(home, *to_minors(3, "ben"))

    assert [fire.account_id for fire in fires(home)] == [account(home, "ann"), account(home, "ben")]


def test_a_shadow_rule_is_recorded_and_never_acted_on(home_verified: Home) -> None:
    """No case, no measure, no decision."""
    use(home_verified, rule(MANY, A_CASE, BLOCK, state=RuleState.SHADOW))
    told = observe(home_verified, *to_minors(4))

    assert [each.decision_id for each in told] == [None] * 4
    assert [each.outcome for each in fires(home_verified)] == [FireOutcome.SHADOW] * 2
    assert cases_about(home_verified, "ann") == {}
    assert home_verified.kinds(Subject.account(account(home_verified, "ann"))) == set()


def test_a_rule_that_fires_again_within_a_day_asks_for_nothing_again(home_verified: Home) -> None:
    """It lies in the same case; a day later it asks anew, into the case that is still open."""
    use(home_verified, rule(MANY))
    observe(home_verified, *to_minors(4))
    home_verified.clock.advance(hours=25)
    observe(home_verified, *to_minors(3, first=11))

    found = fires(home_verified)
    assert Counter(each.outcome for each in found) == {FireOutcome.ACTED: 2, FireOutcome.REPEATED: 1}
    assert len({each.case_id for each in found}) == 1


def test_a_window_slides(home: Home) -> None:
    """Two today and one tomorrow are not three within a day."""
    use(home, rule(MANY))
    observe(home, *to_minors(2))
    home.clock.advance(hours=24)
    observe(home, *to_minors(1, first=3))

    assert fires(home) == []


def test_nobody_known_to_be_a_minor_is_restricted_by_a_rule(home_verified: Home) -> None:
    """A case is opened all the same: a senior person decides (P2)."""
    use(home_verified, rule('event.kind == "message"', A_CASE, BLOCK))
    observe(home_verified, message("e", who("kid", YOUNG), who("ann", ADULT)))

    assert CLAUSE in cases_about(home_verified, "kid")
    assert home_verified.kinds(Subject.account(account(home_verified, "kid"))) == set()


def test_trust_changes_the_queue_and_never_silences(home_verified: Home) -> None:
    """A label by a person sends the case elsewhere."""
    trusted = OpenCase("contact", Severity.HIGH, "x", elsewhere=(Elsewhere('"school" in author.labels', "school"),))
    use(home_verified, rule('event.kind == "message"', trusted))
    observe(home_verified, message("e1", who("ann", ADULT), who("kid", YOUNG)))
    observe(home_verified, event("e2", "login", who("ben", ADULT)))
    home_verified.house.labels.set(at_machine("Ada"), NewLabel("ben", "school", is_list=False, because="checked"))
    observe(home_verified, message("e3", who("ben", ADULT), who("kid", YOUNG)))

    assert sorted(fire.queue for fire in fires(home_verified)) == ["contact", "school"]


def test_labels_and_lists_of_rules_are_facts_of_the_next_event(home_verified: Home) -> None:
    """With an end, after which they are gone."""
    effects = (
        AddLabel("spree", Target.AUTHOR, "wrote", Duration(hours=2)),
        AddToList("watched", Target.RECIPIENT, "was written to"),
    )
    use(
        home_verified,
        rule('event.kind == "message"', *effects, name="one"),
        rule('"spree" in author.labels', OpenCase("contact", Severity.LOW, "spree"), name="two"),
    )
    observe(home_verified, message("e1", who("ann"), who("kid")))
    observe(home_verified, message("e2", who("ann"), who("kid")))
    home_verified.clock.advance(hours=3)
    observe(home_verified, event("e3", "login", who("ann")))

    assert len(fires(home_verified, "two")) == 1
    with home_verified.house.store.read() as reader:
        [label] = reader.on_list("watched", home_verified.clock.now(), "", 10)
    assert (label.account_id, label.set_by) == (account(home_verified, "kid"), "rule:one")


def test_a_rule_may_be_about_the_other_one(home_verified: Home) -> None:
    """Of somebody who is refused again and again the case is about them."""
    on_them = OpenCase("contact", Severity.MEDIUM, "refused by {count}", on=Target.RECIPIENT)
    use(
        home_verified,
        rule('event.kind == "block" and count_distinct(author.id, by=recipient.id, within="7d") > 1', on_them),
    )
    observe(home_verified, *(event(f"b{n}", "block", who(f"kid-{n}"), who("ann")) for n in range(3)))

    assert CLAUSE in cases_about(home_verified, "ann")
    assert {each.outcome for each in fires(home_verified)} == {FireOutcome.ACTED, FireOutcome.REPEATED}


def test_a_rule_holds_a_new_public_item_and_only_that(home_verified: Home) -> None:
    """What is posted is held at once; a message of the same words is not (P12 lets nobody look there)."""
    hold = GrantMeasure(MeasureKind.HOLD, Target.ITEM)
    use(home_verified, rule('contains(text.body, "zarblok")', A_CASE, hold))
    held = home_verified.submit("p1", author="ann", text="a zarblok for sale")
    plain = home_verified.submit("p2", author="ben", text="a walk in the hills")

    assert (held.answer, plain.answer) == (Answer.HOLD, Answer.PUBLISH)
    assert home_verified.answer("p1") is Answer.HOLD
    assert home_verified.is_absent("p1")
    assert CLAUSE in cases_about(home_verified, "ann")
    again = home_verified.submit("p1", author="ann", text="a zarblok for sale")
    assert (again.answer, again.is_new) == (Answer.HOLD, False)


def test_what_the_banks_refuse_stays_refused_and_is_a_fact(home_verified: Home) -> None:
    """The stricter of both answers stands; a rule sees which bank it was."""
    use(home_verified, rule('item.answer == "refuse" and "known" in item.banks'))
    media = home_verified.upload(photo("china"))
    home_verified.list(make.md5(media))
    done = home_verified.submit("p1", media, author="ann")

    assert done.answer is Answer.REFUSE
    assert len(fires(home_verified)) == 1
    assert set(cases_about(home_verified, "ann")) == {CLAUSE, make.CLAUSE}


def test_what_the_banks_could_not_say_is_unknown_to_rules(home_verified: Home) -> None:
    """Held because the index is built anew, or refused at the door: neither is what a bank answered."""
    use(home_verified, rule("known(item.answer) or known(item.banks)", name="told"), rule("item.has_media", name="saw"))
    media = home_verified.upload(photo("china"))
    home_verified.house.known.forget()
    assert home_verified.submit("p1", media, author="ann").answer is Answer.HOLD
    home_verified.house.feed_indexes()
    home_verified.list(make.md5(media))
    home_verified.submit("p2", media, author="ben")  # and Ben is locked
    assert home_verified.submit("p3", home_verified.upload(photo("flower")), author="ben").answer is Answer.REFUSE

    seen = {name: {fire.account_id for fire in fires(home_verified, name)} for name in ("saw", "told")}
    assert seen == {"saw": {account(home_verified, n) for n in ("ann", "ben")}, "told": {account(home_verified, "ben")}}
    assert len(fires(home_verified, "told")) == 1


def test_what_exceeds_the_quota_of_a_rule_waits_and_is_laid_down_later(home_verified: Home) -> None:
    """Never silence: the third account waits, an alarm says so, and a minute later it lies before a person."""
    resettled(home_verified, rule_cases_per_day=2)
    use(home_verified, rule('event.kind == "login"'))
    observe(home_verified, *(event(f"l{n}", "login", who(f"user-{n}")) for n in range(3)))

    outcomes = Counter(each.outcome for each in fires(home_verified))
    assert outcomes == {FireOutcome.ACTED: 2, FireOutcome.OVER_QUOTA: 1}
    assert cases_about(home_verified, "user-2") == {}
    assert home_verified.house.lay_waiting() == 1
    assert CLAUSE in cases_about(home_verified, "user-2")
    assert home_verified.house.lay_waiting() == 0


@pytest.mark.parametrize(
    ("noted", "said"),
    [
        (event("e", "sneeze", who("ann")), "kind: there is no kind of event of this name"),
        (event("e", "post", who("ann")), "kind: what is posted is submitted as an item"),
        (event("e", "follow", who("ann")), "recipient: an event of kind follow is done to somebody"),
        (event("e", "follow", who("ann"), who("ann")), "recipient: nobody does this to themselves"),
        (event("e", "message", who("ann"), who("ben")), "channel: what is written or sent to somebody"),
        (event("e", "login", who("ann"), attributes={"age": 3}), "attributes.age: login declares no such attribute"),
        (event("e", "payment", who("ann"), who("ben")), "channel: what is written or sent to somebody"),
        (event("e", "profile_change", who("ann"), written=Written("by the lake")), "channel: what is written"),
        (payment("e", amount=""), "attributes.amount: this must be a"),
        (payment("e", currency="x" * 65), "attributes.currency: this is a code of 64 characters at most"),
        (event("e", "login", who("ann"), at=make.AT + timedelta(days=9000)), "at: an event cannot happen later"),
        (event("e", "login", who("ann"), at=make.AT - timedelta(days=9000)), "at: an event is told within 30 days"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)  # fmt: skip
def test_what_cannot_be_used_is_named_and_nothing_of_it_is_kept(home: Home, noted: object, said: str) -> None:
    """The place, what is wrong, and a remedy."""
    use(home)
    assert refusal(home, noted).startswith(said)  # type: ignore[arg-type]  # of the table
    with home.house.store.read() as reader:
        assert reader.accounts_by_platform_id(["ann", "a", "b", "ben"]) == {}


def test_one_bad_event_does_not_keep_the_others_out(home: Home) -> None:
    """Each is answered on its own."""
    use(home)
    outcomes, _ = home.house.observe([event("e1", "login", who("ann")), event("e2", "sneeze", who("ann"))])

    assert [type(each).__name__ for each in outcomes] == ["Observation", "Rejected"]


FLAGS = dict.fromkeys(("has_recipient", "is_contact", "is_communication", "is_refusal", "is_notice"), False)
COSTLY = """\
- rule: costly-gifts
  clause: cse.conversation
  state: draft
  when: event.kind == "gift_card" and event.worth > 100
  then:
    - open_case: {queue: contact, severity: low, because: "gave {event.worth}"}
  tests:
    - {name: costly, given: {event.kind: gift_card, event.worth: 200}, expect: fires}
    - {name: cheap, given: {event.kind: gift_card, event.worth: 2}, expect: silent}
"""


def test_a_platform_declares_kinds_with_typed_attributes(home: Home) -> None:
    """Rules ask for them by name; a kind that ships, and a second type for one name, are refused."""
    kinds = home.house.event_kinds
    kinds.declare([kind_of({"name": "gift_card", "says": "", "attributes": {"worth": "number"}, **FLAGS})])
    observe(home, event("e", "gift_card", who("ann"), attributes={"worth": 20}))

    for name, attributes in (("login", {}), ("x", {"amount": "text"}), ("x", {"kind": "text"})):
        with pytest.raises(BadInput):
            kinds.declare([kind_of({"name": name, "says": "", "attributes": attributes, **FLAGS})])
    assert [each.name for each in kinds.declared()] == ["gift_card"]


@pytest.mark.parametrize("attributes", [{}, {"worth": "text"}], ids=["gone", "another type"])
def test_what_a_rule_in_force_asks_for_stays_declared(home: Home, attributes: dict[str, str]) -> None:
    """Neither is it taken away nor made another type under a rule that then would be left out, silently."""
    kinds, rules, ada = home.house.event_kinds, home.house.rules, at_machine("Ada")
    kinds.declare([kind_of({"name": "gift_card", "says": "", "attributes": {"worth": "number"}, **FLAGS})])
    rules.keep.put(ada, "costly-gifts", COSTLY, None)
    rules.move.move(ada, "costly-gifts", "1", RuleState.SHADOW, "a try")
    rules.engine.refresh()

    with pytest.raises(BadInput, match="the rule costly-gifts could no longer be run"):
        kinds.declare([kind_of({"name": "gift_card", "says": "", "attributes": attributes, **FLAGS})])
    assert kinds.all()["gift_card"].attributes == {"worth": Type.NUMBER}


def test_the_text_is_kept_only_where_the_operator_says_so_and_sealed(home: Home) -> None:
    """It is opened with the key of its day, which is destroyed with the events."""
    resettled(home, events_keep_text=True)
    use(home)
    [told] = observe(home, message("e1", who("ann"), who("kid"), text="a walk by the lake"))

    assert told.event_id is not None
    with home.house.store.read() as reader:
        found = reader.event(told.event_id)
    assert found is not None
    assert found.sealed is not None
    day = f"events-{home.clock.now():%Y-%m-%d}"
    assert (
        home.house.keys.unwrap(day, found.sealed, context=told.event_id.encode())
        == b'{"text.body":"a walk by the lake"}'
    )
    home.clock.advance(days=32)
    home.house.forget_events()
    assert day not in home.house.keys.periods()
    with home.house.store.read() as reader:
        assert reader.event(told.event_id) is None


def test_a_damaged_counter_is_unknown_and_begins_anew(home: Home) -> None:
    """No rule fires by it and no event is lost; from then on it counts again."""
    use(home, rule(MANY))
    observe(home, *to_minors(2))
    with home.house.engine.begin() as connection:
        connection.execute(update(counter_windows).values(state=b"what a disk made of it"))
    [damaged] = observe(home, *to_minors(1, first=3))
    assert damaged.event_id is not None
    assert fires(home) == []
    observe(home, *to_minors(2, first=4))

    assert len(fires(home)) == 1


def test_while_the_database_does_not_answer_nothing_is_taken_in(home: Home) -> None:
    """Whoever sends is told to try again; what was sent then counts once."""
    use(home, rule(MANY))
    observe(home, *to_minors(2))
    home.house.committer.close()
    with pytest.raises(Unavailable):
        observe(home, *to_minors(1, first=3))
    home.house.committer = GroupCommitter(home.house.engine, home.house.chain, home.clock, lambda: None)
    home.house.__dict__.pop("observe")
    observe(home, *to_minors(1, first=3))
    observe(home, *to_minors(1, first=3))

    assert len(fires(home)) == 1


def test_events_that_come_late_count_where_they_belong(home: Home) -> None:
    """Out of order, within the window and before it; and never later than now."""
    use(home, rule(MANY))
    now = home.clock.now()
    for number, hours in enumerate((0, -30, -2)):
        at = now + hours * HOUR
        observe(home, message(f"late-{number}", who("ann", ADULT), who(f"kid-{number}", YOUNG), at=at))
    assert fires(home) == []
    observe(home, message("soon", who("ann", ADULT), who("kid-9", YOUNG), at=now + timedelta(minutes=4)))

    assert len(fires(home)) == 1


def test_a_rule_set_that_would_open_a_case_for_everybody_opens_no_more_than_its_quota(home: Home) -> None:
    """The others wait and are counted; the checklist says so, and what the day came to of its quota is laid down."""
    resettled(home, rule_cases_per_day=20)
    use(home, rule('event.kind == "login"', OpenCase("contact", Severity.LOW, "x")))
    observe(home, *(event(f"l{n}", "login", who(f"user-{n}")) for n in range(300)))

    with home.house.store.read() as reader:
        assert reader.open_case_count() == 20
        assert reader.fires_waiting_count() == 280
        assert RULES in alarms(reader, home.clock.now())
    assert [home.house.lay_waiting() for _ in range(2)] == [8, 0]  # it is nine: 7.5 of 20, begun with one at midnight
    home.clock.advance(hours=6)
    assert [home.house.lay_waiting() for _ in range(2)] == [5, 0]


def test_one_noisy_account_does_not_use_up_the_quota_of_a_rule(home: Home) -> None:
    """A rule that fires again for the same account opens no case, and so takes nothing."""
    resettled(home, rule_cases_per_day=2)
    use(home, rule('event.kind == "login"'))
    observe(home, *(event(f"n{n}", "login", who("noisy")) for n in range(7)))
    observe(home, event("l1", "login", who("another")))
    observe(home, event("l2", "login", who("a-third")))

    assert set(cases_about(home, "another")) == {CLAUSE}
    outcomes = Counter(each.outcome for each in fires(home))
    assert outcomes == {FireOutcome.ACTED: 2, FireOutcome.REPEATED: 6, FireOutcome.OVER_QUOTA: 1}


def test_an_amount_that_no_sum_can_hold_is_left_out(home: Home) -> None:
    """The event goes in all the same; before and after it the sum is what it was."""
    big = 'event.kind == "payment" and sum(event.amount * 1000000, by=author.id, within="24h") > 0'
    use(home, rule(big, OpenCase("contact", Severity.LOW, "paid"), name="paid"))
    paid = [payment(f"p{n}", amount=1e12) for n in range(2)]
    told = observe(home, *paid)

    assert [each.event_id is not None for each in told] == [True, True]
    assert fires(home, "paid") == []


def test_a_rule_fires_exactly_where_a_plain_count_says_so(home: Home) -> None:
    """Random authors, recipients and pauses, in batches of any size: as if every event were looked at alone."""
    use(home, rule(MANY, name="counted"))

    @given(
        st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5), st.integers(0, 30)), max_size=25), st.integers(1, 7)
    )
    @settings(max_examples=examples(25), deadline=None)
    def check(told: list[tuple[int, int, int]], size: int) -> None:
        run, seen, wanted, batch, now = make.new_id("event"), [], 0, [], 0
        before = len(fires(home, "counted"))
        for number, (author, recipient, hours) in enumerate(told):
            if batch and (hours or len(batch) == size):
                observe(home, *batch)
                batch = []
            now += hours
            home.clock.advance(hours=hours)
            seen.append((author, recipient, now))
            wanted += len({r for a, r, at in seen if a == author and at > now - 24}) > 2
            batch.append(message(f"{run}-{number}", who(f"{run}-{author}", ADULT), who(f"k{recipient}", YOUNG)))
        if batch:
            observe(home, *batch)
        assert len(fires(home, "counted")) - before == wanted

    check()
