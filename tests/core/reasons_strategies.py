"""Random decisions with their measures, in which every id and every word of somebody can be recognised again."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from tutela.core.ids import AccountId, ClauseId, DecisionId, MeasureId, StatementId
from tutela.core.measures import ALLOWED_SUBJECTS, SCOPE_DEMANDED, Measure, MeasureKind, Subject
from tutela.core.operator import OperatorProfile
from tutela.core.reasons import Decided, Origin
from tutela.core.statements import DelayBasis, Statement, StatementCode
from tutela_client.scope import EVERYTHING, Scope

CANARY = "Quittengelee"
"""Stands in every id and every free text that must never be told."""

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
COUNTRIES = ("DE", "FR", "SE", "US", "BR", "GB")


def scope_of(kind: MeasureKind, countries: frozenset[str]) -> Scope:
    """Return the least scope that a measure of *kind* must have."""
    demanded = SCOPE_DEMANDED.get(kind, frozenset())
    if "countries" in demanded:
        return Scope(countries=countries, legal_basis=f"{CANARY} 12/2026")
    if "actions" in demanded:
        return Scope(actions=frozenset({"reply"}))
    if "verification" in demanded:
        return Scope(verification="email")
    return EVERYTHING


@st.composite
def measures(draw: st.DrawFn, clause: str = "cse.depiction", decision: str = "dec_1") -> Measure:
    """Draw a measure of any kind on anything that it may be on."""
    kind = draw(st.sampled_from(MeasureKind))
    subject = draw(st.sampled_from(sorted(ALLOWED_SUBJECTS[kind])))
    starts_at = START + timedelta(minutes=draw(st.integers(0, 10_000_000)))
    must_end = kind in {MeasureKind.BLOCK_DEVICE, MeasureKind.BLOCK_NETWORK}
    minutes = draw(st.integers(1, 7 * 1440) if must_end else st.none() | st.integers(1, 20_000_000))
    return Measure(
        id=MeasureId(f"msr_{CANARY}{draw(st.integers(0, 10**9))}"),
        kind=kind,
        subject=Subject(subject, f"{CANARY}-{draw(st.integers(0, 3))}"),
        decision_id=DecisionId(decision),
        clause_id=ClauseId(clause),
        policy_version="2026-11-22",
        starts_at=starts_at,
        is_automated=draw(st.booleans()),
        ends_at=None if minutes is None else starts_at + timedelta(minutes=minutes),
        scope=scope_of(kind, frozenset(draw(st.sets(st.sampled_from(COUNTRIES), min_size=1)))),
    )


@st.composite
def decided(draw: st.DrawFn, clauses: tuple[str, ...]) -> Decided:
    """Draw what a statement needs to know of its decision."""
    return Decided(
        code=draw(st.sampled_from(StatementCode)),
        clause_id=ClauseId(draw(st.sampled_from(clauses))),
        policy_version="2026-11-22",
        is_automated=draw(st.booleans()),
        rests_on_people=draw(st.booleans()),
        is_bulk=draw(st.booleans()),
        is_detected_automatically=draw(st.booleans()),
        origin=draw(st.sampled_from(Origin)),
    )


profiles = st.builds(
    OperatorProfile,
    country=st.sampled_from(["", *COUNTRIES]),
    user_regions=st.lists(st.sampled_from(["*", *COUNTRIES]), unique=True).map(tuple),
    on_call=st.just(CANARY),
    authorities=st.just((CANARY,)),
    is_small_enterprise=st.booleans(),
)


def statement(
    code: StatementCode, *, number: int = 1, account: str = f"{CANARY}-0", clause: str = "cse.depiction"
) -> Statement:
    """Return a statement of the decision."""
    return Statement(
        StatementId(f"sta_{CANARY}{number}"), DecisionId("dec_1"), AccountId(account), ClauseId(clause), code,
        "2026-11-22", is_automated=True, tell_at=START, delay_basis=DelayBasis.REVIEW_PENDING,
    )  # fmt: skip
