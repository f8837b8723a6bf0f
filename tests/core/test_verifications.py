"""A verification ends the locks that wait for it, and nothing else whatever it is."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.strategies import ACCOUNT, HOUSE, NOW
from core.test_policy import SHIPPED, ordinary
from tutela.core import policy as p
from tutela.core.charter import of_verification
from tutela.core.ids import AccountId, DecisionId, MeasureId
from tutela.core.measures import ALLOWED_SUBJECTS, SCOPE_DEMANDED, Measure, MeasureKind, Subject, SubjectKind
from tutela.core.policy_file import parse_ordinary
from tutela.core.verifications import Verification, VerificationKind, ended_by, still_demanded
from tutela.errors import Misconfigured
from tutela_client.scope import EVERYTHING, Scope

OTHER = AccountId("acc_2")
LOCK = MeasureKind.LOCK_UNTIL_VERIFIED
ON_ACCOUNTS = [
    kind for kind in MeasureKind if SubjectKind.ACCOUNT in ALLOWED_SUBJECTS[kind] and kind not in SCOPE_DEMANDED
]


def verified(kind: VerificationKind = VerificationKind.EMAIL, hours_ago: float = 0) -> Verification:
    """Return a verification that was passed so many hours ago, and is recorded now."""
    return Verification(ACCOUNT, kind, NOW - timedelta(hours=hours_ago), NOW)


def held(kind: MeasureKind = LOCK, hours_ago: float = 1, scope: Scope | None = None, **fields: Any) -> Measure:
    """Return a measure on the account that began so many hours ago."""
    narrowed = scope or (Scope(verification="email") if kind is LOCK else EVERYTHING)
    made = {"subject": Subject.account(ACCOUNT), "ends_at": None, "revoked_by": None, **fields}
    return Measure(
        MeasureId("msr_1"), kind, decision_id=DecisionId("dec_1"), clause_id=HOUSE, policy_version="1",
        starts_at=NOW - timedelta(hours=hours_ago), is_automated=False, scope=narrowed, **made,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "verification", "ends"),
    [
        (held(), verified(), True),
        (held(hours_ago=2), verified(hours_ago=2), True),
        (held(hours_ago=1), verified(hours_ago=2), False),
        (held(hours_ago=-1), verified(), False),
        (held(), verified(VerificationKind.PHONE), False),
        (held(scope=Scope(verification="age")), verified(), False),
        (held(scope=Scope(verification="age")), verified(VerificationKind.AGE), True),
        (held(ends_at=NOW - timedelta(minutes=1)), verified(), False),
        (held(revoked_by=DecisionId("dec_9")), verified(), False),
    ],
)
def test_which_locks_a_verification_ends(measure: Measure, verification: Verification, ends: bool) -> None:  # noqa: FBT001  # a table
    """Those that ask for it and had begun: whoever locked the account later wants to know who holds it since."""
    assert (ended_by(verification, [measure]) == (measure,)) is ends
    assert of_verification(ended_by(verification, [measure]), verification) == ()


@pytest.mark.parametrize("kind", ON_ACCOUNTS)
def test_no_other_kind_of_measure_ends_so(kind: MeasureKind) -> None:
    """P2: not a lock that waits for a decision, not a suspension. A plan that would is found by the charter."""
    measure = held(kind)

    assert ended_by(verified(), [measure]) == ()
    assert [breach.promise for breach in of_verification([measure], verified())] == ["P2"]


@pytest.mark.parametrize(
    ("measure", "promise"),
    [
        (held(scope=Scope(verification="age")), "P2"),
        (held(hours_ago=-1), "P2"),
        (held(subject=Subject.account(OTHER)), "P11"),
    ],
)
def test_the_charter_finds_a_lock_that_may_not_end(measure: Measure, promise: str) -> None:
    """Another verification, a later lock, another account."""
    assert [breach.promise for breach in of_verification([measure], verified())] == [promise]


moments: st.SearchStrategy[float] = st.floats(-5, 5)
locks = st.builds(
    held, hours_ago=moments, scope=st.sampled_from([Scope(verification=kind.value) for kind in VerificationKind])
)
others = st.builds(held, st.sampled_from(ON_ACCOUNTS), hours_ago=moments)


@given(st.lists(locks | others), st.sampled_from(VerificationKind), st.floats(0, 5))
def test_what_ends_never_breaks_the_charter_and_what_is_left_demands_the_rest(
    measures: list[Measure], kind: VerificationKind, hours_ago: float
) -> None:
    """Whatever lies on the account."""
    done = verified(kind, hours_ago)
    ends = ended_by(done, measures)
    left = [measure for measure in measures if measure not in ends]

    assert of_verification(ends, done) == ()
    assert set(still_demanded(measures, NOW)) - set(still_demanded(left, NOW)) <= {kind.value}


def test_a_clause_with_strikes_cannot_lock_until_verified() -> None:
    """What a verification ends is no answer to a violation; under a clause that accuses nobody it has its place."""
    strikes = {"ladder": "house", "points": 1, "decay": {"kind": "expires", "days": 90}}
    file = ordinary(allowed=["limit_reach", "lock_until_verified"])
    assert parse_ordinary(file, place="house.toml")
    file["ladder"] = [{"id": "house", "rung": [{"points": 2, "kind": "limit_reach"}]}]
    file["clause"][0]["strikes"] = strikes

    with pytest.raises(Misconfigured, match="never a violation"):
        parse_ordinary(file, place="house.toml")
    assert all("lock_until_verified" in clause.lesser_refused for clause in SHIPPED.zero_tolerance)
    assert "lock_until_verified" in p.LESSER_KINDS
