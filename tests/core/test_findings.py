"""From a person's finding to a plan: what answers, what is refused and in which words, and what adds nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import found
from core.found import (
    ACCOUNT,
    ADA,
    ALICE,
    ANSWER,
    COMMENTARY,
    DEPICTION,
    HERS,
    ITEM,
    MEDIA,
    PICTURE,
    POST,
    SPAM,
    TEXT,
    THE_TEXT,
    K,
    ask,
    finding,
    known,
    measure,
    plan,
)
from core.strategies import NOW
from laws import examples
from tutela.core.cases import Case, CaseReason
from tutela.core.content import AgeBand, EvidenceState
from tutela.core.decisions import NEAR_COPY_BITS
from tutela.core.findings import Ask, Delay, FindingPlan, OpenWork, Replaced
from tutela.core.ids import CaseId, ClauseId, DecisionId, ItemId
from tutela.core.measures import ALLOWED_SUBJECTS, HIDING, MeasureKind, Subject, SubjectKind
from tutela.core.plans import PRESERVED, Answer
from tutela.core.policy import LESSER_KINDS, ZERO_TOLERANCE_IDS
from tutela.core.reach import covers
from tutela.core.roles import Role
from tutela.core.statements import LONGEST_DELAY, DelayBasis, StatementCode
from tutela.core.strikes import Decay, DecayKind, Strike
from tutela_client.scope import EVERYTHING, Scope

DAY = timedelta(days=1)
OTHERS = [role for role in Role if role.is_protected]


def kinds(made: FindingPlan, subject: Subject) -> set[MeasureKind]:
    """Return what a plan grants on a subject."""
    return {grant.kind for grant in made.grants if grant.subject == subject}


def said(made: FindingPlan) -> str:
    """Return all that keeps a finding from being decided."""
    return " ".join(f"{each.place}: {each.sentence}" for each in made.refusals)


# ------------------------------------------------------------------------------------------------------- the twelve


@pytest.mark.parametrize("clause", ZERO_TOLERANCE_IDS)
def test_an_actor_loses_content_and_account_under_each_of_the_twelve(clause: ClauseId) -> None:
    """The item is gone, not promoted and earns nothing; the account is out; another person looks within a day."""
    made = plan(finding(*ANSWER, clause=clause))

    assert made.refusals == ()
    assert kinds(made, ITEM) == {K.QUARANTINE, K.EXCLUDE, K.NO_ADS, K.NO_PAYOUT}
    assert kinds(made, ACCOUNT) == {K.SUSPEND}
    assert made.answers[POST] is Answer.REFUSE
    assert (made.cases[0].reason, made.cases[0].due_at) == (CaseReason.SECOND_LOOK, NOW + DAY)
    assert [report.item_id for report in made.reports] == [POST]
    assert (made.strikes, made.closes) == ((), ())


@pytest.mark.parametrize("clause", ZERO_TOLERANCE_IDS)
@pytest.mark.parametrize("kind", sorted(LESSER_KINDS))
def test_each_lesser_measure_is_refused_for_an_actor_with_a_sentence(clause: ClauseId, kind: str) -> None:
    """On the account and on the content, alone and beside what answers; the sentence names what would answer."""
    lesser = MeasureKind(kind)
    for subject in (ACCOUNT, ITEM):
        if subject.kind not in ALLOWED_SUBJECTS[lesser]:
            continue
        for beside in ((), ANSWER):
            made = plan(finding(*beside, ask(lesser, subject), clause=clause))
            sentence = next(each.sentence for each in made.refusals if each.place == f"measures.{len(beside)}")

            assert f"`{kind}` is no answer to whoever did this" in sentence
            assert clause in sentence
            assert all(f"`{each}`" in sentence for each in ("quarantine", "remove", "lock_pending_decision", "suspend"))
            assert made.grants == ()


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("clause", ZERO_TOLERANCE_IDS)
def test_every_other_part_protects_and_takes_nothing(role: Role, clause: ClauseId) -> None:
    """Whatever was asked: refused where it takes something away; the content may be hidden all the same."""
    made = plan(finding(ask(K.QUARANTINE, ITEM), clause=clause, roles={ALICE: role}))

    assert kinds(made, ACCOUNT) == {K.PROTECT}
    assert kinds(made, ITEM) >= {K.QUARANTINE}
    assert StatementCode.ACCOUNT_PROTECTED in {each.code for each in made.statements}
    for kind in MeasureKind:
        if ACCOUNT.kind not in ALLOWED_SUBJECTS[kind] or kind is K.PROTECT:
            continue
        made = plan(finding(ask(K.QUARANTINE, ITEM), ask(kind), clause=clause, roles={ALICE: role}))
        if kind is K.LOCK_UNTIL_VERIFIED and role is Role.COMPROMISED:
            assert kinds(made, ACCOUNT) == {K.PROTECT, K.LOCK_UNTIL_VERIFIED}
            continue
        assert "is no suspect" in said(made)
        assert f"`{kind}` would take something away" in said(made)


REFUSED: dict[str, tuple[tuple[Ask, ...], dict[str, Any], str]] = {
    "content left": ((ask(K.SUSPEND), ask(K.EXCLUDE, ITEM)), {}, "what its actor posted gets `quarantine` or `remove`"),
    "account left": ((ask(K.QUARANTINE, ITEM),), {}, "whoever did this gets `lock_pending_decision` or `suspend`"),
    "suspended for a while": (
        (ask(K.QUARANTINE, ITEM), ask(K.SUSPEND, ends_at=NOW + DAY)),
        {},
        "from now on and without an end",
    ),
    "suspended later": ((ask(K.QUARANTINE, ITEM), ask(K.SUSPEND, starts_at=NOW + DAY)), {}, "from now on"),
    "removed for a while": ((ask(K.SUSPEND), ask(K.REMOVE, ITEM, ends_at=NOW + DAY)), {}, "without an end"),
    "a lock with an end": (
        (*ANSWER, ask(K.LOCK_PENDING_DECISION, ends_at=NOW + DAY)),
        {},
        "only a decision ends it",
    ),
    "no part named": ((ask(K.QUARANTINE, ITEM),), {"roles": {}}, "every account has a part"),
    "part said to be none": (ANSWER, {"roles": {ALICE: Role.NONE}}, "every account has a part"),
    "another's item": ((*ANSWER, ask(K.QUARANTINE, Subject.item(HERS))), {}, "every account has a part"),
    "left to be seen": (
        (ask(K.EXCLUDE, ITEM),),
        {"roles": {ALICE: Role.DEPICTED}},
        "what it forbids is hidden, whoever posted it",
    ),
    "covered": (
        (ask(K.COVER, ITEM),),
        {"roles": {ALICE: Role.DEPICTED}},
        "`cover` leaves to be seen what cse.depiction forbids",
    ),
    "media covered": ((*ANSWER, ask(K.COVER, MEDIA)), {}, "leaves to be seen"),
    "nothing asked": ((), {"roles": {}}, "Nothing is asked for"),
    "protected": ((*ANSWER, ask(K.PROTECT)), {}, "cse.depiction has no `protect`"),
    "starts in the past": ((*ANSWER, ask(K.EXCLUDE, ITEM, starts_at=NOW - DAY)), {}, "starts now or later"),
    "ends before it starts": (
        (ask(K.COVER, ITEM, starts_at=NOW + 2 * DAY, ends_at=NOW + DAY),),
        {"clause_id": "house.sensitive"},
        "end before it starts",
    ),
    "no such country": (
        (ask(K.WITHHOLD, ITEM, scope=Scope(countries=frozenset({"ZZ"}), legal_basis="x")),),
        {"clause_id": "house.law"},
        "two letters of ISO 3166-1",
    ),
    "no such surface": (
        (ask(K.LIMIT_REACH, ITEM, scope=Scope(surfaces=frozenset({"billboard"}))),),
        {"clause_id": SPAM},
        "no such surface group",
    ),
    "no such action": (
        (ask(K.DISABLE_ACTIONS, ITEM, scope=Scope(actions=frozenset({"breathe"}))),),
        {"clause_id": SPAM},
        "no such action",
    ),
    "no such verification": (
        (ask(K.LOCK_UNTIL_VERIFIED, scope=Scope(verification="smell")),),
        {"clause_id": "house.age", "roles": {}},
        "no such verification",
    ),
    "a kind that cannot be there": ((ask(K.REMOVE),), {"clause_id": SPAM}, "Remove cannot be on account"),
    "narrowed by nothing": (
        (ask(K.WITHHOLD, ITEM, scope=EVERYTHING),),
        {"clause_id": "house.law"},
        "needs countries, legal_basis",
    ),
    "a device for good": (
        (ask(K.BLOCK_DEVICE, Subject(SubjectKind.DEVICE, "d"), ends_at=None),),
        {"clause_id": SPAM},
        "ends within seven days",
    ),
    "not in the clause": ((ask(K.SUSPEND),), {"clause_id": "house.sensitive"}, "house.sensitive has no `suspend`"),
}


@pytest.mark.parametrize(("asks", "more", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_decided_is_refused_in_words(asks: tuple[Ask, ...], more: dict[str, Any], sentence: str) -> None:
    """And nothing of it is planned."""
    made = plan(finding(*asks, **more))

    assert sentence in said(made)
    assert made.does_nothing


def test_a_child_is_found_an_actor_by_a_senior_person_only() -> None:
    """The age has to be known: whoever's is unknown is protected, and decided about like an adult."""
    senior = replace(ADA, is_senior=True)
    for age in AgeBand:
        is_child = age not in {AgeBand.ADULT, AgeBand.UNKNOWN}
        made = plan(finding(*ANSWER), known(age=age))
        assert ("senior person" in said(made)) is is_child
        assert plan(finding(*ANSWER, decider=senior), known(age=age)).refusals == ()


