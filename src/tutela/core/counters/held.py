"""What every form has in common in which a window's events are held."""

import sys
from array import array
from typing import Protocol, Self

_IS_SWAPPED = sys.byteorder == "big"


class Held(Protocol):
    """Events of one window. The window says which of them still count; the form says how they are kept."""

    @property
    def form(self) -> int:
        """Return by what its bytes are told from others."""
        ...

    def __init__(self, window_us: int, /) -> None:
        """Hold nothing."""
        ...

    def __len__(self) -> int:
        """Return how many entries are kept; none is none of any kind."""
        ...

    def drop_before(self, first_us: int) -> None:
        """Let go of what happened before a moment."""
        ...

    def plus(self, at_us: int, value: int, amount: float) -> "Held":
        """Add one event and return what holds it from now on: itself, or a smaller form where it became too large."""
        ...

    def total(self) -> float:
        """Return what is counted."""
        ...

    def copied(self) -> "Held":
        """Return the same, to be added to by itself."""
        ...

    def pack(self) -> bytes:
        """Return its bytes."""
        ...

    @classmethod
    def unpack(cls, window_us: int, newest_us: int, packed: bytes) -> Self:
        """Return what was packed.

        Raises:
            tutela.errors.CounterDamaged: It cannot have been.
        """
        ...


def to_bytes(column: "array[int] | array[float]") -> bytes:
    """Return a column of eight-byte numbers, the lowest byte first on every machine."""
    if _IS_SWAPPED:
        column = array(column.typecode, column)
        column.byteswap()
    return column.tobytes()


def whole_numbers(packed: bytes, typecode: str = "q") -> "array[int]":
    """Return a column of whole numbers; the length was checked."""
    column: array[int] = array(typecode, packed)
    if _IS_SWAPPED:
        column.byteswap()
    return column


def numbers(packed: bytes) -> "array[float]":
    """Return a column of numbers; the length was checked."""
    column = array("d", packed)
    if _IS_SWAPPED:
        column.byteswap()
    return column
