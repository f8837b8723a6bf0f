"""Slow down who guesses, and nobody else: tries are counted where the guesser sits, never on the person alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tutela.core.units import Duration

FORGOTTEN_AFTER = Duration(hours=24)
LONGEST_WAIT = Duration(minutes=15)
"""Long enough that a year of guessing from one network tries 35,000 passwords; short enough to wait for."""


class LaneKind(StrEnum):
    """Where tries are counted. Each is of its own, so that no stranger's tries are counted against somebody else."""

    PLACE = "place"  #: one login from one network: a password
    NETWORK = "network"  #: all logins from one network: one password tried on everybody
    DEVICE = "device"  #: a browser in which this person has signed in before: its own tries only
    CODE = "code"  #: codes for one person by whoever knows the password: six digits are few


FREE_TRIES = {LaneKind.PLACE: 5, LaneKind.NETWORK: 50, LaneKind.DEVICE: 5, LaneKind.CODE: 5}
"""How often anybody may be wrong before waiting: people mistype."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One place where tries are counted."""

    kind: LaneKind
    key: str  #: a keyed digest: the table names nobody


@dataclass(frozen=True, slots=True)
class Tries:
    """How a lane stands."""

    count: int = 0
    at: datetime | None = None  #: of the last
    free_at: datetime | None = None  #: when the next one is looked at

    def wait(self, now: datetime) -> timedelta:
        """Return how long the next try must wait."""
        return timedelta() if self.free_at is None else max(self.free_at - now, timedelta())


def after_try(kind: LaneKind, before: Tries, now: datetime) -> Tries:
    """Return how a lane stands after one more try: counted before it is known whether it was right."""
    is_old = before.at is None or now - before.at >= FORGOTTEN_AFTER.delta
    count = 1 if is_old else before.count + 1
    over = count - FREE_TRIES[kind]
    seconds = min(2.0 ** min(over, 30), LONGEST_WAIT.seconds) if over >= 0 else 0
    return Tries(count, now, now + timedelta(seconds=seconds))
