"""By when a window ends for what was changed before it: a table, and laws that hold for any history."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from make import AT
from tutela.core.undo_windows import LastChange, RecentWindow, bound_of

LENGTH = timedelta(seconds=10)


def at(seconds: float) -> datetime:
    """Return a moment."""
    return AT + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("changed", "recent", "bound"),
    [
        ([], [], None),
        ([LastChange(5, at(-60))], [], None),
        ([LastChange(5, at(-10))], [], None),
        ([LastChange(5, at(-4))], [], at(6)),
        ([LastChange(5, at(-4)), LastChange(7, at(-1))], [], at(6)),
        ([LastChange(5, at(-4))], [RecentWindow(5, 5, at(6), None)], None),
        ([LastChange(5, at(-4))], [RecentWindow(4, 6, at(3), at(3))], at(3)),
        ([LastChange(7, at(-4))], [RecentWindow(4, 6, at(3), at(3))], at(6)),
        ([LastChange(5, at(-4))], [RecentWindow(5, 5, at(-1), at(-1))], None),
    ],
)
def test_a_window_is_bound_by_what_nobody_may_take_back(
    changed: list[LastChange], recent: list[RecentWindow], bound: datetime | None
) -> None:
    """A machine's change bounds it, what a person may take back does not, and what such a window held does again."""
    assert bound_of(changed, recent, AT, LENGTH) == bound


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 12_000)), min_size=1, max_size=30))
def test_no_order_of_decisions_delays_what_a_machine_hid_by_more_than_a_window(
    steps: list[tuple[bool, int]],
) -> None:
    """One subject, changed by machines and people in turn: what a machine did last is told within its own window.

    A machine that changes it again moves its own change on; see decision 0022.
    """
    now, seq, last = AT, 0, None
    windows: list[RecentWindow] = []
    untold_since: datetime | None = None
    for is_machine, milliseconds in steps:
        now += timedelta(milliseconds=milliseconds)
        held = [each for each in windows if each.until > now]
        if not held:
            untold_since = None  # told the moment that the last window ended
        seq += 1
        if is_machine:
            untold_since = now
            last = LastChange(seq, now)
            continue
        recent = [each for each in windows if each.until > now - LENGTH]
        bound = bound_of([last] if last else [], recent, now, LENGTH)
        until = now + LENGTH if bound is None else min(bound, now + LENGTH)
        windows.append(RecentWindow(seq, seq, until, bound))
        last = LastChange(seq, now)
        if untold_since is not None:
            assert until <= untold_since + LENGTH
