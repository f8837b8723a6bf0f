"""Counters over sliding windows. Pure.

A window ends with the newest event of its key, at *m*: it holds what happened after `m - window` and not after *m*.
What comes late is counted where it still falls into the window, and changes nothing where it is older.

Exact up to `EXACT_ENTRIES`, beyond it a sketch of bounded size (see `slices` and `sample` for how far it may be off):

* a count or a sum is never less than the truth, and never more than the truth of a window longer by a 64th (a sum: of
  amounts that are not negative);
* a distinct count is off by a standard error of about 4.5 % of the most that the window held within its length.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from struct import Struct
from typing import Final
from zlib import crc32

from tutela.core.counters.exact import EXACT_ENTRIES, MAX_AMOUNT, Amounts, Times
from tutela.core.counters.held import Held
from tutela.core.counters.sample import SAMPLE_ENTRIES, Sample, SampleWithLevels
from tutela.core.counters.slices import Slices, slice_us_of
from tutela.core.units import Duration
from tutela.errors import CounterDamaged

__all__ = [
    "EXACT_ENTRIES", "KEPT_FOR_LATE", "MAX_AMOUNT", "MAX_STATE_BYTES", "SAMPLE_ENTRIES", "Counted", "CounterKind",
    "Window", "slice_us_of",
]  # fmt: skip

MAX_STATE_BYTES: Final = 20 * 1024
"""Of one window as it is stored, whatever it counts: a full sample of 1,024 different values comes to 17.4 kB."""

KEPT_FOR_LATE: Final = Duration(hours=1)
"""How long a window that has expired is kept, for events that come late."""

_KEPT_US: Final = round(KEPT_FOR_LATE.seconds * 1_000_000)
_VERSION: Final = 1
_NEVER: Final = -(2**63)
_CHECK: Final = Struct("<I")
_HEAD: Final = Struct("<BBqQ")  # version, form, newest event, additions
_ALL: Final = Struct("<IBBqQ")


class CounterKind(StrEnum):
    """What is counted of the events in a window."""

    COUNT = "count"  #: how many there were
    DISTINCT = "count_distinct"  #: how many different values
    SUM = "sum"  #: the sum of a number


@dataclass(frozen=True, slots=True)
class Counted:
    """That one event is counted under one key of one counter."""

    counter_id: str
    key: bytes  #: 16 bytes: a hash of what it is counted by
    kind: CounterKind
    window_us: int
    at_us: int
    value: int = 0  #: 64 bits, a hash of what must be different, of a distinct count
    amount: float = 1.0  #: what is added to a sum; at most `MAX_AMOUNT` either way


_FORMS: Final[Mapping[int, tuple[type[Held], tuple[CounterKind, ...]]]] = {
    1: (Times, (CounterKind.COUNT,)),
    2: (Amounts, (CounterKind.SUM,)),
    3: (Slices, (CounterKind.COUNT, CounterKind.SUM)),
    4: (Sample, (CounterKind.DISTINCT,)),
    5: (SampleWithLevels, (CounterKind.DISTINCT,)),
}
"""Which form holds what. By number, since the hash of a kind is computed anew each time."""

_UNKNOWN: Final[tuple[type[Held], tuple[CounterKind, ...]]] = (Times, ())


def _nothing(kind: CounterKind, window_us: int) -> Held:
    """Return the exact form, empty."""
    if kind is CounterKind.COUNT:
        return Times(window_us)
    return Amounts(window_us) if kind is CounterKind.SUM else Sample(window_us)


class Window:
    """What is held of the events of one key: one counter, one window."""

    __slots__ = ("_held", "_newest_us", "additions", "kind", "window_us")

    def __init__(self, kind: CounterKind, window_us: int, held: Held, newest_us: int, additions: int) -> None:
        """Keep the parts; `empty` and `decode` make them."""
        self.kind, self.window_us, self.additions = kind, window_us, additions
        self._held, self._newest_us = held, newest_us

    @classmethod
    def empty(cls, kind: CounterKind, window_us: int) -> "Window":
        """Return a window in which nothing has happened."""
        return cls(kind, window_us, _nothing(kind, window_us), _NEVER, 0)

    @classmethod
    def decode(cls, kind: CounterKind, window_us: int, blob: bytes) -> "Window":
        """Return the window that was encoded.

        Raises:
            tutela.errors.CounterDamaged: These are not the bytes of such a window.
        """
        if not _ALL.size <= len(blob) <= MAX_STATE_BYTES:
            raise CounterDamaged
        check, version, form, newest_us, additions = _ALL.unpack_from(blob)
        if crc32(blob[4:]) != check:
            raise CounterDamaged
        held_as, kinds = _FORMS.get(form, _UNKNOWN)
        if version != _VERSION or kind not in kinds:
            raise CounterDamaged("a counter is stored in a form that this version does not know")
        return cls(kind, window_us, held_as.unpack(window_us, newest_us, blob[22:]), newest_us, additions)

    def encode(self) -> bytes:
        """Return its bytes: about 30 and 8 for each event, or 16 of a distinct count or a sum."""
        held = self._held
        body = _HEAD.pack(_VERSION, held.form, self._newest_us, self.additions) + held.pack()
        return _CHECK.pack(crc32(body)) + body

    def copied(self) -> "Window":
        """Return the same, to be added to by itself."""
        return Window(self.kind, self.window_us, self._held.copied(), self._newest_us, self.additions)

    @property
    def newest_us(self) -> int | None:
        """Return when its newest event was; none where there was none."""
        return None if self._newest_us == _NEVER else self._newest_us

    @property
    def expires_us(self) -> int:
        """Return when nothing that may still come needs it any more."""
        return self._newest_us + self.window_us + _KEPT_US

    def add(self, at_us: int, value: int = 0, amount: float = 1.0) -> None:
        """Count one event. Each one raises `additions`, also one that comes too late to change the total."""
        self.additions += 1
        if at_us > self._newest_us:
            self._newest_us = at_us
            self._held.drop_before(at_us - self.window_us + 1)
            if not len(self._held):
                self._held = _nothing(self.kind, self.window_us)
        elif at_us <= self._newest_us - self.window_us:
            return
        self._held = self._held.plus(at_us, value, amount if self.kind is CounterKind.SUM else 1.0)

    def total(self) -> float:
        """Return what is counted now."""
        return self._held.total()

    def total_at(self, at_us: int) -> float:
        """Return what is counted at a moment at which nothing more is added; the present, or later."""
        if at_us <= self._newest_us or not len(self._held):
            return self._held.total()
        copied = self._held.copied()
        copied.drop_before(at_us - self.window_us + 1)
        return copied.total()
