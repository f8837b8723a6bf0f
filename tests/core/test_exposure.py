"""What somebody had to see: counted, bounded, and interrupted."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.exposure import (
    BREAK_AFTER_SEVERE,
    DAY,
    LONGEST_LOOK,
    NEUTRAL_AFTER,
    UNTOLD_LOOK,
    ExposureLimits,
    LookTaken,
    Stage,
    exposure_of,
    free_again_at,
    is_break_due,
    stretch_of,
    wants_other_work,
)
from tutela.core.units import Duration

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LIMITS = ExposureLimits(10, Duration(minutes=10))


def look(minutes_ago: float, seconds: float | None = 5, *, is_severe: bool = True) -> LookTaken:
    """Return a look."""
    at = NOW - timedelta(minutes=minutes_ago)
    return LookTaken(at, None if seconds is None else at + timedelta(seconds=seconds), is_severe)


@pytest.mark.parametrize(
    ("looks", "stage"),
    [
        ([], Stage.FREE),
        ([look(n) for n in range(7)], Stage.FREE),
        ([look(n) for n in range(8)], Stage.WARNED),
        ([look(n) for n in range(10)], Stage.STOPPED),
        ([look(n, is_severe=False) for n in range(50)], Stage.FREE),
        ([look(n, 300) for n in (1, 10)], Stage.STOPPED),
        ([look(60 * 25 + n) for n in range(20)], Stage.FREE),
    ],
)
def test_a_cap_warns_at_four_fifths_and_stops_at_all_of_it(looks: list[LookTaken], stage: Stage) -> None:
    """By number or by time, whichever is more, in the last day; what is not severe is counted and caps nothing."""
    assert exposure_of(looks, NOW - DAY.delta).stage(LIMITS) is stage


def test_a_look_that_was_never_given_back_counts_and_none_counts_for_ever() -> None:
    """A page that was closed, one that was left open, and a clock that was set back."""
    assert look(1, None).length == UNTOLD_LOOK.delta
    assert look(1, 90_000).length == LONGEST_LOOK.delta
    assert look(1, -5).length == timedelta()


@given(st.lists(st.tuples(st.floats(0, 1500), st.floats(0, 400)), max_size=40))
def test_whoever_is_stopped_is_told_when_they_may_look_again(taken: list[tuple[float, float]]) -> None:
    """At that moment they may, and not a moment earlier than the look that has to be forgotten."""
    looks = [look(minutes, seconds) for minutes, seconds in taken]
    is_stopped = exposure_of(looks, NOW - DAY.delta).stage(LIMITS) is Stage.STOPPED
    free_at = free_again_at(looks, LIMITS, NOW)
    assert (free_at is not None) == is_stopped
    if free_at is not None:
        assert NOW < free_at <= NOW + DAY.delta + timedelta(seconds=1)
        assert exposure_of(looks, free_at - DAY.delta).stage(LIMITS) is not Stage.STOPPED
        before = free_at - timedelta(microseconds=2)
        assert exposure_of(looks, before - DAY.delta).stage(LIMITS) is Stage.STOPPED


@pytest.mark.parametrize(
    ("looks", "is_due"),
    [
        ([], False),
        ([look(n) for n in range(0, 60, 5)], True),
        ([look(n) for n in range(0, 45, 5)], False),
        ([look(n) for n in range(15, 90, 5)], False),
        ([look(n / 10) for n in range(BREAK_AFTER_SEVERE)], True),
        ([look(n / 10, is_severe=False) for n in range(BREAK_AFTER_SEVERE)], False),
    ],
)
def test_a_break_is_due_after_long_or_after_much_without_a_pause(looks: list[LookTaken], is_due: bool) -> None:  # noqa: FBT001  # a column of the table
    """Ten minutes without a look are a pause, and end the stretch."""
    assert is_break_due(looks, NOW) is is_due


def test_other_work_is_mixed_in_only_after_many_hard_looks_in_a_row() -> None:
    """One time in four, by four random bytes; an ordinary look between them ends the row."""
    low, high = bytes(4), b"\xff" * 4
    hard = [look(n) for n in range(1, NEUTRAL_AFTER + 1)]
    assert wants_other_work(hard, NOW, low)
    assert not wants_other_work(hard, NOW, high)
    assert not wants_other_work(hard[1:], NOW, low)
    assert not wants_other_work([*hard[1:], look(0.5, is_severe=False)], NOW, low)
    assert not wants_other_work([look(20 + n) for n in range(5)], NOW, low)
    drawn = [wants_other_work(hard, NOW, number.to_bytes(4)) for number in range(0, 2**32, 2**24)]
    assert sum(drawn) == len(drawn) / 4


def test_what_seems_to_lie_ahead_is_no_part_of_a_stretch() -> None:
    """A clock that was set back."""
    assert stretch_of([look(-5), look(1)], NOW) == (look(1),)
