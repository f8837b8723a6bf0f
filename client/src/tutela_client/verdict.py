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
class Verdict:
    """The answer for one item, one viewer, one surface. `Verdict()` is the answer when nothing is in force."""

    exposure: Exposure = Exposure.SHOW
    disabled_actions: frozenset[str] = frozenset()
    ads: bool = True
    earns: bool = True
    rank_factor: float = 1.0
    notices: frozenset[str] = frozenset()  #: neutral codes, for the platform's own words
    openable: bool = True
    valid_until: datetime | None = None  #: ask again then; none means until the next change
    because: frozenset[str] = frozenset()  #: measure ids; for `explain` only, never for viewers

    def join(self, other: "Verdict") -> "Verdict":
        """Return the verdict of both: commutative, associative, idempotent, and never showing more than either."""
        ends = [end for end in (self.valid_until, other.valid_until) if end is not None]
        return Verdict(
            exposure=max(self.exposure, other.exposure),
            disabled_actions=self.disabled_actions | other.disabled_actions,
            ads=self.ads and other.ads,
            earns=self.earns and other.earns,
            rank_factor=min(self.rank_factor, other.rank_factor),
            notices=self.notices | other.notices,
            openable=self.openable and other.openable,
            valid_until=min(ends, default=None),
            because=self.because | other.because,
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
