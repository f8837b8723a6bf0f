"""Which steps led from a text to what hit, and where: the fewest, because each is told only where it was needed."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final, NamedTuple
from unicodedata import normalize

from tutela.core.words.characters import FOLDS, UNREADABLE, latin_for, without_case

MAX_STEPS: Final = 64
"""Steps told of one hit; of more, the first."""

_CAPITALS: Final = re.compile("[A-Z]+")
_MOST_LOOKED_AT: Final = 4_096


class Step(StrEnum):
    """What had to be done to a text before a keyword was in it."""

    CASE = "case"  #: a capital
    COMPATIBLE = "compatible"  #: another form of the same letter: full width, mathematical, a ligature
    INVISIBLE = "invisible"  #: what cannot be seen was taken out
    LOOKALIKE = "lookalike"  #: a letter of another script, or a sign, that looks like this one
    SCRIPT = "script"  #: the whole word is written in another script
    ACCENT = "accent"  #: an accent more, or less, than the keyword has
    SIGN = "sign"  #: a digit or sign stands for a letter
    REPEAT = "repeat"  #: letters are repeated
    SPACING = "spacing"  #: the letters stand apart


ORDINARY: Final = frozenset({Step.CASE, Step.COMPATIBLE, Step.ACCENT})
"""What people do without hiding anything."""

_ORDER: Final = {step: place for place, step in enumerate(Step)}


class Used(NamedTuple):
    """One step, and the span in the original in which it was needed."""

    step: Step
    start: int
    end: int


def of_character(sign: str) -> Iterator[Step]:
    """Yield the steps by which folding changed one character."""
    if sign.isascii() and FOLDS[ord(sign)]:
        if sign.isupper():
            yield Step.CASE
        return
    becomes = FOLDS[ord(sign)]
    if becomes in {"", UNREADABLE}:
        yield Step.INVISIBLE
        return
    compatible = normalize("NFKC", sign)
    if compatible != normalize("NFC", sign):
        yield Step.COMPATIBLE
    if compatible.casefold() != compatible:
        yield Step.CASE
    if becomes[0] == " " or any(latin_for(part) != part for part in normalize("NFD", without_case(sign))):
        yield Step.LOOKALIKE


def of_folding(original: str, start: int, end: int) -> Iterator[Used]:
    """Yield what folding did within a span of the original, in its first `_MOST_LOOKED_AT` characters."""
    end = min(end, start + _MOST_LOOKED_AT)
    piece = original[start:end]
    if piece.isascii() and piece.isprintable():
        for found in _CAPITALS.finditer(piece):
            yield Used(Step.CASE, start + found.start(), start + found.end())
        return
    for place in range(start, end):
        for step in of_character(original[place]):
            yield Used(step, place, place + 1)


def gathered(steps: Iterable[Used]) -> tuple[Used, ...]:
    """Return steps with neighbours of a kind as one, in order of kind and place, `MAX_STEPS` at most."""
    told = set(steps)
    if len(told) < 2:  # noqa: PLR2004  # nothing to put together
        return tuple(told)
    done: list[Used] = []
    for each in sorted(told, key=lambda used: (_ORDER[used.step], used.start, used.end)):
        if done and done[-1].step is each.step and each.start <= done[-1].end:
            done[-1] = Used(each.step, done[-1].start, max(each.end, done[-1].end))
        elif len(done) < MAX_STEPS:
            done.append(each)
    return tuple(done)
