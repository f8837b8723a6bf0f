"""Which clocks begin to run, and when each is due."""

from datetime import UTC, datetime

from tutela.core.aims import Aims
from tutela.core.clocks.kinds import Aim, Begins, ClockFacts, ClockStart, ClockSubject
from tutela.core.clocks.table import TABLE, ClockRow
from tutela.core.operator import OperatorProfile
from tutela.core.units import Duration


def served_by(profile: OperatorProfile) -> frozenset[str]:
    """Return the countries whose law counts: where the operator is, and where its users are."""
    return frozenset(each for each in (profile.country, *profile.user_regions) if each)


def clocks_for(subject: ClockSubject, facts: ClockFacts) -> tuple[ClockStart, ...]:
    """Return the clocks that begin to run, as of what is known.

    May be asked again when more is known (a request has become valid, something was held): what has begun keeps its
    own times, because a clock is started once.
    """
    begun = ((row, _begin(row.begins, facts)) for row in TABLE[subject] if row.applies(facts))
    # In UTC before anything is added: in a zone of its own, Python adds to what a clock on the wall shows.
    return tuple(_started(row, facts, at.astimezone(UTC), 1) for row, at in begun if at is not None)


def next_round(start: ClockStart, row: ClockRow, at: datetime) -> ClockStart:
    """Return the clock that begins anew when this one was stopped."""
    return _started(row, ClockFacts(received_at=at), at.astimezone(UTC), start.round + 1)


def _begin(begins: Begins, facts: ClockFacts) -> datetime | None:
    return {Begins.RECEIPT: facts.received_at, Begins.VALID: facts.valid_at, Begins.HELD: facts.held_at}[begins]


def _started(row: ClockRow, facts: ClockFacts, at: datetime, number: int) -> ClockStart:
    limit_at = facts.ordered_until if row.is_ordered else _after(at, row.limit)
    target_at = _after(at, _target(row, facts))
    # What the operator aims at is never later than what may not be missed.
    if target_at is not None and limit_at is not None:
        target_at = max(at, min(target_at, limit_at))
    return ClockStart(row.id, at, target_at, limit_at, number)


def _after(at: datetime, length: Duration | None) -> datetime | None:
    return None if length is None else at + length.delta


def _target(row: ClockRow, facts: ClockFacts) -> Duration | None:
    return aim_of(row.target, facts) if isinstance(row.target, Aim) else row.target


def aim_of(aim: Aim, facts: ClockFacts) -> Duration:
    """Return how long the operator gives itself."""
    aims: Aims = facts.aims
    if aim is Aim.DECISION:
        return aims.danger if facts.is_danger else aims.child if facts.is_child else aims.other
    return {
        Aim.RECEIPT: aims.receipt,
        Aim.APPEAL: aims.appeal,
        Aim.ACKNOWLEDGE: aims.acknowledge,
        Aim.EFFECT: aims.effect,
    }[aim]
