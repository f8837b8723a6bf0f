"""When answers agree, how many people it takes in both directions, what they come to, and who may not give one."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.found import ALICE, BOB, COMMENTARY, DEPICTION, HERS, POST, SPAM, TEXT, policy
from core.strategies import NOW
from tutela.core.case_answers import (
    Answering,
    CaseAnswer,
    CaseFacts,
    ItemFacts,
    Staffed,
    Stage,
    Unfit,
    agree,
    reasons_for_two,
    settle,
    unfit,
)
from tutela.core.conclusions import CONTEXTS, HELPED, Conclusion, Context, misfit
from tutela.core.findings import Facts
from tutela.core.ids import CaseAnswerId, CaseId, ClauseId
from tutela.core.remedies import Evidence, WhyTwo
from tutela.core.roles import Role

C, E = Conclusion, Evidence
MINORS = ClauseId("minors.exploitative")


def answer(conclusion: Conclusion = C.VIOLATION, by: str = "per_ada", **more: Any) -> CaseAnswer:
    """Return the first answer of somebody: Alice did it."""
    roles = {ALICE: Role.ACTOR} if conclusion is C.VIOLATION else {}
    return CaseAnswer(
        id=CaseAnswerId(f"ans_{by}"), case_id=CaseId("cas_one"),
        **{
            "series": 0, "place": 1, "by": by, "at": NOW, "conclusion": conclusion, "clause_id": DEPICTION,
            "facts": Facts("seen"), "roles": roles, **more,
        },
    )  # fmt: skip


def facts(evidence: Evidence = E.NOVEL, clause: ClauseId = DEPICTION, **more: Any) -> CaseFacts:
    """Return a case with one item by Alice."""
    item = {name: more.pop(name) for name in ("is_matched", "is_sealed") if name in more}
    return CaseFacts(clause, (ItemFacts(POST, ALICE, evidence, **item),), **more)


@pytest.mark.parametrize(
    ("one", "other", "do"),
    [
        (answer(), answer(facts=Facts("other", "words")), True),
        (answer(), answer(clause_id=COMMENTARY), True),  # as grave
        (answer(), answer(clause_id=SPAM), False),
        (answer(), answer(roles={ALICE: Role.COERCED}), False),
        (answer(), answer(roles={ALICE: Role.ACTOR, BOB: Role.NONE}), True),
        (answer(), answer(roles={ALICE: Role.ACTOR, BOB: Role.DEPICTED}), False),
        (answer(), answer(C.NO_VIOLATION), False),
        (answer(C.ADULT), answer(C.NO_VIOLATION), False),
        (answer(C.ADULT), answer(C.ADULT, context=Context.MEDICAL), True),
        (answer(C.NO_VIOLATION), answer(C.NO_VIOLATION, roles={ALICE: Role.REPORTER}), True),
    ],
)  # fmt: skip
def test_answers_agree_by_what_they_mean(one: CaseAnswer, other: CaseAnswer, do: bool) -> None:  # noqa: FBT001  # a parameter of a test
    """Conclusion, gravity and parts; not the words, and in both directions."""
    assert (agree(one, other), agree(other, one)) == (do, do)


CLEARING = [C.ADULT, C.NO_VIOLATION, C.AGE_INDETERMINATE, C.EXPLOITATIVE_NOT_ILLEGAL]


@pytest.mark.parametrize("conclusion", CLEARING)
@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({}, ()),  # an unsupported notice, or a rule: one person
        ({"signals": 1}, ()),
        ({"signals": 2}, (WhyTwo.CLEARS,)),
        ({"is_claimed": True}, (WhyTwo.CLEARS,)),
        ({"is_matched": True}, (WhyTwo.CLEARS,)),
        ({"is_sealed": True}, (WhyTwo.LIFTS,)),
        ({"is_matched": True, "is_sealed": True}, (WhyTwo.CLEARS, WhyTwo.LIFTS)),
        ({"is_in_danger": True, "is_claimed": True}, (WhyTwo.CLEARS,)),  # danger never hastens what is let go
    ],
)  # fmt: skip
def test_clearing_what_is_supported_takes_two(
    conclusion: Conclusion, more: dict[str, Any], why: tuple[WhyTwo, ...]
) -> None:
    """P3 in one direction: a match, agreeing signals, or a claim by a depicted person or a hotline."""
    clause = MINORS if conclusion in {C.AGE_INDETERMINATE, C.EXPLOITATIVE_NOT_ILLEGAL} else DEPICTION

    assert reasons_for_two(answer(conclusion, clause_id=clause), facts(**more), policy()) == why


def test_a_lesser_clause_is_a_way_to_clear_as_well() -> None:
    """What is under one of the twelve and called spam is cleared of it."""
    spam = answer(clause_id=SPAM)

    assert reasons_for_two(spam, facts(is_matched=True), policy()) == (WhyTwo.CLEARS,)
    assert reasons_for_two(spam, facts(clause=SPAM, is_matched=True), policy()) == ()


@pytest.mark.parametrize(
    ("role", "evidence", "why"),
    [
        (Role.ACTOR, E.VERIFIED_LIST, ()),
        (Role.ACTOR, E.NOVEL, (WhyTwo.SUSPENDS, WhyTwo.BANKS, WhyTwo.FILES)),
        (Role.ACTOR, E.NONE, (WhyTwo.SUSPENDS, WhyTwo.FILES)),
        (Role.COERCED, E.NONE, ()),
        (Role.DEPICTED, E.NOVEL, (WhyTwo.BANKS,)),
    ],
)
def test_condemning_over_what_no_list_knows_takes_two(role: Role, evidence: Evidence, why: tuple[WhyTwo, ...]) -> None:
    """P3 in the other direction: to suspend for good on it, to bank it, and to file it."""
    assert reasons_for_two(answer(roles={ALICE: role}), facts(evidence), policy()) == why


def test_one_listed_item_carries_the_suspension_and_not_the_bank() -> None:
    """Suspended over what a list knows; what it does not know is still banked and filed by two."""
    two = CaseFacts(DEPICTION, (ItemFacts(POST, ALICE, E.VERIFIED_LIST), ItemFacts(TEXT, ALICE, E.NOVEL)))
    apart = CaseFacts(DEPICTION, (ItemFacts(POST, ALICE, E.VERIFIED_LIST), ItemFacts(HERS, BOB, E.NONE)))

    assert reasons_for_two(answer(), two, policy()) == (WhyTwo.BANKS, WhyTwo.FILES)
    both = answer(roles={ALICE: Role.ACTOR, BOB: Role.ACTOR})
    assert WhyTwo.SUSPENDS in reasons_for_two(both, apart, policy())
    nobody_posted = answer(roles={ALICE: Role.UNWITTING_CARRIER, BOB: Role.ACTOR})
    assert WhyTwo.SUSPENDS in reasons_for_two(nobody_posted, facts(E.VERIFIED_LIST), policy())


ANY = st.builds(
    answer, st.sampled_from(C), st.sampled_from(["per_ada", "per_bea", "per_cyd"]),
    clause_id=st.sampled_from([DEPICTION, COMMENTARY, SPAM]),
    roles=st.dictionaries(st.sampled_from([ALICE, BOB]), st.sampled_from(Role), max_size=2),
)  # fmt: skip


@given(st.lists(ANY, min_size=1, max_size=3), st.booleans())
def test_what_takes_two_is_settled_by_two_who_agree(given_answers: list[CaseAnswer], takes_two: bool) -> None:  # noqa: FBT001  # a parameter of a test
    """Whatever three people say, in whatever order: nothing is settled that only one of them said."""
    settled = settle(given_answers, (WhyTwo.CLEARS,) if takes_two else ())

    if settled.stage is Stage.SETTLED and (takes_two or len(given_answers) > 1):
        assert len(settled.behind) == 2
        assert agree(*settled.behind)
        assert settled.answer in settled.behind
    elif settled.stage is not Stage.SETTLED:
        assert settled.answer is None
        assert len(given_answers) > 1 or takes_two


@given(st.permutations([answer(), answer(C.NO_VIOLATION, "per_bea"), answer(C.ADULT, "per_cyd")]))
def test_a_third_that_sides_with_nobody_is_not_taken(three: list[CaseAnswer]) -> None:
    """A third word beside two different ones would let one person decide."""
    assert settle(three, ()).stage is Stage.SIDES_WITH_NOBODY


def test_a_third_breaks_the_tie_for_whomever_they_side_with() -> None:
    """In either direction."""
    yes, no = answer(), answer(C.NO_VIOLATION, "per_bea")
    for first, second in permutations([yes, no]):
        assert settle([first, second], (WhyTwo.CLEARS,)).stage is Stage.AWAITS_THIRD
        for sided in (yes, no):
            third = answer(sided.conclusion, "per_cyd")
            found = settle([first, second, third], (WhyTwo.CLEARS,))
            assert (found.stage, found.answer, found.people) == (Stage.SETTLED, third, (sided.by, "per_cyd"))


def test_somebody_who_looked_twice_is_one_person() -> None:
    """Recorded as what it is; an outsider is a name of the operator's, and no second person of ours either."""
    again = settle([answer(), answer(place=2)], (WhyTwo.FILES,))
    outside = settle([answer(), answer(place=2, outsider="a colleague at the hotline")], (WhyTwo.FILES,))

    assert (again.people, again.is_single_operator) == (("per_ada",), True)
    assert (outside.people, outside.is_single_operator) == (("per_ada",), True)
    assert not settle([answer(), answer(by="per_bea")], ()).is_single_operator


