"""What a replay says, held against a case made by hand, and against what the rules really did."""

from datetime import timedelta

import pytest

import worded
from make import Home
from ruled import ADULT, YOUNG, account, cases_about, event, fires, message, observe, resettled, who
from tutela.core.content import Channel, ChannelKind
from tutela.core.event_facts import UNKNOWN_LATER, Written
from tutela.core.operator import Basis, OperatorProfile, Technique
from tutela.core.permissions import Principal, at_machine
from tutela.errors import BadInput, Forbidden, RuleProblem
from tutela.flows.keep_labels import NewLabel
from tutela.flows.replay_rules import Candidate, Replayed
from tutela.ports.events import FireOutcome

DAY = timedelta(days=1)
ANALYST = at_machine("Ada")

RULE = """\
- rule: {name}
  clause: cse.conversation
  state: draft
  when: {when}
  then:
    - open_case: {{queue: contact, severity: high, because: "reached {{count}}"}}
    - measure: {{kind: block_messaging, on: author, to: minors, for: 24h}}
"""
MINORS = (
    'event.kind == "message" and author.is_adult and recipient.is_minor '
    'and count_distinct(recipient.id, by=author.id, within="24h") > {}'
)


def source(threshold: int, name: str = "adult-reaches-many-minors") -> str:
    """Return the shipped rule about contact with another threshold, or a new one beside it."""
    return RULE.format(name=name, when=MINORS.format(threshold))


def replay(home: Home, text: str, since: timedelta = 7 * DAY, without: tuple[str, ...] = (), **more: int) -> Replayed:
    """Try a candidate."""
    return home.house.rules.replay(ANALYST, Candidate(text, since, without), **more)


def a_day(home: Home) -> None:
    """Ann writes to eight minors, Ben to four, Cat to two, an hour apart; Dan writes to eight adults."""
    home.house.rules.engine.refresh()
    for name, minors in (("ann", 8), ("ben", 4), ("cat", 2)):
        for n in range(minors):
            observe(home, message(f"{name}-{n}", who(name, ADULT), who(f"kid-{n}", YOUNG)))
            home.clock.advance(minutes=20)
    observe(home, *(message(f"dan-{n}", who("dan", ADULT), who(f"adult-{n}", ADULT)) for n in range(8)))
    home.clock.advance(minutes=1)  # what comes at the moment of a replay comes after it


def names(home: Home, found: Replayed, which: str) -> set[str]:
    """Return the accounts of cases won or lost, as the platform names them."""
    cases = getattr(found.difference, which)
    return {found.accounts[account_id].platform_id for account_id, _ in cases}


def test_a_lower_threshold_wins_exactly_the_case_made_by_hand(home_anywhere: Home) -> None:
    """Ben wrote to four: over three, and not over five. Ann is caught by both, Cat and Dan by neither."""
    a_day(home_anywhere)
    found = replay(home_anywhere, source(3))

    assert names(home_anywhere, found, "cases_won") == {"ben"}
    assert names(home_anywhere, found, "cases_lost") == set()
    [changed] = [each for each in found.difference.rules if not each.is_same]
    assert changed.before is not None
    assert changed.after is not None
    assert (changed.rule, changed.after.version) == ("adult-reaches-many-minors", "candidate")
    # Ann's sixth, seventh and eighth; with the lower threshold the fourth and fifth as well, and Ben's fourth.
    assert (changed.before.fires, changed.after.fires) == (3, 6)
    assert (found.difference.measures_before, found.difference.measures_after) == (1, 2)
    shown = {found.accounts[each.account_id].platform_id: each.because for each in changed.after.samples}
    assert shown == {"ann": "reached 4", "ben": "reached 4"}
    assert found.events == 22


def test_a_higher_threshold_and_a_rule_left_out_lose_cases(home: Home) -> None:
    """Nobody wrote to more than eight."""
    a_day(home)

    assert names(home, replay(home, source(9)), "cases_lost") == {"ann"}
    assert names(home, replay(home, "", without=("adult-reaches-many-minors",)), "cases_lost") == {"ann"}


def test_a_new_rule_beside_one_that_finds_the_same_wins_no_case(home: Home) -> None:
    """A case is about an account and a clause, whichever rule opens it."""
    a_day(home)
    found = replay(home, source(5, "another"))

    assert found.difference.cases_won == frozenset()
    assert names(home, found, "cases_by_others") == {"ann"}
    assert [each.rule for each in found.difference.rules if each.before is None] == ["another"]


def test_the_same_rules_would_do_the_same_and_what_they_really_did(home: Home) -> None:
    """The replay of what is in force is what happened."""
    a_day(home)
    shipped = next(p for p in home.house.rules.engine.book.places if p.name == "adult-reaches-many-minors")
    found = replay(home, "", without=("many-point-at-a-minor",))

    [run] = [each.before for each in found.difference.rules if each.rule == shipped.name]
    assert run is not None
    assert run.fires == len(fires(home, shipped.name))
    assert run.accounts == {account(home, "ann")} == {fire.account_id for fire in fires(home, shipped.name)}
    assert {fire.outcome for fire in fires(home, shipped.name)} == {FireOutcome.ACTED, FireOutcome.REPEATED}
    assert all(each.is_same for each in found.difference.rules if each.rule == shipped.name)


