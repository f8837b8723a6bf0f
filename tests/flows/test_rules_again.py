"""A rule that fires again: what is open, in force, said or waiting is not asked for twice, and nothing else is lost."""

from collections import Counter
from collections.abc import Iterator

import pytest

from answering import BEA, Office
from make import Home
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
    resettled,
    rule,
    use,
    who,
)
from tutela.core.conclusions import Conclusion
from tutela.core.measures import MeasureKind, Subject
from tutela.core.plans import Answer
from tutela.core.policy import Severity
from tutela.core.rules.rule import AddLabel, GrantMeasure, OpenCase, RuleState, Target
from tutela.core.units import Duration
from tutela.ports.events import FireOutcome

OFFICE = Office
WRITES = 'event.kind == "message" and author.is_adult and recipient.is_minor'
BLOCK = GrantMeasure(MeasureKind.BLOCK_MESSAGING, Target.AUTHOR, Duration(hours=24), "minors")
HOLD = GrantMeasure(MeasureKind.HOLD, Target.ITEM)


@pytest.fixture
def home_verified(home_anywhere: Home) -> Iterator[Home]:
    """Yield a house on each database; what is stored agrees with its audit afterwards, and no promise broke."""
    yield home_anywhere
    assert home_anywhere.house.verify().breaches == ()


def outcomes(home: Home, name: str = "reaches-many") -> Counter[FireOutcome]:
    """Return how often each came of a rule."""
    return Counter(fire.outcome for fire in fires(home, name))


def test_a_rule_opens_a_case_again_when_people_have_closed_the_first(office_anywhere: Office) -> None:
    """They saw what was then: what comes after it, within the same day, is laid before them as well."""
    home = office_anywhere.home
    use(home, rule(WRITES))
    observe(home, message("m1", who("alice", ADULT), who("kid", YOUNG)))
    first = office_anywhere.case(clause=CLAUSE)
    office_anywhere.decide(BEA, first.id, Conclusion.NO_VIOLATION)
    observe(home, message("m2", who("alice", ADULT), who("kid-2", YOUNG)))

    assert office_anywhere.case(clause=CLAUSE).id != first.id
    assert outcomes(home) == {FireOutcome.ACTED: 2}


def test_every_new_item_is_held_also_of_one_author(home_verified: Home) -> None:
    """One case about the author is enough; three items that a rule saw are three items that wait."""
    use(home_verified, rule('contains(text.body, "zarblok")', A_CASE, HOLD))
    held = [home_verified.submit(f"p{n}", author="ann", text="a zarblok for sale").answer for n in range(3)]

    assert held == [Answer.HOLD] * 3
    assert len(cases_about(home_verified, "ann")) == 1


def test_everybody_who_does_it_is_kept_from_it_also_where_the_case_is_about_the_other(home_verified: Home) -> None:
    """The case about the child is open already; the second one who writes is blocked as the first was."""
    on_them = OpenCase("contact", Severity.HIGH, "is written to", on=Target.RECIPIENT)
    use(home_verified, rule(WRITES, on_them, BLOCK))
    for name in ("ann", "ben", "ann"):
        number = len(fires(home_verified))
        observe(home_verified, message(f"m{number}", who(name, ADULT), who("kid", YOUNG)))

    for name in ("ann", "ben"):
        assert home_verified.kinds(Subject.account(account(home_verified, name))) == {"block_messaging"}
    assert outcomes(home_verified) == {FireOutcome.ACTED: 2, FireOutcome.REPEATED: 1}


def test_what_waits_for_its_quota_waits_once(home_verified: Home) -> None:
    """An account that goes on and on fills no queue; others still find their place in it."""
    resettled(home_verified, rule_cases_per_day=1)
    use(home_verified, rule('event.kind == "login"'))
    observe(home_verified, event("first", "login", who("ann")))
    for name in ("ben", "ben", "ben", "cat"):
        number = len(fires(home_verified))
        observe(home_verified, event(f"l{number}", "login", who(name)))

    with home_verified.house.store.read() as reader:
        assert reader.fires_waiting_count() == 2
    assert outcomes(home_verified) == {FireOutcome.ACTED: 1, FireOutcome.OVER_QUOTA: 2, FireOutcome.REPEATED: 2}


def test_what_waits_outlives_the_events_it_came_from(home_verified: Home) -> None:
    """It is never forgotten unseen: a month later it still comes before a person."""
    resettled(home_verified, rule_cases_per_day=1)
    use(home_verified, rule('event.kind == "login"'))
    observe(home_verified, *(event(f"l{n}", "login", who(f"user-{n}")) for n in range(2)))
    home_verified.clock.advance(days=32)
    home_verified.house.forget_events()

    assert home_verified.house.lay_waiting() == 1
    assert CLAUSE in cases_about(home_verified, "user-1")


def test_a_label_that_is_there_is_not_set_again(home_verified: Home) -> None:
    """Neither by the next event of a batch, nor by the next batch: one entry in the audit, and one fire that acted."""
    use(home_verified, rule('event.kind == "login"', AddLabel("spree", Target.AUTHOR, "came in", Duration(hours=2))))
    observe(home_verified, *(event(f"a{n}", "login", who("ann")) for n in range(3)))
    observe(home_verified, event("b", "login", who("ann")))
    assert outcomes(home_verified) == {FireOutcome.ACTED: 1, FireOutcome.REPEATED: 3}

    home_verified.clock.advance(hours=3)
    observe(home_verified, event("c", "login", who("ann")))
    assert outcomes(home_verified)[FireOutcome.ACTED] == 2
    with home_verified.house.store.read() as reader:
        assert len(reader.labels([account(home_verified, "ann")], home_verified.clock.now())) == 1


def test_a_number_longer_than_json_takes_stops_no_event(home_verified: Home) -> None:
    """Also a rule that is only tried computes it, and what its condition came to is written down."""
    huge = "event.amount * 1000000000000 * 1000000000000 > 5"
    use(home_verified, rule(huge, OpenCase("contact", Severity.LOW, "paid"), name="tried", state=RuleState.SHADOW))
    paid = event("p", "payment", who("ann"), who("ben"), channel=PUBLIC, attributes={"amount": 1_000_000_000_000})
    [told] = observe(home_verified, paid)

    assert told.event_id is not None
    [fire] = fires(home_verified, "tried")
    assert 1e36 in [value for _, value in fire.trace]
