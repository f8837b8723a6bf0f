"""Whether something is kept, destroyed by itself, or proposed for destruction; and what a wish to destroy it needs.

Order of checks: a hold that is active keeps it, whatever anybody asks; then its time; then how its kind ends. A request
for erasure hurries nothing: what is kept here is kept under a duty or for claims (GDPR Article 17(3)(b) and (e)). Only
an order of law destroys before the time is over, and it names the holds that it ends: never those of a court or police.
What a report names that is on its way is told first (P4): an order waits for it, unless it names that report, too.
One person may release a hold of those, so nothing that was under one ends by itself, or by an order of that person.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tutela.core.filing.holds import FROM_OUTSIDE, Hold, active
from tutela.core.filing.retention import Ends, RetentionRow


class Fate(StrEnum):
    """What happens to it now."""

    KEPT_BY_HOLD = "kept_by_hold"
    KEPT_BY_TIME = "kept_by_time"
    DESTROYED_BY_ITSELF = "destroyed_by_itself"
    PROPOSED = "proposed"  #: to a person, and then to a second one


class Wish(StrEnum):
    """Why somebody wants it destroyed."""

    TIME = "time"  #: the job that looks what is over
    ERASURE = "erasure"  #: a person asks to be forgotten
    ORDER = "order"  #: an agency orders it by law


class Needs(StrEnum):
    """What it takes."""

    NOTHING = "nothing"  #: a job does it, and the audit says so
    TWO_PEOPLE = "two_people"  #: one proposes, another agrees; a certificate
    ONE_PERSON = "one_person"  #: ordered by law; a certificate
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing that is kept."""

    row: RetentionRow
    since: datetime | None  #: what its time runs from; none: that has not happened yet
    regions: tuple[str, ...] = ()
    holds: tuple[Hold, ...] = ()
    going_reports: frozenset[str] = field(default_factory=frozenset)  #: on their way with it, by id


@dataclass(frozen=True, slots=True)
class Order:
    """What an agency orders by law. Source: 18 U.S.C. 2258B(c)(2)."""

    agency: str
    reference: str
    received_at: datetime
    ends_holds: frozenset[str] = field(default_factory=frozenset)  #: by id, as it says; and reports that it overtakes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a wish comes to."""

    needs: Needs
    reason: str
    holds: tuple[Hold, ...] = ()  #: that stand in the way


def fate(kept: Kept, now: datetime) -> Fate:
    """Return what happens to it when nobody asks."""
    if active(kept.holds, now):
        return Fate.KEPT_BY_HOLD
    if kept.since is None or now < kept.row.until(kept.since, kept.regions):
        return Fate.KEPT_BY_TIME
    ends_itself = kept.row.ends is Ends.ITSELF and not ended_from_outside(kept.holds)
    return Fate.DESTROYED_BY_ITSELF if ends_itself else Fate.PROPOSED


def ended_from_outside(holds: Iterable[Hold]) -> tuple[Hold, ...]:
    """Return those that a court or police asked for, and that one person ended before their time."""
    return tuple(each for each in holds if each.source in FROM_OUTSIDE and each.released is not None)


def released_by(kept: Kept, who: str) -> tuple[Hold, ...]:
    """Return those holds of a court or police that *who* ended: what was under one they do not order away."""
    return tuple(each for each in ended_from_outside(kept.holds) if each.released and each.released.by == who)


def is_against_limit(kept: Kept, now: datetime) -> bool:
    """Return whether a hold keeps it longer than the law of a region has it: shown, and for counsel to resolve."""
    is_over = kept.since is not None and now >= kept.row.until(kept.since, kept.regions)
    return bool(kept.row.limits) and is_over and bool(active(kept.holds, now))


def wished(kept: Kept, wish: Wish, now: datetime, order: Order | None = None) -> Answer:
    """Return what it takes to destroy it now for this reason."""
    if wish is Wish.ORDER:
        return _ordered(kept, now, order)
    held = active(kept.holds, now)
    if held:
        return Answer(Needs.IMPOSSIBLE, "It is held.", held)
    becomes = fate(kept, now)
    if becomes is Fate.KEPT_BY_TIME:
        return Answer(Needs.IMPOSSIBLE, "Its time is not over.")
    if becomes is Fate.DESTROYED_BY_ITSELF:
        return Answer(Needs.NOTHING, "Its time is over.")
    return Answer(Needs.TWO_PEOPLE, "Its time is over; nothing of this kind is destroyed by itself.")


def _ordered(kept: Kept, now: datetime, order: Order | None) -> Answer:
    if order is None or not (order.agency.strip() and order.reference.strip()):
        return Answer(Needs.IMPOSSIBLE, "An order has an agency and a reference.")
    if going := kept.going_reports - order.ends_holds:
        return Answer(
            Needs.IMPOSSIBLE, f"The report {min(going)} is on its way with it, which the order does not name."
        )
    left = tuple(_not_ended(active(kept.holds, now), order))
    if left:
        return Answer(Needs.IMPOSSIBLE, "Holds stand in the way that the order does not end.", left)
    return Answer(Needs.ONE_PERSON, "It is ordered by law.")


def _not_ended(holds: Iterable[Hold], order: Order) -> Iterable[Hold]:
    return (each for each in holds if each.id not in order.ends_holds or each.source in FROM_OUTSIDE)
