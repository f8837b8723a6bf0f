"""What was done about authorities, the sheet of an incident, and how far clocks have run."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.filing.reports import NOW
from core.filing.test_duty import TABLE
from tutela.core.cases import Case, CaseReason
from tutela.core.charter import Ending, of_ending
from tutela.core.filing.clocks import ClockStage, stage
from tutela.core.filing.closing import Dealt, Owed, is_settled, unmet
from tutela.core.filing.dealings import Dealing, DealingKind, dealt
from tutela.core.filing.duty import ChildKnown, Explicitness, FoundBy, Imagery, Trait, duty
from tutela.core.filing.places import Places
from tutela.core.filing.sheets import DutySheet, Incident, duty_facts
from tutela.core.ids import AccountId, CaseId, ClauseId
from tutela.core.operator import OperatorProfile
from tutela.core.policy import ZERO_TOLERANCE_IDS
from tutela.core.roles import Role

CASE = CaseId("cas_1")
OPEN = Case(CASE, AccountId("acc_1"), ClauseId("cse.depiction"), CaseReason.NEAR_MATCH, NOW, NOW)
AUTHORITIES = [each.id for each in TABLE.authorities]
KINDS = st.sampled_from(DealingKind)
COUNTRIES = st.lists(st.sampled_from(["US", "GB", "DE", "AU", "BR"]), max_size=2).map(tuple)
DEALINGS = st.lists(
    st.builds(
        Dealing,
        st.just("dlg_1"), st.just(CASE), st.sampled_from(AUTHORITIES), KINDS, st.sampled_from(["per_1", "per_2"]),
        st.just(NOW), st.just(NOW), st.sampled_from(["", "A reason."]), st.sampled_from(["", "4711"]),
        st.sampled_from([None, NOW + timedelta(hours=1)]),
    ),
    max_size=8,
)  # fmt: skip
SHEETS = st.builds(
    DutySheet, st.just(CASE), st.sampled_from(Imagery), st.sampled_from(Explicitness), st.sampled_from(ChildKnown),
    st.frozensets(st.sampled_from(Trait), max_size=2), st.builds(Places, COUNTRIES, COUNTRIES, COUNTRIES),
)  # fmt: skip
INCIDENTS = st.builds(
    Incident,
    st.sampled_from(sorted(ZERO_TOLERANCE_IDS)).map(ClauseId),
    st.sampled_from([None, NOW]),
    st.frozensets(st.sampled_from(Role), max_size=3),
    st.booleans(),
    st.builds(Places, COUNTRIES, COUNTRIES, COUNTRIES),
)
PROFILES = st.builds(OperatorProfile, country=st.sampled_from(["", "US", "GB", "DE", "BR"]), user_regions=COUNTRIES)


@given(INCIDENTS, SHEETS, PROFILES, DEALINGS)
def test_what_ends_by_itself_breaks_no_promise(
    incident: Incident, sheet: DutySheet, profile: OperatorProfile, done: list[Dealing]
) -> None:
    """P4 is asked again before a case ends: whatever is settled owes nothing, whoever did what in which order."""
    facts, places = duty_facts(incident, sheet)
    owed = Owed(duty(facts, profile, places, TABLE), dealt(done))

    if is_settled(owed):
        assert of_ending(Ending(OPEN, owed, has_undecided=False, is_answered=False)) == ()
        assert facts.found_by is FoundBy.PERSON
    if incident.found_at is None:
        assert unmet(owed)


@pytest.mark.parametrize(
    ("reason", "has_undecided", "is_answered", "breaks"),
    [
        (CaseReason.NEAR_MATCH, False, False, False),
        (CaseReason.NEAR_MATCH, True, False, True),
        (CaseReason.SECOND_LOOK, False, True, False),
        (CaseReason.SECOND_LOOK, False, False, True),
    ],
)
def test_nothing_ends_before_it_was_looked_at(
    reason: CaseReason, *, has_undecided: bool, is_answered: bool, breaks: bool
) -> None:
    """P3: what came in after the finding, and the second look that it was opened for, are looked at first."""
    ending = Ending(replace(OPEN, reason=reason), Owed(()), has_undecided=has_undecided, is_answered=is_answered)

    assert [each.promise for each in of_ending(ending)] == (["P3"] if breaks else [])


@given(INCIDENTS, SHEETS)
def test_what_the_platform_told_and_what_somebody_said_count_together(incident: Incident, sheet: DutySheet) -> None:
    """A sheet adds countries and takes none away; danger that the case knows of is never forgotten."""
    facts, places = duty_facts(incident, sheet)

    assert places.all() >= incident.places.all() | sheet.places.all()
    assert facts.traits >= sheet.traits
    assert (Trait.DANGER in facts.traits) >= incident.is_in_danger


def test_the_last_word_on_who_has_it_counts_and_what_was_filed_stays_filed() -> None:
    """Somebody else took it; a decision against telling does not undo a filing."""

    def of(kind: DealingKind, by: str, **more: object) -> Dealing:
        return Dealing("dlg_1", CASE, "ncmec", kind, by, NOW, NOW, **more)  # type: ignore[arg-type]  # fields by name

    done = dealt([
        of(DealingKind.TAKEN, "per_1", due_at=NOW),
        of(DealingKind.BY_HAND, "per_1", reference="4711"),
        of(DealingKind.DECLINED, "per_2", reason="Told already."),
        of(DealingKind.TAKEN, "per_2", due_at=NOW + timedelta(hours=1)),
    ])["ncmec"]  # fmt: skip

    assert done.clock is not None
    assert done.clock.by == "per_2"
    assert done.is_filed
    assert done.declined is not None
    assert dealt([]) == {}
    assert not Dealt().is_filed


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (-1, ClockStage.EARLY),
        (0, ClockStage.EARLY),
        (11.9, ClockStage.EARLY),
        (12, ClockStage.HALF),
        (19.1, ClockStage.HALF),
        (19.2, ClockStage.SHORT),
        (23.9, ClockStage.SHORT),
        (24, ClockStage.OVER),
        (400, ClockStage.OVER),
    ],
)
def test_a_clock_is_said_at_a_half_at_four_fifths_and_when_it_is_over(hours: float, expected: ClockStage) -> None:
    """Also where the clock was set back; and of no time at all nothing is left."""
    assert stage(NOW, NOW + timedelta(hours=24), NOW + timedelta(hours=hours)) is expected
    assert stage(NOW, NOW, NOW) is ClockStage.OVER
