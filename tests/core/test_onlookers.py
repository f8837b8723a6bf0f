"""Who looks: neither the question nor what is stored makes the other one open."""

from dataclasses import replace

import pytest

from make import account
from tutela.core.content import AgeBand
from tutela.core.onlookers import age_of, countries_of

ADULT, UNKNOWN, TEEN, CHILD = AgeBand.ADULT, AgeBand.UNKNOWN, AgeBand.FROM_16_TO_17, AgeBand.UNDER_13

AGES = [
    # said, stored, taken
    (None, None, UNKNOWN),
    (None, UNKNOWN, UNKNOWN),
    (None, ADULT, ADULT),
    (None, TEEN, TEEN),
    (ADULT, None, ADULT),
    (ADULT, UNKNOWN, ADULT),
    (ADULT, ADULT, ADULT),
    (ADULT, TEEN, TEEN),
    (TEEN, ADULT, TEEN),
    (TEEN, CHILD, CHILD),
    (CHILD, TEEN, CHILD),
    (UNKNOWN, None, UNKNOWN),
    (UNKNOWN, ADULT, UNKNOWN),
    (UNKNOWN, TEEN, TEEN),
]


@pytest.mark.parametrize(("said", "stored", "taken"), AGES)
def test_the_younger_of_two_ages_counts(said: AgeBand | None, stored: AgeBand | None, taken: AgeBand) -> None:
    """A question makes nobody an adult who is stored as a minor; a platform is believed where nothing is stored."""
    assert age_of(said, stored) is taken


@pytest.mark.parametrize("said", [None, *AgeBand])
@pytest.mark.parametrize("stored", [None, *AgeBand])
def test_nobody_is_taken_for_an_adult_against_either_word(said: AgeBand | None, stored: AgeBand | None) -> None:
    """Every combination: an adult needs one who says so, and nobody who says otherwise."""
    is_adult = age_of(said, stored) is ADULT

    assert is_adult == (
        ADULT in {said, stored} and {said, stored} <= {ADULT, None, *([UNKNOWN] if said is ADULT else [])}
    )


@pytest.mark.parametrize(
    ("said", "stored", "taken"),
    [
        ((), ("DE",), set()),
        (("FR",), ("DE",), {"DE", "FR"}),
        (("FR", "CH"), (), {"FR", "CH"}),
        (("FR",), None, {"FR"}),
        ((), None, set()),
    ],
)
def test_both_places_count_and_none_said_is_everywhere(
    said: tuple[str, ...], stored: tuple[str, ...] | None, taken: set[str]
) -> None:
    """A withholding applies in the country of the request and in that of the account; unknown counts as every one."""
    known = None if stored is None else replace(account(), regions=stored)

    assert countries_of(said, known) == taken
