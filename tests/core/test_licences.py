"""A licence is warned of in time, and over at the very moment it ends."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from make import bank
from tutela.core.brake import BrakeLimit
from tutela.core.licences import LicenceState, has_lapsed, licence_of, matches_anew
from tutela.core.policy import HIGHEST

END = datetime(2027, 1, 31, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("now", "kept", "not_kept"),
    [
        (END - 30 * DAY - SECOND, LicenceState.OPEN, LicenceState.OPEN),
        (END - 30 * DAY, LicenceState.ENDING, LicenceState.ENDING),
        (END - SECOND, LicenceState.ENDING, LicenceState.ENDING),
        (END, LicenceState.ENDED, LicenceState.LAPSED),
        (END + 900 * DAY, LicenceState.ENDED, LicenceState.LAPSED),
    ],
)
def test_an_end_is_warned_of_for_thirty_days_and_then_over(
    now: datetime, kept: LicenceState, not_kept: LicenceState
) -> None:
    """Only what may not be kept is not asked any more."""
    may_keep = bank(licence_ends_at=END)

    assert licence_of(may_keep, now) is kept
    assert licence_of(replace(may_keep, may_keep=False), now) is not_kept
    assert not has_lapsed(may_keep, now)
    assert has_lapsed(replace(may_keep, may_keep=False), now) is (not_kept is LicenceState.LAPSED)


def test_a_licence_without_an_end_is_open() -> None:
    """Most are."""
    assert licence_of(bank(may_keep=False), END) is LicenceState.OPEN


@pytest.mark.parametrize("end", [datetime.min.replace(tzinfo=UTC) + 4 * DAY, datetime.max.replace(tzinfo=UTC)])
def test_an_end_at_the_ends_of_time_is_compared_like_any_other(end: datetime) -> None:
    """Thirty days before the first week of the year 1 there is no moment to warn of."""
    expected = LicenceState.ENDED if end < END else LicenceState.OPEN

    assert licence_of(bank(licence_ends_at=end), END) is expected


@pytest.mark.parametrize(
    ("before", "after", "does"),
    [
        ({}, {}, False),
        ({}, {"brake": BrakeLimit(5, 5)}, False),
        ({}, {"licence_ends_at": END + DAY}, False),
        ({"licence_ends_at": END + DAY}, {"licence_ends_at": END + 9 * DAY}, False),
        ({"licence_ends_at": END - DAY}, {"licence_ends_at": END + DAY}, True),
        ({"licence_ends_at": END - DAY}, {"licence_ends_at": None}, True),
        ({"licence_ends_at": END - DAY}, {"licence_ends_at": END}, False),
        ({"licence_ends_at": END - DAY, "may_keep": True}, {"licence_ends_at": END + DAY, "may_keep": True}, False),
        ({}, {"is_active": False}, False),
        ({"is_active": False}, {}, True),
        ({"is_active": False}, {"is_active": False, "threshold_bits": 9}, False),
        ({}, {"threshold_bits": 9}, True),
        ({}, {"ceiling": HIGHEST}, True),
    ],
)
def test_a_bank_matches_anew_when_it_is_asked_again_or_otherwise(
    before: dict[str, object],
    after: dict[str, object],
    does: bool,  # noqa: FBT001  # a column of the table
) -> None:
    """A brake or a date changes nothing about what is stored; a renewal after a lapse does."""
    plain = bank(may_keep=False)

    assert matches_anew(replace(plain, **before), replace(plain, **after), END) is does  # type: ignore[arg-type]  # of Bank
