"""What a classifier may do in a day: so many calls, so much money. Set aside before a call, settled behind it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from tutela.core.classifying.verdicts import Reason


@dataclass(frozen=True, slots=True)
class Budget:
    """The bounds of one day, in UTC."""

    calls_per_day: int = 10_000
    cost_per_day_micro: int = 0  #: millionths of a unit of money
    cost_per_call_micro: int = 0  #: the most that one call may cost: so much is set aside for it


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was used on one day. A call that is under way counts as if it cost the most that it may."""

    day: date = date.min
    calls: int = 0
    cost_micro: int = 0
    is_overcharged: bool = False  #: a call cost more than was agreed: nothing is asked any more this day


@dataclass(frozen=True, slots=True)
class Reservation:
    """What was set aside for one call."""

    day: date
    cost_micro: int


def day_of(now: datetime) -> date:
    """Return the day to which a call at *now* counts."""
    return now.astimezone(UTC).date()


def opened(ledger: Ledger, now: datetime) -> Ledger:
    """Return the ledger of the day of *now*. A clock that was set back opens no used day anew."""
    today = day_of(now)
    return Ledger(today) if today > ledger.day else ledger


def reserve(ledger: Ledger, budget: Budget, now: datetime) -> tuple[Ledger, Reservation | Reason]:
    """Return the ledger with one more call set aside, or as it was, and why there can be none."""
    ledger = opened(ledger, now)
    if ledger.is_overcharged:
        return ledger, Reason.OVERCHARGED
    cost = ledger.cost_micro + budget.cost_per_call_micro
    if ledger.calls >= budget.calls_per_day or cost > budget.cost_per_day_micro:
        return ledger, Reason.OVER_BUDGET
    return replace(ledger, calls=ledger.calls + 1, cost_micro=cost), Reservation(ledger.day, budget.cost_per_call_micro)


def settle(ledger: Ledger, reserved: Reservation, cost_micro: int | None) -> Ledger:
    """Return the ledger when a call is over.

    Args:
        ledger: As it stands now, maybe on a later day.
        reserved: What was set aside for it.
        cost_micro: As the other side said; when it said nothing, what was set aside.
    """
    cost = reserved.cost_micro if cost_micro is None else max(0, cost_micro)
    is_over = ledger.is_overcharged or cost > reserved.cost_micro
    if ledger.day != reserved.day:
        return replace(ledger, is_overcharged=is_over)
    return replace(ledger, cost_micro=ledger.cost_micro - reserved.cost_micro + cost, is_overcharged=is_over)


def give_back(ledger: Ledger, reserved: Reservation) -> Ledger:
    """Return the ledger without a call that never left us."""
    if ledger.day != reserved.day:
        return ledger
    return replace(ledger, calls=ledger.calls - 1, cost_micro=ledger.cost_micro - reserved.cost_micro)


def next_day(now: datetime) -> datetime:
    """Return when there is a budget again."""
    return datetime.combine(day_of(now) + timedelta(days=1), datetime.min.time(), UTC)