def test_a_child_who_is_an_actor_may_be_protected_as_well() -> None:
    """Help is no answer, and no contradiction to one."""
    senior = replace(ADA, is_senior=True)
    made = plan(finding(*ANSWER, ask(K.PROTECT), decider=senior), known(age=AgeBand.FROM_13_TO_15))

    assert kinds(made, ACCOUNT) == {K.SUSPEND, K.PROTECT}


@pytest.mark.parametrize("evidence", EvidenceState)
def test_what_is_not_preserved_is_held_and_asked_for(evidence: EvidenceState) -> None:
    """P5: hidden as fast; gone only when its bytes are kept."""
    made = plan(finding(*ANSWER), known(evidence))
    is_kept = evidence in PRESERVED

    assert (K.QUARANTINE if is_kept else K.HOLD) in kinds(made, ITEM)
    assert kinds(made, MEDIA) == {K.QUARANTINE if is_kept else K.HOLD, K.BLOCK_MEDIA}
    assert made.evidence_wanted == (() if is_kept else (PICTURE,))
    assert made.answers[POST] is (Answer.REFUSE if is_kept else Answer.HOLD) or K.BLOCK_MEDIA in kinds(made, MEDIA)


def test_a_content_clause_hides_its_media_everywhere_with_near_copies() -> None:
    """Where the clause spreads: of a removal as well; of behaviour no near copy, and of a removed item nothing."""
    of_content = plan(finding(ask(K.REMOVE, ITEM), ask(K.SUSPEND)))
    of_behaviour = plan(finding(*ANSWER, clause=ClauseId("cse.sending")))
    removed = plan(finding(ask(K.REMOVE, ITEM), ask(K.SUSPEND), clause=ClauseId("cse.sending")))

    assert kinds(of_content, MEDIA) == {K.QUARANTINE, K.BLOCK_MEDIA}
    assert {g.near_bits for g in of_content.grants if g.kind is K.BLOCK_MEDIA} == {NEAR_COPY_BITS}
    assert kinds(of_behaviour, MEDIA) == {K.QUARANTINE}
    assert kinds(removed, MEDIA) == set()
    assert kinds(plan(finding(*ANSWER, clause=COMMENTARY)), MEDIA) == set()


