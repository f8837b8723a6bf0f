"""Different values and when each was last seen: all of them while there are few, beyond that a sample by their hash.

A value is kept when the first *level* bits of its mixed hash are zero; it then stands for 2^level values. The level
rises whenever more than `SAMPLE_ENTRIES` are kept, and falls again as what is kept leaves the window. Each kept value
carries the highest level since it was last seen: exactly the odds against its being kept, whatever the level did. So
the estimate is right on average, and off by a standard error of one in the root of those kept: after each rise there
are half of 1,024, so 1/sqrt(512) = 4.4 %, and never fewer than 7/8 of that before the level falls (4.7 %).

When a burst leaves the window, what came after it and still counts was sampled as sparsely as the burst: until it too
has left, the error is that share of the burst, and not of what remains.
"""

from array import array
from typing import Final, Self

from tutela.core.counters.held import Held, to_bytes, whole_numbers
from tutela.errors import CounterDamaged

SAMPLE_ENTRIES: Final = 1_024
"""Different values that are kept; up to as many the count is exact, unless more were seen within the window before."""

_FALL_BELOW: Final = SAMPLE_ENTRIES * 7 // 8
"""What would be kept at the next lower level, for the level to fall: far enough from the bound not to rise at once."""

_BITS: Final = 64
_ALL: Final = 2**_BITS - 1
_WIDTH: Final = 16
_WIDTH_WITH_LEVEL: Final = _WIDTH + 1


def mixed(value: int) -> int:
    """Return a value mixed, so that its first bits are even also where those of the caller's hash are not.

    The finaliser of SplitMix64 (Steele, Lea, Flood 2014): no two values become one.
    """
    z = (value + 0x9E37_79B9_7F4A_7C15) & _ALL
    z = ((z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9) & _ALL
    z = ((z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB) & _ALL
    return z ^ (z >> 31)


class Sample:
    """Kept values, by their mixed hash."""

    __slots__ = ("_level", "_levels", "_oldest_us", "_times")

    def __init__(
        self, window_us: int, times: dict[int, int] | None = None, level: int = 0, levels: dict[int, int] | None = None
    ) -> None:
        """Hold these."""
        del window_us  # as all forms
        self._times = times if times is not None else {}  # when each was last seen
        self._level = level
        self._levels = levels if levels is not None else {}  # of those that stand for more than themselves
        self._oldest_us = min(self._times.values(), default=0)  # no later than the first that is kept

    @property
    def form(self) -> int:
        """Return the form of its bytes: with levels only where there are any."""
        return 5 if self._level or self._levels else 4

    def __len__(self) -> int:
        """Return how many values are kept. A level is given up with the last of them."""
        return len(self._times)

    def drop_before(self, first_us: int) -> None:
        """Let go of values that were last seen before a moment."""
        if not self._times or self._oldest_us >= first_us:
            return
        self._times = {value: at_us for value, at_us in self._times.items() if at_us >= first_us}
        self._oldest_us = min(self._times.values(), default=0)
        if self._levels:
            self._levels = {value: level for value, level in self._levels.items() if value in self._times}
        # Looked at only where it may be: to add up takes as long as to let go.
        if self._level and len(self._times) < SAMPLE_ENTRIES // 2:
            self._fall()

    def _fall(self) -> None:
        total = self.total()
        while self._level and total <= _FALL_BELOW << (self._level - 1):
            self._level -= 1

    def _rise(self) -> None:
        while len(self._times) > SAMPLE_ENTRIES:
            self._level += 1
            shift, level, levels = _BITS - self._level, self._level, self._levels
            self._times = {value: at_us for value, at_us in self._times.items() if not value >> shift}
            self._levels = {value: max(levels.get(value, 0), level) for value in self._times}
        self._oldest_us = min(self._times.values(), default=0)

    def plus(self, at_us: int, value: int, amount: float) -> Held:  # noqa: ARG002  # as all forms
        """Add one event."""
        key = mixed(value)
        seen_us = self._times.get(key)
        if seen_us is None:
            if self._level and key >> (_BITS - self._level):
                return self
            self._oldest_us = min(self._oldest_us, at_us) if self._times else at_us
        elif seen_us >= at_us:
            return self
        self._times[key] = at_us
        if self._level:
            self._levels[key] = self._level
        elif self._levels:
            self._levels.pop(key, None)
        if len(self._times) > SAMPLE_ENTRIES:
            self._rise()
        return self

    def copied(self) -> "Sample":
        """Return the same, to be added to by itself."""
        copy = Sample(0)
        copy._times, copy._levels = self._times.copy(), self._levels.copy()
        copy._level, copy._oldest_us = self._level, self._oldest_us
        return copy

    def total(self) -> float:
        """Return how many different values there are, or an estimate."""
        levels = self._levels
        return float(len(self._times) - len(levels) + sum([1 << level for level in levels.values()]))

    def pack(self) -> bytes:
        """Return its bytes."""
        columns = to_bytes(array("Q", self._times)) + to_bytes(array("q", self._times.values()))
        if not self._level and not self._levels:
            return columns
        return b"".join((bytes((self._level,)), columns, bytes(map(self._levels.get, self._times, _ZEROS))))

    @classmethod
    def unpack(cls, window_us: int, newest_us: int, packed: bytes) -> Self:
        """Return what was packed without levels."""
        if len(packed) % _WIDTH or len(packed) > _WIDTH * SAMPLE_ENTRIES:
            raise CounterDamaged
        return cls(window_us, _times(window_us, newest_us, packed))


class SampleWithLevels(Sample):
    """The same, from bytes that carry levels."""

    __slots__ = ()

    @classmethod
    def unpack(cls, window_us: int, newest_us: int, packed: bytes) -> Self:
        """Return what was packed with levels."""
        size, odd = divmod(len(packed) - 1, _WIDTH_WITH_LEVEL)
        if odd or not 0 <= size <= SAMPLE_ENTRIES or packed[0] > _BITS:
            raise CounterDamaged
        ends = 1 + size * _WIDTH
        times, level = _times(window_us, newest_us, packed[1:ends]), packed[0]
        levels = {value: each for value, each in zip(times, packed[ends:], strict=True) if each}
        # Below the present level nothing is kept, and above its own no value.
        if any(each > _BITS or value >> (_BITS - each) for value, each in levels.items()) or (
            level and any(levels.get(value, 0) < level for value in times)
        ):
            raise CounterDamaged
        return cls(window_us, times, level, levels)


_ZEROS: Final = (0,) * SAMPLE_ENTRIES


def _times(window_us: int, newest_us: int, packed: bytes) -> dict[int, int]:
    """Return when each value was last seen; each must be there once, and in the window."""
    middle = len(packed) // 2
    values, times = whole_numbers(packed[:middle], "Q"), whole_numbers(packed[middle:])
    found = dict(zip(values, times))  # noqa: B905  # halves of the same
    if len(found) != len(values) or (times and not newest_us - window_us < min(times) <= max(times) <= newest_us):
        raise CounterDamaged
    return found
