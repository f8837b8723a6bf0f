"""The table of moves, and what holds of a rule's versions in any order of moves."""

import itertools

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from laws import examples
from tutela.core.ids import ClauseId
from tutela.core.rules.rule import RuleState
from tutela.core.rules.rule_states import (
    MOVES,
    Asked,
    Change,
    Moved,
    NeedsSecond,
    VersionState,
    move,
    read_beside,
    takes,
)
from tutela.errors import Conflict, Forbidden

DRAFT, SHADOW, LIVE, RETIRED = RuleState
LINKS, HOUSE = ClauseId("cse.links"), ClauseId("house.spam")


def one(state: RuleState, clause: ClauseId = HOUSE, version: str = "1") -> VersionState:
    return VersionState(version, state, clause)


TABLE = [
    (DRAFT, SHADOW, HOUSE, "1", True, False),
    (DRAFT, RETIRED, LINKS, "1", False, False),
    (SHADOW, LIVE, HOUSE, "1", True, True),
    (SHADOW, RETIRED, LINKS, "1", False, False),
    (LIVE, SHADOW, HOUSE, "1", False, False),
    (LIVE, SHADOW, LINKS, "1", False, True),
    (LIVE, RETIRED, HOUSE, "1", False, False),
    (LIVE, RETIRED, LINKS, "1", False, True),
    (LIVE, RETIRED, HOUSE, "shipped:0", False, True),
    (LIVE, SHADOW, HOUSE, "shipped:0", False, True),
    (RETIRED, SHADOW, LINKS, "1", True, False),
]


@pytest.mark.parametrize(("before", "after", "clause", "version", "tests", "second"), TABLE)
def test_each_move_takes_what_the_table_says(  # a row of the table
    before: RuleState, after: RuleState, clause: ClauseId, version: str, *, tests: bool, second: bool
) -> None:
    """Tests to go on, a second person to go live, and to take back what protects children or ships."""
    found = takes(one(before, clause, version), after)
    assert (found.tests, found.second) == (tests, second)


@pytest.mark.parametrize(
    ("states", "went_live", "shown", "beside"),
    [
        ({"1": DRAFT}, [], "1", None),
        ({"2": SHADOW, "1": DRAFT}, [], "2", None),
        ({"2": SHADOW, "1": RETIRED}, [], "2", None),
        ({"2": SHADOW, "1": LIVE}, ["1"], "2", "1"),
        ({"3": SHADOW, "2": RETIRED, "1": RETIRED}, ["1", "2"], "3", "2"),
        ({"3": DRAFT, "2": RETIRED, "1": LIVE}, ["1", "2", "1"], "2", "1"),
        ({"2": LIVE, "1": RETIRED}, ["1", "2"], "2", "1"),
        ({"1": LIVE}, ["1"], "1", None),
        ({"1": DRAFT, "shipped:0": RETIRED}, [], "1", "shipped:0"),
        ({"1": DRAFT, "shipped:1": LIVE}, ["shipped:0"], "1", "shipped:1"),
        ({"1": SHADOW}, ["shipped:0"], "1", None),
    ],
)
def test_a_version_is_read_beside_what_is_or_was_last_in_force(
    states: dict[str, RuleState], went_live: list[str], shown: str, beside: str | None
) -> None:
    """Never beside a draft, nor beside what ran only in shadow."""
    versions = [one(state, version=version) for version, state in states.items()]
    assert read_beside(versions, went_live, shown) == beside


def test_nothing_else_can_be_done() -> None:
    """Above all no draft goes live at once."""
    assert {(before, after) for before, after, *_ in TABLE} == set(MOVES)
    for before, after in itertools.product(RuleState, repeat=2):
        if (before, after) not in MOVES:
            with pytest.raises(Conflict):
                takes(one(before), after)