def test_no_case_under_the_twelve_is_closed_by_one_finding() -> None:
    """What is held or locked by hand waits for a person, and what was found for the question whether to report."""
    case = Case(CaseId("cas_1"), ALICE, DEPICTION, CaseReason.EXACT_DIGEST, NOW, NOW)
    beside = known(work={ALICE: OpenWork(case, frozenset({POST}))})
    locked = plan(finding(ask(K.QUARANTINE, ITEM), ask(K.LOCK_PENDING_DECISION)), beside)

    assert locked.closes == ()
    assert [(c.reason, c.item_id) for c in locked.cases] == [
        (CaseReason.DECISION_PENDING, None),
        (CaseReason.REPORT_DUE, POST),
    ]
    assert [g.review_by for g in locked.grants if g.kind is K.LOCK_PENDING_DECISION] == [NOW + DAY]


# ------------------------------------------------------------------------------------------------- ordinary clauses


def test_an_ordinary_finding_does_what_is_asked_and_no_more() -> None:
    """A smaller audience, told at once; the case is closed when each of its items was looked at."""
    case = Case(CaseId("cas_1"), ALICE, SPAM, CaseReason.LISTED_ELSEWHERE, NOW, NOW)
    asked = finding(ask(K.LIMIT_REACH, ITEM), clause=SPAM, roles={})
    made = plan(asked, known(work={ALICE: OpenWork(case, frozenset({POST}))}, only={POST}))
    other = plan(asked, known(work={ALICE: OpenWork(case, frozenset({POST, ItemId("itm_x")}))}, only={POST}))
    many = plan(asked, known(work={ALICE: OpenWork(case, frozenset({POST}), is_whole=False)}, only={POST}))

    assert kinds(made, ITEM) == {K.LIMIT_REACH}
    assert [(s.code, s.tell_at, s.delay_basis) for s in made.statements] == [(StatementCode.ITEM_RESTRICTED, NOW, None)]
    assert (made.cases, made.closes, other.closes, many.closes) == ((), (case,), (), ())
    assert (made.strikes, made.reports, made.answers) == ((), (), {POST: Answer.PUBLISH})


