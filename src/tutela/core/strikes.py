"""Strikes: what a finding leaves behind on an account, frozen when it is made and counted anew at every reading.

Nothing is ever subtracted. A reversed decision's strike is left out of the count, and one that is over weighs nothing,
so that reversal and decay together can never take an account below zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tutela.core.ids import AccountId, ClauseId, DecisionId
from tutela.core.units import Duration

MAX_POINTS = 100
"""The most that one finding may weigh."""

MAX_DECAY_DAYS = 3650


class DecayKind(StrEnum):
    """How the weight of a strike goes."""

    EXPIRES = "expires"  #: whole until its days are over, then nothing
    HALVES = "halves"  #: half as many points, rounded down, each time its days are over


@dataclass(frozen=True, slots=True)
class Decay:
    """How a strike weighs less with time. There is none that never does."""

    kind: DecayKind
    days: int

    def __post_init__(self) -> None:
        """Refuse what never ends, or ends before it began."""
        if not 1 <= self.days <= MAX_DECAY_DAYS:
            raise ValueError(f"a strike decays within 1 to {MAX_DECAY_DAYS} days")

    @property
    def period(self) -> Duration:
        """Return what `days` counts."""
        return Duration(days=self.days)

    def steps(self, points: int) -> int:
        """Return after how many periods nothing is left of *points*; a warning is over after one."""
        return max(1, points.bit_length()) if self.kind is DecayKind.HALVES else 1

    def left_of(self, points: int, periods: int) -> int:
        """Return what is left of *points* after so many whole periods."""
        if periods <= 0:
            return points
        return points >> periods if self.kind is DecayKind.HALVES else 0


@dataclass(frozen=True, slots=True)
class Strike:
    """What one decision of a person counts against an account. All of it is as the policy said then."""

    decision_id: DecisionId
    account_id: AccountId
    clause_id: ClauseId
    ladder: str  #: the ladder it counts on; clauses that share one count together
    points: int  #: none for a warning: told and remembered, and nothing more
    at: datetime
    decay: Decay
    reversed_by: DecisionId | None = None

    def __post_init__(self) -> None:
        """Refuse a weight that no policy can give."""
        if not 0 <= self.points <= MAX_POINTS:
            raise ValueError(f"a strike weighs 0 to {MAX_POINTS} points")

    @property
    def is_warning(self) -> bool:
        """Return whether the finding only warned."""
        return self.points == 0

    @property
    def ends_at(self) -> datetime:
        """Return from when nothing is left of it."""
        return self.at + self.decay.period.delta * self.decay.steps(self.points)

    def stands_at(self, now: datetime) -> bool:
        """Return whether it is remembered at *now*: not reversed and not over."""
        return self.reversed_by is None and now < self.ends_at

    def points_at(self, now: datetime) -> int:
        """Return what it counts at *now*. A clock that stands before the decision makes it count in full."""
        if not self.stands_at(now):
            return 0
        return self.decay.left_of(self.points, self._periods(now))

    def next_change_after(self, now: datetime) -> datetime | None:
        """Return when it next counts less; none when it counts no more."""
        if not self.stands_at(now):
            return None
        if self.decay.kind is DecayKind.EXPIRES or self.is_warning:
            return self.ends_at
        return self.at + self.decay.period.delta * (max(0, self._periods(now)) + 1)

    def _periods(self, now: datetime) -> int:
        return (now - self.at) // self.decay.period.delta


def count(strikes: Iterable[Strike], now: datetime, *, ladder: str | None = None) -> int:
    """Return how many points stand at *now*, on one *ladder* or on all: never below zero, whatever was reversed."""
    return sum(strike.points_at(now) for strike in strikes if ladder is None or strike.ladder == ladder)


def is_first(strikes: Iterable[Strike], clause_id: ClauseId, now: datetime) -> bool:
    """Return whether nothing is remembered under the clause at *now*: no strike and no warning."""
    return not any(strike.clause_id == clause_id and strike.stands_at(now) for strike in strikes)
