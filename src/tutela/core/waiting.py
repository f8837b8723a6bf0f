"""How many cases wait, for what, and since when: of all together, and by lane. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Lane(StrEnum):
    """What an open case waits for."""

    FIRST = "first"  #: that somebody takes it
    SECOND = "second"  #: another person's answer
    THIRD = "third"  #: a third person, who settles two answers
    WORKED_ON = "worked_on"  #: whoever holds it
    ON_HOLD = "on_hold"  #: a moment


ANSWERS: Mapping[int, Lane] = {1: Lane.FIRST, 2: Lane.SECOND, 3: Lane.THIRD}
"""By which answer is the next."""


@dataclass(frozen=True, slots=True)
class InLane:
    """How many cases there are in a lane, and when the one was opened that has been open for longest."""

    count: int = 0
    oldest_at: datetime | None = None

    def __add__(self, other: "InLane") -> "InLane":
        """Return both together."""
        moments = [each for each in (self.oldest_at, other.oldest_at) if each is not None]
        return InLane(self.count + other.count, min(moments, default=None))


NONE = InLane()


@dataclass(frozen=True, slots=True)
class Waiting:
    """All open cases."""

    all: InLane
    lanes: Mapping[Lane, InLane]  #: in their order; those in which there is none are left out


def waiting_of(everything: InLane, oldest_first_at: datetime | None, others: Iterable[tuple[Lane, InLane]]) -> Waiting:
    """Return what waits, from what is few: whoever is in no other lane waits for a first answer.

    Args:
        everything: All open cases.
        oldest_first_at: When the oldest was opened that nobody has ever taken, or that was given back.
        others: What is in the other lanes; and in the first what somebody took whose lease is over.
    """
    found = dict.fromkeys(Lane, NONE)
    for lane, some in others:
        found[lane] += some
    rest = everything.count - sum(each.count for each in found.values())
    found[Lane.FIRST] += InLane(rest, oldest_first_at)
    return Waiting(everything, {lane: each for lane, each in found.items() if each.count})
