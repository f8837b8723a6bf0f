"""Versions of rules, their moves and the ones in force, on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest

import make
from make import AT, Desk
from rulebook import BOUNDS, greetings, links
from tutela.adapters.clock import SystemEntropy
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.rule_book import DatabaseRuleBook
from tutela.adapters.twins.clock import SetClock
from tutela.core.permissions import Principal
from tutela.core.rules.rule import RuleState
from tutela.core.rules.shipped import read_shipped
from tutela.errors import BadInput, Conflict, Forbidden, RuleChanged, RuleProblem, UnknownRule
from tutela.flows.keep_rules import KeepRules
from tutela.flows.move_rules import MoveRules
from tutela.flows.rule_engine import RuleEngine
from tutela.flows.try_rules import TryRules
from tutela.ports.rule_book import Proposal

DRAFT, SHADOW, LIVE, RETIRED = RuleState
ANN = Principal("per_ann", frozenset({"rules"}), person_id="per_ann")  # type: ignore[arg-type]  # an id
BEN = replace(ANN, id="per_ben", person_id="per_ben")  # type: ignore[arg-type]  # an id
SERVICE = Principal("key_2", frozenset({"rules"}))
OFFICER = Principal("per_olga", frozenset({"rules_second"}), person_id="per_olga")  # type: ignore[arg-type]  # an id
NOBODY = Principal("key_1", frozenset({"read"}))
SHIPPED = {"links.yaml": links().replace("many-links", "shipped-links").encode()}


@dataclass
class Place:
    """The verbs of rules on one database."""

    keep: KeepRules
    move: MoveRules
    engine: RuleEngine

    def states(self, name: str) -> dict[str, RuleState]:
        """Return how far each version of a rule has come."""
        return {each.version: each.state for each in self.keep.record(name).versions}

    def in_force(self) -> list[tuple[str, str, RuleState]]:
        """Return what is run on events."""
        self.engine.refresh()
        return [(each.name, each.version, each.state) for each in self.engine.book.places]

    def go(self, name: str, version: str, *states: RuleState) -> None:
        """Move a version on, by two people where it takes two."""
        for state in states:
            if isinstance(self.move.move(ANN, name, version, state, "because"), Proposal):
                self.move.approve(OFFICER, name, version, state)


def place(desk: Desk, *, shipped: dict[str, bytes] | None = None, writer: str = "rules") -> Place:
    """Return the verbs on a database, as one process has them."""
    clock = SetClock(AT)
    book = DatabaseRuleBook(desk.engine, ChainWriter(writer, SystemEntropy()), clock)
    read = read_shipped(SHIPPED if shipped is None else shipped, BOUNDS)
    keep = KeepRules(book, read, TryRules(BOUNDS), clock)
    return Place(keep, MoveRules(keep, clock), RuleEngine(book, read, BOUNDS))


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the test's database."""
    with make.database(database_url) as opened:
        yield opened


@pytest.fixture
def here(desk: Desk) -> Place:
    """Return the verbs."""
    return place(desk)


