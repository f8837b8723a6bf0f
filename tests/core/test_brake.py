"""A member that hits many accounts is braked, and no number switches that off."""

from datetime import UTC, datetime, timedelta

import pytest

from tutela.core.brake import MAX_ACCOUNTS, MAX_WINDOW_HOURS, BrakeLimit, trips
from tutela.errors import BadInput

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(("accounts", "is_braked"), [(0, False), (1, False), (20, False), (21, True), (1000, True)])
def test_the_customary_brake_trips_at_the_twenty_first_account(accounts: int, is_braked: bool) -> None:  # noqa: FBT001  # a table
    """Up to the limit a member acts in full."""
    assert trips(accounts, BrakeLimit()) is is_braked


def test_hits_count_within_the_window() -> None:
    """Twenty accounts in a year are no burst."""
    assert BrakeLimit().starts_at(NOW) == NOW - timedelta(hours=24)
    assert BrakeLimit(window_hours=1).starts_at(NOW) == NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("accounts", "window_hours", "place"),
    [
        (0, 24, "brake_accounts"),
        (-1, 24, "brake_accounts"),
        (MAX_ACCOUNTS + 1, 24, "brake_accounts"),
        (20, 0, "brake_window_hours"),
        (20, MAX_WINDOW_HOURS + 1, "brake_window_hours"),
    ],
)
def test_a_brake_that_brakes_nothing_is_refused(accounts: int, window_hours: int, place: str) -> None:
    """P11 cannot be configured away."""
    with pytest.raises(BadInput) as refused:
        BrakeLimit(accounts, window_hours)

    assert refused.value.place == place


def test_the_loosest_brake_that_may_be_is_still_one() -> None:
    """The bounds themselves are allowed."""
    assert trips(MAX_ACCOUNTS + 1, BrakeLimit(MAX_ACCOUNTS, MAX_WINDOW_HOURS))
