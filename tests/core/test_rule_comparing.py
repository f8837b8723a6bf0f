"""What changed between two versions of a rule."""

from hypothesis import given, settings
from hypothesis import strategies as st

from laws import examples
from tutela.core.ids import ClauseId
from tutela.core.rules.comparing import ComparedLine, LineKind, compared
from tutela.core.rules.rule import RuleState
from tutela.core.rules.rule_states import MOVES, VersionState, moves_of, takes

SAME, GONE, NEW, SKIPPED = LineKind
LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=12).map("\n".join)


def test_a_change_is_shown_with_two_lines_around_it() -> None:
    """What lies far from it is skipped, and that is said."""
    before = "\n".join(f"line {number}" for number in range(20))
    after = before.replace("line 3\n", "line three\n").replace("line 15", "line fifteen")
    found = compared(before, after)
    assert [each.text for each in found if each.kind is GONE] == ["line 3", "line 15"]
    assert [each.text for each in found if each.kind is NEW] == ["line three", "line fifteen"]
    assert [each.kind for each in found].count(SKIPPED) == 1
    assert ComparedLine(SAME, "line 8") not in found


@settings(max_examples=examples(200))
@given(LINES, LINES)
def test_what_is_told_is_all_that_differs(before: str, after: str) -> None:
    """Nothing for equal texts; else as many lines gone and new as the lengths differ."""
    found = compared(before, after)
    gone, new = ([each for each in found if each.kind is kind] for kind in (GONE, NEW))
    assert (not found) == (before.splitlines() == after.splitlines())
    assert len(new) - len(gone) == len(after.splitlines()) - len(before.splitlines())


def test_where_a_version_can_go_is_what_the_table_of_moves_says() -> None:
    """Each with what it takes; what is nowhere in it goes nowhere."""
    for state in RuleState:
        version = VersionState("1", state, ClauseId("cse.links"))
        found = moves_of(version)
        assert [to for to, _ in found] == [after for before, after in MOVES if before is state]
        assert all(needed == takes(version, to) for to, needed in found)
