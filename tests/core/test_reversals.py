"""From a decision to its reversal: exactly the rest stays, what lost its grounds goes too, and two where grave."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import strategies as make
from core.found import ALICE, BOB, DEPICTION, PICTURE, SPAM, K, measure
from core.strategies import NOW
from laws import examples
from tutela.core.banks import Detection
from tutela.core.cases import Case, CaseReason
from tutela.core.charter_reversals import of_reversal
from tutela.core.findings import OpenWork
from tutela.core.ids import CaseId, ClauseId, DecisionId, ItemId, MeasureId, MediaId
from tutela.core.measures import Measure, MeasureKind, Standing, Subject
from tutela.core.plans import UNSCANNED, Answer, Source
from tutela.core.policy import MatchKind
from tutela.core.reversals import Decided, ReversalKnown, ReversalPlan, TouchedItem, lost, plan_reversal
from tutela.core.statements import StatementCode
from tutela.core.strikes import Decay, DecayKind, Strike

ROOT = DecisionId("dec_0")
POST, CARRIED = ItemId("itm_0"), ItemId("itm_1")
TWO = ("ada", "ben")


def held(kind: MeasureKind, subject: Subject, by: DecisionId, **more: Any) -> Measure:
    """Return a measure of a decision."""
    return measure(kind, subject, id=MeasureId(f"msr_{kind}_{subject.id}_{by}"), decision_id=by, **more)


def decided(number: int, *measures: Measure, **more: Any) -> Decided:
    """Return a decision about an item of its own, by hand unless said otherwise."""
    made = Decided(
        DecisionId(f"dec_{number}"), Source.PERSON, DEPICTION, False, (ItemId(f"itm_{number}"),), (ALICE,), measures  # noqa: FBT003  # a positional dataclass
    )  # fmt: skip
    return replace(made, **more)


def touched(number: int, *detections: Detection, media: tuple[MediaId, ...] = (), **more: Any) -> TouchedItem:
    """Return an item that was refused."""
    made = TouchedItem(ItemId(f"itm_{number}"), ALICE, media, Answer.REFUSE, detections=detections)
    return replace(made, **more)


def known(
    *decisions: Decided, items: tuple[TouchedItem, ...] = (), others: tuple[Measure, ...] = (), **more: Any
) -> ReversalKnown:
    """Return what a reversal of the first of *decisions* is planned from; *others* are measures of other decisions."""
    standings: dict[Subject, tuple[Measure, ...]] = {}
    for each in (*others, *(m for one in decisions for m in one.measures)):
        standings[each.subject] = (*standings.get(each.subject, ()), each)
    made = ReversalKnown(
        NOW,
        (decisions[0].id,),
        {each.id: each for each in decisions},
        {subject: Standing(subject, 1, found) for subject, found in standings.items()},
        {item.item_id: item for item in items or (touched(0), touched(1))},
    )
    return replace(made, **more)


def item(number: int) -> Subject:
    """Return an item as a subject."""
    return Subject.item(ItemId(f"itm_{number}"))


def test_what_it_granted_ends_and_what_others_hold_stays() -> None:
    """Revoked and over ones are no news; a scheduled one ends before it begins."""
    over = held(K.READ_ONLY, Subject.account(ALICE), ROOT, ends_at=NOW - timedelta(hours=1))
    scheduled = held(K.HIDE_PROFILE, Subject.account(ALICE), ROOT, starts_at=NOW + timedelta(days=1))
    gone = held(K.BLOCK_POSTING, Subject.account(ALICE), ROOT, revoked_by=DecisionId("dec_x"))
    own = held(K.SUSPEND, Subject.account(ALICE), ROOT)
    other = held(K.SUSPEND, Subject.account(ALICE), DecisionId("dec_9"))
    plan = plan_reversal(known(decided(0, over, scheduled, gone, own, clause_id=SPAM), others=(other,)))

    assert (plan.ends, plan.stays) == ((scheduled, own), (other,))
    assert [(s.account_id, s.code) for s in plan.statements] == [(ALICE, StatementCode.DECISION_REVERSED)]


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (decided(0, held(K.QUARANTINE, item(0), ROOT)), "quarantine"),
        (decided(0, held(K.BLOCK_MEDIA, Subject.media(PICTURE), ROOT)), "block of media"),
        (decided(0, held(K.HOLD, item(0), ROOT), source=Source.MATCH), "a match supports"),
        (decided(0, held(K.HOLD, item(0), ROOT), source=Source.MATCH, clause_id=UNSCANNED), ""),
        (decided(0, held(K.SUSPEND, Subject.account(ALICE), ROOT)), ""),
        (decided(0, held(K.REMOVE, item(0), ROOT), clause_id=SPAM), ""),
    ],
)
def test_two_people_are_needed_for_what_is_sealed_or_supported(one: Decided, says: str) -> None:
    """P3: and one for the rest."""
    plan = plan_reversal(known(one))

    assert plan.needs_two_people is bool(says)
    assert says in " ".join(plan.needs_two)
    assert bool({b.promise for b in of_reversal(plan, known(one), ["ada"])}) is bool(says)
    assert of_reversal(plan, known(one), TWO) == ()


def test_a_finding_beside_a_match_is_supported_by_it() -> None:
    """The match is in the item, whoever decided first."""
    found = touched(0, make.detection(make.match(clause=DEPICTION)))
    plan = plan_reversal(known(decided(0, held(K.SUSPEND, Subject.account(ALICE), ROOT)), items=(found,)))

    assert plan.needs_two
    assert plan.clears == ((POST, DEPICTION),)


def carried(*grounds: int, number: int = 1, **more: Any) -> Decided:
    """Return what a machine derived from other decisions."""
    by = DecisionId(f"dec_{number}")
    hold = held(K.HOLD, item(number), by, is_automated=True, review_by=NOW)
    return decided(
        number, hold, source=Source.MATCH, is_automated=True,
        rests_on=tuple(DecisionId(f"dec_{ground}") for ground in grounds), **more,
    )  # fmt: skip


def test_what_rests_on_nothing_else_goes_with_it_however_deep() -> None:
    """A chain of three; one that a bank found itself, and one with another ground, stay."""
    found = touched(4, make.detection(make.match(clause=DEPICTION)))
    near = touched(1, make.detection(make.match(clause=DEPICTION, resembles="med_x", kind=MatchKind.NEAR)))
    beside = known(
        decided(0, held(K.QUARANTINE, item(0), ROOT)), carried(0), carried(1, number=2), carried(0, 9, number=3),
        carried(0, number=4), items=(touched(0), near, touched(2), touched(3), found),
    )  # fmt: skip
    plan = plan_reversal(beside)

    assert plan.overturned == ("dec_0", "dec_1", "dec_2")
    assert plan.kept == ("dec_3", "dec_4")
    assert {item_id: answer.value for item_id, answer in plan.answers.items()} == dict.fromkeys(
        ("itm_0", "itm_1", "itm_2"), "publish"
    )


def test_what_only_rests_on_a_decision_has_the_support_of_that_one() -> None:
    """One person undoes what one held, with all that was hidden for it; a likeness asked about by itself takes two."""
    hold = held(K.HOLD, Subject.media(PICTURE), ROOT, clause_id=SPAM)
    whole = known(decided(0, hold, clause_id=SPAM), carried(0))
    alone = replace(whole, roots=(DecisionId("dec_1"),))

    assert not plan_reversal(whole).needs_two_people
    assert of_reversal(plan_reversal(whole), whole, ["ada"]) == ()
    assert plan_reversal(alone).needs_two_people
    assert not plan_reversal(replace(alone, is_following=True)).needs_two_people


def test_what_lost_its_last_ground_before_goes_too() -> None:
    """The other one was reversed earlier."""
    beside = known(decided(0), carried(0, 9), reversed_before=frozenset({DecisionId("dec_9")}))

    assert plan_reversal(beside).overturned == ("dec_0", "dec_1")
    assert lost(replace(beside, roots=(), reversed_before=frozenset({ROOT, DecisionId("dec_9")}))) == ("dec_1",)


@pytest.mark.parametrize(
    ("others", "floor", "answer"),
    [
        ((), Answer.PUBLISH, Answer.PUBLISH),
        ((), Answer.REFUSE, Answer.REFUSE),
        ((held(K.HOLD, item(0), DecisionId("dec_9")),), Answer.PUBLISH, Answer.HOLD),
        ((held(K.REMOVE, item(0), DecisionId("dec_9")),), Answer.PUBLISH, Answer.REFUSE),
        ((held(K.BLOCK_MEDIA, Subject.media(PICTURE), DecisionId("dec_9")),), Answer.PUBLISH, Answer.REFUSE),
        ((held(K.HOLD, Subject.media(PICTURE), DecisionId("dec_9")),), Answer.PUBLISH, Answer.HOLD),
        ((held(K.HOLD, item(0), DecisionId("dec_9"), ends_at=NOW),), Answer.PUBLISH, Answer.PUBLISH),
    ],
)
def test_an_item_is_answered_by_what_is_left(others: tuple[Measure, ...], floor: Answer, answer: Answer) -> None:
    """Never kinder than it was when nothing had been decided about it."""
    about = touched(0, media=(PICTURE,), floor=floor)
    plan = plan_reversal(known(decided(0, held(K.REMOVE, item(0), ROOT)), items=(about,), others=others))

    assert plan.answers == {POST: answer}


def test_strikes_go_and_what_cannot_be_undone_is_said() -> None:
    """Time served, statements that were told, drafts that may have been filed, and what follows in the background."""
    strike = Strike(ROOT, ALICE, SPAM, "house_rules", 1, NOW - timedelta(days=2), Decay(DecayKind.EXPIRES, 90))
    over = replace(strike, at=NOW - timedelta(days=200))
    beside = known(
        decided(0, held(K.READ_ONLY, Subject.account(ALICE), ROOT), clause_id=SPAM),
        strikes=(strike, over), told=2, reports=1, is_whole=False,
    )  # fmt: skip
    plan = plan_reversal(beside)
    said = " ".join(plan.cannot_undo)

    assert plan.strikes == (strike,)
    expected = ("1 measure was in force", "2 statements have been told", "1 draft", "in the background")
    assert all(each in said for each in expected)


@pytest.mark.parametrize(
    ("work", "closes"),
    [
        ({"undecided": frozenset({POST})}, True),
        ({"undecided": frozenset({POST, ItemId("itm_x")})}, False),
        ({"undecided": frozenset({POST}), "is_whole": False}, False),
        ({"undecided": frozenset({POST}), "is_found": True}, False),
        ({"undecided": frozenset()}, False),
    ],
)
def test_a_case_is_closed_when_all_of_it_was_cleared(work: dict[str, Any], closes: bool) -> None:  # noqa: FBT001  # a table
    """Not with items left, and not where a finding waits for the question whether it must be reported (P4)."""
    case = Case(CaseId("cas_1"), ALICE, DEPICTION, CaseReason.EXACT_DIGEST, NOW, NOW)
    found = touched(0, make.detection(make.match(clause=DEPICTION)))
    beside = known(
        decided(0, held(K.HOLD, item(0), ROOT), source=Source.MATCH), items=(found,),
        work={(ALICE, DEPICTION): OpenWork(case, **work)},
    )  # fmt: skip

    plan = plan_reversal(beside)
    forced = of_reversal(replace(plan, closes=(case,)), beside, TWO)

    assert plan.closes == ((case,) if closes else ())
    assert any(each.promise == "P4" for each in forced) is work.get("is_found", False)


# -------------------------------------------------------------------------------------------------------------- laws


@st.composite
def histories(draw: st.DrawFn) -> ReversalKnown:
    """Return any history: decisions that rest on earlier ones, what they hold, what was found, what others hold."""
    decisions, items = [], []
    for number in range(draw(st.integers(1, 6))):
        by = DecisionId(f"dec_{number}")
        subjects = [item(number), Subject.account(draw(st.sampled_from([ALICE, BOB]))), Subject.media(PICTURE)]
        kinds = st.sampled_from([K.HOLD, K.QUARANTINE, K.REMOVE, K.SUSPEND, K.READ_ONLY, K.BLOCK_MEDIA, K.EXCLUDE])
        wanted = draw(st.lists(st.tuples(kinds, st.sampled_from(subjects)), max_size=4, unique=True))
        measures = [
            held(kind, subject, by, ends_at=draw(st.sampled_from([None, None, NOW, NOW + timedelta(days=1)])))
            for kind, subject in wanted
            if make.ALLOWED_SUBJECTS[kind] & {subject.kind}
        ]
        clause = draw(st.sampled_from([DEPICTION, SPAM, UNSCANNED]))
        grounds = draw(st.sets(st.integers(0, number - 1), max_size=2)) if number else set()
        decisions.append(
            decided(
                number, *measures, clause_id=clause, source=draw(st.sampled_from(Source)),
                rests_on=tuple(DecisionId(f"dec_{each}") for each in sorted(grounds)),
            )
        )  # fmt: skip
        found = draw(st.booleans()) and make.detection(
            make.match(clause=ClauseId(clause), resembles=draw(st.sampled_from([None, "med_x"])))
        )
        items.append(
            touched(
                number, *((found,) if found else ()), media=draw(st.sampled_from([(), (PICTURE,)])),
                floor=draw(st.sampled_from([Answer.PUBLISH, Answer.PUBLISH, Answer.REFUSE])),
                account_id=draw(st.sampled_from([ALICE, BOB])),
            )
        )  # fmt: skip
    others = [
        held(draw(st.sampled_from([K.HOLD, K.EXCLUDE])), item(number), DecisionId("dec_other"))
        for number in draw(st.sets(st.integers(0, 5), max_size=2))
    ]
    return known(*decisions, items=tuple(items), others=tuple(others))


@settings(max_examples=examples(100))
@given(histories())
def test_no_reversal_by_two_breaks_a_promise(beside: ReversalKnown) -> None:
    """Whatever rests on what, and whatever else stands."""
    assert of_reversal(plan_reversal(beside), beside, TWO) == ()


@settings(max_examples=examples(75))
@given(histories())
def test_reversing_restores_exactly_the_rest(beside: ReversalKnown) -> None:
    """What is in force afterwards is what the decisions that stand have granted, and nothing else."""
    plan = plan_reversal(beside)
    ended = {each.id for each in plan.ends}
    gone = set(plan.overturned)
    for standing in beside.standings.values():
        left = {m.id for m in standing.measures if m.holds_at(NOW) and m.id not in ended}
        assert left == {m.id for m in standing.measures if m.holds_at(NOW) and m.decision_id not in gone}


@settings(max_examples=examples(75))
@given(histories())
def test_one_person_never_lifts_what_takes_two(beside: ReversalKnown) -> None:
    """The plan says so itself, before the charter does."""
    plan = plan_reversal(beside)
    breaches = {each.promise for each in of_reversal(plan, beside, ["ada"])}

    assert not breaches or plan.needs_two_people


# ---------------------------------------------------------------------------------------------------- each can break

BESIDE = known(
    decided(0, held(K.QUARANTINE, item(0), ROOT)), carried(0), carried(0, 9, number=2),
    items=(touched(0), touched(1), touched(2)),
    others=(held(K.HOLD, item(0), DecisionId("dec_other")),),
)  # fmt: skip
OTHER = BESIDE.standings[item(0)].measures[0]

BROKEN: dict[str, tuple[str, Callable[[ReversalPlan], ReversalPlan]]] = {
    "published though hidden": ("P1", lambda plan: replace(plan, answers={POST: Answer.PUBLISH})),
    "another's measure ended": ("P11", lambda plan: replace(plan, ends=(*plan.ends, OTHER))),
    "its own measure left": ("P11", lambda plan: replace(plan, ends=plan.ends[1:])),
    "what rested on it left": ("P11", lambda plan: replace(plan, overturned=plan.overturned[:1])),
    "what stands undone": (
        "P11",
        lambda plan: replace(plan, overturned=(*plan.overturned, DecisionId("dec_2"))),
    ),
    "nobody told": ("P8", lambda plan: replace(plan, statements=())),
}


@pytest.mark.parametrize(("promise", "spoil"), BROKEN.values(), ids=BROKEN)
def test_each_promise_can_be_seen_to_break(promise: str, spoil: Callable[[ReversalPlan], ReversalPlan]) -> None:
    """A check that cannot fail proves nothing."""
    honest = plan_reversal(BESIDE)

    assert of_reversal(honest, BESIDE, TWO) == ()
    assert promise in {each.promise for each in of_reversal(spoil(honest), BESIDE, TWO)}
    assert "P3" in {each.promise for each in of_reversal(honest, BESIDE, ["ada"])}
    assert "P11" in {each.promise for each in of_reversal(honest, BESIDE, [])}


@pytest.mark.parametrize(
    ("kind", "subject", "promise"),
    [
        (K.SUSPEND, Subject.account(ALICE), "P2"),
        (K.LOCK_PENDING_DECISION, Subject.account(ALICE), "P2"),
        (K.QUARANTINE, Subject.media(PICTURE), "P1"),
        (K.BLOCK_MEDIA, Subject.media(PICTURE), "P1"),
    ],
)
def test_what_another_finding_relies_on_is_taken_over(kind: MeasureKind, subject: Subject, promise: str) -> None:
    """It ends with that one; without it the plan would break a promise, and one that rests on nothing as well."""
    other, nobody = DecisionId("dec_9"), DecisionId("dec_8")
    asked = known(decided(0, held(kind, subject, ROOT)), elsewhere={(subject, DEPICTION): other})
    plan = plan_reversal(asked)

    assert [(each.grant.kind, each.grant.subject, each.rests_on) for each in plan.carries] == [(kind, subject, other)]
    assert of_reversal(plan, asked, TWO) == ()
    assert {b.promise for b in of_reversal(replace(plan, carries=()), asked, TWO)} == {promise}
    [taken] = plan.carries
    unfounded = replace(plan, carries=(replace(taken, rests_on=nobody),))
    assert {b.promise for b in of_reversal(unfounded, asked, TWO)} == {"P8"}


@pytest.mark.parametrize("more", [
    {"others": (held(K.SUSPEND, Subject.account(ALICE), DecisionId("dec_9")),)},
    {"elsewhere": {(Subject.account(ALICE), SPAM): DecisionId("dec_9")}},
    {"elsewhere": {(Subject.account(BOB), DEPICTION): DecisionId("dec_9")}},
])  # fmt: skip
def test_what_nobody_else_relies_on_ends(more: dict[str, Any]) -> None:
    """Another decision holds its own; another clause or account is another matter."""
    asked = known(
        decided(0, held(K.LOCK_PENDING_DECISION, Subject.account(ALICE), ROOT)),
        **{"elsewhere": {(Subject.account(ALICE), DEPICTION): DecisionId("dec_9")}, **more},
    )

    assert plan_reversal(asked).carries == ()
    assert of_reversal(plan_reversal(asked), asked, TWO) == ()
