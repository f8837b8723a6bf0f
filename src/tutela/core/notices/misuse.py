"""Who keeps telling what is manifestly not so: warned first, then slower, never unheard (DSA Art. 23(2); P7).

Only what a person called *manifestly* unfounded counts, with a reason: to be wrong is no misuse. Being slowed means
that a notice waits its turn; one of somebody in danger does not wait, and hides nothing before a person has looked.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tutela.core.units import Duration

COUNTED_FOR = Duration(days=90)
WARNED_AT, SLOWED_AT = 2, 4
"""Manifestly unfounded notices within the time above."""

LEAST_SHARE = 0.5
"""Of all their notices that were answered in that time: whoever is right more often than not is not slowed."""


class Standing(StrEnum):
    """How somebody who tells us stands."""

    HEARD = "heard"
    WARNED = "warned"
    SLOWED = "slowed"


@dataclass(frozen=True, slots=True)
class Conduct:
    """What somebody told within the time that counts."""

    answered: int = 0
    manifestly_unfounded: int = 0
    warned_at: datetime | None = None


def standing_of(conduct: Conduct) -> Standing:
    """Return how somebody stands. Nobody is slowed who was not warned before."""
    share = conduct.manifestly_unfounded / conduct.answered if conduct.answered else 0.0
    if share < LEAST_SHARE or conduct.manifestly_unfounded < WARNED_AT:
        return Standing.HEARD
    if conduct.manifestly_unfounded >= SLOWED_AT and conduct.warned_at is not None:
        return Standing.SLOWED
    return Standing.WARNED


MOST_AN_HOUR = 20
"""Notices from one place within an hour that are looked at at once; those beyond wait their turn."""


def must_wait(standing: Standing, told_within_hour: int, *, is_known: bool) -> bool:
    """Return whether somebody tells too much: a notice waits its turn, a little later.

    One of somebody in danger never waits: it lies before a person at once, and hides nothing before one has looked.

    Args:
        standing: Of whoever tells it.
        told_within_hour: How many came from the same place in the last hour.
        is_known: Somebody enrolled tells it, or a platform hands it on: there is no place to count.
    """
    return standing is Standing.SLOWED or (not is_known and told_within_hour >= MOST_AN_HOUR)
