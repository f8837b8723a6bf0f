"""Every promise that the core can keep is kept by every plan, and each can be seen to break."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import strategies as make
from core.strategies import ACCOUNT, DEPICTION, INTIMATE, ITEM, NOW
from laws import examples
from tutela.core import charter
from tutela.core.bounds import Bound
from tutela.core.content import EvidenceState, ScanState
from tutela.core.decisions import plan_item, plan_unknown
from tutela.core.ids import ItemId, MeasureId, MediaId
from tutela.core.measures import HIDING, Measure, MeasureKind, Subject, SubjectKind
from tutela.core.plans import (
    SUSPICION_MEASURES,
    UNSCANNED,
    Answer,
    Grant,
    Plan,
    ReportDraft,
    Sighting,
    Source,
)
from tutela.core.policy import HIGHEST, AccountCeiling, Ceiling, MatchKind, PropagationCeiling, VisibilityCeiling
from tutela.core.statements import StatementCode
from tutela_client.scope import Scope

THE_ITEM, THE_MEDIA, THE_ACCOUNT = Subject.item(ITEM), Subject.media(MediaId("med_1")), Subject.account(ACCOUNT)
LATER = NOW + timedelta(hours=24)
EXACT = make.sighting(make.media_seen("med_1", make.detection(make.match())))
NEAR = make.sighting(make.media_seen("med_1", make.detection(make.match(kind=MatchKind.NEAR))))
UNLOOKED = make.sighting(make.media_seen(scan=ScanState.UNSCANNABLE, evidence=EvidenceState.RECEIVED))
CLEAN = make.sighting(make.media_seen())


def planned(sighting: Sighting) -> Plan:
    """Return the honest plan."""
    return plan_item(sighting, policy_version="1")


def promises(plan: Plan, sighting: Sighting) -> set[str]:
    """Return the promises that *plan* breaks."""
    return {breach.promise for breach in charter.of_plan(plan, sighting)}


def without(plan: Plan, *grants: Grant) -> Plan:
    """Return *plan* with these grants left out."""
    return replace(plan, grants=tuple(grant for grant in plan.grants if grant not in grants))


def adding(plan: Plan, kind: MeasureKind, subject: Subject = THE_ITEM, **more: object) -> Plan:
    """Return *plan* with one grant more, with a clock and under a clause that is told."""
    grant = Grant(kind, subject, **{"clause_id": DEPICTION, "review_by": LATER, **more})
    return replace(plan, grants=(*plan.grants, grant))


# ------------------------------------------------------------------------------------------------ honest plans keep it


@settings(max_examples=examples(150))
@given(make.sightings())
def test_no_plan_breaks_a_promise_whatever_was_seen(sighting: Sighting) -> None:
    """Any ceilings, even impossible ones, any standing, scan and evidence."""
    assert charter.of_plan(planned(sighting), sighting) == ()


@given(make.sightings())
def test_no_plan_without_the_banks_breaks_a_promise(sighting: Sighting) -> None:
    """When the index cannot answer, nothing is published and nothing is forgotten."""
    plan = plan_unknown(sighting, policy_version="1")

    assert charter.of_plan(plan, sighting) == ()
    assert plan.answer is not Answer.PUBLISH


@given(make.sightings())
def test_the_short_way_for_plain_items_finds_what_the_long_way_finds(sighting: Sighting) -> None:
    """`of_plan` skips its checks only where each of them is silent."""
    plain = replace(sighting, media=(), contained=(), item=replace(sighting.item, measures=()))
    plain = replace(plain, account=replace(sighting.account, measures=()))
    plan = planned(plain)

    assert plain.is_plain
    assert [breach for check in charter.plans._CHECKS for breach in check(plan, plain)] == []


# ------------------------------------------------------------------------------------------------- each one can break


@settings(max_examples=examples(75))
@given(make.sightings(), st.data())
def test_leaving_out_any_hiding_grant_is_found(sighting: Sighting, data: st.DataObject) -> None:
    """P1: unless the same clause hides the same subject by another grant, or already."""
    plan = planned(sighting)
    hiding = [grant for grant in plan.grants if grant.kind in HIDING]
    if not hiding:
        return
    grant = data.draw(st.sampled_from(hiding))
    own = {s.standing.subject: s.standing for s in sighting.media} | {THE_ITEM: sighting.item}
    there_already = any(
        m.clause_id == grant.clause_id and m.kind in HIDING and m.holds_at(NOW) and m.id not in plan.lifts
        for m in own[grant.subject].measures
    )
    stands_under_another = grant.clause_id == UNSCANNED and any(
        g.kind in HIDING and g.subject == THE_ITEM and g != grant for g in plan.grants
    )
    still_hidden = grant.clause_id == UNSCANNED and sighting.item.is_hidden_at(NOW)
    twice = grant.kind is not MeasureKind.BLOCK_MEDIA and any(
        g != grant
        and (g.subject, g.clause_id) == (grant.subject, grant.clause_id)
        and g.kind in {MeasureKind.HOLD, MeasureKind.QUARANTINE}
        for g in plan.grants
    )
    if there_already or stands_under_another or still_hidden or twice:
        return

    assert "P1" in promises(without(plan, grant), sighting)


@settings(max_examples=examples(75))
@given(make.sightings(), st.data())
def test_leaving_out_any_suspicion_measure_is_found(sighting: Sighting, data: st.DataObject) -> None:
    """P6: not promoted, no ads, no payout, each under each clause."""
    plan = planned(sighting)
    held = {(m.kind, m.clause_id) for m in sighting.item.measures if m.holds_at(NOW)}
    grants = [g for g in plan.grants if g.kind in SUSPICION_MEASURES and (g.kind, g.clause_id) not in held]
    if grants:
        assert "P6" in promises(without(plan, data.draw(st.sampled_from(grants))), sighting)


@settings(max_examples=examples(75))
@given(make.sightings(), st.data())
def test_dropping_what_a_clause_says_to_the_author_is_found(sighting: Sighting, data: st.DataObject) -> None:
    """P8: neither a statement nor a delay about the item; a statement about the account does not stand in for it."""
    plan = planned(sighting)
    if not plan.grants:
        return
    grant = data.draw(st.sampled_from(plan.grants))
    is_account = grant.subject.kind is SubjectKind.ACCOUNT
    kept = tuple(
        s
        for s in plan.statements
        if s.clause_id != grant.clause_id or (s.code is StatementCode.ACCOUNT_LOCKED_PENDING_DECISION) != is_account
    )

    assert "P8" in promises(replace(plan, statements=kept), sighting)


@given(make.sightings(), st.data())
def test_an_automatic_measure_without_a_review_clock_is_found(sighting: Sighting, data: st.DataObject) -> None:
    """P11."""
    plan = planned(sighting)
    if plan.grants:
        grant = data.draw(st.sampled_from(plan.grants))
        grants = tuple(replace(g, review_by=None) if g == grant else g for g in plan.grants)
        assert "P11" in promises(replace(plan, grants=grants), sighting)


@given(make.sightings(), st.sampled_from((MeasureKind.SUSPEND, MeasureKind.REMOVE)))
def test_a_machine_never_suspends_or_removes(sighting: Sighting, kind: MeasureKind) -> None:
    """P11: whatever was seen."""
    subject = THE_ACCOUNT if kind is MeasureKind.SUSPEND else THE_ITEM

    assert "P11" in promises(adding(planned(sighting), kind, subject), sighting)


@given(make.sightings())
def test_publishing_what_is_not_to_be_published_is_found(sighting: Sighting) -> None:
    """P1, or P2 for an account that is out: whatever the reason of a stricter answer, a kinder one is refused."""
    plan = planned(sighting)
    if plan.answer is not Answer.PUBLISH:
        found = promises(replace(plan, answer=Answer.PUBLISH), sighting)
        is_technical = any(m.clause_id == UNSCANNED for seen in sighting.media for m in seen.standing.measures)
        assert found & {"P1", "P2"} or is_technical


def measure_on_item(
    clause: str = DEPICTION, *, is_automated: bool = True, kind: MeasureKind = MeasureKind.HOLD
) -> Measure:
    """Return a measure in force on the item."""
    return make.measure(kind, THE_ITEM, clause, is_automated=is_automated)


LOCK_CEILING = replace(HIGHEST, account=AccountCeiling.BLOCK_MESSAGING)
WITHOUT_LOCK = make.sighting(make.media_seen("med_1", make.detection(make.match(ceiling=LOCK_CEILING))))
HELD_ONLY = make.sighting(
    make.media_seen(
        "med_1",
        make.detection(
            make.match(ceiling=Ceiling(VisibilityCeiling.HOLD, propagation=PropagationCeiling.IDENTICAL_HELD))
        ),
    )
)
LOWERED = make.sighting(
    make.media_seen("med_1", make.detection(make.match(ceiling=replace(HIGHEST, visibility=VisibilityCeiling.HOLD))))
)
BRAKED = make.sighting(make.media_seen("med_1", make.detection(make.match(bounds=frozenset({Bound.BRAKED})))))
OVER = make.sighting(make.media_seen("med_1", make.detection(make.match(bounds=frozenset({Bound.OVER_QUOTA})))))
DENIED = make.sighting(make.media_seen("med_1", make.detection(make.match(bounds=frozenset({Bound.DISPUTED})))))
NOT_KEPT = make.sighting(make.media_seen("med_1", make.detection(make.match()), evidence=EvidenceState.NONE))
HALF_KEPT = make.sighting(
    make.media_seen("med_1", make.detection(make.match())),
    make.media_seen("med_2", make.detection(make.match(media="med_2")), evidence=EvidenceState.NONE),
)
TECHNICAL = measure_on_item(UNSCANNED)
OUT = make.sighting(account=(make.measure(MeasureKind.LOCK_PENDING_DECISION, THE_ACCOUNT),))
QUOTING = make.sighting(
    contained=(
        make.standing(
            Subject.item(ItemId("itm_2")), make.measure(MeasureKind.QUARANTINE, Subject.item(ItemId("itm_2")))
        ),
    )
)


def grants_of(sighting: Sighting, kind: MeasureKind, subject: Subject) -> tuple[Grant, ...]:
    """Return the grants of the honest plan of this kind on this subject."""
    found = tuple(g for g in planned(sighting).grants if g.kind is kind and g.subject == subject)
    assert found, f"the honest plan grants no {kind} on {subject.kind}"
    return found


BROKEN = [
    pytest.param("P1", without(planned(EXACT), *grants_of(EXACT, MeasureKind.QUARANTINE, THE_ITEM)), EXACT,
                 id="an exact match leaves the item visible"),
    pytest.param("P1", without(planned(EXACT), *grants_of(EXACT, MeasureKind.QUARANTINE, THE_MEDIA)), EXACT,
                 id="other carriers stay visible"),
    pytest.param("P1", without(planned(EXACT), *grants_of(EXACT, MeasureKind.BLOCK_MEDIA, THE_MEDIA)), EXACT,
                 id="a second upload is let in"),
    pytest.param("P1", without(planned(NEAR), *grants_of(NEAR, MeasureKind.HOLD, THE_ITEM)), NEAR,
                 id="a near match leaves the item visible"),
    pytest.param("P1", without(planned(UNLOOKED), *grants_of(UNLOOKED, MeasureKind.HOLD, THE_ITEM)), UNLOOKED,
                 id="unscanned media answered with a hold that nothing enforces"),
    pytest.param("P1", replace(planned(EXACT), grants=tuple(
        replace(g, ends_at=LATER) for g in planned(EXACT).grants)), EXACT, id="a hiding measure that ends by itself"),
    pytest.param("P1", replace(planned(QUOTING), answer=Answer.PUBLISH), QUOTING, id="a quote of sealed material"),
    pytest.param("P1", replace(planned(UNLOOKED), grants=(), lifts=(TECHNICAL.id,)),
                 replace(UNLOOKED, item=make.standing(THE_ITEM, TECHNICAL)), id="unscanned and its hold lifted"),
    pytest.param("P2", replace(planned(EXACT), grants=tuple(
        replace(g, ends_at=LATER) if g.subject == THE_ACCOUNT else g for g in planned(EXACT).grants)), EXACT,
                 id="a timed lock"),
    pytest.param("P2", replace(planned(OUT), answer=Answer.PUBLISH), OUT, id="a locked account posts on"),
    pytest.param("P4", replace(planned(EXACT), reports=()), EXACT, id="no draft report"),
    pytest.param("P5", adding(planned(NOT_KEPT), MeasureKind.QUARANTINE), NOT_KEPT, id="an item without evidence"),
    pytest.param("P5", adding(planned(NOT_KEPT), MeasureKind.QUARANTINE, THE_MEDIA), NOT_KEPT,
                 id="media without evidence"),
    pytest.param("P5", adding(planned(HALF_KEPT), MeasureKind.QUARANTINE), HALF_KEPT,
                 id="an item of which one suspected media is not preserved"),
    pytest.param("P5", replace(planned(NOT_KEPT), evidence_wanted=()), NOT_KEPT, id="nobody is asked for the bytes"),
    pytest.param("P6", without(planned(NEAR), *grants_of(NEAR, MeasureKind.NO_ADS, THE_ITEM)), NEAR, id="ads go on"),
    pytest.param("P6", without(planned(NEAR), *grants_of(NEAR, MeasureKind.NO_PAYOUT, THE_ITEM)), NEAR,
                 id="payouts go on"),
    pytest.param("P6", without(planned(NEAR), *grants_of(NEAR, MeasureKind.EXCLUDE, THE_ITEM)), NEAR,
                 id="promotion goes on"),
    pytest.param("P6", adding(without(planned(NEAR), *grants_of(NEAR, MeasureKind.EXCLUDE, THE_ITEM)),
                              MeasureKind.EXCLUDE, scope=Scope(surfaces=frozenset({"search"}))), NEAR,
                 id="promotion goes on elsewhere"),
    pytest.param("P8", replace(planned(EXACT), statements=()), EXACT, id="nobody is told"),
    pytest.param("P8", replace(planned(EXACT), statements=tuple(
        s for s in planned(EXACT).statements if s.code is not StatementCode.ACCOUNT_LOCKED_PENDING_DECISION)), EXACT,
                 id="the lock is not told"),
    pytest.param("P8", replace(planned(NEAR), statements=tuple(
        replace(s, delay_basis=None) for s in planned(NEAR).statements)), NEAR, id="a delay without a basis"),
    pytest.param("P8", replace(planned(EXACT), policy_version=""), EXACT, id="no policy version"),
    pytest.param("P8", replace(planned(EXACT), is_automated=False), EXACT, id="a machine passes for a person"),
    pytest.param("P8", replace(planned(NEAR), grants=tuple(
        replace(g, clause_id="") for g in planned(NEAR).grants)), NEAR, id="no clause"),
    pytest.param("P11", adding(planned(EXACT), MeasureKind.SUSPEND, THE_ACCOUNT), EXACT, id="a machine suspends"),
    pytest.param("P11", adding(planned(EXACT), MeasureKind.REMOVE), EXACT, id="a machine removes"),
    pytest.param("P11", adding(planned(NEAR), MeasureKind.LOCK_PENDING_DECISION, THE_ACCOUNT), NEAR,
                 id="a lock from a likeness"),
    pytest.param("P11", adding(planned(WITHOUT_LOCK), MeasureKind.LOCK_PENDING_DECISION, THE_ACCOUNT), WITHOUT_LOCK,
                 id="a lock where the ceiling ends at blocking messages"),
    pytest.param("P11", adding(planned(EXACT), MeasureKind.LOCK_PENDING_DECISION, Subject.account("acc_2")), EXACT,
                 id="somebody else's account"),
    pytest.param("P11", adding(planned(NEAR), MeasureKind.QUARANTINE), NEAR, id="a seal from a likeness"),
    pytest.param("P11", adding(planned(NEAR), MeasureKind.HOLD, THE_MEDIA), NEAR, id="a likeness becomes a reason"),
    pytest.param("P11", adding(planned(HELD_ONLY), MeasureKind.BLOCK_MEDIA, THE_MEDIA), HELD_ONLY,
                 id="a block where the ceiling is a hold"),
    pytest.param("P11", adding(planned(LOWERED), MeasureKind.BLOCK_MEDIA, THE_MEDIA), LOWERED,
                 id="a block where the item itself may only be held"),
    pytest.param("P11", adding(planned(BRAKED), MeasureKind.LOCK_PENDING_DECISION, THE_ACCOUNT), BRAKED,
                 id="a lock on the word of a braked member"),
    pytest.param("P11", adding(planned(OVER), MeasureKind.LOCK_PENDING_DECISION, THE_ACCOUNT), OVER,
                 id="a lock over the quota"),
    pytest.param("P11", adding(planned(OVER), MeasureKind.HOLD, THE_MEDIA), OVER, id="a spread over the quota"),
    pytest.param("P11", adding(planned(BRAKED), MeasureKind.QUARANTINE), BRAKED, id="a seal from a braked member"),
    pytest.param("P11", adding(planned(BRAKED), MeasureKind.HOLD, THE_MEDIA), BRAKED, id="a braked member spreads"),
    pytest.param("P11", replace(planned(BRAKED), reports=(ReportDraft(ACCOUNT, DEPICTION, ITEM),)), BRAKED,
                 id="a draft report from a braked member"),
    pytest.param("P1", without(planned(BRAKED), *grants_of(BRAKED, MeasureKind.HOLD, THE_ITEM)), BRAKED,
                 id="what a braked member hits stays visible"),
    pytest.param("P11", adding(planned(DENIED), MeasureKind.HOLD), DENIED, id="a hold from what two people deny"),
    pytest.param("P11", adding(planned(DENIED), MeasureKind.LOCK_PENDING_DECISION, THE_ACCOUNT), DENIED,
                 id="a lock from what two people deny"),
    pytest.param("P11", adding(planned(CLEAN), MeasureKind.HOLD), CLEAN, id="a hold from nothing"),
    pytest.param("P11", replace(planned(EXACT), cases=()), EXACT, id="no case for a person"),
    pytest.param("P11", replace(planned(NEAR), reports=(ReportDraft(ACCOUNT, DEPICTION, ITEM),)), NEAR,
                 id="a draft report from a likeness"),
    pytest.param("P11", replace(planned(CLEAN), lifts=(MeasureId("msr_unknown"),)), CLEAN, id="lifts what is not here"),
]  # fmt: skip


@pytest.mark.parametrize(("promise", "plan", "sighting"), BROKEN)
def test_a_broken_promise_is_found_and_named(promise: str, plan: Plan, sighting: Sighting) -> None:
    """A check that cannot fail checks nothing."""
    assert promise in promises(plan, sighting)


def test_the_honest_plans_behind_the_broken_ones_break_nothing() -> None:
    """The breach comes from what was changed, and from nothing else."""
    for sighting in (
        EXACT,
        NEAR,
        UNLOOKED,
        CLEAN,
        NOT_KEPT,
        HALF_KEPT,
        WITHOUT_LOCK,
        HELD_ONLY,
        OUT,
        QUOTING,
        BRAKED,
        DENIED,
    ):
        assert charter.of_plan(planned(sighting), sighting) == ()


@pytest.mark.parametrize(
    "measure",
    [
        pytest.param(measure_on_item(), id="a suspicion"),
        pytest.param(measure_on_item(UNSCANNED, is_automated=False), id="a hold that a person set"),
        pytest.param(measure_on_item(UNSCANNED, kind=MeasureKind.QUARANTINE), id="a quarantine under that clause"),
        pytest.param(measure_on_item(INTIMATE), id="another clause"),
    ],
)
def test_a_machine_lifts_nothing_but_its_own_technical_holds(measure: Measure) -> None:
    """P11: what people set, and what accuses, only people end."""
    sighting = replace(CLEAN, item=make.standing(THE_ITEM, measure))
    plan = planned(sighting)

    assert plan.lifts == ()
    assert "P11" in promises(replace(plan, lifts=(measure.id,)), sighting)


def test_a_person_may_do_what_a_machine_may_not() -> None:
    """The ceilings bind machines; evidence and reasons bind everybody."""
    plan = adding(planned(EXACT), MeasureKind.SUSPEND, THE_ACCOUNT, review_by=None)
    by_person = replace(plan, source=Source.PERSON, is_automated=False)

    assert promises(by_person, EXACT) == set()
    assert promises(replace(by_person, statements=()), EXACT) == {"P8"}


# --------------------------------------------------------------------------------------------------- the live system


@pytest.mark.parametrize(
    ("promise", "measure"),
    [
        ("P2", make.measure(MeasureKind.LOCK_PENDING_DECISION, THE_ACCOUNT, ends_at=LATER)),
        ("P8", make.measure(MeasureKind.HOLD, THE_ITEM, "")),
        ("P8", replace(make.measure(MeasureKind.HOLD, THE_ITEM), policy_version="")),
        ("P11", make.measure(MeasureKind.SUSPEND, THE_ACCOUNT)),
        ("P11", make.measure(MeasureKind.REMOVE, THE_ITEM)),
        ("P11", replace(make.measure(MeasureKind.HOLD, THE_ITEM), review_by=None)),
    ],
)
def test_a_stored_measure_that_breaks_a_promise_is_found(promise: str, measure: Measure) -> None:
    """A migration or a hand in the database."""
    assert {breach.promise for breach in charter.of_measures([measure])} == {promise}
    assert list(charter.of_measures([make.measure(MeasureKind.HOLD, THE_ITEM)])) == []


# -------------------------------------------------------------------------------------------------------------- logs


@pytest.mark.parametrize(
    "value",
    [
        "0" * 32,
        "A" * 40,
        "f" * 64,
        "sha256_" + "ab" * 32,
        ["fine", {"deep": "c" * 64}],
        {"0" * 64: "in the key"},
        "somebody@example.org wrote",
        b"raw",
        "Holiday.JPG",
        ["holiday.jpg"],
    ],
)
def test_a_leak_in_a_log_record_is_found(value: object) -> None:
    """P10: digests, addresses, bytes and planted secrets, in any case of letters, at any depth."""
    found = charter.of_log_record({"event": "item_decided", "field": value}, secrets=["holiday.jpg", ""])

    assert [(breach.promise, breach.subject) for breach in found] == [("P10", "field")]


def test_an_ordinary_log_record_leaks_nothing() -> None:
    """Random ids, counts and codes may be there; a blank secret accuses nobody."""
    record = {"event": "seal_failed", "media": "med_01k9m2x7rt5v8c3q4w6y0z1a2b", "tries": 3, "took": 0.25, "none": None}

    assert charter.of_log_record(record, secrets=["", " "]) == ()
