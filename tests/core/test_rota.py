"""Laws of the rota: who is on call, gaps and overlaps, and hours as clocks show them."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.ids import PersonId, ShiftId
from tutela.core.rota import Shift, Span, following, gaps, on_call, overlaps, span_of
from tutela.errors import BadInput

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
WITHIN = Span(AT, AT + 48 * HOUR)


def shift(person: str, start: int, hours: int) -> Shift:
    """Return a shift that begins some hours after `AT`."""
    begun = AT + start * HOUR
    return Shift(ShiftId(f"shf_{person}{start}"), PersonId(person), Span(begun, begun + hours * HOUR))


shifts = st.lists(
    st.builds(shift, st.sampled_from("abc"), st.integers(-12, 60), st.integers(1, 30)), max_size=8
)  # fmt: skip
moments = st.integers(0, 48 * 60 - 1).map(lambda minutes: AT + timedelta(minutes=minutes))


def lies_in(spans: tuple[Span, ...], moment: datetime) -> bool:
    """Return whether a moment is in one of *spans*."""
    return any(span.start <= moment < span.end for span in spans)


@given(shifts, moments)
def test_a_moment_is_a_gap_exactly_when_nobody_is_on_call(known: list[Shift], moment: datetime) -> None:
    """And an overlap exactly when several people are."""
    assert lies_in(gaps(known, WITHIN), moment) == (not on_call(known, moment))
    assert lies_in(overlaps(known, WITHIN), moment) == (len(on_call(known, moment)) > 1)


@given(shifts)
def test_gaps_lie_apart_in_order_and_within(known: list[Shift]) -> None:
    """Two that touch would be one."""
    for found in (gaps(known, WITHIN), overlaps(known, WITHIN)):
        assert all(span.start < span.end for span in found)
        assert all(one.end < two.start for one, two in pairwise(found))
        assert not found or WITHIN.start <= found[0].start
        assert not found or found[-1].end <= WITHIN.end


@given(shifts, shifts, moments)
def test_another_shift_never_takes_anybody_off_call(known: list[Shift], more: list[Shift], moment: datetime) -> None:
    """Nor does it make a gap."""
    assert set(on_call(known, moment)) <= set(on_call([*known, *more], moment))
    assert not lies_in(gaps([*known, *more], WITHIN), moment) or lies_in(gaps(known, WITHIN), moment)


@given(shifts, moments)
def test_who_follows_is_not_on_call_yet_and_each_is_named_once(known: list[Shift], moment: datetime) -> None:
    """In the order of their shifts."""
    here, next_ones = on_call(known, moment), following(known, moment)
    assert not set(here) & set(next_ones)
    assert len(set(next_ones)) == len(next_ones)
    assert len(set(here)) == len(here)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)), st.integers(1, 300))  # noqa: DTZ001 - as clocks show it
def test_a_stretch_has_at_least_the_hours_that_clocks_show(starts: datetime, hours: int) -> None:
    """Refused only within the hour that a zone leaves out; never a minute that nobody is on call for."""
    ends = starts + timedelta(hours=hours)
    try:
        span = span_of(starts, ends, BERLIN)
    except BadInput as refused:
        named = starts if refused.place == "starts" else ends
        assert (named.month, named.day, named.hour) == (3, 29, 2)
        return
    assert span.start.astimezone(BERLIN).replace(tzinfo=None) == starts
    assert span.end.astimezone(BERLIN).replace(tzinfo=None) == ends
    assert abs((span.end - span.start) - timedelta(hours=hours)) <= HOUR


def test_an_hour_that_comes_twice_is_covered_both_times() -> None:
    """From the first to the last: one who ends and one who starts at half past two leave nothing between them."""
    day = datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001 - as clocks show it
    before = span_of(day - 5 * HOUR, day, BERLIN)
    after = span_of(day, day + 5 * HOUR, BERLIN)
    assert before.end - after.start == HOUR


@pytest.mark.parametrize(
    ("starts", "ends", "place"),
    [
        (datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 9, 0), "starts"),  # noqa: DTZ001 - as clocks show it
        (datetime(2026, 3, 2), datetime(2026, 3, 2), "ends"),  # noqa: DTZ001 - as above
        (datetime(2026, 3, 2), datetime(2026, 3, 20), "ends"),  # noqa: DTZ001 - as above
        (AT, datetime(2026, 3, 20), "starts"),  # noqa: DTZ001 - as above
        (datetime(1, 1, 1), datetime(1, 1, 2), "starts"),  # noqa: DTZ001 - as above
    ],
    ids=["left out", "empty", "too long", "with an offset", "before time"],
)
def test_what_is_no_shift_is_refused(starts: datetime, ends: datetime, place: str) -> None:
    """With its place."""
    with pytest.raises(BadInput) as refused:
        span_of(starts, ends, BERLIN)
    assert refused.value.place == place
