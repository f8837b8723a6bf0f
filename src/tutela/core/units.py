"""Quantities that carry their unit, so that a bare number can never be read in the wrong one."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

HASH_BITS = 256
"""Length of a PDQ hash. Source: the PDQ paper, Facebook 2019."""


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A span of time, made from keywords only: `Duration(5)` would silently mean something."""

    seconds: float

    def __init__(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Add up the parts."""
        total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
        object.__setattr__(self, "seconds", total)

    @property
    def delta(self) -> timedelta:
        """Return the span for arithmetic on datetimes."""
        return timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True, order=True)
class Bits:
    """A Hamming distance or threshold between two 256-bit hashes."""

    count: int

    def __post_init__(self) -> None:
        """Refuse what no two hashes can be apart."""
        if not 0 <= self.count <= HASH_BITS:
            raise ValueError(f"a distance is 0 to {HASH_BITS} bits, not {self.count}")


def microseconds_of(moment: datetime) -> int:
    """Return whole microseconds since 1970 in UTC, as moments are stored and rules run with them."""
    return (moment - EPOCH) // _MICROSECOND
