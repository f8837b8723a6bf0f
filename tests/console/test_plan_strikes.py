"""A plan calls a strike that counts nothing a warning, where it comes and where it goes."""

import pytest

from tutela.console.plan_lines import reversal_lines

NOTHING: dict[str, object] = {
    "ends": [], "carries": [], "items": [], "messages": [], "kept": [], "stays": [], "bank_entries": [], "cleared": [],
    "closes": [], "cannot_undo": [], "elsewhere": 0, "overturned": ["dec_1"],
}  # fmt: skip


@pytest.mark.parametrize(("points", "said"), [(0, "a warning"), (2, "a strike of 2")], ids=["warning", "strike"])
def test_what_counts_no_more_is_called_what_it_was(points: int, said: str) -> None:
    """A strike of 0 is nobody's word."""
    told = {**NOTHING, "strikes": [{"account": "alice", "points": points}]}
    assert reversal_lines(told) == [f"alice: {said} counts no more"]
