"""Strikes are frozen, decay by themselves, and never take an account below zero."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.strategies import ACCOUNT, HOUSE, INTIMATE, NOW
from tutela.core.ids import ClauseId, DecisionId
from tutela.core.strikes import MAX_DECAY_DAYS, MAX_POINTS, Decay, DecayKind, Strike, count, is_first

YEAR = Decay(DecayKind.EXPIRES, 365)
QUARTERS = Decay(DecayKind.HALVES, 90)


def strike(points: int = 2, days_ago: float = 0, decay: Decay = YEAR, clause: ClauseId = HOUSE) -> Strike:
    """Return a strike that was made so many days before now."""
    return Strike(DecisionId("dec_1"), ACCOUNT, clause, "people_shown", points, NOW - timedelta(days=days_ago), decay)


decays = st.builds(Decay, st.sampled_from(DecayKind), st.integers(1, MAX_DECAY_DAYS))
spans = st.timedeltas(timedelta(days=-400), timedelta(days=8000))
strikes = st.builds(
    Strike, st.sampled_from([DecisionId("dec_1"), DecisionId("dec_2")]), st.just(ACCOUNT),
    st.sampled_from([HOUSE, INTIMATE]), st.sampled_from(["one", "two"]), st.integers(0, MAX_POINTS),
    spans.map(lambda span: NOW + span), decays, st.none() | st.just(DecisionId("dec_9")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("days", "points"), [(-30, 4), (0, 4), (89.9, 4), (90, 2), (179, 2), (180, 1), (269, 1), (270, 0), (4000, 0)]
)
def test_a_strike_that_halves_counts_half_as_much_each_time(days: float, points: int) -> None:
    """Whole points only: four, two, one, none. A clock that was set back makes it count in full."""
    assert strike(4, 0, QUARTERS).points_at(NOW + timedelta(days=days)) == points


@pytest.mark.parametrize(("days", "points"), [(-1, 4), (0, 4), (364.9, 4), (365, 0), (4000, 0)])
def test_a_strike_that_expires_counts_in_full_until_its_day(days: float, points: int) -> None:
    """And nothing from then on."""
    assert strike(4).points_at(NOW + timedelta(days=days)) == points


def test_a_warning_is_remembered_and_counts_nothing() -> None:
    """Until its days are over; then the next finding is a first one again."""
    warning = strike(0, days_ago=364)

    assert warning.is_warning
    assert count([warning], NOW) == 0
    assert not is_first([warning], HOUSE, NOW)
    assert is_first([warning], INTIMATE, NOW)
    assert is_first([warning], HOUSE, NOW + timedelta(days=1))
    assert is_first([replace(warning, reversed_by=DecisionId("dec_9"))], HOUSE, NOW)


def test_a_reversed_strike_that_would_be_over_leaves_the_rest_alone() -> None:
    """The defect to avoid: a reversal kept as a negative strike that outlives the one it was for."""
    reversed_one = replace(strike(4, days_ago=300), reversed_by=DecisionId("dec_9"))
    standing = strike(2, days_ago=10)
    later = NOW + timedelta(days=100)

    assert count([reversed_one, standing], NOW) == 2
    assert count([reversed_one, standing], later) == 2
    assert count([reversed_one], later) == 0


@pytest.mark.parametrize("days", [0, -1, MAX_DECAY_DAYS + 1])
def test_no_strike_stays_for_good(days: int) -> None:
    """Every decay has its days."""
    with pytest.raises(ValueError, match="decays within"):
        Decay(DecayKind.EXPIRES, days)


@pytest.mark.parametrize("points", [-1, MAX_POINTS + 1])
def test_no_strike_weighs_less_than_nothing_or_more_than_the_most(points: int) -> None:
    """A negative strike would be a reversal by another name."""
    with pytest.raises(ValueError, match="weighs"):
        strike(points)


@given(st.lists(strikes, max_size=8), spans, spans)
def test_the_count_never_rises_by_itself_and_never_falls_below_zero(
    made: list[Strike], one: timedelta, other: timedelta
) -> None:
    """Time only takes away."""
    earlier, later = sorted((NOW + one, NOW + other))

    assert 0 <= count(made, later) <= count(made, earlier) <= sum(each.points for each in made)


@given(st.lists(strikes, max_size=8), strikes, spans)
def test_a_further_strike_never_lowers_the_count_and_reversing_it_restores_the_rest(
    made: list[Strike], further: Strike, span: timedelta
) -> None:
    """Reversal takes away exactly what that strike counts, at every moment, and it may be read in any order."""
    now = NOW + span
    undone = replace(further, reversed_by=DecisionId("dec_9"))

    assert count([*made, further], now) >= count(made, now)
    assert count([undone, *made], now) == count(made, now)
    assert count([further, *reversed(made)], now) == count([*made, further], now)


@given(st.lists(strikes, max_size=8), spans)
def test_the_ladders_together_count_what_all_strikes_count(made: list[Strike], span: timedelta) -> None:
    """No strike counts on two."""
    now = NOW + span

    assert sum(count(made, now, ladder=each) for each in ("one", "two")) == count(made, now)


@given(strikes, spans)
def test_between_two_moments_of_change_nothing_changes(made: Strike, span: timedelta) -> None:
    """What is told as the next change is the next change, and the end is the last of them."""
    now = NOW + span
    change = made.next_change_after(now)
    if change is None:
        assert not made.stands_at(now)
        return
    just_before = change - timedelta(microseconds=1)

    assert change > now
    assert made.points_at(max(now, just_before)) == made.points_at(now)
    assert made.points_at(change) < made.points_at(now) or made.is_warning
    assert change <= made.ends_at
    assert made.points_at(made.ends_at) == 0
    assert made.stands_at(made.ends_at - timedelta(microseconds=1))


@given(strikes)
def test_all_changes_lead_to_the_end(made: Strike) -> None:
    """Following them one by one takes at most as many steps as points halve."""
    moment, steps = made.at, 0
    while (change := made.next_change_after(moment)) is not None:
        moment, steps = change, steps + 1

    assert steps <= 1 + made.points.bit_length()
    assert steps == 0 or moment == made.ends_at