DAY = timedelta(days=1)
TEAM, ALONE = Staffed(0, is_alone=False, has_people=True), Staffed(0, is_alone=True, has_people=True)
SERVICES = Staffed(0, is_alone=False, has_people=False)


def who(by: str = "per_ada", **more: Any) -> Answering:
    """Return a person who would answer."""
    return Answering(by, **{"is_person": by.startswith("per_"), **more})


@pytest.mark.parametrize(
    ("asked", "before", "after", "crew", "found"),
    [
        (who(), [], DAY, TEAM, None),
        (who(own_accounts=frozenset({ALICE})), [], DAY, TEAM, Unfit.OWN_ACCOUNT),
        (who(own_accounts=frozenset({ALICE})), [answer()], DAY * 2, ALONE, Unfit.OWN_ACCOUNT),
        (who(), [answer()], DAY * 9, TEAM, Unfit.ANSWERED),
        (who("per_bea"), [answer()], DAY * 0, TEAM, None),
        (who("per_bea"), [answer(), answer(by="per_bea", place=2)], DAY, TEAM, Unfit.ANSWERED),
        (who("per_cyd"), [answer(), answer(by="per_bea", place=2)], DAY, TEAM, None),
        (who("key_one"), [answer()], DAY, TEAM, Unfit.A_SERVICE),
        (who("key_one"), [answer(by="key_two")], DAY, SERVICES, None),
        (who("key_one"), [answer(by="key_one")], DAY, SERVICES, Unfit.ANSWERED),
        (who("per_bea", outsider="Dr. Lake"), [answer()], DAY, TEAM, Unfit.NO_OUTSIDER),
        (who(outsider="Dr. Lake"), [], DAY, ALONE, Unfit.NO_OUTSIDER),
        (who(outsider="Dr. Lake"), [answer()], DAY * 0, ALONE, None),
        (who(outsider="Dr. Lake"), [answer(), answer(place=2, outsider="Dr. Lake")], DAY, ALONE, Unfit.NO_OUTSIDER),
        (who(), [answer()], DAY - timedelta(seconds=1), ALONE, Unfit.TOO_SOON),
        (who(), [answer()], DAY, ALONE, None),
        (who(), [answer(), answer(place=2, at=NOW + DAY)], DAY * 2 - timedelta(seconds=1), ALONE, Unfit.TOO_SOON),
        (who(), [answer()], DAY, Staffed(1, is_alone=False, has_people=True), Unfit.ANSWERED_BEFORE),
        (who(), [answer()], DAY, Staffed(1, is_alone=True, has_people=True), None),
        (who("per_bea"), [answer()], DAY, Staffed(1, is_alone=False, has_people=True), None),
    ],
)  # fmt: skip
def test_who_may_not_answer(
    asked: Answering, before: list[CaseAnswer], after: timedelta, crew: Staffed, found: Unfit | None
) -> None:
    """Never the same person twice, never about oneself, never one's own word; no service where people work."""
    assert unfit(asked, {ALICE, BOB}, before, NOW + after, crew) is found


def test_a_context_goes_with_what_it_can_change() -> None:
    """Somebody who asks for help has violated nothing by asking, and with a violation no context says anything."""
    assert set(CONTEXTS) == set(C)
    for conclusion, context in ((c, k) for c in C for k in Context):
        fits = misfit(conclusion, context) is None
        assert fits is (context in CONTEXTS[conclusion])
        assert not fits or conclusion is not C.VIOLATION
        assert not fits or context is not Context.SEEKING_HELP or conclusion is C.NO_VIOLATION
    assert {Context.SURVIVOR, Context.SEEKING_HELP} == HELPED
