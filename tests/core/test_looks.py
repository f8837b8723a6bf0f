"""Second looks: what they look like from outside, and how they end."""

from dataclasses import fields, replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.found import ALICE, DEPICTION, SPAM
from core.strategies import NOW
from tutela.core.case_answers import CaseAnswer, Stage, settle
from tutela.core.case_moves import Actor, Barred, allowed, why_not
from tutela.core.case_states import CLOCKS, CaseState, Move
from tutela.core.cases import REVIEW_WITHIN, Case, CaseReason, Purpose
from tutela.core.conclusions import Conclusion
from tutela.core.findings import Facts
from tutela.core.ids import AccountId, CaseAnswerId, CaseId, ClauseId, DecisionId, GoldenId
from tutela.core.looks import (
    SAMPLE_WITHIN,
    Candidate,
    Golden,
    LookEnd,
    Tarnished,
    golden_end,
    golden_round,
    is_given,
    look_at,
    replaces_head,
    sample_end,
    tarnish,
)
from tutela.core.permissions import ROLE_SCOPES, StaffRole
from tutela.core.remedies import WhyTwo
from tutela.core.roles import Role

DRAWS = st.binary(min_size=4, max_size=4)
DECIDED = Case(
    CaseId("cas_old"), ALICE, ClauseId(SPAM), CaseReason.NEAR_MATCH, NOW - timedelta(days=40),
    NOW - timedelta(days=39), DecisionId("dec_1"), CaseState.DECIDED, version=5, answered_by=("per_ada",),
    language="de", kind="post",
)  # fmt: skip


def answered(conclusion: Conclusion, place: int = 1, by: str = "per_ada") -> CaseAnswer:
    """Return an answer to the case: under a violation Alice did it."""
    roles = {ALICE: Role.ACTOR} if conclusion is Conclusion.VIOLATION else {}
    name = CaseAnswerId(f"ans_{place}")
    return CaseAnswer(name, DECIDED.id, 0, place, by, NOW, conclusion, ClauseId(SPAM), Facts("seen"), roles)


GOLDEN = Golden(GoldenId("gld_1"), DECIDED, DecisionId("dec_1"), answered(Conclusion.NO_VIOLATION), "clear")


def waiting(opened: timedelta, reason: CaseReason) -> Case:
    """Return a case at the head of a queue."""
    at = NOW - opened
    due = at + REVIEW_WITHIN[reason].delta
    return Case(CaseId("cas_head"), AccountId("acc_9"), ClauseId(SPAM), reason, at, due, language="de", kind="post")


@given(
    st.timedeltas(timedelta(0), timedelta(hours=23)), st.sampled_from(CaseReason), st.sampled_from(CaseReason), DRAWS
)
def test_a_golden_case_looks_like_any_that_was_just_claimed(
    opened: timedelta, head_reason: CaseReason, reason: CaseReason, draw: bytes
) -> None:
    """Everything that a screen is told is what a case has that nobody answered; its place is before the head's."""
    head, golden = waiting(opened, head_reason), replace(GOLDEN, case=replace(DECIDED, reason=reason))
    shown = golden_round(golden, CaseId("cas_new"), "per_bea", head, NOW, draw)
    genuine = Case(
        CaseId("cas_new"), ALICE, ClauseId(SPAM), reason, shown.opened_at, shown.due_at, None, CaseState.CLAIMED,
        "per_bea", shown.until, 2, language="de", kind="post",
    )  # fmt: skip

    assert {each.name for each in fields(Case) if getattr(shown, each.name) != getattr(genuine, each.name)} == {
        "purpose"
    }
    assert shown.opened_at < NOW
    assert shown.due_at - shown.opened_at == REVIEW_WITHIN[reason].delta
    assert shown.due_at < head.due_at
    bea = Actor("per_bea", ROLE_SCOPES[StaffRole.REVIEWER])
    assert allowed(shown, bea, NOW) == allowed(genuine, bea, NOW)


def test_a_sample_asks_for_a_second_and_never_for_whoever_decided() -> None:
    """By the same table as where it takes two; nobody about their own account; and with a clock."""
    look = look_at(DECIDED, CaseId("cas_look"), answered(Conclusion.NO_VIOLATION), NOW)
    senior = ROLE_SCOPES[StaffRole.SENIOR_REVIEWER]

    assert why_not(look, Move.CLAIM, Actor("per_bea", senior), NOW) is None
    assert why_not(look, Move.CLAIM, Actor("per_ada", senior), NOW) is Barred.ANSWERED_ALREADY
    assert why_not(look, Move.CLAIM, Actor("per_bea", senior, frozenset({ALICE})), NOW) is Barred.OWN_ACCOUNT
    assert why_not(look, Move.CLAIM, Actor("per_rob", ROLE_SCOPES[StaffRole.REVIEWER]), NOW) is Barred.NEEDS_SCOPE
    assert look.due_at == NOW + SAMPLE_WITHIN.delta
    assert CLOCKS[look.state]