def test_two_measures_of_one_kind_with_different_scopes_are_two() -> None:
    """And the same one twice is one."""
    here, there = (Scope(countries=frozenset({c}), legal_basis="x") for c in ("DE", "AT"))
    made = plan(
        finding(
            *(ask(K.WITHHOLD, ITEM, scope=scope) for scope in (here, there, here)),
            clause=ClauseId("house.law"), roles={},
        )
    )  # fmt: skip

    assert [grant.scope for grant in made.grants] == [here, there]


def test_a_held_item_or_a_suspension_for_good_leaves_work_for_somebody() -> None:
    """Also under an ordinary clause."""
    held = plan(finding(ask(K.HOLD, ITEM), clause=SPAM, roles={}))
    gone = plan(finding(ask(K.SUSPEND), clause=SPAM, roles={}))

    assert [(c.reason, c.item_id) for c in held.cases] == [(CaseReason.DECISION_PENDING, POST)]
    assert [(c.reason, c.item_id, c.due_at) for c in gone.cases] == [(CaseReason.SECOND_LOOK, None, NOW + DAY)]


def test_telling_waits_only_with_a_basis_and_an_end() -> None:
    """P8: recorded with the decision."""
    delay = Delay(NOW + 3 * DAY, DelayBasis.AUTHORITY_ASKED)
    told = plan(finding(*ANSWER, delay=delay)).statements

    assert {(s.tell_at, s.delay_basis) for s in told} == {(NOW + 3 * DAY, DelayBasis.AUTHORITY_ASKED)}
    assert {s.account_id for s in told} == {ALICE}


def test_a_delay_that_would_be_silence_is_refused() -> None:
    """Each basis has its longest; the sentence says how long."""
    for basis, longest in LONGEST_DELAY.items():
        assert plan(finding(*ANSWER, delay=Delay(NOW + longest.delta, basis))).refusals == ()
        [refused] = plan(finding(*ANSWER, delay=Delay(NOW + longest.delta + timedelta(seconds=1), basis))).refusals
        assert (refused.place, f"{longest.delta.days} days" in refused.sentence) == ("delay.until", True)