def test_going_live_takes_passing_tests_and_somebody_else() -> None:
    """Whoever proposed it does not approve it; what was live before is retired by the same approval."""
    versions = [one(SHADOW, version="2"), one(LIVE)]
    with pytest.raises(Conflict):
        move(versions, Asked("2", LIVE, "ann"), passes_tests=False)
    assert move(versions, Asked("2", LIVE, "ann"), passes_tests=True) == NeedsSecond(Change("2", SHADOW, LIVE))
    with pytest.raises(Forbidden):
        move(versions, Asked("2", LIVE, "ann", "ann"), passes_tests=True)
    with pytest.raises(Conflict):
        move(versions, Asked("2", LIVE, "ben", "ann"), passes_tests=False)
    approved = move(versions, Asked("2", LIVE, "ben", "ann"), passes_tests=True)
    assert approved == Moved((Change("1", LIVE, RETIRED), Change("2", SHADOW, LIVE)))


def test_a_live_rule_pushes_no_other_one_out_of_shadow() -> None:
    """Somebody is trying that one; a draft takes its place, as a newer attempt at the same."""
    versions = [one(SHADOW, version="2"), one(LIVE), one(DRAFT, version="3")]
    with pytest.raises(Conflict):
        move(versions, Asked("1", SHADOW, "ann"), passes_tests=True)
    came = move(versions, Asked("3", SHADOW, "ann"), passes_tests=True)
    assert came == Moved((Change("2", SHADOW, RETIRED), Change("3", DRAFT, SHADOW)))
    with pytest.raises(Conflict):
        move(versions, Asked("4", SHADOW, "ann"), passes_tests=True)


class Versions(RuleBasedStateMachine):
    """Anybody writes versions of one rule and moves any of them anywhere, alone or by proposals."""

    def __init__(self) -> None:
        """Begin with what ships."""
        super().__init__()
        self.states = {"shipped:0": RuleState.LIVE}
        self.seen_by_two: set[str] = {"shipped:0"}
        self.proposed: dict[tuple[str, RuleState], str] = {}

    @property
    def versions(self) -> list[VersionState]:
        """Return how far each has come."""
        return [VersionState(version, state, LINKS) for version, state in self.states.items()]

    @rule()
    def write(self) -> None:
        """Write a version."""
        if len(self.states) < 8:
            self.states[str(len(self.states))] = DRAFT

    @rule(number=st.integers(0, 7), to=st.sampled_from(RuleState), by=st.sampled_from("abc"), passes=st.booleans())
    def attempt(self, number: int, to: RuleState, by: str, *, passes: bool) -> None:
        """Move or propose."""
        self._do(list(self.states)[number % len(self.states)], to, by, None, passes=passes)

    @rule(by=st.sampled_from("abc"), passes=st.booleans())
    def approve(self, by: str, *, passes: bool) -> None:
        """Approve what was proposed, however long ago."""
        for (version, to), proposer in list(self.proposed.items()):
            self._do(version, to, by, proposer, passes=passes)

    def _do(self, version: str, to: RuleState, by: str, proposer: str | None, *, passes: bool) -> None:
        before = dict(self.states)
        try:
            came = move(self.versions, Asked(version, to, by, proposer), passes_tests=passes)
        except (Conflict, Forbidden):
            return
        if isinstance(came, NeedsSecond):
            self.proposed[version, to] = by
            return
        for each in came.changes:
            assert self.states[each.version] is each.before
            self.states[each.version] = each.after
        self.proposed.pop((version, to), None)
        if to is LIVE:
            assert passes
            assert proposer not in {None, by}
            self.seen_by_two.add(version)
        if LIVE in before.values() and LIVE not in self.states.values():
            assert proposer not in {None, by}, "one person alone weakened the protection"

    @invariant()
    def one_is_live_and_one_in_shadow_at_most(self) -> None:
        """Of one name."""
        found = list(self.states.values())
        assert found.count(LIVE) <= 1
        assert found.count(SHADOW) <= 1

    @invariant()
    def what_is_live_was_seen_by_two(self) -> None:
        """Whatever happened."""
        assert {version for version, state in self.states.items() if state is LIVE} <= self.seen_by_two


TestVersions = Versions.TestCase
TestVersions.settings = settings(max_examples=examples(60), stateful_step_count=30, deadline=None)
