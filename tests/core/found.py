"""Findings for tests: one actor, others beside them, items with and without media; and strategies for any of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st

from core.strategies import NOW
from core.test_policy import SHIPPED, read
from tutela.core.cases import Case, CaseReason
from tutela.core.content import AgeBand, EvidenceState
from tutela.core.finding_plan import plan_finding
from tutela.core.findings import (
    Ask,
    Decider,
    Delay,
    Facts,
    Finding,
    FindingPlan,
    FoundAccount,
    FoundItem,
    FoundMedia,
    Known,
    OpenWork,
    Replaced,
    Vocabulary,
)
from tutela.core.ids import AccountId, CaseId, ClauseId, DecisionId, ItemId, MeasureId, MediaId
from tutela.core.measures import (
    ALLOWED_SUBJECTS,
    TIMED_BLOCKS,
    Measure,
    MeasureKind,
    Standing,
    Subject,
    SubjectKind,
)
from tutela.core.plans import Answer
from tutela.core.policy import Clause, Policy, merge
from tutela.core.policy_file import parse_ordinary
from tutela.core.remedies import Evidence
from tutela.core.roles import Role
from tutela.core.statements import DelayBasis
from tutela.core.strikes import Decay, DecayKind, Strike
from tutela_client.scope import EVERYTHING, Scope
from tutela_client.table import shipped_table

K = MeasureKind
ALICE, BOB = AccountId("acc_alice"), AccountId("acc_bob")
POST, TEXT, HERS = ItemId("itm_post"), ItemId("itm_text"), ItemId("itm_hers")
PICTURE = MediaId("med_picture")
ACCOUNT, ITEM, MEDIA = Subject.account(ALICE), Subject.item(POST), Subject.media(PICTURE)
THE_TEXT = Subject.item(TEXT)
DEPICTION, COMMENTARY, SPAM = ClauseId("cse.depiction"), ClauseId("cse.commentary"), ClauseId("house.spam")
ALREADY = DecisionId("dec_before")
WORDS = Vocabulary(frozenset(shipped_table().surfaces))
ADA = Decider("key_ada")


@cache
def policy() -> Policy:
    """Return the policy as it ships."""
    version, extra = parse_ordinary(read("ordinary.toml"), place="ordinary.toml")
    return merge(SHIPPED, extra, version=version)


def known(evidence: EvidenceState = EvidenceState.SEALED, **more: Any) -> Known:
    """Return two accounts; Alice posted a picture and a text, Bob a text."""
    standings = {measure.subject: (measure,) for measure in more.pop("measures", ())}
    only = more.pop("only", {POST, TEXT, HERS})
    seen = more.pop("seen", Evidence.VERIFIED_LIST)
    alice = FoundAccount(ALICE, more.pop("age", AgeBand.ADULT), Standing(ACCOUNT, 0), more.pop("strikes", ()))
    bob = FoundAccount(BOB, AgeBand.FROM_13_TO_15, Standing(Subject.account(BOB), 0))
    picture = FoundMedia(PICTURE, evidence, Standing(MEDIA, 0))
    items = [
        FoundItem(POST, ALICE, Answer.PUBLISH, Standing(ITEM, 0), (picture,), evidence=seen),
        FoundItem(TEXT, ALICE, Answer.PUBLISH, Standing(THE_TEXT, 0), evidence=seen),
        FoundItem(HERS, BOB, Answer.PUBLISH, Standing(Subject.item(HERS), 0), evidence=seen),
    ]
    whole = Known(
        NOW,
        {item.item_id: item for item in items if item.item_id in only},
        {each.account_id: each for each in (alice, bob)},
        {PICTURE: picture},
        {subject: Standing(subject, 1, found) for subject, found in standings.items()},
    )
    return replace(whole, **more)


def finding(*asks: Ask, clause: ClauseId = DEPICTION, **more: Any) -> Finding:
    """Return a finding in which Alice is the actor."""
    made = Finding(clause, Facts("seen"), ADA, {ALICE: Role.ACTOR}, asks)
    return replace(made, **more)


def ask(kind: MeasureKind, subject: Subject = ACCOUNT, **more: Any) -> Ask:
    """Return one measure that is asked for, narrowed and ended where its kind demands it."""
    scope = more.pop("scope", SCOPES.get(kind, EVERYTHING))
    ends = NOW + timedelta(days=1) if kind in TIMED_BLOCKS else None
    return Ask(kind, subject, scope, **{"ends_at": ends, **more})


SCOPES = {
    K.DISABLE_ACTIONS: Scope(actions=frozenset({"reply"})),
    K.WITHHOLD: Scope(countries=frozenset({"DE"}), legal_basis="A court order"),
    K.LOCK_UNTIL_VERIFIED: Scope(verification="phone"),
}

ANSWER = (ask(K.QUARANTINE, ITEM), ask(K.SUSPEND))
"""What answers a violation of one of the twelve: the item goes, and its author."""


def plan(made: Finding, beside: Known | None = None) -> FindingPlan:
    """Return the plan of a finding."""
    return plan_finding(made, beside or known(), policy(), WORDS)


def measure(kind: MeasureKind, subject: Subject = ACCOUNT, **more: Any) -> Measure:
    """Return a measure that a person set before."""
    made = Measure(
        MeasureId(f"msr_{kind}_{subject.id}"), kind, subject, ALREADY, DEPICTION, "1", NOW - timedelta(days=2),
        is_automated=False, scope=SCOPES.get(kind, EVERYTHING),
        ends_at=NOW + timedelta(days=2) if kind in TIMED_BLOCKS else None,
    )  # fmt: skip
    return replace(made, **more)


# ------------------------------------------------------------------------------------------------------- strategies

subjects = st.sampled_from(
    [
        ACCOUNT, Subject.account(BOB), ITEM, THE_TEXT, Subject.item(HERS), MEDIA,
        Subject(SubjectKind.TAG, "lake"), Subject(SubjectKind.LINK, "example.org"),
    ]
)  # fmt: skip
FAR = NOW + timedelta(days=10_000)
moments = st.sampled_from([None, *(NOW + timedelta(hours=hours) for hours in (-1, 1, 24, 100))])


ON_SUBJECT = {kind: [each for each in MeasureKind if kind in ALLOWED_SUBJECTS[each]] for kind in SubjectKind}


@st.composite
def asks(draw: st.DrawFn, kinds: Sequence[str] = ()) -> Ask:
    """Return a measure on a subject that it can be on: one of *kinds* mostly, or now and then any at all."""
    subject = draw(subjects)
    fitting = [kind for kind in ON_SUBJECT[subject.kind] if kind in kinds] or ON_SUBJECT[subject.kind]
    kind = draw(st.sampled_from(fitting if draw(st.integers(0, 15)) else list(MeasureKind)))
    if draw(st.integers(0, 3)):
        return ask(kind, subject)
    return ask(kind, subject, starts_at=draw(moments), ends_at=draw(moments))


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    """Return any finding: roles, measures, a clause of either sort, and often enough what answers it."""
    clause = policy().clauses[draw(st.sampled_from(CLAUSES))]
    asked = draw(st.lists(asks(clause.allowed), max_size=3))
    if clause.is_zero_tolerance:
        asked += draw(st.sampled_from(WHOLE))
    parts = st.sampled_from([Role.ACTOR, Role.ACTOR, Role.ACTOR, *Role])
    roles = {ALICE: draw(parts), BOB: draw(st.sampled_from(Role))}
    missing = draw(st.sampled_from([None, None, None, ALICE, BOB]))
    delays = st.builds(Delay, st.just(NOW + timedelta(days=3)), st.sampled_from(DelayBasis))
    return Finding(
        clause.id, Facts("seen"), Decider("key_ada", draw(st.booleans())),
        {account: role for account, role in roles.items() if account != missing}, tuple(asked),
        delay=draw(st.none() | delays),
    )  # fmt: skip


@st.composite
def sound_findings(draw: st.DrawFn) -> Finding:
    """Return a finding that nothing is wrong with by itself: what each part may get, and all that is demanded."""
    clause = policy().clauses[draw(st.sampled_from(CLAUSES))]
    roles = {account: draw(st.sampled_from([Role.ACTOR, *Role])) for account in (ALICE, BOB)}
    if clause.is_zero_tolerance:
        roles = {account: Role.UNWITTING_CARRIER if role is Role.NONE else role for account, role in roles.items()}
    asked = [each for each in draw(st.lists(asks(clause.allowed), max_size=5)) if _is_fitting(each, clause, roles)]
    for subject, author in OWNERS.items() if clause.is_zero_tolerance else ():
        is_named = any(each.subject == subject for each in asked)
        if subject.kind is SubjectKind.ITEM and (is_named or draw(st.booleans())):
            asked.append(ask(draw(st.sampled_from([K.QUARANTINE, K.REMOVE])), subject))
        elif subject.kind is SubjectKind.ACCOUNT and roles[author] is Role.ACTOR:
            asked.append(ask(draw(st.sampled_from([K.LOCK_PENDING_DECISION, K.SUSPEND])), subject))
    senior = Decider("key_ada", is_senior=True)
    return Finding(clause.id, Facts("seen"), senior, roles, tuple(draw(st.permutations(asked))))


OWNERS = {
    ACCOUNT: ALICE, Subject.account(BOB): BOB, ITEM: ALICE, THE_TEXT: ALICE, Subject.item(HERS): BOB,
}  # fmt: skip


def _is_fitting(each: Ask, clause: Clause, roles: dict[AccountId, Role]) -> bool:
    role = roles[OWNERS[each.subject]] if each.subject.kind is SubjectKind.ACCOUNT else Role.ACTOR
    is_in_time = each.starts_at is None or (each.starts_at > NOW and (each.ends_at or FAR) > each.starts_at)
    is_in_time = is_in_time and (each.ends_at is None or each.ends_at > NOW)
    is_lock = each.kind is K.LOCK_PENDING_DECISION and each.ends_at is not None
    may = each.kind is K.PROTECT if role.is_protected else each.kind in clause.allowed
    return may and is_in_time and not is_lock and each.subject.kind in ALLOWED_SUBJECTS[each.kind]


WHOLE = [
    (*ANSWER, ask(K.SUSPEND, Subject.account(BOB)), ask(K.REMOVE, Subject.item(HERS)), ask(K.REMOVE, THE_TEXT)),
    (*ANSWER, ask(K.REMOVE, THE_TEXT), ask(K.HOLD, Subject.item(HERS))),
    ANSWER,
    (ask(K.REMOVE, THE_TEXT), ask(K.LOCK_PENDING_DECISION)),
    (ask(K.REMOVE, ITEM), ask(K.QUARANTINE, MEDIA)),
    (ask(K.SUSPEND),),
    (),
]
"""What answers a violation of the twelve, more or less whole."""

CLAUSES = sorted(policy().clauses)


@st.composite
def measures(draw: st.DrawFn, clause: ClauseId) -> Measure:
    """Return a measure that a machine or a person set before."""
    subject = draw(subjects)
    kind = draw(st.sampled_from(ON_SUBJECT[subject.kind]))
    is_automated = draw(st.booleans()) and kind not in {K.SUSPEND, K.REMOVE}
    return measure(
        kind, subject, is_automated=is_automated,
        clause_id=draw(st.sampled_from([clause, SPAM])),
        decision_id=DecisionId(draw(st.sampled_from(["dec_before", "dec_other"]))),
        review_by=NOW if is_automated else None,
    )  # fmt: skip


@st.composite
def histories(draw: st.DrawFn, made: Finding) -> Known:
    """Return anything that may be known beside a finding."""
    found = draw(st.lists(measures(made.clause_id), max_size=6, unique_by=lambda m: (m.kind, m.subject)))
    by_subject: dict[Subject, tuple[Measure, ...]] = {}
    for each in found:
        by_subject[each.subject] = (*by_subject.get(each.subject, ()), each)
    decay = Decay(DecayKind.EXPIRES, 90)
    strikes = [
        Strike(DecisionId(f"dec_{n}"), ALICE, made.clause_id, "house_rules", 1, NOW - timedelta(days=n), decay)
        for n in range(draw(st.integers(0, 8)))
    ]  # fmt: skip
    work = {
        account: OpenWork(
            Case(CaseId(f"cas_{account}"), account, made.clause_id, draw(st.sampled_from(CaseReason)), NOW, NOW),
            frozenset(draw(st.sets(st.sampled_from([POST, TEXT, HERS, ItemId("itm_other")])))),
            is_whole=draw(st.booleans()),
        )
        for account in draw(st.sets(st.sampled_from([ALICE, BOB])))
    }
    made_known = known(
        draw(st.sampled_from(EvidenceState)), seen=draw(st.sampled_from(Evidence)),
        age=draw(st.sampled_from(AgeBand)), strikes=tuple(strikes), work=work,
        standings={subject: Standing(subject, 1, held) for subject, held in by_subject.items()},
        only=draw(st.sets(st.sampled_from([POST, TEXT, HERS]), min_size=0)) | named(made),
    )  # fmt: skip
    if draw(st.integers(0, 2)):
        return made_known
    return replace(made_known, replaced=draw(replacements(found)))


def named(made: Finding) -> set[ItemId]:
    """Return the items that something is asked for on."""
    return {ItemId(each.subject.id) for each in made.asks if each.subject.kind is SubjectKind.ITEM}


@st.composite
def replacements(draw: st.DrawFn, found: list[Measure]) -> Replaced:
    """Return the decision before, with the measures that are its own."""
    own = tuple(each for each in found if each.decision_id == ALREADY)
    grave = {K.QUARANTINE, K.BLOCK_MEDIA}
    return Replaced(
        ALREADY, draw(st.sampled_from([SPAM, SPAM, DEPICTION])), own,
        needs_two_people=any(each.kind in grave for each in own), has_dependents=draw(st.integers(0, 3)) == 0,
    )  # fmt: skip
