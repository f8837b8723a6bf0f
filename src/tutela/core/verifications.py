"""Verifications: that the platform has checked who holds an account, and which locks end by that fact."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tutela.core.ids import AccountId, DecisionId
from tutela.core.measures import Measure, MeasureKind
from tutela.core.units import Duration

MAX_AHEAD = Duration(minutes=5)
"""How far the platform's clock may be ahead of ours."""


class VerificationKind(StrEnum):
    """What was checked."""

    PHONE = "phone"
    EMAIL = "email"
    IDENTITY = "identity"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class Verification:
    """One check that somebody passed, as the platform recorded it. What they showed for it is never told to us."""

    account_id: AccountId
    kind: VerificationKind
    at: datetime
    recorded_at: datetime
    decision_id: DecisionId | None = None  #: by which locks ended; none where there was nothing to end


def ended_by(verification: Verification, measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """Return the locks that end by *verification*: those that ask for it, and had begun before it was passed.

    Whoever locked an account later wants to know who holds it since then.
    """
    return tuple(
        measure
        for measure in measures
        if measure.kind is MeasureKind.LOCK_UNTIL_VERIFIED
        and measure.scope.verification == verification.kind.value
        and measure.starts_at <= verification.at
        and measure.holds_at(verification.recorded_at)
    )


def still_demanded(measures: Iterable[Measure], now: datetime) -> tuple[str, ...]:
    """Return which verifications keep the account locked at *now*."""
    locks = (m for m in measures if m.kind is MeasureKind.LOCK_UNTIL_VERIFIED and m.holds_at(now))
    return tuple(sorted({lock.scope.verification for lock in locks}))
