"""What a viewer may see of one item: a product of components, each with its own join, so that order never matters."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum


class Exposure(IntEnum):
    """How much of an item is there, from everything to nothing."""

    SHOW = 0
    LOWER = 1
    COVER = 2
    PLACEHOLDER = 3
    ABSENT = 4


@dataclass(frozen=True, slots=True)
class Reason:
    """Under which clause the author's item is restricted, and which decision an appeal is against (P8)."""

    clause: str
    decision: str


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """One thing that acted: a measure with the row of the table it acted by, or what no measure says."""

    measure: str  #: its id; empty for a viewer's own choice, a block, or an item that nobody published
    row: str  #: its place in the table, as `kinds.limit_reach.follower.search`


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one item, one viewer, one surface. `Verdict()` is the answer when nothing is in force."""

    exposure: Exposure = Exposure.SHOW
    disabled_actions: frozenset[str] = frozenset()
    ads: bool = True
    earns: bool = True
    rank_factor: float = 1.0
    notices: frozenset[str] = frozenset()  #: neutral codes, for the platform's own words
    reasons: frozenset["Reason"] = frozenset()  #: for the author only, and never of what is sealed or held
    openable: bool = True
    valid_until: datetime | None = None  #: ask again then; none means until the next change
    causes: frozenset[Cause] = frozenset()  #: all that acted; only when explained, and never for viewers

    @property
    def because(self) -> frozenset[str]:
        """Return the ids of the measures that acted; only when explained."""
        return frozenset(cause.measure for cause in self.causes if cause.measure)

    def join(self, other: "Verdict") -> "Verdict":
        """Return the verdict of both: commutative, associative, idempotent, and never showing more than either."""
        mine, theirs = self.valid_until, other.valid_until
        return Verdict(
            exposure=max(self.exposure, other.exposure),
            disabled_actions=self.disabled_actions | other.disabled_actions,
            ads=self.ads and other.ads,
            earns=self.earns and other.earns,
            rank_factor=min(self.rank_factor, other.rank_factor),
            notices=self.notices | other.notices,
            reasons=self.reasons | other.reasons,
            openable=self.openable and other.openable,
            valid_until=mine if theirs is None else theirs if mine is None else min(mine, theirs),
            causes=self.causes | other.causes,
        )

    def shows_no_more_than(self, other: "Verdict") -> bool:
        """Return whether nothing is visible, allowed or earned here that is not in *other*."""
        return (
            self.exposure >= other.exposure
            and self.disabled_actions >= other.disabled_actions
            and self.ads <= other.ads
            and self.earns <= other.earns
            and self.rank_factor <= other.rank_factor
            and self.openable <= other.openable
        )


CLEAR = Verdict()
"""Nothing is in force."""

STRICTEST = Verdict(exposure=Exposure.ABSENT, ads=False, earns=False, rank_factor=0.0, openable=False)
"""What is answered where nothing is known: an item, a kind or a surface that nobody registered."""