def test_what_was_before_fills_the_counters_and_is_not_asked_about(home: Home) -> None:
    """Five minors yesterday and one today, asked about today: with an empty counter it would not fire."""
    home.house.rules.engine.refresh()
    observe(home, *(message(f"a{n}", who("ann", ADULT), who(f"kid-{n}", YOUNG)) for n in range(5)))
    home.clock.advance(hours=12)
    observe(home, message("a5", who("ann", ADULT), who("kid-5", YOUNG)))
    home.clock.advance(minutes=1)
    found = replay(home, source(9), timedelta(hours=1))

    assert (found.events, found.warmed_up) == (1, 5)
    assert names(home, found, "cases_lost") == {"ann"}


def test_of_too_many_events_the_newest_are_looked_at_and_that_is_said(home: Home) -> None:
    """The last eight are Dan's."""
    a_day(home)
    found = replay(home, source(3), most=8)

    assert found.is_cut
    assert found.events == 8
    assert found.difference.cases_won == frozenset()


def test_rules_that_read_know_nothing_of_a_text_that_is_not_kept(home: Home) -> None:
    """It is said of how many; where the operator keeps texts they are read."""
    reads = RULE.format(name="reads", when='contains(text.body, "zarblok")').replace("reached {count}", "x")
    home.house.rules.engine.refresh()
    observe(home, message("m1", who("ann", ADULT), who("kid", YOUNG), text="a zarblok for sale"))
    home.clock.advance(minutes=1)
    without = replay(home, reads)
    resettled(home, events_keep_text=True)
    observe(home, message("m2", who("ben", ADULT), who("kid", YOUNG), text="a zarblok for sale"))
    home.clock.advance(minutes=1)
    both = replay(home, reads)

    assert (without.without_text, len(without.difference.cases_won)) == (1, 0)
    assert both.without_text == 1
    assert names(home, both, "cases_won") == {"ben"}


def test_what_nobody_may_look_at_any_more_is_left_out(home: Home) -> None:
    """What was recorded under a basis is no longer looked at when that has lapsed (P12); and that is said."""
    here, now = ("DE",), home.clock.now()
    basis = [
        Basis("DE", ChannelKind.PRIVATE, technique, "law", "assessment 1", now, now + DAY)
        for technique in (Technique.BEHAVIOUR, Technique.TEXT)
    ]
    home.house.profile.write(OperatorProfile("DE", here, tuple(ChannelKind), bases=tuple(basis)))
    resettled(home, events_keep_text=True)
    home.house.rules.engine.refresh()
    private = Channel(ChannelKind.PRIVATE)
    sent = message("m1", who("ann", ADULT, *here), who("kid", YOUNG, *here), channel=private, text="a zarblok for sale")
    observe(home, sent, event("l1", "login", who("ann", ADULT, *here)))
    reads = RULE.format(name="reads", when='contains(text.body, "zarblok")').replace("reached {count}", "x")
    home.clock.advance(hours=1)
    while_it_holds = replay(home, reads)
    home.house.profile.write(OperatorProfile("DE", here, tuple(ChannelKind), bases=(basis[0],)))
    without_text = replay(home, reads)
    home.clock.advance(hours=24)
    later = replay(home, reads)

    assert names(home, while_it_holds, "cases_won") == {"ann"}
    assert (while_it_holds.events, while_it_holds.without_basis) == (2, 0)
    assert (without_text.events, len(without_text.difference.cases_won)) == (2, 0)
    assert (later.events, later.without_basis, len(later.difference.cases_won)) == (1, 1, 0)


def test_of_a_text_that_is_not_kept_just_these_facts_are_unknown(home: Home) -> None:
    """What a replay says of them: every other fact of a text is known to it as it was seen."""
    home.house.rules.engine.refresh()
    written = Written("see https://one.example/a", language="en")
    observe(home, event("p1", "profile_change", who("ann", ADULT), written=written, channel=Channel()))
    home.clock.advance(minutes=1)
    seen = {
        name: replay(home, RULE.format(name="asks", when=f"known({name})").replace("reached {count}", "x"))
        for name in ("text.body", "text.links", "text.hosts", "text.length", "text.has_link", "text.language")
    }
    unknown = {name for name, found in seen.items() if not found.difference.cases_won}
    assert unknown == {name for name in UNKNOWN_LATER if name.startswith("text.")}
    assert "item.tags" in UNKNOWN_LATER


LINKS = ("https://one.example/a", "https://two.example/b")


@pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "hashed"])
def test_what_was_written_is_compared_where_it_is_kept_and_counted_either_way(home: Home, *, is_kept: bool) -> None:
    """Of a hash only equality is known: a rule about a host is silent, one that counts the same address is not."""
    resettled(home, events_keep_text=is_kept)
    home.house.rules.engine.refresh()
    for number in range(4):
        written = Written("see", (LINKS[number % 2],))
        observe(home, message(f"m{number}", who(f"user-{number}", ADULT), who("kid", YOUNG), written=written))
    home.clock.advance(minutes=1)
    spread = 'event.kind == "message" and count_distinct(author.id, by=text.links, within="24h") > 1'
    counts = RULE.format(name="spread", when=spread)
    asks = RULE.format(name="asks", when='("one.example" in text.hosts)').replace("reached {count}", "x")
    none = RULE.format(name="none", when='not ("one.example" in text.hosts)').replace("reached {count}", "x")
    only = 'event.kind == "message" and "one.example" in text.hosts and count(by=text.links, within="24h") > 1'
    both = RULE.format(name="both", when=only)
    found = {text: replay(home, text) for text in (counts, asks, none, both)}

    assert names(home, found[counts], "cases_won") == {"user-2", "user-3"}
    assert names(home, found[asks], "cases_won") == ({"user-0", "user-2"} if is_kept else set())
    assert names(home, found[none], "cases_won") == ({"user-1", "user-3"} if is_kept else set())
    assert names(home, found[both], "cases_won") == ({"user-2"} if is_kept else set())


def test_nothing_is_written(home: Home) -> None:
    """Neither fires nor cases nor measures."""
    a_day(home)
    before = len(fires(home, "adult-reaches-many-minors"))
    replay(home, source(1))

    assert len(fires(home, "adult-reaches-many-minors")) == before
    assert cases_about(home, "ben") == {}


def test_what_cannot_be_tried_is_named(home: Home) -> None:
    """A rule with a mistake, with its place; a rule to leave out that is not live; somebody who may not."""
    home.house.rules.engine.refresh()
    with pytest.raises(RuleProblem, match="line 4"):
        replay(home, RULE.format(name="wrong", when="author.is_adlt"))
    with pytest.raises(BadInput, match="no live rule"):
        replay(home, "", without=("nothing",))
    with pytest.raises(Forbidden):
        home.house.rules.replay(Principal("key_1", frozenset({"read"})), Candidate("", DAY))


NOBODY = Principal("key_1", frozenset({"submit", "read"}))
VERBS = {
    "labels set": lambda house: house.labels.set(NOBODY, NewLabel("x", "x", is_list=False, because="x")),
    "labels taken off": lambda house: house.labels.take_off(NOBODY, "x", "x", is_list=False),
    "labels of": lambda house: house.labels.of(NOBODY, "x"),
    "on a list": lambda house: house.labels.on_list(NOBODY, "x", "", 1),
    "fires of a case": lambda house: house.rules.fires.of_case(NOBODY, "cas_x"),
    "fires of a decision": lambda house: house.rules.fires.of_decision(NOBODY, "dec_x"),
    "fires of a rule": lambda house: house.rules.fires.of_rule(NOBODY, "x", "", 1),
    "figures": lambda house: house.rules.fires.figures(NOBODY, "x", DAY),
    "counters": lambda house: house.rules.fires.counters(NOBODY),
    "replay": lambda house: house.rules.replay(NOBODY, Candidate("", DAY)),
}


@pytest.mark.parametrize("verb", VERBS)
def test_who_has_no_scope_for_it_is_refused(home: Home, verb: str) -> None:
    """Before anything is read: also of what is not there."""
    with pytest.raises(Forbidden):
        VERBS[verb](home.house)


def test_what_banks_of_words_said_is_known_again_without_the_text(home: Home) -> None:
    """A rule that asks for it fires in a replay though no text is kept; and not where nobody may read any more."""
    worded.keywords(home.house, "blorvex")
    home.house.rules.engine.refresh()
    private = Channel(ChannelKind.PRIVATE, conversation="c")
    now = home.clock.now()
    behaviour, text = (
        Basis("*", ChannelKind.PRIVATE, each, "the law that allows it", "assessment 1", now, now + 9 * DAY)
        for each in (Technique.BEHAVIOUR, Technique.TEXT)
    )
    home.house.profile.write(OperatorProfile("DE", ("DE",), tuple(ChannelKind), bases=(behaviour, text)))
    observe(
        home,
        message("m1", who("ann", ADULT), who("kid", YOUNG), text="bl0rvex", channel=private),
        message("m2", who("ben", ADULT), who("kid", YOUNG), text="a boat", channel=private),
    )
    home.clock.advance(minutes=1)
    tried = """\
- rule: tried-words
  clause: cse.promotion
  state: draft
  when: in_bank("stand-ins", text.banks) and text.is_disguised
  then:
    - open_case: {queue: contact, severity: high, because: "met {text.banks}"}
"""
    found = replay(home, tried)
    assert names(home, found, "cases_won") == {"ann"}
    [new] = [each.after for each in found.difference.rules if each.before is None]
    assert new is not None
    assert [each.because for each in new.samples] == ["met stand-ins"]
    home.house.profile.write(OperatorProfile("DE", ("DE",), tuple(ChannelKind), bases=(behaviour,)))
    assert names(home, replay(home, tried), "cases_won") == set()
