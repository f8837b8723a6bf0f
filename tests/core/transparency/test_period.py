"""Of which time a report is: years and halves, leap years, and when it is due."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.transparency.period import Period, kept_until, last_ended
from tutela.errors import BadInput


@pytest.mark.parametrize(
    ("said", "starts", "ends", "due", "days"),
    [
        ("2026", "2026-01-01", "2027-01-01", "2027-03-01", 365),
        ("2028", "2028-01-01", "2029-01-01", "2029-03-01", 366),
        ("2027", "2027-01-01", "2028-01-01", "2028-03-01", 365),
        ("2026-H1", "2026-01-01", "2026-07-01", "2026-09-01", 181),
        ("2028-H1", "2028-01-01", "2028-07-01", "2028-09-01", 182),
        ("2028-H2", "2028-07-01", "2029-01-01", "2029-03-01", 184),
    ],
)
def test_a_period_and_its_clock(said: str, starts: str, ends: str, due: str, days: int) -> None:
    """Two calendar months behind it, whether February has 28 days or 29."""
    period = Period.parse(said)
    assert period.label == said
    assert [each.date().isoformat() for each in (period.starts_at, period.ends_at, period.due_at)] == [
        starts,
        ends,
        due,
    ]
    assert period.ends_at - period.starts_at == timedelta(days=days)
    assert not period.is_late(period.due_at - timedelta(microseconds=1))
    assert period.is_late(period.due_at)
    assert (period.months[0], len(period.months)) == (starts[:7], 6 if period.half else 12)


@pytest.mark.parametrize("said", ["", "26", "2026-H3", "2026-h1", "1999", "2026-01", "2026-H1x", "٢٠٢٦"])
def test_what_is_no_period_is_refused(said: str) -> None:
    """With how one is written."""
    with pytest.raises(BadInput):
        Period.parse(said)


@given(
    st.integers(0, 34 * 366 * 24).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)),
    st.booleans(),
)
def test_the_last_that_ended_is_over_and_the_next_is_not(now: datetime, half_yearly: bool) -> None:  # noqa: FBT001  # of Hypothesis
    """No moment lies in two, and none in none."""
    period = last_ended(now, half_yearly=half_yearly)
    assert period.is_over(now)
    length = timedelta(days=186 if half_yearly else 366)
    assert now - period.ends_at < length


def test_an_edition_is_kept_for_five_years() -> None:
    """To the same day; from a leap day to the first of March."""
    assert kept_until(datetime(2028, 2, 29, tzinfo=UTC)) == datetime(2033, 3, 1, tzinfo=UTC)
