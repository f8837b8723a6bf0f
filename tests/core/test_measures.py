"""Measures are grants: several hold at once, each with its own time, and a standing is their join."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import strategies as make
from core.strategies import ACCOUNT, ITEM, NOW
from tutela.core.ids import DecisionId, MediaId
from tutela.core.measures import (
    ALLOWED_SUBJECTS,
    HIDING,
    SHUTS_OUT,
    Measure,
    MeasureKind,
    Standing,
    Subject,
    SubjectKind,
    bitmask,
    kinds_of,
    still_current,
)
from tutela.core.policy import KNOWN_KINDS

SUBJECTS = {
    SubjectKind.ITEM: Subject.item(ITEM),
    SubjectKind.MEDIA: Subject.media(MediaId("med_1")),
    SubjectKind.ACCOUNT: Subject.account(ACCOUNT),
}
THE_ITEM = SUBJECTS[SubjectKind.ITEM]
moments = st.integers(-200, 400).map(lambda hours: NOW + timedelta(hours=hours))


def test_every_kind_has_its_subjects_and_a_name_that_policies_know() -> None:
    """A kind without a subject could never be granted; one that no clause can name could never be demanded."""
    assert set(ALLOWED_SUBJECTS) == set(MeasureKind)
    assert all(ALLOWED_SUBJECTS.values())
    assert {kind.value for kind in MeasureKind} <= set(KNOWN_KINDS)


@pytest.mark.parametrize("kind", MeasureKind)
@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=lambda subject: subject.kind)
def test_a_measure_is_only_on_what_it_can_be_on(kind: MeasureKind, subject: Subject) -> None:
    """Nobody holds an account or suspends a picture."""
    if subject.kind in ALLOWED_SUBJECTS[kind]:
        assert make.measure(kind, subject).subject == subject
    else:
        with pytest.raises(ValueError, match="cannot be on"):
            make.measure(kind, subject)


@pytest.mark.parametrize("hours", [0, -1])
def test_a_measure_that_ends_before_it_starts_is_refused(hours: int) -> None:
    """It would never have been in force, and somebody would believe that it was."""
    with pytest.raises(ValueError, match="end before it starts"):
        make.measure(MeasureKind.HOLD, THE_ITEM, starts_at=NOW, ends_at=NOW + timedelta(hours=hours))


def test_only_blocked_media_has_near_copies() -> None:
    """P11: nothing is chained through what was merely held."""
    blocked = make.measure(MeasureKind.BLOCK_MEDIA, SUBJECTS[SubjectKind.MEDIA])

    assert replace(blocked, near_bits=31).near_bits == 31
    with pytest.raises(ValueError, match="no near copies"):
        replace(blocked, kind=MeasureKind.HOLD, near_bits=31)


@given(make.measures(THE_ITEM), moments)
def test_a_measure_holds_from_its_start_until_just_before_its_end(measure: Measure, at: datetime) -> None:
    """And not at all once it is revoked."""
    is_in_time = at >= measure.starts_at and (measure.ends_at is None or at < measure.ends_at)

    assert measure.holds_at(at) == (is_in_time and measure.revoked_by is None)


@given(st.lists(make.measures(THE_ITEM), max_size=5), moments)
def test_reversing_a_decision_lifts_its_own_measures_only(measures: list[Measure], at: datetime) -> None:
    """The state is the join of what remains."""
    numbered = [replace(m, decision_id=DecisionId(f"dec_{n % 2}")) for n, m in enumerate(measures)]
    revoked = tuple(replace(m, revoked_by=DecisionId("dec_9")) if m.decision_id == "dec_0" else m for m in numbered)
    others = [m for m in numbered if m.decision_id != "dec_0"]

    assert Standing(THE_ITEM, 1, revoked).kinds_at(at) == Standing(THE_ITEM, 1, tuple(others)).kinds_at(at)


@given(st.lists(make.measures(THE_ITEM), max_size=5), moments)
def test_a_standing_row_keeps_all_that_will_ever_hold_again(measures: list[Measure], later: datetime) -> None:
    """What is dropped when the row is written would never have held at any later moment."""
    at = max(later, NOW)
    kept = still_current(measures, NOW)

    assert {m.kind for m in kept if m.holds_at(at)} == {m.kind for m in measures if m.holds_at(at)}
    assert all(m.revoked_by is None for m in kept)


@given(st.lists(make.measures(THE_ITEM), max_size=5), st.integers(0, 400))
def test_between_changes_the_kinds_in_force_stay_the_same(measures: list[Measure], hours: int) -> None:
    """`next_change_after` never misses a start or an end."""
    standing = Standing(THE_ITEM, 1, still_current(measures, NOW))
    change, later = standing.next_change_after(NOW), NOW + timedelta(hours=hours)

    assert change is None or change > NOW
    if change is None or later < change:
        assert standing.kinds_at(later) == standing.kinds_at(NOW)


@given(st.lists(make.measures(THE_ITEM), max_size=5), moments)
def test_a_subject_is_hidden_while_anything_that_hides_is_in_force(measures: list[Measure], at: datetime) -> None:
    """One is enough."""
    standing = Standing(THE_ITEM, 1, tuple(measures))

    assert standing.is_hidden_at(at) == any(m.kind in HIDING and m.holds_at(at) for m in measures)


@given(st.frozensets(st.sampled_from(MeasureKind)))
def test_kinds_survive_the_bits_of_a_standing_row(kinds: frozenset[MeasureKind]) -> None:
    """Rows of yesterday keep their meaning: the order of the kinds is only ever appended to."""
    assert kinds_of(bitmask(kinds)) == kinds
    assert [bitmask([kind]) for kind in list(MeasureKind)[:9]] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert list(MeasureKind)[:9] == [
        "hold", "quarantine", "remove", "block_media", "exclude", "no_ads", "no_payout", "lock_pending_decision",
        "suspend",
    ]  # fmt: skip


def test_hiding_is_for_content_and_shutting_out_is_for_accounts() -> None:
    """No kind is both; a plan about content can never lock somebody by a slip."""
    assert all(SubjectKind.ACCOUNT not in ALLOWED_SUBJECTS[kind] for kind in HIDING)
    assert all(ALLOWED_SUBJECTS[kind] == {SubjectKind.ACCOUNT} for kind in SHUTS_OUT)
