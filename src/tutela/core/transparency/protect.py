"""Small numbers in public: what counts one to four people is told as "<5", and no total gives it back.

Our own rule, for the public page. The files of the EU carry the numbers that the law demands.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key")

FEW = 5
"""Below this, and above nothing, a number may be somebody."""

_SURE = 2
"""Of each hidden number at least two values must be possible."""


@dataclass(frozen=True, slots=True)
class Shown(Generic[Key]):
    """A breakdown as it is told. A hidden part is either few, or withheld so that the few cannot be worked out."""

    parts: Mapping[Key, int | None]  #: none where it is hidden
    few: frozenset[Key]  #: hidden because they are fewer than five
    total: int | None  #: none where it would give a hidden part away, or is few itself


def is_few(count: int) -> bool:
    """Return whether a number is not told."""
    return 0 < count < FEW


def shown(parts: Mapping[Key, int]) -> Shown[Key]:
    """Return *parts* and their total as they may be told in public.

    What is few is hidden. Whoever takes the rest from the total learns the sum of what is hidden; so more is hidden,
    the smallest first, until each hidden few could be two numbers at least. Where nothing is left to hide, it is the
    total.
    """
    few = frozenset(key for key, count in parts.items() if is_few(count))
    total = sum(parts.values())
    if not few:
        return Shown(dict(parts), few, None if is_few(total) else total)
    withheld: list[Key] = []
    # Of equal numbers the first is taken: the same figures are told alike each time.
    left = sorted((key for key, count in parts.items() if count >= FEW), key=lambda key: parts[key])
    while not _is_safe(few, withheld, parts) and left:
        withheld.append(left.pop(0))
    hidden = few | set(withheld)
    told = {key: None if key in hidden else count for key, count in parts.items()}
    return Shown(told, few, total if _is_safe(few, withheld, parts) and not is_few(total) else None)


def _is_safe(few: frozenset[Key], withheld: list[Key], parts: Mapping[Key, int]) -> bool:
    """Return whether whoever knows the rule and the sum of what is hidden is left with two numbers for each few."""
    hidden = sum(parts[key] for key in (*few, *withheld))
    lowest = len(few) - 1 + FEW * len(withheld)  #: what the others come to at least
    highest = None if withheld else (FEW - 1) * (len(few) - 1)
    possible = [
        value for value in range(1, FEW) if hidden - value >= lowest and (highest is None or hidden - value <= highest)
    ]
    return len(possible) >= _SURE