def strike(days: int, points: int = 1, **more: Any) -> Strike:
    """Return a strike of so many days ago."""
    made = Strike(
        DecisionId(f"dec_{days}"), ALICE, SPAM, "house_rules", points, NOW - days * DAY, Decay(DecayKind.EXPIRES, 90)
    )
    return replace(made, **more)


@pytest.mark.parametrize(
    ("before", "points", "met"),
    [
        ((), 0, K.WARN),
        ((strike(100),), 0, K.WARN),
        ((strike(5, 0),), 1, None),
        ((strike(5),), 1, K.BLOCK_POSTING),
        ((strike(5), strike(4), strike(3)), 1, K.READ_ONLY),
        ((strike(5, 3), strike(4, 2)), 1, K.SUSPEND),
        ((strike(5, 3, reversed_by=DecisionId("dec_x")),), 0, K.WARN),
    ],
)
def test_a_finding_counts_and_its_rung_is_part_of_the_plan(
    before: tuple[Strike, ...], points: int, met: MeasureKind | None
) -> None:
    """The first one warns; each next one climbs; what was reversed or is over is forgotten."""
    made = plan(finding(ask(K.REMOVE, THE_TEXT), clause=SPAM), known(strikes=before))

    assert [each.strike.points for each in made.strikes] == [points]
    assert kinds(made, ACCOUNT) == ({met} if met else set())
    assert plan(finding(ask(K.REMOVE, THE_TEXT), clause=SPAM, roles={}), known(strikes=before)).strikes == ()


def test_a_person_who_asks_for_as_much_as_the_rung_gets_no_second_measure() -> None:
    """And one who asks for less gets both."""
    before = (strike(5),)
    longer = finding(ask(K.BLOCK_POSTING, ends_at=NOW + 9 * DAY), clause=SPAM)
    shorter = finding(ask(K.BLOCK_POSTING, ends_at=NOW + DAY / 2), clause=SPAM)

    assert len(plan(longer, known(strikes=before)).grants) == 1
    assert len(plan(shorter, known(strikes=before)).grants) == 2


# ------------------------------------------------------------------------------------------- what holds, what ends


def test_granting_again_adds_nothing_unless_it_reaches_further() -> None:
    """Of what a person set under the same clause; what a machine set, or another clause, is granted anew.

    Where anything is new, the decision keeps all that it asks for: undoing another one must not end it.
    """
    timed = measure(K.SUSPEND, clause_id=SPAM, ends_at=NOW + 5 * DAY)
    asked = finding(ask(K.SUSPEND, ends_at=NOW + 4 * DAY), clause=SPAM, roles={})
    longer = finding(ask(K.SUSPEND, ends_at=NOW + 6 * DAY), clause=SPAM, roles={})
    by_machine = measure(K.READ_ONLY, clause_id=SPAM, is_automated=True, review_by=NOW)
    elsewhere = replace(timed, clause_id=ClauseId("house.conduct"))

    same = plan(asked, known(measures=[timed]))
    assert (same.grants, same.holds_already, same.does_nothing, same.statements) == ((), (timed,), True, ())
    assert kinds(plan(longer, known(measures=[timed])), ACCOUNT) == {K.SUSPEND}
    assert plan(longer, known(measures=[timed])).stays == (timed,)
    assert kinds(plan(asked, known(measures=[elsewhere])), ACCOUNT) == {K.SUSPEND}
    again = finding(ask(K.READ_ONLY), clause=SPAM, roles={})
    assert kinds(plan(again, known(measures=[by_machine])), ACCOUNT) == {K.READ_ONLY}
    both = replace(asked, asks=(*asked.asks, ask(K.REMOVE, THE_TEXT)))
    assert kinds(plan(both, known(measures=[timed])), ACCOUNT) == {K.SUSPEND}
    assert kinds(plan(both, known(measures=[timed], settled=frozenset({ACCOUNT}))), ACCOUNT) == set()


def test_a_warning_is_told_each_time() -> None:
    """It restricts nothing, so nothing of it holds already."""
    made = plan(finding(ask(K.WARN), clause=SPAM, roles={}), known(measures=[measure(K.WARN, clause_id=SPAM)]))

    assert kinds(made, ACCOUNT) == {K.WARN}


