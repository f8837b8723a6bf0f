"""How well material is known, and what one person alone may not do about what nobody knows."""

from dataclasses import replace
from typing import Any

import pytest

import make
from core.found import ACCOUNT, ALICE, ANSWER, SPAM, ask, finding, known, plan, policy
from core.strategies import NOW
from tutela.core.banks import Bank, Detection, Match, SignalType
from tutela.core.bounds import Bound
from tutela.core.cases import CaseReason
from tutela.core.charter_findings import of_finding
from tutela.core.evidence import Lists, evidence_of, is_verified
from tutela.core.findings import FindingPlan
from tutela.core.ids import BankId, ClauseId, DetectionId, ItemId, MediaId, MemberId
from tutela.core.measures import MeasureKind as K
from tutela.core.opinions import Opinion, Said
from tutela.core.plans import Grant
from tutela.core.policy import Ceiling, MatchKind, Material, Verification
from tutela.core.remedies import Evidence

E = Evidence
PICTURE, OTHER = MediaId("med_picture"), MediaId("med_other")
MEMBER = MemberId("mem_one")


def bank(**more: Any) -> Bank:
    """Return a list that several analysts have verified."""
    made = make.bank("known", verification=Verification.SEVERAL_ANALYSTS)
    return replace(made, **{"id": BankId("bnk_one"), **more})


def detection(**more: Any) -> Detection:
    """Return that identical bytes are on it."""
    is_suppressed = more.pop("is_suppressed", False)
    match = Match(
        PICTURE, ClauseId("cse.depiction"), SignalType.MD5, MatchKind.EXACT_DIGEST, Ceiling(), 0, 0, 1, "md5/1",
        bank_id=BankId("bnk_one"), member_id=MEMBER,
    )  # fmt: skip
    return Detection(DetectionId("det_one"), ItemId("itm_post"), NOW, replace(match, **more), is_suppressed)


def lists(on: Bank | None = None, **more: Any) -> Lists:
    """Return what is known of that list."""
    made = on or bank()
    return Lists({made.id: made}, **{"active": {MEMBER}, **more})


def said(opinion: Opinion, by: str = "key_ada") -> dict[MemberId, tuple[Said, ...]]:
    """Return one opinion on the member."""
    return {MEMBER: (Said(MEMBER, by, opinion, NOW),)}


NO = {MEMBER: (*said(Opinion.NEGATIVE)[MEMBER], *said(Opinion.NEGATIVE, "key_bea")[MEMBER])}


@pytest.mark.parametrize(
    ("seen", "beside", "is_known"),
    [
        (detection(), lists(), True),
        (detection(bounds=frozenset({Bound.OVER_QUOTA})), lists(), True),  # says nothing of the list
        (detection(), lists(said=said(Opinion.POSITIVE)), True),
        (detection(kind=MatchKind.NEAR), lists(), False),
        (detection(bank_id=None, resembles=OTHER), lists(), False),
        (detection(bounds=frozenset({Bound.BRAKED})), lists(), False),
        (detection(bounds=frozenset({Bound.RETRACTED})), lists(), False),
        (detection(), lists(active=()), False),  # taken off the list since
        (detection(), lists(said=said(Opinion.NEGATIVE, "source")), False),
        (detection(), lists(said=NO), False),
        (detection(), lists(bank(is_active=False)), False),
        (detection(), lists(bank(verification=Verification.ONE_ANALYST)), False),
        (detection(), lists(bank(verification=Verification.OWN)), False),
        (detection(), lists(bank(material=Material.EXPLOITATIVE)), False),
        (detection(), Lists(), False),
    ],
)
def test_only_identical_bytes_on_a_verified_list_that_nobody_doubts_are_known(
    seen: Detection, beside: Lists, is_known: bool  # noqa: FBT001  # a parameter of a test
) -> None:  # fmt: skip
    """Now, and not only when it was noticed."""
    assert is_verified(seen, beside) is is_known


def test_the_best_evidence_counts() -> None:
    """A verified list before two of our own people, they before nobody; words are no material."""
    reviewed = lists(reviewed={OTHER})

    assert evidence_of([PICTURE, OTHER], [detection()], reviewed) is E.VERIFIED_LIST
    assert evidence_of([PICTURE, OTHER], [detection(kind=MatchKind.NEAR)], reviewed) is E.REVIEWED_HERE
    assert evidence_of([PICTURE], [], reviewed) is E.NOVEL
    assert evidence_of([], [], reviewed) is E.NONE


def kinds(made: FindingPlan) -> set[K]:
    """Return what the plan grants on the account."""
    return {grant.kind for grant in made.grants if grant.subject == ACCOUNT}


@pytest.mark.parametrize("seen", [E.NOVEL, E.REVIEWED_HERE, E.NONE])
def test_one_person_locks_and_two_suspend_over_what_no_list_knows(seen: E) -> None:
    """P3: a lock with a clock, and a second look within a day; with a second person, the suspension for good."""
    beside = known(seen=seen)
    alone, twice = plan(finding(*ANSWER), beside), plan(finding(*ANSWER, agreed_by=("key_ada",)), beside)
    both = plan(finding(*ANSWER, agreed_by=("key_bea",)), beside)
    later = plan(finding(*ANSWER, agreed_by=("key_ada",), is_single_operator=True), beside)

    for each in (alone, twice):  # the same name twice is one person
        assert (kinds(each), each.awaits_second) == ({K.LOCK_PENDING_DECISION}, (ALICE,))
        assert CaseReason.SECOND_LOOK in {case.reason for case in each.cases}
    for each in (both, later):
        assert (kinds(each), each.awaits_second) == ({K.SUSPEND}, ())
        assert CaseReason.SECOND_LOOK not in {case.reason for case in each.cases}
    assert all(of_finding(each, beside, policy()) == () for each in (alone, twice, both, later))


def test_an_end_or_an_ordinary_clause_is_no_suspension_for_good_under_the_twelve() -> None:
    """House rules may exclude somebody for good, with a second look within a day, as before."""
    made = plan(finding(ask(K.REMOVE), ask(K.SUSPEND), clause=SPAM), known(seen=E.NOVEL))
    house = plan(finding(ask(K.SUSPEND), clause=SPAM), known(seen=E.NOVEL))

    assert made.refusals  # an account is not removed
    assert kinds(house) >= {K.SUSPEND}
    assert CaseReason.SECOND_LOOK in {case.reason for case in house.cases}


def test_the_charter_refuses_what_a_wrong_plan_would_do() -> None:
    """Said again there, and not taken from the rules: one person, and no list that knows it."""
    beside = known(seen=E.NOVEL)
    made = plan(finding(*ANSWER), beside)
    wrong = replace(made, grants=tuple(_suspending(grant) for grant in made.grants))

    assert {breach.promise for breach in of_finding(wrong, beside, policy())} == {"P3"}
    assert of_finding(replace(wrong, finding=replace(wrong.finding, agreed_by=("key_bea",))), beside, policy()) == ()
    listed = known()
    assert of_finding(plan(finding(*ANSWER), listed), listed, policy()) == ()


def _suspending(grant: Grant) -> Grant:
    return replace(grant, kind=K.SUSPEND, review_by=None) if grant.kind is K.LOCK_PENDING_DECISION else grant
