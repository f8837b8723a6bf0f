"""A plan says how many notices it answers, and only where it decides something."""

import pytest

from tutela.console.plan_lines import plan_lines

ENDS = {
    "measures": [], "held": True, "stays": [], "items": [], "messages": [], "bank_entries": [], "elsewhere": 0,
    "cannot_undo": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("notices", "said"), [(0, []), (1, ["1 notice answered"]), (2, ["2 notices answered"])], ids=["none", "one", "two"]
)
def test_a_plan_counts_the_notices_that_it_answers(notices: int, said: list[str]) -> None:
    """Beside what ends."""
    lines = plan_lines({"finding": None, "ends": ENDS, "notices": notices})
    assert lines == ["ends: what is held until it is decided", *said]


def test_an_answer_that_decides_nothing_answers_nobody() -> None:
    """It only passes the case on."""
    lines = plan_lines({"finding": None, "ends": None, "notices": 3})
    assert lines == ["Nothing changes: nothing was held, and nothing is."]