def replaced(*measures: Any, **more: Any) -> Replaced:
    """Return the decision before."""
    made = Replaced(found.ALREADY, SPAM, measures, needs_two_people=False, has_dependents=False)
    return replace(made, **more)


def test_a_replacement_ends_what_it_replaces_and_counts_the_time_served() -> None:
    """Two of six days are served; a strike of the decision before counts no more."""
    timed = measure(K.SUSPEND, clause_id=SPAM, ends_at=NOW + 9 * DAY)
    beside = known(measures=[timed], replaced=replaced(timed), strikes=(strike(2, decision_id=found.ALREADY),))
    made = plan(finding(ask(K.SUSPEND, ends_at=NOW + 6 * DAY), clause=SPAM, replaces=found.ALREADY), beside)

    assert made.ends == (timed,)
    assert [g.ends_at for g in made.grants if g.kind is K.SUSPEND] == [NOW + 4 * DAY]
    assert [(each.before, each.strike.points) for each in made.strikes] == [(0, 0)]


def test_time_that_is_served_whole_is_granted_no_more() -> None:
    """It is told, so that nobody wonders."""
    timed = measure(K.SUSPEND, clause_id=SPAM, ends_at=NOW + 9 * DAY)
    asked = ask(K.SUSPEND, ends_at=NOW + DAY)
    made = plan(
        finding(asked, clause=SPAM, replaces=found.ALREADY, roles={}),
        known(measures=[timed], replaced=replaced(timed)),
    )

    assert (made.grants, made.served, made.ends) == ((), (asked,), (timed,))
    assert [(s.code, s.account_id) for s in made.statements] == [(StatementCode.DECISION_REVERSED, ALICE)]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"needs_two_people": True}, "Nobody ends that decision alone"),
        ({"has_dependents": True}, "Other decisions rest on that one"),
        ({"clause_id": DEPICTION}, "replaced by one under such a clause only"),
    ],
)
def test_what_cannot_be_replaced_is_reversed_instead(more: dict[str, Any], sentence: str) -> None:
    """A replacement is no way around the second person, nor around the twelve."""
    made = plan(
        finding(ask(K.LIMIT_REACH, ITEM), clause=SPAM, roles={}, replaces=found.ALREADY),
        known(replaced=replaced(**more)),
    )

    assert sentence in said(made)


def before_on(subject: Subject, kind: MeasureKind) -> Any:
    """Return a measure of the decision that is replaced."""
    return measure(kind, subject, decision_id=found.ALREADY)


def test_a_replacement_leaves_no_actor_and_no_item_of_one_out() -> None:
    """P2: neither by naming somebody else instead, nor by naming the account and not what it posted."""
    held = (before_on(ACCOUNT, K.SUSPEND), before_on(THE_TEXT, K.REMOVE))
    beside = known(measures=held, replaced=replaced(*held, clause_id=DEPICTION))
    whole = finding(ask(K.SUSPEND), ask(K.REMOVE, THE_TEXT), replaces=found.ALREADY)
    hers = ask(K.REMOVE, Subject.item(HERS))

    assert said(plan(whole, beside)) == ""
    of_another = plan(replace(whole, asks=(hers,), roles={found.BOB: Role.DEPICTED}), beside)
    assert "replaces: Under cse.depiction every account has a part" in said(of_another)
    assert "replaces: An item that it hides would be seen" in said(of_another)
    assert "replaces: An item that it hides would be seen" in said(plan(replace(whole, asks=(ask(K.SUSPEND),)), beside))


def test_a_replacement_frees_nobody_whom_another_finding_names() -> None:
    """P2: the one lock of a bulk is this decision's; whoever takes its place locks the account as well."""
    lock = before_on(ACCOUNT, K.LOCK_PENDING_DECISION)
    beside = known(measures=[lock], replaced=replaced(lock, clause_id=DEPICTION, relied_on=frozenset({ACCOUNT})))
    softer = finding(roles={ALICE: Role.UNWITTING_CARRIER}, replaces=found.ALREADY)

    assert "replaces: Another finding relies on what it holds" in said(plan(softer, beside))
    assert said(plan(finding(ask(K.SUSPEND), replaces=found.ALREADY), beside)) == ""


