"""Every event of a window by its moment, as long as there are few."""

from array import array
from bisect import bisect_left, bisect_right, insort_right
from math import fsum
from typing import Final, Self

from tutela.core.counters.held import Held, numbers, to_bytes, whole_numbers
from tutela.core.counters.slices import Slices
from tutela.errors import CounterDamaged

EXACT_ENTRIES: Final = 512
"""Events that a window holds one by one; one more, and they are folded into slices."""

MAX_AMOUNT: Final = 1e15
"""Of one event in a sum: no sum of a window can overflow."""

_WIDTH: Final = 8


class Times:
    """The moments of events that are counted, in order."""

    __slots__ = ("_times", "_window_us")
    form = 1

    def __init__(self, window_us: int, times: "array[int] | None" = None) -> None:
        """Hold these."""
        self._window_us = window_us
        self._times = array("q") if times is None else times

    def __len__(self) -> int:
        """Return how many events there are."""
        return len(self._times)

    def drop_before(self, first_us: int) -> None:
        """Let go of what happened before a moment."""
        times = self._times
        if times and times[0] < first_us:
            del times[: bisect_left(times, first_us)]

    def plus(self, at_us: int, value: int, amount: float) -> Held:  # noqa: ARG002  # as all forms
        """Add one event."""
        times = self._times
        if not times or at_us >= times[-1]:
            times.append(at_us)
        else:
            insort_right(times, at_us)
        if len(times) <= EXACT_ENTRIES:
            return self
        return Slices.of(self._window_us, times, array("d", [1.0]) * len(times))

    def total(self) -> float:
        """Return how many events there are."""
        return float(len(self._times))

    def copied(self) -> "Times":
        """Return the same, to be added to by itself."""
        return Times(self._window_us, self._times[:])

    def pack(self) -> bytes:
        """Return its bytes."""
        return to_bytes(self._times)

    @classmethod
    def unpack(cls, window_us: int, newest_us: int, packed: bytes) -> Self:
        """Return what was packed."""
        if len(packed) % _WIDTH or len(packed) > _WIDTH * EXACT_ENTRIES:
            raise CounterDamaged
        times = whole_numbers(packed)
        _refuse_outside(times, window_us, newest_us)
        return cls(window_us, times)


class Amounts:
    """The moments of events, in order, and what each adds."""

    __slots__ = ("_amounts", "_times", "_window_us")
    form = 2

    def __init__(
        self, window_us: int, times: "array[int] | None" = None, amounts: "array[float] | None" = None
    ) -> None:
        """Hold these."""
        self._window_us = window_us
        self._times = array("q") if times is None else times
        self._amounts = array("d") if amounts is None else amounts

    def __len__(self) -> int:
        """Return how many events there are."""
        return len(self._times)

    def drop_before(self, first_us: int) -> None:
        """Let go of what happened before a moment."""
        gone = bisect_left(self._times, first_us)
        del self._times[:gone], self._amounts[:gone]

    def plus(self, at_us: int, value: int, amount: float) -> Held:  # noqa: ARG002  # as all forms
        """Add one event."""
        _refuse_amount(amount)
        place = bisect_right(self._times, at_us)
        self._times.insert(place, at_us)
        self._amounts.insert(place, amount)
        if len(self._times) <= EXACT_ENTRIES:
            return self
        return Slices.of(self._window_us, self._times, self._amounts)

    def total(self) -> float:
        """Return the sum, rounded once."""
        return fsum(self._amounts)

    def copied(self) -> "Amounts":
        """Return the same, to be added to by itself."""
        return Amounts(self._window_us, self._times[:], self._amounts[:])

    def pack(self) -> bytes:
        """Return its bytes."""
        return to_bytes(self._times) + to_bytes(self._amounts)

    @classmethod
    def unpack(cls, window_us: int, newest_us: int, packed: bytes) -> Self:
        """Return what was packed."""
        if len(packed) % (2 * _WIDTH) or len(packed) > 2 * _WIDTH * EXACT_ENTRIES:
            raise CounterDamaged
        middle = len(packed) // 2
        times, amounts = whole_numbers(packed[:middle]), numbers(packed[middle:])
        _refuse_outside(times, window_us, newest_us)
        if not all(abs(amount) <= MAX_AMOUNT for amount in amounts):
            raise CounterDamaged
        return cls(window_us, times, amounts)


def _refuse_amount(amount: float) -> None:
    if not abs(amount) <= MAX_AMOUNT:  # and so also what is no number
        raise ValueError("an amount is a number of at most 1e15")


def _refuse_outside(times: "array[int]", window_us: int, newest_us: int) -> None:
    """Refuse moments out of order or outside the window."""
    if not times:
        return
    if not newest_us - window_us < times[0] <= times[-1] <= newest_us:
        raise CounterDamaged
    if len(times) > 1 and (listed := times.tolist()) != sorted(listed):
        raise CounterDamaged
