"""No finding breaks a promise whatever is asked for and whatever stands, and each promise can be seen to break."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import found
from core.found import ACCOUNT, ALICE, ANSWER, BOB, DEPICTION, ITEM, MEDIA, POST, SPAM, K, ask, finding, plan
from core.strategies import NOW
from laws import examples
from tutela.core.charter_findings import of_finding
from tutela.core.content import AgeBand, EvidenceState
from tutela.core.findings import FindingPlan, Known
from tutela.core.measures import MeasureKind, Subject
from tutela.core.plans import Answer, Grant
from tutela.core.policy import LESSER_KINDS
from tutela.core.roles import Role


def promises(made: FindingPlan, beside: Known | None = None) -> set[str]:
    """Return the promises that a plan breaks."""
    return {breach.promise for breach in of_finding(made, beside or found.known(), found.policy())}


def without(made: FindingPlan, *grants: Grant) -> FindingPlan:
    """Return the plan with these grants left out."""
    return replace(made, grants=tuple(each for each in made.grants if each not in grants))


def adding(made: FindingPlan, *grants: Grant) -> FindingPlan:
    """Return the plan with more grants."""
    return replace(made, grants=(*made.grants, *grants))


@settings(max_examples=examples(100))
@given(st.data())
def test_no_finding_that_is_not_refused_breaks_a_promise(data: st.DataObject) -> None:
    """Any clause, roles, measures, ages, evidence, history and replacement."""
    asked = data.draw(found.findings() | found.sound_findings())
    beside = data.draw(found.histories(asked))
    made = plan(asked, beside)

    assert made.refusals or of_finding(made, beside, found.policy()) == ()


@settings(max_examples=examples(100))
@given(st.data())
def test_a_sound_finding_is_refused_only_for_what_it_replaces(data: st.DataObject) -> None:
    """What answers, with whatever the clause allows beside it, goes through: the rules refuse nothing else."""
    asked = data.draw(found.sound_findings())
    beside = data.draw(found.histories(asked))
    made = plan(asked, beside)
    is_idle = not asked.asks and not any(role.is_protected for role in asked.roles.values())
    short = {each.place for each in made.refusals} - {"replaces"}

    assert short == ({"measures"} if is_idle else set())


@settings(max_examples=examples(100))
@given(st.data())
def test_a_refused_finding_does_nothing_at_all(data: st.DataObject) -> None:
    """Whoever is told no has changed nothing."""
    asked = data.draw(found.findings() | found.sound_findings())
    made = plan(asked, data.draw(found.histories(asked)))

    assert not made.refusals or (made.does_nothing and not made.statements and not made.cases and not made.strikes)


@settings(max_examples=examples(100))
@given(st.data())
def test_leaving_out_whatever_answers_is_found(data: st.DataObject) -> None:
    """P1, P2: every grant of the item's end and of the account's, under every one of the twelve."""
    clause = data.draw(st.sampled_from(found.policy().zero_tolerance))
    made = plan(finding(*ANSWER, clause=clause.id))
    grant = data.draw(st.sampled_from([each for each in made.grants if each.kind in {K.QUARANTINE, K.SUSPEND}]))
    if grant.subject == MEDIA and clause.kind.value == "behaviour":
        return  # what somebody did with a picture need not hide it everywhere

    assert promises(without(made, grant)) & {"P1", "P2"}


@pytest.mark.parametrize("kind", sorted(LESSER_KINDS))
@pytest.mark.parametrize("subject", [ACCOUNT, ITEM, MEDIA])
def test_a_lesser_measure_beside_the_answer_is_found(kind: str, subject: Subject) -> None:
    """P2: not even besides."""
    made = adding(plan(finding(*ANSWER)), Grant(MeasureKind(kind), subject, DEPICTION))

    assert "P2" in promises(made)


@pytest.mark.parametrize("role", [role for role in Role if role.is_protected])
@pytest.mark.parametrize("kind", [K.SUSPEND, K.LOCK_PENDING_DECISION, K.BLOCK_MESSAGING, K.HIDE_PROFILE, K.WARN])
def test_taking_something_from_somebody_who_is_no_suspect_is_found(role: Role, kind: MeasureKind) -> None:
    """P2: whatever the clause allows for its actor."""
    asked = finding(ask(K.QUARANTINE, ITEM), roles={ALICE: role})
    made = adding(plan(asked), Grant(kind, ACCOUNT, DEPICTION))

    assert "P2" in promises(made)


def _ended(made: FindingPlan) -> FindingPlan:
    return replace(made, grants=tuple(replace(g, ends_at=NOW + timedelta(days=9)) for g in made.grants))


def _unpromoted(made: FindingPlan) -> FindingPlan:
    return without(made, *(g for g in made.grants if g.kind is K.NO_PAYOUT))


def _spread(made: FindingPlan) -> FindingPlan:
    return without(made, *(g for g in made.grants if g.subject == MEDIA))


BROKEN: dict[str, tuple[str, Callable[[FindingPlan], FindingPlan]]] = {
    "an answer that ends": ("P2", _ended),
    "promoted all the same": ("P6", _unpromoted),
    "seen where else it is carried": ("P1", _spread),
    "published though hidden": ("P1", lambda made: replace(made, answers={POST: Answer.PUBLISH})),
    "no second look": ("P3", lambda made: replace(made, cases=())),
    "nobody is told": ("P8", lambda made: replace(made, statements=())),
    "no policy": ("P8", lambda made: replace(made, policy_version="")),
    "another clause": ("P8", lambda made: adding(made, Grant(K.EXCLUDE, ITEM, SPAM))),
    "the part left out": ("P2", lambda made: replace(made, finding=replace(made.finding, roles={}))),
    "a lock that ends": (
        "P2",
        lambda made: adding(made, Grant(K.LOCK_PENDING_DECISION, ACCOUNT, DEPICTION, NOW + timedelta(days=1))),
    ),
    "a quarantine lifted by one": (
        "P3",
        lambda made: replace(made, ends=(found.measure(K.QUARANTINE, MEDIA),)),
    ),
    "a wait without a basis": (
        "P8",
        lambda made: replace(
            made, statements=tuple(replace(s, tell_at=NOW + timedelta(days=1)) for s in made.statements)
        ),
    ),
}


@pytest.mark.parametrize(("promise", "spoil"), BROKEN.values(), ids=BROKEN)
def test_each_promise_can_be_seen_to_break(promise: str, spoil: Callable[[FindingPlan], FindingPlan]) -> None:
    """A check that cannot fail proves nothing."""
    honest = plan(finding(*ANSWER))

    assert promises(honest) == set()
    assert promise in promises(spoil(honest))


def test_removing_what_nobody_keeps_is_found() -> None:
    """P5: the item, its media, and bytes that nobody asks for."""
    beside = found.known(EvidenceState.NONE)
    made = plan(finding(*ANSWER), beside)

    assert promises(made, beside) == set()
    assert "P5" in promises(adding(made, Grant(K.REMOVE, ITEM, DEPICTION)), beside)
    assert "P5" in promises(adding(made, Grant(K.QUARANTINE, MEDIA, DEPICTION)), beside)
    assert "P5" in promises(replace(made, evidence_wanted=()), beside)


def test_a_child_found_an_actor_by_anybody_is_found() -> None:
    """P2: a senior person decides that."""
    beside = found.known(age=AgeBand.FROM_13_TO_15)
    asked = finding(*ANSWER)
    made = plan(replace(asked, decider=replace(asked.decider, is_senior=True)), beside)

    assert promises(made, beside) == set()
    assert "P2" in promises(replace(made, finding=asked), beside)


def test_somebody_left_unprotected_is_found() -> None:
    """P2: a child in the case, without help."""
    made = plan(finding(*ANSWER, roles={ALICE: Role.ACTOR, BOB: Role.DEPICTED}))
    [protect] = [grant for grant in made.grants if grant.kind is K.PROTECT]

    assert promises(made) == set()
    assert "P2" in promises(without(made, protect))


@pytest.mark.parametrize(("role", "expected"), [(Role.ACTOR, "P2"), (Role.DEPICTED, "P1")])
def test_what_a_replaced_decision_hid_is_not_seen_again(role: Role, expected: str) -> None:
    """P1, P2: whoever posted it, and whatever is asked for beside it."""
    before = found.measure(K.REMOVE, found.THE_TEXT)
    beside = found.known(measures=[before])
    asked = finding(ask(K.SUSPEND)) if role is Role.ACTOR else finding(roles={ALICE: role})
    made = replace(plan(asked, beside), ends=(before,))
    told = [breach for breach in of_finding(made, beside, found.policy()) if breach.subject == found.THE_TEXT.id]

    assert [breach.promise for breach in told] == [expected]