@given(st.integers(0, 1000), DRAWS)
def test_none_and_all_are_given_as_the_rate_says(rate: int, draw: bytes) -> None:
    """Nothing at nothing, always at a thousand, and never less at a higher rate."""
    assert not is_given(0, draw)
    assert is_given(1000, draw)
    assert is_given(rate, draw) <= is_given(min(1000, rate + 1), draw)


@given(st.integers(0, 1000))
def test_as_many_are_given_as_the_rate_says(rate: int) -> None:
    """Of all draws there are, as good as evenly spread."""
    draws = [number.to_bytes(2, "big") + b"\0\0" for number in range(0, 1 << 16, 64)]

    assert abs(sum(is_given(rate, draw) for draw in draws) / len(draws) - rate / 1000) < 0.002


def test_nothing_is_given_before_danger_or_what_is_late() -> None:
    """A figure is worth nobody's waiting."""
    head = waiting(timedelta(hours=1), CaseReason.NEAR_MATCH)

    assert replaces_head(head, NOW)
    assert not replaces_head(replace(head, is_in_danger=True), NOW)
    assert not replaces_head(head, head.due_at)


@pytest.mark.parametrize("conclusion", list(Conclusion))
def test_a_golden_case_ends_by_whether_they_agree(conclusion: Conclusion) -> None:
    """And counts for nothing once what was held to be right is held no more."""
    is_right = conclusion is Conclusion.NO_VIOLATION
    given_answer = answered(conclusion, by="per_bea")

    assert golden_end(GOLDEN, given_answer) is (LookEnd.AGREED if is_right else LookEnd.DIFFERED)
    assert golden_end(replace(GOLDEN, withdrawn_at=NOW), given_answer) is LookEnd.MOOT


@pytest.mark.parametrize(
    ("first", "second", "third"), list(product((Conclusion.ADULT, Conclusion.VIOLATION), repeat=3))
)
def test_a_sample_ends_as_its_answers_settle(first: Conclusion, second: Conclusion, third: Conclusion) -> None:
    """Upheld or overturned only by two against one; a difference alone ends nothing."""
    answers = [answered(each, at + 1, f"per_{at}") for at, each in enumerate((first, second, third))]
    two = settle(answers[:2], (WhyTwo.LIFTS,))
    if first is second:
        assert sample_end(two) is LookEnd.AGREED
        return
    assert two.stage is Stage.AWAITS_THIRD
    with pytest.raises(ValueError, match=r"awaits_third"):
        sample_end(two)
    assert sample_end(settle(answers, ())) is (LookEnd.UPHELD if third is first else LookEnd.OVERTURNED)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, None),
        ({"standing": None}, None),
        ({"case": replace(DECIDED, purpose=Purpose.SAMPLE)}, Tarnished.A_LOOK),
        ({"case": replace(DECIDED, purpose=Purpose.GOLDEN)}, Tarnished.A_LOOK),
        ({"case": replace(DECIDED, closed_by=None, state=CaseState.OPEN)}, Tarnished.NOT_DECIDED),
        ({"case": replace(DECIDED, is_in_danger=True)}, Tarnished.IN_DANGER),
        ({"is_reversed": True}, Tarnished.REVERSED),
        ({"item_count": 0}, Tarnished.EMPTY),
        ({"standing": answered(Conclusion.ADULT)}, Tarnished.ANSWERED_OTHERWISE),
    ],
)
def test_what_cannot_be_golden(changed: dict[str, object], expected: Tarnished | None) -> None:
    """What is not decided, was dangerous, was reversed or was decided otherwise."""
    candidate = replace(Candidate(DECIDED, 1, is_reversed=False, standing=GOLDEN.answer), **changed)  # type: ignore[arg-type]  # of its fields

    assert tarnish(candidate, GOLDEN.answer) is expected


def test_the_clause_of_the_twelve_is_another_answer() -> None:
    """Whoever finds it grave where it is not does not agree."""
    grave = replace(answered(Conclusion.VIOLATION), clause_id=ClauseId(DEPICTION))
    golden = replace(GOLDEN, answer=answered(Conclusion.VIOLATION))

    assert golden_end(golden, grave) is LookEnd.DIFFERED
