"""Ladders: what an account meets as its strikes add up. Policy data; only a person's finding climbs them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tutela.core.ids import AccountId, ClauseId, DecisionId
from tutela.core.measures import SCOPE_DEMANDED, SCOPE_FIELDS, Measure, MeasureKind
from tutela.core.strikes import MAX_POINTS, Decay, Strike, count, is_first
from tutela.core.units import Duration
from tutela_client.scope import EVERYTHING, Scope

CLIMBED = (
    MeasureKind.WARN,
    MeasureKind.DE_EMPHASISE,
    MeasureKind.LIMIT_REACH,
    MeasureKind.EXCLUDE,
    MeasureKind.NO_ADS,
    MeasureKind.NO_PAYOUT,
    MeasureKind.BLOCK_MESSAGING,
    MeasureKind.BLOCK_POSTING,
    MeasureKind.READ_ONLY,
    MeasureKind.SUSPEND,
)
"""What a rung may ask for, the mildest first. Locks are no rungs: they wait for a person, and here one has decided."""

MAX_POINTS_OF_RUNG = 10 * MAX_POINTS

_SERVED_UNDER: dict[MeasureKind, frozenset[MeasureKind]] = {
    MeasureKind.SUSPEND: frozenset({MeasureKind.LOCK_PENDING_DECISION}),
    MeasureKind.READ_ONLY: frozenset({MeasureKind.LOCK_PENDING_DECISION, MeasureKind.SUSPEND}),
    MeasureKind.BLOCK_POSTING: frozenset(
        {MeasureKind.LOCK_PENDING_DECISION, MeasureKind.SUSPEND, MeasureKind.READ_ONLY}
    ),
    MeasureKind.BLOCK_MESSAGING: frozenset(
        {MeasureKind.LOCK_PENDING_DECISION, MeasureKind.SUSPEND, MeasureKind.READ_ONLY}
    ),
}
"""Stricter kinds whose time counts as served as well, beside that of the same kind."""


@dataclass(frozen=True, slots=True)
class Rung:
    """What is met when the count reaches so many points."""

    points: int
    kind: MeasureKind
    lasts: Duration | None = None  #: none: until a decision ends it
    scope: Scope = EVERYTHING

    def __post_init__(self) -> None:
        """Refuse what no account can meet.

        Raises:
            ValueError: The kind is no rung, or its scope does not fit it.
        """
        if not 1 <= self.points <= MAX_POINTS_OF_RUNG:
            raise ValueError(f"a rung stands at 1 to {MAX_POINTS_OF_RUNG} points")
        if self.kind not in CLIMBED:
            raise ValueError(f"`{self.kind}` is no rung of a ladder; one of {', '.join(CLIMBED)} is")
        if self.kind is MeasureKind.WARN and self.lasts is not None:
            raise ValueError("a warning restricts nothing, so it has no end")
        if self.lasts is not None and self.lasts.seconds <= 0:
            raise ValueError("a measure lasts some time, or until a decision ends it")
        said = set(self.scope.as_json())
        if not SCOPE_DEMANDED.get(self.kind, frozenset()) <= said <= SCOPE_FIELDS.get(self.kind, frozenset()):
            raise ValueError(f"`{self.kind}` cannot be narrowed so")

    @property
    def strictness(self) -> tuple[int, float]:
        """Return how strict the rung is, to compare by: by kind, then by how long it lasts."""
        return CLIMBED.index(self.kind), float("inf") if self.lasts is None else self.lasts.seconds

    def ends_at(self, start: datetime) -> datetime | None:
        """Return when a measure of this rung ends that starts at *start*."""
        return None if self.lasts is None else start + self.lasts.delta


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs from the lowest to the highest; a higher one is never milder.

    Raises:
        ValueError: The rungs are in another order, or there is none.
    """

    id: str
    rungs: tuple[Rung, ...]

    def __post_init__(self) -> None:
        """Refuse a ladder on which more strikes could mean less."""
        if not self.rungs:
            raise ValueError("a ladder has one rung or more")
        for lower, higher in zip(self.rungs, self.rungs[1:], strict=False):
            if higher.points <= lower.points:
                raise ValueError("each rung stands at more points than the one before it")
            if higher.strictness < lower.strictness:
                raise ValueError("a higher rung is never milder than a lower one")


