"""From what was seen to a plan: every row of the ceilings, and what no order or repetition may change."""

import importlib.util
import itertools
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import strategies as make
from core.strategies import ACCOUNT, DEPICTION, HOUSE, INTIMATE, ITEM, NOW
from tutela.core.bounds import Bound
from tutela.core.cases import REVIEW_WITHIN, CaseReason
from tutela.core.content import EvidenceState, ScanState
from tutela.core.decisions import (
    NEAR_COPY_BITS,
    bounded,
    must_preserve,
    plan_item,
    plan_unknown,
    suppress,
)
from tutela.core.ids import ClauseId, ItemId, MediaId
from tutela.core.measures import MeasureKind, Subject, SubjectKind
from tutela.core.plans import (
    PRESERVED,
    SUSPICION_MEASURES,
    UNSCANNED,
    Answer,
    MediaSeen,
    Plan,
    Sighting,
    Source,
)
from tutela.core.policy import (
    HIGHEST,
    NOTHING,
    ORDINARY_HIGHEST,
    AccountCeiling,
    Ceiling,
    Ceilings,
    MatchKind,
    Material,
    Policy,
    PropagationCeiling,
    Verification,
    VisibilityCeiling,
    ceiling_for,
)
from tutela.core.statements import DelayBasis, StatementCode

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "decisions.md"
HOLD, SEAL = VisibilityCeiling.HOLD, VisibilityCeiling.SEAL
EXACT, NEAR = MatchKind
THE_MEDIA, THE_ITEM, THE_ACCOUNT = Subject.media(MediaId("med_1")), Subject.item(ITEM), Subject.account(ACCOUNT)

CLAUSE_OF = {
    Material.APPARENT_CSAM: DEPICTION,
    Material.EXPLOITATIVE: ClauseId("minors.exploitative"),
    Material.GENERATED: ClauseId("cse.generated"),
    Material.ADULT_INTIMATE: INTIMATE,
    Material.OTHER: HOUSE,
}
"""The clause that a bank of such material would have; `other` follows a clause of the operator's own."""