def test_a_rule_goes_from_draft_to_live_by_two_people(desk: Desk, here: Place) -> None:
    """Whoever proposed does not approve; each step is told, and nobody else's process needs a restart."""
    other = place(desk, writer="other")
    assert other.in_force() == [("shipped-links", other.keep.shipped["shipped-links"].version, LIVE)]
    stored = here.keep.put(ANN, "many-links", links(), None)
    here.go("many-links", stored.version, SHADOW)
    with pytest.raises(Forbidden, match="proposed by a person"):
        here.move.move(SERVICE, "many-links", "1", LIVE, "whoever holds the key")
    proposed = here.move.move(ANN, "many-links", "1", LIVE, "nothing wrong was found")

    assert isinstance(proposed, Proposal)
    assert (stored.version, stored.state, stored.written_at, here.states("many-links")) == (
        "1",
        DRAFT,
        AT,
        {"1": SHADOW},
    )
    assert ("many-links", "1", SHADOW) in other.in_force()
    both = replace(ANN, scopes=ANN.scopes | OFFICER.scopes)
    for whoever, error in ((ANN, Forbidden), (both, Forbidden)):
        with pytest.raises(error):
            here.move.approve(replace(whoever, person_id="per_ann"), "many-links", "1", LIVE)  # type: ignore[arg-type]  # an id
    with pytest.raises(Forbidden) as refused:
        here.move.approve(ANN, "many-links", "1", LIVE)
    assert "ask a senior reviewer or a child-safety officer to sign in" in str(refused.value.remedy)
    with pytest.raises(Conflict):
        here.move.approve(OFFICER, "many-links", "1", SHADOW)
    [moved] = here.move.approve(OFFICER, "many-links", "1", LIVE)
    assert (moved.by, moved.proposed_by, moved.reason) == ("per_olga", "per_ann", "nothing wrong was found")
    assert ("many-links", "1", LIVE) in other.in_force()
    assert [(each.before, each.after) for each in other.keep.history(OFFICER, "many-links")] == [
        (DRAFT, SHADOW), (SHADOW, LIVE)
    ]  # fmt: skip
    assert other.keep.record("many-links").proposal is None
    here.move.move(ANN, "many-links", "1", RETIRED, "over")
    here.move.withdraw(OFFICER, "many-links")
    ended = [
        (each.proposal.to, each.ended_by, each.is_approved) for each in other.keep.proposals(OFFICER, "many-links")
    ]
    assert ended == [(LIVE, "per_olga", True), (RETIRED, "per_olga", False)]


def test_a_newer_version_runs_beside_the_live_one_and_then_replaces_it(here: Place) -> None:
    """At most two of one name are in force."""
    for limit in (3, 2, 1):
        made_from = None if limit == 3 else str(3 - limit)
        here.keep.put(ANN, "many-links", links(limit), made_from)
    here.go("many-links", "1", SHADOW, LIVE)
    here.go("many-links", "2", SHADOW)
    assert here.in_force()[:2] == [("many-links", "1", LIVE), ("many-links", "2", SHADOW)]
    here.go("many-links", "3", SHADOW, LIVE)
    assert here.states("many-links") == {"3": LIVE, "2": RETIRED, "1": RETIRED}
    assert here.in_force()[0] == ("many-links", "3", LIVE)


def test_two_who_write_from_the_same_version_are_told_of_each_other(here: Place) -> None:
    """The second is told who wrote what; nothing is lost."""
    here.keep.put(ANN, "many-links", links(), None)
    here.keep.put(ANN, "many-links", links(4, "silent"), "1")
    for made_from in ("1", None):
        with pytest.raises(RuleChanged, match="per_ann wrote version 2 on 2026-03-02 09:00 UTC"):
            here.keep.put(BEN, "many-links", links(5, "silent"), made_from)
    assert here.keep.put(BEN, "many-links", links(5, "silent"), "2").version == "3"


def test_of_two_at_the_same_moment_one_is_kept(desk: Desk) -> None:
    """Also in two processes."""

    def attempt(number: int) -> Any:
        try:
            return place(desk, writer=f"w{number}").keep.put(ANN, "many-links", links(), None).version
        except RuleChanged:
            return None

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(attempt, range(6)), key=str) == ["1", *[None] * 5]


def test_what_ships_is_live_until_two_people_decide_otherwise(desk: Desk, here: Place) -> None:
    """What they decided holds for later contents too; a version of the operator's own takes its place."""
    version = here.keep.shipped["shipped-links"].version
    assert version.startswith("shipped:")
    assert isinstance(here.move.move(ANN, "shipped-links", version, SHADOW, "too many"), Proposal)
    assert here.in_force() == [("shipped-links", version, LIVE)]
    here.move.approve(OFFICER, "shipped-links", version, SHADOW)
    later = place(desk, shipped={"links.yaml": SHIPPED["links.yaml"].replace(b"> 3", b"> 2")})
    newer = later.keep.shipped["shipped-links"].version
    assert later.in_force() == [("shipped-links", newer, SHADOW)] != here.in_force()

    own = links(1).replace("many-links", "shipped-links")
    with pytest.raises(RuleChanged):
        later.keep.put(ANN, "shipped-links", own, version)
    later.keep.put(ANN, "shipped-links", own, newer)
    later.go("shipped-links", newer, LIVE)
    later.go("shipped-links", "1", SHADOW, LIVE)
    assert later.states("shipped-links") == {"1": LIVE, newer: RETIRED}
    assert later.in_force() == [("shipped-links", "1", LIVE)]