def test_an_item_is_published_again_when_a_replacement_ends_what_held_it() -> None:
    """And never by a decision that ends nothing."""
    hold = measure(K.HOLD, THE_TEXT, clause_id=SPAM)
    softer = finding(ask(K.LIMIT_REACH, THE_TEXT), clause=SPAM, roles={}, replaces=found.ALREADY)
    beside = known(measures=[hold], only={TEXT})
    held = {TEXT: replace(beside.items[TEXT], answer=Answer.HOLD)}

    assert plan(softer, replace(beside, items=held, replaced=replaced(hold))).answers == {TEXT: Answer.PUBLISH}
    assert plan(replace(softer, replaces=None), replace(beside, items=held)).answers == {TEXT: Answer.HOLD}


# ------------------------------------------------------------------------------------------------------------- laws

scopes = st.builds(
    Scope,
    surfaces=st.frozensets(st.sampled_from(["feed", "search", "trends"])),
    audience=st.sampled_from(["", "minors"]),
    is_closed=st.booleans(),
)


@given(st.sampled_from([K.EXCLUDE, K.LIMIT_REACH]), scopes, scopes, scopes)
def test_covering_is_an_order(kind: MeasureKind, one: Scope, two: Scope, three: Scope) -> None:
    """Reflexive and transitive; what is narrowed to no surface does most, where surfaces narrow at all."""
    assert covers(one, one, kind)
    assert not (covers(one, two, kind) and covers(two, three, kind)) or covers(one, three, kind)
    assert covers(replace(EVERYTHING, is_closed=True), one, kind) is (kind is K.EXCLUDE or not one.surfaces)


@settings(max_examples=examples(100))
@given(st.data())
def test_the_order_of_what_is_asked_for_never_matters(data: st.DataObject) -> None:
    """The same grants, strikes, answers and statements."""
    asked = data.draw(found.findings() | found.sound_findings())
    beside = data.draw(found.histories(asked))
    one = plan(asked, beside)
    other = plan(replace(asked, asks=asked.asks[::-1]), beside)

    assert bool(one.refusals) is bool(other.refusals)
    assert set(one.grants) == set(other.grants)
    assert set(one.statements) == set(other.statements)
    assert one.answers == other.answers
    assert set(one.cases) == set(other.cases)


@settings(max_examples=examples(100))
@given(st.data())
def test_deciding_the_same_again_adds_nothing(data: st.DataObject) -> None:
    """Beside a warning, a second look at what was granted finds all of it in force."""
    asked = data.draw(found.findings() | found.sound_findings())
    beside = data.draw(found.histories(asked))
    made = plan(asked, beside)
    if made.refusals or beside.replaced is not None:
        return
    standings = dict(beside.standings)
    for number, grant in enumerate(made.grants):
        held = measure(
            grant.kind, grant.subject, id=f"msr_new{number}", clause_id=grant.clause_id, scope=grant.scope,
            starts_at=grant.starts_at or NOW, ends_at=grant.ends_at, near_bits=grant.near_bits,
        )  # fmt: skip
        before = standings.get(grant.subject) or beside.standing(grant.subject)
        standings[grant.subject] = replace(before, measures=(*before.measures, held))
    again = plan(asked, replace(beside, standings=standings))

    assert again.grants == () or K.WARN in {grant.kind for grant in made.grants}


@settings(max_examples=examples(100))
@given(st.data())
def test_whatever_hides_an_item_is_answered_so(data: st.DataObject) -> None:
    """An item that a plan hides is never told to be published."""
    asked = data.draw(found.findings() | found.sound_findings())
    made = plan(asked, data.draw(found.histories(asked)))
    for item_id, answer in made.answers.items():
        hidden = kinds(made, Subject.item(item_id)) & (HIDING | {K.REMOVE})
        starts = {g.starts_at for g in made.grants if g.subject == Subject.item(item_id) and g.kind in hidden}
        assert answer is not Answer.PUBLISH or None not in starts
