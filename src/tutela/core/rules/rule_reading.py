"""What the parts of a rule file are read with: each mistake is kept with its place, and reading goes on behind it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from tutela.core.rules.problems import MAX_PROBLEMS, Problem, did_you_mean, nearest, quoted
from tutela.core.rules.rule import NAME, NAME_IS
from tutela.core.rules.rule_yaml import Node, Scalar, Series, Table
from tutela.core.units import Duration

_Known = TypeVar("_Known")

_DURATION = re.compile(r"([1-9][0-9]{0,5})(s|m|h|d|w)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Mistake(Exception):  # noqa: N818  # a step of reading, never an error of the product: `Reading` keeps what it tells
    """What stands here cannot be used."""

    def __init__(self, node: Node, message: str, hint: str = "") -> None:
        """Keep the problem with its place."""
        super().__init__(message)
        self.problem = Problem(node.start, max(node.end, node.start + 1), message, hint)


class Told(Exception):  # noqa: N818  # as above
    """What stands here cannot be used, and what is wrong with it was kept already."""


class Enough(Exception):  # noqa: N818  # as above
    """So many mistakes were found that reading goes no further: each takes a search for the nearest name."""


@dataclass(slots=True)
class Reading:
    """The mistakes that were found so far."""

    problems: list[Problem] = field(default_factory=list)
    _meant: set[tuple[int, str]] = field(default_factory=set)  #: where a table begins, and a key that is misspelt in it

    def wrong(self, node: Node, message: str, hint: str = "") -> None:
        """Keep a mistake.

        Raises:
            Enough: There are as many as are told.
        """
        self._keep(Mistake(node, message, hint))

    @contextmanager
    def part(self) -> Iterator[None]:
        """Read a part: its mistake is kept, and what comes after it is read all the same."""
        try:
            yield
        except Mistake as mistake:
            self._keep(mistake)
        except Told:
            return

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Read what is made of several parts, each in a `part` of its own.

        Raises:
            Told: One of them was wrong, so that nothing can be made of them.
        """
        before = len(self.problems)
        yield
        if len(self.problems) > before:
            raise Told

    def keys(self, node: Table, known: Iterable[str]) -> None:
        """Keep a mistake for each key that is not *known*."""
        words = list(known)
        for key, (at, _) in node.pairs.items():
            if key not in words:
                missing = [word for word in words if word not in node.pairs]
                self._meant.update((node.start, word) for word in (nearest(key, missing),) if word)
                self.wrong(
                    at, f"there is no key {quoted(key)} here", did_you_mean(key, words, f"known are {_list(words)}")
                )

    def is_meant(self, node: Table, key: str) -> bool:
        """Return whether another key that was told stands probably for *key*."""
        return (node.start, key) in self._meant

    def needed(self, node: Table, key: str, what: str) -> Node:
        """Return what is said under *key*.

        Raises:
            Mistake: It is not there.
            Told: Another key stands probably for it.
        """
        if self.is_meant(node, key):
            raise Told
        return needed(node, key, what)

    def _keep(self, mistake: Mistake) -> None:
        self.problems.append(mistake.problem)
        if len(self.problems) >= MAX_PROBLEMS:
            raise Enough


def table(node: Node, what: str) -> Table:
    """Return *node*, which must be a table."""
    if not isinstance(node, Table):
        raise Mistake(node, f"{what} is a table", "write `key: value`")
    return node


def series(node: Node, what: str, *, most: int) -> list[Node]:
    """Return the items of *node*, which must be a list of at most so many."""
    if not isinstance(node, Series):
        raise Mistake(node, f"{what} is a list", "begin each with `- `")
    if len(node.items) > most:
        raise Mistake(node.items[most], f"these are more than {most}", "leave some out, or write another rule")
    return node.items


def needed(node: Table, key: str, what: str) -> Node:
    """Return what is said under *key*."""
    if key not in node.pairs:
        raise Mistake(node, f"{what} needs `{key}`", f"add `{key}: `")
    return node.pairs[key][1]


def scalar(node: Node) -> Scalar:
    """Return *node*, which must be a word and not be empty."""
    if not isinstance(node, Scalar) or not node.value.strip():
        raise Mistake(node, "a text is expected here")
    return node


def text(node: Node, *, most: int) -> str:
    """Return a text of at most so many characters, without blanks at its ends."""
    found = scalar(node).value.strip()
    if len(found) > most:
        raise Mistake(node, f"this is longer than {most} characters")
    if _CONTROL.search(found):
        raise Mistake(node, "there are characters in it that cannot be shown")
    return found


def name(node: Node) -> str:
    """Return a name as rules, queues, labels and lists have them."""
    found = scalar(node).value
    if not NAME.fullmatch(found):
        raise Mistake(node, f"{quoted(found)} is no name", f"a name is {NAME_IS}")
    return found


def choice(node: Node, known: Mapping[str, _Known], what: str) -> _Known:
    """Return what the word at *node* stands for."""
    word = scalar(node).value
    if word not in known:
        raise Mistake(
            node, f"there is no {what} {quoted(word)}", did_you_mean(word, known, f"known are {_list(known)}")
        )
    return known[word]


def duration(node: Node) -> Duration:
    """Return a span of time."""
    found = _DURATION.fullmatch(scalar(node).value)
    if found is None:
        raise Mistake(node, "a span of time is expected here", "write it as 90s, 15m, 24h, 7d or 2w")
    return Duration(seconds=int(found[1]) * _SECONDS[found[2]])


def number(node: Node, *, most: int) -> int:
    """Return a whole number from 1."""
    word = scalar(node).value
    if not re.fullmatch("[0-9]{1,9}", word) or not 1 <= int(word) <= most:
        raise Mistake(node, f"a whole number from 1 to {most} is expected here")
    return int(word)


def said_duration(span: Duration) -> str:
    """Return a span as `duration` reads it, in the largest unit that divides it."""
    seconds = round(span.seconds)
    unit = next((unit for unit in ("w", "d", "h", "m") if seconds % _SECONDS[unit] == 0), "s")
    return f"{seconds // _SECONDS[unit]}{unit}"


def _list(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