def test_no_rule_moves_on_without_tests_that_pass(here: Place) -> None:
    """Neither with failing ones nor with none."""
    here.keep.put(ANN, "many-links", links(9, "fires"), None)
    without = greetings().split("  tests:", maxsplit=1)[0]
    here.keep.put(ANN, "greetings", without, None)
    for name in ("many-links", "greetings"):
        with pytest.raises(Conflict, match="tests that pass"):
            here.move.move(ANN, name, "1", SHADOW, "to see")
    assert here.move.move(ANN, "greetings", "1", RETIRED, "of no use")


def test_a_proposal_waits_alone_and_can_be_withdrawn_or_turned_down(here: Place) -> None:
    """One of each rule; what was proposed before something else happened is no longer approved."""
    here.keep.put(ANN, "many-links", links(), None)
    here.go("many-links", "1", SHADOW)
    for whoever in (BEN, OFFICER):
        here.move.move(ANN, "many-links", "1", LIVE, "a")
        with pytest.raises(Conflict, match="waits already"):
            here.move.move(BEN, "many-links", "1", LIVE, "b")
        assert here.move.withdraw(whoever, "many-links").by == "per_ann"
    with pytest.raises(Conflict):
        here.move.withdraw(ANN, "many-links")
    here.move.move(ANN, "many-links", "1", LIVE, "a")
    here.move.move(BEN, "many-links", "1", RETIRED, "b")
    with pytest.raises(Conflict):
        here.move.approve(OFFICER, "many-links", "1", LIVE)


def test_a_rule_that_can_no_longer_be_run_keeps_no_other_one_out(desk: Desk, here: Place) -> None:
    """It is named, and the others are in force."""
    here.keep.put(ANN, "many-links", links(), None)
    here.go("many-links", "1", SHADOW)
    facts = {name: fact for name, fact in BOUNDS.vocabulary.facts.items() if name != "text.has_link"}
    words = replace(BOUNDS.vocabulary, facts=facts)
    poorer = replace(BOUNDS, words=lambda: words)
    greeting = read_shipped({"hello.yaml": greetings().encode()}, BOUNDS)
    engine = RuleEngine(here.keep.book, greeting, poorer)
    assert [each.name for each in engine.book.places] == ["greetings"]
    assert [(each.name, each.version) for each in engine.book.left_out] == [("many-links", "1")]


def test_each_verb_asks_who_may_and_what_is_there(here: Place) -> None:
    """Nothing is stored of what cannot be used."""
    for attempt in (
        lambda: here.keep.list(NOBODY),
        lambda: here.keep.read(NOBODY, "many-links"),
        lambda: here.keep.put(OFFICER, "many-links", links(), None),
        lambda: here.keep.history(NOBODY, "many-links"),
        lambda: here.move.move(OFFICER, "many-links", "1", SHADOW, "x"),
        lambda: here.move.approve(ANN, "many-links", "1", LIVE),
        lambda: here.move.withdraw(NOBODY, "many-links"),
        lambda: here.keep.tries.problems(NOBODY, ""),
        lambda: here.keep.tries.test(NOBODY, ""),
    ):
        with pytest.raises(Forbidden):
            attempt()
    with pytest.raises(RuleProblem):
        here.keep.put(ANN, "many-links", links().replace("has_link", "has_lnk"), None)
    for source in (links() + greetings(), greetings()):
        with pytest.raises(BadInput, match="not the one rule"):
            here.keep.put(ANN, "many-links", source, None)
    with pytest.raises(UnknownRule):
        here.keep.read(ANN, "many-links")
    assert [each.name for each in here.keep.list(ANN)] == ["shipped-links"]
    assert here.keep.book.seq() == 0
