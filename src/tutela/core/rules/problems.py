"""What is wrong with a condition, where, and what to write instead: shown as a good compiler shows it."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from tutela.core.rules.syntax import Span
from tutela.errors import Positioned, RuleProblem

MAX_PROBLEMS = 20
"""That are told of one condition: after so many, the rest follows from the first."""

_LONGEST_NAME = 64
_SHOWN_BEFORE, _SHOWN_AFTER = 100, 60
"""Characters of a long line around the place."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake."""

    start: int  #: the first character of what is wrong, from 0
    end: int  #: the first one after it
    message: str
    hint: str = ""  #: what to write instead; empty where there is nothing to say

    @classmethod
    def at(cls, span: Span, message: str, hint: str = "") -> "Problem":
        """Return a problem with what stands at *span*."""
        return cls(span.start, span.end, message, hint)


def refusal(problems: Iterable[Problem], source: str) -> RuleProblem:
    """Return the error that tells *problems*, the first in the text first."""
    told = sorted(set(problems))[:MAX_PROBLEMS]
    line, column = place_of(told[0].start, source)
    return RuleProblem(told, place=f"line {line}, column {column}")


def place_of(offset: int, source: str) -> tuple[int, int]:
    """Return line and column of a character, both from 1."""
    before = source[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def render(problem: Problem, source: str, name: str) -> str:
    """Return *problem* as it is printed: message, the line with what is wrong underlined, and the hint."""
    line, column = place_of(problem.start, source)
    before, wrong, after = excerpt(problem, source)
    gutter = " " * len(str(line))
    shown = [
        f"{name}:{line}:{column}: {problem.message}",
        f"{gutter} |",
        f"{line} | {_visible(before + wrong + after)}".rstrip(),
        f"{gutter} | {' ' * _width(before)}{'^' * max(1, _width(wrong))}",
    ]
    if problem.hint:
        shown.append(f"{gutter} = {problem.hint}")
    return "\n".join(shown)


def excerpt(problem: Positioned, source: str) -> tuple[str, str, str]:
    """Return of the line with what is wrong: something before it, the beginning of it, and something after it."""
    line, column = place_of(problem.start, source)
    text = source.split("\n")[line - 1]
    start = column - 1
    length = max(1, min(problem.end - problem.start, len(text) - start))
    wrong = text[start : start + min(length, _SHOWN_AFTER)]
    return text[max(0, start - _SHOWN_BEFORE) : start], wrong, text[start + len(wrong) :][:_SHOWN_AFTER]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the one of *known* that is most like *word*; none where none is like it."""
    if len(word) > _LONGEST_NAME:
        return None
    found: Sequence[str] = get_close_matches(word, sorted(known), n=1)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return a hint at the nearest of *known*, or *otherwise*."""
    alike = nearest(word, known)
    return otherwise if alike is None else f"did you mean `{alike}`?"


def quoted(text: str) -> str:
    """Return the beginning of *text* as a message may show it: in back quotes, on one line."""
    short = text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}..."
    return f"`{_visible(short)}`"


def _visible(text: str) -> str:
    return "".join(
        " " if char == "\t" else char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text
    )


def _width(text: str) -> int:
    """Return how many columns *text* takes on a screen."""
    return sum(_columns(char) for char in _visible(text))


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