@dataclass(frozen=True, slots=True)
class StrikeRule:
    """What a finding under one clause counts, and on which ladder."""

    points: int
    decay: Decay
    ladder: Ladder
    warns_first: bool = False  #: the first finding that is remembered warns, and counts nothing

    def __post_init__(self) -> None:
        """Refuse a finding that weighs nothing, or too much."""
        if not 1 <= self.points <= MAX_POINTS:
            raise ValueError(f"a finding counts 1 to {MAX_POINTS} points")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one finding makes of an account's strikes."""

    strike: Strike
    before: int  #: points on the ladder
    after: int
    rung: Rung | None  #: what is met now


def rung_for(ladder: Ladder, points_before: int, points_after: int) -> Rung | None:
    """Return the strictest rung that the count crosses from *points_before* to *points_after*.

    Past the last rung every further finding meets it again: it may be over by then.
    """
    if points_after <= points_before:
        return None
    crossed = [rung for rung in ladder.rungs if points_before < rung.points <= points_after]
    last = ladder.rungs[-1]
    if points_before >= last.points:
        return last
    return max(crossed, key=lambda rung: rung.points, default=None)


def next_rung(ladder: Ladder, points: int) -> Rung:
    """Return the next rung above *points*; the last one, once it is passed."""
    return next((rung for rung in ladder.rungs if rung.points > points), ladder.rungs[-1])


def strike_for(
    rule: StrikeRule, strikes: Sequence[Strike], *, decision_id: DecisionId, account_id: AccountId,
    clause_id: ClauseId, at: datetime,
) -> Outcome:  # fmt: skip
    """Return the strike of a person's finding at *at*, frozen, and what the account meets by it.

    Args:
        rule: Of the clause, as the policy says now.
        strikes: All of the account's, reversed ones and old ones too.
        decision_id: The decision that holds the finding.
        account_id: Whose finding it is.
        clause_id: The clause that was broken.
        at: When the decision is made.
    """
    is_warned = rule.warns_first and is_first(strikes, clause_id, at)
    strike = Strike(decision_id, account_id, clause_id, rule.ladder.id, 0 if is_warned else rule.points, at, rule.decay)
    before = count(strikes, at, ladder=rule.ladder.id)
    after = before + strike.points
    rung = Rung(1, MeasureKind.WARN) if is_warned else rung_for(rule.ladder, before, after)
    return Outcome(strike, before, after, rung)


def served(kind: MeasureKind, scope: Scope, replaced: Iterable[Measure], now: datetime) -> Duration:
    """Return how long the measures that are *replaced* have kept the account from what *kind* would keep it from.

    Moments under two of them count once. A measure that reached less far than *scope* does not count.
    """
    stretches = sorted(
        (measure.starts_at, now if measure.ends_at is None else min(now, measure.ends_at))
        for measure in replaced
        if measure.revoked_by is None and measure.starts_at < now and _counts_for(kind, scope, measure)
    )
    total, covered = timedelta(), None
    for start, end in stretches:
        begin = start if covered is None else max(start, covered)
        total += max(timedelta(), end - begin)
        covered = end if covered is None else max(covered, end)
    return Duration(seconds=total.total_seconds())


def remaining(lasts: Duration, kind: MeasureKind, scope: Scope, replaced: Iterable[Measure], now: datetime) -> Duration:
    """Return how much of *lasts* is left when a timed measure takes the place of others; nothing when all is served."""
    left = lasts.seconds - served(kind, scope, replaced, now).seconds
    return Duration(seconds=max(0.0, left))


def _counts_for(kind: MeasureKind, scope: Scope, measure: Measure) -> bool:
    if measure.kind is not kind:
        return measure.kind in _SERVED_UNDER.get(kind, frozenset())
    return measure.scope in (scope, EVERYTHING)
