"""How much of this somebody has had to see, when that is enough, and when a break is due: pure.

Filters comfort; what protects is to see less, and not for too long (reporting-and-duties, 4.1). The figures are the
person's own: no measure of performance, and nobody else reads them.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tutela.core.ids import ClauseId
from tutela.core.units import Duration

DAY = Duration(hours=24)
"""What a cap counts: the last twenty-four hours, whatever the time zone and the shift."""

FIGURES_FOR = Duration(days=90)
"""How far back anybody's figures are told."""

WARNS_AT = 0.8
"""From which part of the cap on somebody is warned. Source: console.md, Reviewer protection."""

UNTOLD_LOOK = Duration(seconds=30)
"""How long a look is taken to be that nobody gave back: a page that was closed, a network that broke."""

LONGEST_LOOK = Duration(minutes=5)
"""Beyond that somebody went away with a page open."""

PAUSE = Duration(minutes=10)
"""Without a look for so long somebody has had a break."""

BREAK_AFTER = Duration(minutes=50)
BREAK_AFTER_SEVERE = 20
"""When a break is due. Source: reporting-and-duties 4.1: after 45 to 60 minutes, or so many severe items."""

NEUTRAL_AFTER = 5
"""After so many severe looks in one stretch other work is mixed in, one case in four."""

NEUTRAL_ONE_IN = 4
_ROOM = 2**32

GROUP = 5
"""Of fewer people than this, figures of all together would be figures of one. Source: console.md."""


class Stage(StrEnum):
    """How near somebody is to their cap."""

    FREE = "free"
    WARNED = "warned"
    STOPPED = "stopped"


class Blur(StrEnum):
    """How far a picture is blurred beyond what it is drawn with: nobody is shown less than that by a setting."""

    DRAWN = "drawn"
    MORE = "more"
    MOST = "most"


@dataclass(frozen=True, slots=True)
class Comfort:
    """How somebody wants to be shown what they must see. Comfort, and no proven protection."""

    blur: Blur = Blur.DRAWN
    is_grey: bool = True  #: also where all of it is looked at, until they ask for colour there


@dataclass(frozen=True, slots=True)
class LookTaken:
    """One look that was opened."""

    at: datetime
    ended_at: datetime | None  #: when it was given back
    is_severe: bool  #: in a case under one of the twelve

    @property
    def length(self) -> timedelta:
        """Return how long it is taken to have lasted."""
        told = UNTOLD_LOOK.delta if self.ended_at is None else self.ended_at - self.at
        return min(max(told, timedelta()), LONGEST_LOOK.delta)


@dataclass(frozen=True, slots=True)
class ExposureLimits:
    """The most that one person sees in a day."""

    severe: int
    length: Duration


@dataclass(frozen=True, slots=True)
class Exposure:
    """How much somebody saw in a stretch of time."""

    looks: int = 0
    severe: int = 0
    length: timedelta = timedelta()

    def share(self, limits: ExposureLimits) -> float:
        """Return which part of the cap that is: of the number or of the time, whichever is more."""
        return max(self.severe / limits.severe, self.length / limits.length.delta)

    def stage(self, limits: ExposureLimits) -> Stage:
        """Return how near to the cap that is."""
        share = self.share(limits)
        return Stage.STOPPED if share >= 1 else Stage.WARNED if share >= WARNS_AT else Stage.FREE


def exposure_of(looks: Iterable[LookTaken], since: datetime) -> Exposure:
    """Return how much was seen from *since* on. Only severe looks take time from a cap; all are counted."""
    taken = [each for each in looks if each.at >= since]
    severe = [each for each in taken if each.is_severe]
    return Exposure(len(taken), len(severe), sum((each.length for each in severe), timedelta()))


def free_again_at(looks: Sequence[LookTaken], limits: ExposureLimits, now: datetime) -> datetime | None:
    """Return when somebody at their cap may look again; none for whoever may now."""
    if exposure_of(looks, now - DAY.delta).stage(limits) is not Stage.STOPPED:
        return None
    severe = sorted(each.at for each in looks if each.is_severe and each.at >= now - DAY.delta)
    ends = (at + DAY.delta + timedelta(microseconds=1) for at in severe)
    stopped = (end for end in ends if exposure_of(looks, end - DAY.delta).stage(limits) is not Stage.STOPPED)
    return next(stopped, None)


def stretch_of(looks: Iterable[LookTaken], now: datetime) -> tuple[LookTaken, ...]:
    """Return the looks since the last break, oldest first; none where somebody is at a break now."""
    found: list[LookTaken] = []
    after = now
    for each in sorted(looks, key=lambda look: look.at, reverse=True):
        if each.at > now:
            continue
        if after - each.at >= PAUSE.delta:
            break
        found.append(each)
        after = each.at
    return tuple(reversed(found))


def is_break_due(looks: Iterable[LookTaken], now: datetime) -> bool:
    """Return whether somebody should rest: they looked for long, or at much, without a pause."""
    stretch = stretch_of(looks, now)
    if not stretch:
        return False
    is_long = now - stretch[0].at >= BREAK_AFTER.delta
    return is_long or sum(each.is_severe for each in stretch) >= BREAK_AFTER_SEVERE


def wants_other_work(looks: Iterable[LookTaken], now: datetime, draw: bytes) -> bool:
    """Return whether the next case is to be under an ordinary clause: drawn by four random bytes, one time in four."""
    last = stretch_of(looks, now)[-NEUTRAL_AFTER:]
    if len(last) < NEUTRAL_AFTER or not all(each.is_severe for each in last):
        return False
    return int.from_bytes(draw, "big") * NEUTRAL_ONE_IN < _ROOM


def declinable(clauses: Collection[ClauseId], wanted: Iterable[str]) -> frozenset[ClauseId]:
    """Return which of *wanted* are clauses that there are."""
    return frozenset(ClauseId(each) for each in wanted) & frozenset(clauses)
