"""Patterns of a bank, all in one go by RE2: linear in the text, whatever is written in them."""

from collections.abc import Iterator, Sequence
from itertools import count, islice
from typing import Any, Final, NamedTuple

import re2  # type: ignore[import-untyped]  # it ships without types

from tutela.errors import BadInput

MAX_PATTERNS: Final = 1_000
"""Of one bank."""

MAX_PATTERN_CHARACTERS: Final = 1_000
MAX_PLACES: Final = 100
"""Of one pattern in one text; of more, the first."""

_MEMORY_BYTES: Final = 1 << 20
_SET_MEMORY_BYTES: Final = 64 << 20


class PatternPlace(NamedTuple):
    """Where a pattern is in a folded text."""

    number: int
    start: int
    end: int


def _options(memory_bytes: int) -> re2.Options:
    options = re2.Options()
    options.max_mem = memory_bytes
    options.log_errors = False
    options.never_capture = True
    return options


def check_pattern(pattern: str) -> None:
    """Refuse what is no pattern, or is one of nothing.

    Raises:
        tutela.errors.BadInput: As said, without the pattern: RE2's own words would repeat it.
    """
    if len(pattern) > MAX_PATTERN_CHARACTERS:
        raise BadInput(f"a pattern has {MAX_PATTERN_CHARACTERS} characters at most", place="term")
    try:
        compiled = re2.compile(_encoded(pattern), _options(_MEMORY_BYTES))
    except re2.error:
        raise BadInput("RE2 cannot read this pattern", place="term") from None
    if compiled.search(b"") is not None:
        raise BadInput("this pattern is in every text", place="term")


class Patterns:
    """Patterns by number."""

    def __init__(self, patterns: Sequence[str], *, memory_bytes: int = _SET_MEMORY_BYTES) -> None:
        """Compile them, each alone, and together where *memory_bytes* do for that.

        Raises:
            tutela.errors.BadInput: One is none.
        """
        for pattern in patterns:
            check_pattern(pattern)
        self._each = [re2.compile(_encoded(pattern), _options(_MEMORY_BYTES)) for pattern in patterns]
        self._together = [_together(some, memory_bytes) for some in _batched(patterns)]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._each)

    def find(self, text: str) -> Iterator[PatternPlace]:
        """Yield places in a folded text, of each pattern the first `MAX_PLACES`."""
        if not self._each:
            return
        encoded = _encoded(text)
        for number in self._in(encoded):
            done, counted = 0, 0
            for match in islice(self._each[number].finditer(encoded), MAX_PLACES):
                start, end = match.span()
                counted += len(encoded[done:start].decode("utf-8", "replace"))
                size = len(encoded[start:end].decode("utf-8", "replace"))
                done = start
                if size:
                    yield PatternPlace(number, counted, counted + size)

    def _in(self, encoded: bytes) -> Sequence[int]:
        """Return the numbers of patterns to be asked one by one."""
        numbers: list[int] = []
        for first, together in zip(count(step=MAX_PATTERNS), self._together, strict=False):
            size = min(MAX_PATTERNS, len(self._each) - first)
            found = set() if together is None else set(together.Match(encoded))
            numbers += (first + each for each in (sorted(found - {size}) if size in found else range(size)))
        return numbers


def _batched(patterns: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield as many patterns as one bank may have, and as RE2 takes together, at a time."""
    for first in range(0, len(patterns), MAX_PATTERNS):
        yield patterns[first : first + MAX_PATTERNS]


def _together(patterns: Sequence[str], memory_bytes: int) -> Any:
    """Return all patterns as one, or none where they are too large for that.

    When its memory does not do while it searches, RE2 answers as if nothing were found. The empty pattern behind all
    others is always found, or RE2 has failed, and then each is asked alone.
    """
    together = re2.Set.SearchSet(_options(memory_bytes))
    try:
        for pattern in (*patterns, ""):
            together.Add(_encoded(pattern))
        together.Compile()
    except re2.error:
        return None
    return together


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")
