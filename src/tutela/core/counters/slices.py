"""Many events, folded into stretches of time: the form of counts and sums beyond what is held one by one.

Stretches begin at whole multiples of their length. The first one is kept whole while any moment in it may still be in
the window: so the total is that of the window, or of one that is longer by less than a slice.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from itertools import pairwise
from math import fsum, isfinite
from typing import Final, Self

from tutela.core.counters.held import Held, numbers, to_bytes, whole_numbers
from tutela.errors import CounterDamaged

SLICES: Final = 64
"""In one window."""

_MOST: Final = SLICES + 1
"""A window that begins within a slice ends within one."""

_WIDTH: Final = 16


def slice_us_of(window_us: int) -> int:
    """Return how long a slice of a window is."""
    return -(-window_us // SLICES)


class Slices:
    """What each slice adds up to, in order of time; those in which nothing happened are left out."""

    __slots__ = ("_amounts", "_places", "_slice_us")
    form = 3

    def __init__(
        self, window_us: int, places: "array[int] | None" = None, amounts: "array[float] | None" = None
    ) -> None:
        """Hold these."""
        self._slice_us = slice_us_of(window_us)
        self._places = array("q") if places is None else places  # how many slices after 1970
        self._amounts = array("d") if amounts is None else amounts

    @classmethod
    def of(cls, window_us: int, times: Iterable[int], amounts: Iterable[float]) -> Self:
        """Fold events that were held one by one."""
        folded = cls(window_us)
        for at_us, amount in zip(times, amounts, strict=True):
            folded._add(at_us, amount)
        return folded

    def __len__(self) -> int:
        """Return how many slices there are."""
        return len(self._places)

    def drop_before(self, first_us: int) -> None:
        """Let go of slices that ended before a moment."""
        gone = bisect_left(self._places, first_us // self._slice_us)
        del self._places[:gone], self._amounts[:gone]

    def plus(self, at_us: int, value: int, amount: float) -> Held:  # noqa: ARG002  # as all forms
        """Add one event."""
        self._add(at_us, amount)
        return self

    def _add(self, at_us: int, amount: float) -> None:
        wanted = at_us // self._slice_us
        place = bisect_left(self._places, wanted)
        if place < len(self._places) and self._places[place] == wanted:
            self._amounts[place] += amount
        else:
            self._places.insert(place, wanted)
            self._amounts.insert(place, amount)

    def total(self) -> float:
        """Return what all of them add up to."""
        return fsum(self._amounts)

    def copied(self) -> "Slices":
        """Return the same, to be added to by itself."""
        same = Slices(self._slice_us)
        same._slice_us, same._places, same._amounts = self._slice_us, self._places[:], self._amounts[:]
        return same

    def pack(self) -> bytes:
        """Return its bytes."""
        return to_bytes(self._places) + to_bytes(self._amounts)

    @classmethod
    def unpack(cls, window_us: int, newest_us: int, packed: bytes) -> Self:
        """Return what was packed."""
        if len(packed) % _WIDTH or len(packed) > _WIDTH * _MOST:
            raise CounterDamaged
        middle = len(packed) // 2
        places, amounts = whole_numbers(packed[:middle]), numbers(packed[middle:])
        slice_us = slice_us_of(window_us)
        first, last = (newest_us - window_us + 1) // slice_us, newest_us // slice_us
        is_sound = all(before < after for before, after in pairwise(places)) and all(map(isfinite, amounts))
        if not is_sound or (places and not first <= places[0] <= places[-1] <= last):
            raise CounterDamaged
        return cls(window_us, places, amounts)