def shipped() -> tuple[Policy, Ceilings]:
    """Return policy and ceilings as they ship, read by the script that writes the reference pages."""
    spec = importlib.util.spec_from_file_location("build_docs_for_decisions", ROOT / "docs" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    return build.shipped_policy(), build.shipped_ceilings()


POLICY, CEILINGS = shipped()


def ceiling_of(material: Material, verification: Verification, kind: MatchKind) -> Ceiling:
    """Return the ceiling of a match with a bank that asks for as much as it may."""
    clause = CLAUSE_OF[material]
    automation = POLICY.clause(clause).automation if clause in POLICY.clauses else ORDINARY_HIGHEST
    return ceiling_for(material, verification, kind, CEILINGS).meet(automation)


def plan(*media: MediaSeen, **more: object) -> Plan:
    """Return the plan for an item with *media*."""
    return plan_item(make.sighting(*media, **more), policy_version="1")


def plan_for(
    material: Material, verification: Verification, kind: MatchKind, evidence: EvidenceState = EvidenceState.SEALED
) -> Plan:
    """Return the plan for an item with one media that matches such a bank."""
    ceiling = ceiling_of(material, verification, kind)
    found = make.match(kind=kind, ceiling=ceiling, clause=CLAUSE_OF[material])
    return plan(make.media_seen("med_1", make.detection(found), evidence=evidence))


def kinds(made: Plan, subject: SubjectKind) -> set[MeasureKind]:
    """Return what is granted on subjects of that kind, without what follows every suspicion."""
    return {g.kind for g in made.grants if g.subject.kind is subject} - set(SUSPICION_MEASURES)


def carrying(*measures: MeasureKind, clause: ClauseId = DEPICTION) -> MediaSeen:
    """Return media on which *measures* stand already, and which no bank knows any more."""
    return make.media_seen(measures=tuple(make.measure(k, THE_MEDIA, clause) for k in measures))


# ------------------------------------------------------------------------------------------------ rows of the ceilings


def test_an_exact_digest_on_a_verified_list_is_sealed_locked_spread_and_drafted() -> None:
    """The only row in which a machine touches an account."""
    made = plan_for(Material.APPARENT_CSAM, Verification.SEVERAL_ANALYSTS, EXACT)

    assert made.answer is Answer.REFUSE
    assert (made.source, made.clause_id, made.is_automated) == (Source.MATCH, DEPICTION, True)
    assert kinds(made, SubjectKind.ITEM) == {MeasureKind.QUARANTINE}
    assert kinds(made, SubjectKind.MEDIA) == {MeasureKind.QUARANTINE, MeasureKind.BLOCK_MEDIA}
    assert kinds(made, SubjectKind.ACCOUNT) == {MeasureKind.LOCK_PENDING_DECISION}
    assert [g.near_bits for g in made.grants if g.kind is MeasureKind.BLOCK_MEDIA] == [NEAR_COPY_BITS]
    assert [(report.clause_id, report.item_id) for report in made.reports] == [(DEPICTION, ITEM)]
    assert [case.reason for case in made.cases] == [CaseReason.EXACT_DIGEST]
    assert made.evidence_wanted == ()


def test_every_automatic_measure_has_a_clock_and_no_end() -> None:
    """A person looks within a day; until then nothing ends by itself."""
    made = plan_for(Material.APPARENT_CSAM, Verification.SEVERAL_ANALYSTS, EXACT)

    assert {g.review_by for g in made.grants} == {NOW + timedelta(hours=24)}
    assert {g.ends_at for g in made.grants} == {None}


def test_the_lock_is_told_at_once_and_the_seal_when_a_person_has_looked() -> None:
    """Telling about the item waits with a recorded basis; somebody who is locked out learns it, with help, at once."""
    told = {s.code: s for s in plan_for(Material.APPARENT_CSAM, Verification.SEVERAL_ANALYSTS, EXACT).statements}

    lock, item = told[StatementCode.ACCOUNT_LOCKED_PENDING_DECISION], told[StatementCode.ITEM_NOT_AVAILABLE]
    assert (lock.tell_at, lock.delay_basis) == (NOW, None)
    assert (item.tell_at, item.delay_basis) == (NOW + timedelta(hours=24), DelayBasis.REVIEW_PENDING)


@pytest.mark.parametrize("verification", Verification)
def test_a_likeness_holds_the_item_and_touches_nothing_else(verification: Verification) -> None:
    """Whoever verified the list: no account, no other item, no draft."""
    made = plan_for(Material.APPARENT_CSAM, verification, NEAR)

    assert made.answer is Answer.HOLD
    assert {(g.kind, g.subject) for g in made.grants} == {
        (kind, THE_ITEM) for kind in (MeasureKind.HOLD, *SUSPICION_MEASURES)
    }
    assert [case.reason for case in made.cases] == [CaseReason.NEAR_MATCH]
    assert (made.reports, [s.code for s in made.statements]) == ((), [StatementCode.ITEM_UNDER_REVIEW])


@pytest.mark.parametrize("verification", [Verification.ONE_ANALYST, Verification.OWN, Verification.USERS])
def test_a_list_with_one_source_holds_the_item_and_its_identical_copies(verification: Verification) -> None:
    """One analyst, the operator's own, or one that users feed: provisional, and no account."""
    made = plan_for(Material.APPARENT_CSAM, verification, EXACT)

    assert made.answer is Answer.HOLD
    assert kinds(made, SubjectKind.ITEM) == kinds(made, SubjectKind.MEDIA) == {MeasureKind.HOLD}
    assert kinds(made, SubjectKind.ACCOUNT) == set()
    assert made.reports == ()


@pytest.mark.parametrize("material", [m for m in CLAUSE_OF if m is not Material.APPARENT_CSAM])
@pytest.mark.parametrize(("verification", "kind"), list(itertools.product(Verification, MatchKind)))
def test_other_lists_follow_their_clause_and_never_touch_an_account(
    material: Material, verification: Verification, kind: MatchKind
) -> None:
    """Exploitative, generated, adult intimate and the rest never share a ceiling with apparent abuse material."""
    made = plan_for(material, verification, kind)

    assert made.answer is Answer.HOLD
    assert {g.clause_id for g in made.grants} == {CLAUSE_OF[material]}
    assert kinds(made, SubjectKind.ITEM) == {MeasureKind.HOLD}
    assert kinds(made, SubjectKind.MEDIA) == ({MeasureKind.HOLD} if kind is EXACT else set())
    assert kinds(made, SubjectKind.ACCOUNT) == set()
    assert made.reports == ()


@pytest.mark.parametrize("evidence", [state for state in EvidenceState if state not in PRESERVED])
def test_without_evidence_a_seal_is_a_hold_and_the_bytes_are_asked_for(evidence: EvidenceState) -> None:
    """P5: hidden as fast, refused as firmly, and removable only when the bytes are kept."""
    made = plan_for(Material.APPARENT_CSAM, Verification.SEVERAL_ANALYSTS, EXACT, evidence)

    assert made.answer is Answer.REFUSE
    assert kinds(made, SubjectKind.ITEM) == {MeasureKind.HOLD}
    assert kinds(made, SubjectKind.MEDIA) == {MeasureKind.HOLD, MeasureKind.BLOCK_MEDIA}
    assert made.evidence_wanted == ("med_1",)


def test_an_item_is_quarantined_only_when_all_that_is_suspected_in_it_is_preserved() -> None:
    """Two media, one of them kept: the platform must not delete the other with it."""
    kept = make.media_seen("med_1", make.detection(make.match()))
    gone = make.media_seen("med_2", make.detection(make.match(media="med_2")), evidence=EvidenceState.NONE)
    harmless = make.media_seen("med_3", evidence=EvidenceState.NONE)

    both = plan(kept, gone, harmless)

    assert kinds(both, SubjectKind.ITEM) == {MeasureKind.HOLD}
    assert both.evidence_wanted == ("med_2",)
    assert kinds(plan(kept, harmless), SubjectKind.ITEM) == {MeasureKind.QUARANTINE}


# --------------------------------------------------------------------------------------- bounds beneath the ceilings


@given(make.ceilings, make.clauses, st.sampled_from(MatchKind))
def test_no_configuration_raises_a_ceiling_above_the_floor_of_the_code(
    ceiling: Ceiling, clause: ClauseId, kind: MatchKind
) -> None:
    """A likeness at most holds; only the twelve seal, lock and draft; nothing spreads further than the item went."""
    held = bounded(make.match(kind=kind, ceiling=ceiling, clause=clause))

    assert held.is_within(ceiling)
    assert kind is EXACT or held.is_within(Ceiling(HOLD))
    assert clause.startswith("cse.") or held.is_within(ORDINARY_HIGHEST)
    assert held.visibility >= HOLD or held.propagation is PropagationCeiling.NONE
    assert held.visibility >= SEAL or held.propagation <= PropagationCeiling.IDENTICAL_HELD


def test_a_bank_that_was_lowered_to_a_hold_seals_no_copies() -> None:
    """The operator lowered one axis; the others follow where they would undo it."""
    made = plan(make.media_seen("med_1", make.detection(make.match(ceiling=replace(HIGHEST, visibility=HOLD)))))

    assert made.answer is Answer.HOLD
    assert kinds(made, SubjectKind.MEDIA) == {MeasureKind.HOLD}


def test_a_ceiling_that_ends_at_messaging_locks_nobody() -> None:
    """`block_messaging` is a lower step of the account axis, and no part of a lock."""
    ceiling = replace(HIGHEST, account=AccountCeiling.BLOCK_MESSAGING)

    assert (
        kinds(plan(make.media_seen("med_1", make.detection(make.match(ceiling=ceiling)))), SubjectKind.ACCOUNT) == set()
    )


def test_a_match_that_may_only_open_a_case_still_ends_promotion_under_the_twelve() -> None:
    """P6 begins with the first supported suspicion; the item stays visible until a person looks."""
    grave = plan(make.media_seen("med_1", make.detection(make.match(ceiling=NOTHING))))
    ordinary = Ceiling(VisibilityCeiling.CASE)
    house = plan(make.media_seen("med_1", make.detection(make.match(ceiling=ordinary, clause=HOUSE))))

    assert {g.kind for g in grave.grants} == set(SUSPICION_MEASURES)
    assert (grave.answer, house.answer) == (Answer.PUBLISH, Answer.PUBLISH)
    assert house.grants == ()
    assert [case.due_at for case in (*grave.cases, *house.cases)] == [NOW + timedelta(hours=48)] * 2


def test_an_ordinary_bank_that_may_do_nothing_is_only_noticed() -> None:
    """A list on trial: the detection is recorded, and nobody gets work from it."""
    noticed = make.detection(make.match(ceiling=NOTHING, clause=HOUSE))
    made = plan(make.media_seen("med_1", noticed))

    assert (made.answer, made.cases, made.grants) == (Answer.PUBLISH, (), ())
    assert made.detections == (noticed,)
    assert not made.does_nothing


# ------------------------------------------------------------------------------------------------------- suppression


def test_a_harmless_picture_suppresses_likenesses_and_nothing_else() -> None:
    """An exact digest takes two people (matching.md, Banks)."""
    near, exact = make.detection(make.match(kind=NEAR)), make.detection(make.match())

    assert suppress([near, exact], harmless=False) == (near, exact)
    assert [d.is_suppressed for d in suppress([near, exact], harmless=True)] == [True, False]


def test_a_suppressed_likeness_does_nothing_and_stays_on_record() -> None:
    """No case, no hold, no evidence kept; the detection says why."""
    quiet = make.detection(make.match(kind=NEAR), is_suppressed=True)
    made = plan(make.media_seen("med_1", quiet))

    assert (made.answer, made.grants, made.cases) == (Answer.PUBLISH, (), ())
    assert made.detections == (quiet,)
    assert not must_preserve([quiet])


def test_identical_bytes_count_even_when_something_marked_them_suppressed() -> None:
    """A bug or a hand in the database must not clear what takes two people."""
    marked = make.detection(make.match(), is_suppressed=True)

    assert must_preserve([marked])
    assert plan(make.media_seen("med_1", marked)).answer is Answer.REFUSE


def test_two_peoples_no_lets_a_harmless_bank_win_over_identical_bytes() -> None:
    """One doubt, a source that takes it back, or a brake is not enough; without the harmless bank a person looks."""
    denied = make.detection(make.match(bounds=frozenset({Bound.DISPUTED})))
    others = [make.detection(make.match(bounds=frozenset({each}))) for each in set(Bound) - {Bound.DISPUTED}]

    [quiet] = suppress([denied], harmless=True)
    assert quiet.is_suppressed
    assert (plan(make.media_seen("med_1", quiet)).answer, must_preserve([quiet])) == (Answer.PUBLISH, False)
    assert plan(make.media_seen("med_1", quiet)).cases == ()
    assert not any(each.is_suppressed for each in suppress(others, harmless=True))
    assert [case.reason for case in plan(make.media_seen("med_1", denied)).cases] == [CaseReason.IN_DOUBT]


BOUNDED = {
    Bound.DISPUTED: Answer.PUBLISH,
    Bound.DOUBTED: Answer.PUBLISH,
    Bound.SEED: Answer.PUBLISH,
    Bound.RETRACTED: Answer.HOLD,
    Bound.BRAKED: Answer.HOLD,
    Bound.CLEARED: Answer.HOLD,
    Bound.OVER_QUOTA: Answer.HOLD,
}


@pytest.mark.parametrize("bound", Bound)
def test_a_bounded_match_locks_spreads_and_drafts_nothing(bound: Bound) -> None:
    """P11: even where a mistake left the ceiling as high as it goes, the bound itself holds."""
    made = plan(make.media_seen("med_1", make.detection(make.match(bounds=frozenset({bound})))))

    assert made.answer is BOUNDED[bound]
    assert kinds(made, SubjectKind.ACCOUNT) == kinds(made, SubjectKind.MEDIA) == set()
    assert kinds(made, SubjectKind.ITEM) == ({MeasureKind.HOLD} if BOUNDED[bound] is Answer.HOLD else set())
    assert made.reports == ()
    assert len(made.cases) == 1


# ---------------------------------------------------------------------------------------------- what is not looked at


@pytest.mark.parametrize("scan", [ScanState.PENDING, ScanState.UNSCANNABLE])
def test_what_nobody_could_look_at_is_held_without_an_accusation(scan: ScanState) -> None:
    """Its own ordinary clause, a clock, no case against the author, no loss of earnings, and told at once."""
    made = plan(make.media_seen(scan=scan, evidence=EvidenceState.RECEIVED))

    assert (made.answer, made.source, made.clause_id) == (Answer.HOLD, Source.SCAN, UNSCANNED)
    assert [(g.kind, g.subject, g.clause_id) for g in made.grants] == [(MeasureKind.HOLD, THE_ITEM, UNSCANNED)]
    assert [(s.code, s.tell_at, s.delay_basis) for s in made.statements] == [
        (StatementCode.ITEM_UNDER_REVIEW, NOW, None)
    ]
    assert (made.cases, made.reports, made.evidence_wanted) == ((), (), ())


def test_what_no_retry_can_open_asks_a_person_to_look() -> None:
    """A case under the ordinary clause; still no match, no suspicion and no draft."""
    seen = replace(make.media_seen(scan=ScanState.UNSCANNABLE, evidence=EvidenceState.RECEIVED), is_given_up=True)
    made = plan(seen)

    assert [(case.clause_id, case.reason) for case in made.cases] == [(UNSCANNED, CaseReason.NOT_SCANNED)]
    assert (made.answer, made.source, made.reports) == (Answer.HOLD, Source.SCAN, ())
    assert {grant.kind for grant in made.grants} == {MeasureKind.HOLD}


def test_a_suspicion_beside_something_unscanned_leaves_both_standing() -> None:
    """Each hold under its own clause, so that scanning one media never frees the other."""
    made = plan(
        make.media_seen("med_1", make.detection(make.match(kind=NEAR))),
        make.media_seen("med_2", scan=ScanState.UNSCANNABLE),
    )

    held = {g.clause_id for g in made.grants if g.kind is MeasureKind.HOLD}
    assert held == {DEPICTION, UNSCANNED}
    assert made.clause_id == DEPICTION


def test_a_technical_hold_ends_when_everything_could_be_looked_at() -> None:
    """All media, not only the one that was retried."""
    technical = make.measure(MeasureKind.HOLD, THE_ITEM, UNSCANNED)
    scanned, waiting = make.media_seen("med_1"), make.media_seen("med_2", scan=ScanState.PENDING)

    done = plan(scanned, item=(technical,), is_new=False)
    assert (done.answer, done.lifts) == (Answer.PUBLISH, (technical.id,))
    assert plan(scanned, waiting, item=(technical,), is_new=False).lifts == ()


@pytest.mark.parametrize(
    ("standing", "answer"),
    [
        pytest.param(make.measure(MeasureKind.HOLD, THE_ITEM), Answer.HOLD, id="a suspicion"),
        pytest.param(make.measure(MeasureKind.HOLD, THE_ITEM, UNSCANNED, is_automated=False), Answer.HOLD, id="person"),
        pytest.param(make.measure(MeasureKind.QUARANTINE, THE_ITEM), Answer.REFUSE, id="sealed"),
        pytest.param(
            make.measure(MeasureKind.REMOVE, THE_ITEM, HOUSE, is_automated=False), Answer.REFUSE, id="removed"
        ),
        pytest.param(make.measure(MeasureKind.NO_ADS, THE_ITEM, HOUSE), Answer.PUBLISH, id="nothing hidden"),
        pytest.param(
            make.measure(MeasureKind.HOLD, THE_ITEM, starts_at=NOW + timedelta(hours=1)), Answer.PUBLISH, id="scheduled"
        ),
        pytest.param(make.measure(MeasureKind.HOLD, THE_ITEM, ends_at=NOW), Answer.PUBLISH, id="over"),
        pytest.param(make.measure(MeasureKind.HOLD, THE_ITEM, is_revoked=True), Answer.PUBLISH, id="revoked"),
    ],
)
def test_deciding_again_is_no_kinder_than_what_stands_on_the_item(standing: object, answer: Answer) -> None:
    """The hash was taken out of its bank, or another media was retried: only people lift a suspicion."""
    technical = make.measure(MeasureKind.HOLD, THE_ITEM, UNSCANNED)
    made = plan(make.media_seen(), item=(technical, standing), is_new=False)

    assert made.answer is answer
    assert made.lifts == (technical.id,)


def test_when_the_banks_cannot_be_asked_what_is_known_counts_all_the_same() -> None:
    """Held and looked up again; sealed media is refused even then, and what was found before is not lost."""
    unknown = plan_unknown(make.sighting(make.media_seen()), policy_version="1")
    sealed = plan_unknown(make.sighting(carrying(MeasureKind.QUARANTINE)), policy_version="1")
    found = make.media_seen("med_1", make.detection(make.match(kind=NEAR)))
    late = plan_unknown(make.sighting(found), policy_version="1")

    assert (unknown.answer, unknown.clause_id) == (Answer.HOLD, UNSCANNED)
    assert sealed.answer is Answer.REFUSE
    assert [case.reason for case in late.cases] == [CaseReason.NEAR_MATCH]


# ------------------------------------------------------------------------------------------------- what stands already


@pytest.mark.parametrize("kind", [MeasureKind.QUARANTINE, MeasureKind.BLOCK_MEDIA])
def test_sealed_media_posted_again_is_refused_and_locks_nobody_by_that_alone(kind: MeasureKind) -> None:
    """The one who posts it may be a victim or a witness: a case, and nothing on the account."""
    made = plan(carrying(kind))

    assert made.answer is Answer.REFUSE
    assert kinds(made, SubjectKind.ITEM) == {MeasureKind.QUARANTINE}
    assert kinds(made, SubjectKind.ACCOUNT) == kinds(made, SubjectKind.MEDIA) == set()
    assert [case.reason for case in made.cases] == [CaseReason.COPY_OF_SEALED]
    assert made.reports == ()


def test_held_media_posted_again_is_held_told_and_laid_before_a_person() -> None:
    """Its bank may be gone by now: the second author still gets an answer, and the item its own hold."""
    made = plan(carrying(MeasureKind.HOLD))

    assert made.answer is Answer.HOLD
    assert kinds(made, SubjectKind.ITEM) == {MeasureKind.HOLD}
    assert [s.code for s in made.statements] == [StatementCode.ITEM_UNDER_REVIEW]
    assert [case.reason for case in made.cases] == [CaseReason.COPY_OF_SEALED]


def test_what_stands_on_media_is_carried_over_under_its_own_clause() -> None:
    """A hold under another clause, or a measure that is over, must not lend its name to the seal."""
    stands = (
        make.measure(MeasureKind.HOLD, THE_MEDIA, INTIMATE),
        make.measure(MeasureKind.QUARANTINE, THE_MEDIA, HOUSE, ends_at=NOW),
        make.measure(MeasureKind.QUARANTINE, THE_MEDIA, DEPICTION),
        make.measure(MeasureKind.BLOCK_MEDIA, THE_MEDIA, HOUSE, starts_at=NOW + timedelta(hours=1)),
    )
    made = plan(make.media_seen(measures=stands))

    hiding = {(g.kind, g.clause_id) for g in made.grants if g.kind not in SUSPICION_MEASURES}
    assert hiding == {(MeasureKind.QUARANTINE, DEPICTION), (MeasureKind.HOLD, INTIMATE)}
    assert made.clause_id == DEPICTION


def test_a_hold_of_one_bank_does_not_stand_in_the_way_of_another_banks_seal() -> None:
    """Measures are grants: the stronger is laid over the weaker."""
    held = carrying(MeasureKind.HOLD, clause=INTIMATE)
    made = plan(replace(held, detections=(make.detection(make.match()),)))

    assert MeasureKind.QUARANTINE in kinds(made, SubjectKind.MEDIA)
    assert made.answer is Answer.REFUSE


def test_a_copy_of_something_sealed_is_held_and_says_so() -> None:
    """P1: near copies of reviewed material are held; nothing is chained through them."""
    found = make.match(kind=NEAR, ceiling=Ceiling(HOLD), resembles="med_9")
    made = plan(make.media_seen("med_1", make.detection(found)))

    assert [case.reason for case in made.cases] == [CaseReason.COPY_OF_SEALED]
    assert kinds(made, SubjectKind.MEDIA) == set()


@pytest.mark.parametrize("kind", [MeasureKind.LOCK_PENDING_DECISION, MeasureKind.SUSPEND])
def test_an_account_that_is_out_posts_nothing_new_and_keeps_what_it_had(kind: MeasureKind) -> None:
    """Refused at submission; items of before stay as their own measures say."""
    out = (make.measure(kind, THE_ACCOUNT),)

    assert plan(account=out).answer is Answer.REFUSE
    assert plan(account=out, is_new=False).answer is Answer.PUBLISH
    assert plan(account=(replace(out[0], revoked_by="dec_2"),)).answer is Answer.PUBLISH


@pytest.mark.parametrize("kind", [MeasureKind.HOLD, MeasureKind.QUARANTINE, MeasureKind.BLOCK_MEDIA])
def test_nobody_quotes_what_is_hidden(kind: MeasureKind) -> None:
    """The quoted item or its media: refused at submission, absent by containment afterwards."""
    subject = Subject.media(MediaId("med_9")) if kind is MeasureKind.BLOCK_MEDIA else Subject.item(ItemId("itm_9"))
    hidden = make.standing(subject, make.measure(kind, subject))

    assert plan(contained=(hidden,)).answer is Answer.REFUSE
    assert plan(contained=(make.standing(subject),)).answer is Answer.PUBLISH


# --------------------------------------------------------------------------------------------------- order, repetition


def essence(made: Plan) -> tuple[object, ...]:
    """Return the plan with its detections as a set: they are listed as they were seen."""
    return replace(made, detections=()), frozenset(made.detections)


@given(make.sightings(), st.randoms())
def test_order_and_repetition_change_nothing(sighting: Sighting, random: object) -> None:
    """Media, detections and measures, in any order, any of them twice."""
    media = [
        replace(
            seen,
            detections=tuple(random.sample(seen.detections, len(seen.detections))),
            standing=replace(seen.standing, measures=tuple(reversed(seen.standing.measures))),
        )
        for seen in sighting.media
    ]
    random.shuffle(media)
    item = replace(sighting.item, measures=tuple(reversed(sighting.item.measures)))
    shuffled = replace(sighting, media=(*media, *media[:1]), item=item)

    assert essence(plan_item(shuffled, policy_version="1")) == essence(plan_item(sighting, policy_version="1"))


@given(make.sightings(), make.media("med_8"))
def test_another_media_never_makes_the_answer_kinder(sighting: Sighting, more: MediaSeen) -> None:
    """The strictest wins; whatever was granted by one stays granted, or gives way to a hold for want of evidence."""
    order = list(Answer)
    alone = plan_item(sighting, policy_version="1")
    together = plan_item(replace(sighting, media=(*sighting.media, more)), policy_version="1")

    assert order.index(together.answer) >= order.index(alone.answer)
    assert {(g.subject, g.clause_id) for g in alone.grants} <= {(g.subject, g.clause_id) for g in together.grants}


def test_the_same_bytes_on_several_lists_make_one_case_and_one_draft() -> None:
    """Each digest of a file is a match of its own."""
    found = make.detection(make.match())
    made = plan(make.media_seen("med_1", found, replace(found, id="det_2"), replace(found, id="det_3")))

    assert (len(made.cases), len(made.reports), len(made.detections)) == (1, 1, 3)


def test_of_two_reasons_the_most_urgent_opens_the_case() -> None:
    """Whichever was met first."""
    near, exact = make.detection(make.match(kind=NEAR)), make.detection(make.match())

    for order in ((near, exact), (exact, near)):
        assert [case.reason for case in plan(make.media_seen("med_1", *order)).cases] == [CaseReason.EXACT_DIGEST]


def test_a_plain_item_costs_nothing() -> None:
    """Two thousand a second pass here: nothing is made for them that could be shared."""
    first, second = plan(), plan()

    assert first is second
    assert first.does_nothing
    assert (first.answer, first.policy_version) == (Answer.PUBLISH, "1")


def test_every_reason_has_a_clock() -> None:
    """No case waits for ever."""
    assert set(REVIEW_WITHIN) == set(CaseReason)


# ---------------------------------------------------------------------------------------------------------- the page


COLUMNS = (
    *("material", "verification", "match", "answer", "item", "item, bytes missing"),
    *("media", "account", "report", "author is told"),
)
ABOVE = """\
What happens to an item with one media that matches one bank, before a person has looked, when the bank asks for as much
as source and clause allow. Of several matches the strictest wins, whatever the order."""
BELOW = f"""\
Every measure has a clock, and every row opens a case: within 24 hours a person has looked. Besides, from the first
suspicion on the item has {", ".join(f"`{kind}`" for kind in SUSPICION_MEASURES)}. `block_media` refuses identical bytes
and holds near copies, up to {NEAR_COPY_BITS} bits apart. Where bytes are missing, the platform is asked for them, and a
hold becomes a quarantine when all of them are preserved."""
BESIDE = {
    "a bank of known harmless pictures holds the media": "its near matches do nothing; exact ones count, unless two "
    "people of yours have denied the member",
    "two people deny the member, it is only a seed, or one doubts it (near, ordinary lists)": "a case, whatever "
    "the row says",
    "the source takes its word for an exact digest back, or the member suddenly hits many accounts": "held, a case; "
    "no account, no other item, no draft",
    "a picture with little to recognise (PDQ quality below 50)": "it is looked up by digest only",
    "the media is sealed already": "refused, the item sealed, a case; the account is not locked by that",
    "the media is held already": "held, a case",
    "media that could not be scanned yet, or banks that could not be asked": "held under `ops.unscanned`: no "
    "accusation, told at once, lifted by the machine when all could be looked at",
    "the account is locked or suspended, or the item quotes something hidden": "a new item is refused",
    "a match that may only open a case": "a case; under one of the twelve clauses also what follows a suspicion",
}


def decisions_page() -> str:
    """Return docs/reference/decisions.md."""
    rows = [
        _row(material, verifications, kind, cells)
        for material, kind in itertools.product(CLAUSE_OF, MatchKind)
        for cells, verifications in _grouped(material, kind).items()
    ]
    parts = [
        "# What a machine decides",
        "<!-- Written by ./dev docs from what the code does. Change the code, not this page. -->",
        ABOVE,
        "\n".join([_line(COLUMNS), _line(["---"] * len(COLUMNS)), *rows]),
        BELOW,
        "Beside the banks:",
        "\n".join([_line(("seen", "what happens")), _line(("---", "---")), *map(_line, BESIDE.items())]),
    ]
    return "\n\n".join(parts) + "\n"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _grouped(material: Material, kind: MatchKind) -> dict[tuple[str, ...], list[Verification]]:
    grouped: dict[tuple[str, ...], list[Verification]] = {}
    for verification in Verification:
        kept = plan_for(material, verification, kind)
        missing = plan_for(material, verification, kind, EvidenceState.NONE)
        cells = (
            f"`{kept.answer}`",
            _codes(sorted(kinds(kept, SubjectKind.ITEM))),
            _codes(sorted(kinds(missing, SubjectKind.ITEM))),
            _codes(sorted(kinds(kept, SubjectKind.MEDIA))),
            _codes(sorted(kinds(kept, SubjectKind.ACCOUNT))),
            "draft" if kept.reports else "none",
            ", ".join(f"`{s.code}` {'later' if s.delay_basis else 'at once'}" for s in kept.statements),
        )
        grouped.setdefault(cells, []).append(verification)
    return grouped


def _row(material: Material, verifications: list[Verification], kind: MatchKind, cells: tuple[str, ...]) -> str:
    who = "any" if len(verifications) == len(Verification) else _codes(verifications)
    return _line([f"`{material}`", who, f"`{kind}`", *cells])


def _codes(words: object) -> str:
    return ", ".join(f"`{word}`" for word in words) or "none"


def test_the_page_says_what_the_code_does() -> None:
    """Run `./dev docs` when this fails."""
    assert PAGE.read_text(encoding="utf-8") == decisions_page()
