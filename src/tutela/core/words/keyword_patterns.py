"""Patterns of a bank, all in one go by RE2: linear in the text, whatever is written in them."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

import re2  # type: ignore[import-untyped]  # it ships without types

from tutela.errors import BadInput

MAX_PATTERNS: Final = 1_000
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
        compiled = re2.compile(pattern.encode("utf-8", "replace"), _options(_MEMORY_BYTES))
    except re2.error:
        raise BadInput("RE2 cannot read this pattern", place="term") from None
    if compiled.search(b"") is not None:
        raise BadInput("this pattern is in every text", place="term")


class Patterns:
    """Patterns by number."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Compile them, each alone and all together.

        Raises:
            tutela.errors.BadInput: There are too many, or one is none.
        """
        if len(patterns) > MAX_PATTERNS:
            raise BadInput(f"a bank has {MAX_PATTERNS} patterns at most")
        for pattern in patterns:
            check_pattern(pattern)
        self._each = [re2.compile(each.encode("utf-8", "replace"), _options(_MEMORY_BYTES)) for each in patterns]
        self._all = re2.Set.SearchSet(_options(_SET_MEMORY_BYTES))
        for pattern in patterns:
            self._all.Add(pattern.encode("utf-8", "replace"))
        # When its memory does not do, RE2 answers as if nothing were found. An empty pattern is always found, or RE2
        # has failed, and then each is asked alone.
        self._always = self._all.Add(b"")
        self._all.Compile()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._each)

    def find(self, text: str) -> Iterator[PatternPlace]:
        """Yield places in a folded text, of each pattern the first `MAX_PLACES`."""
        if not self._each:
            return
        encoded = text.encode("utf-8", "replace")
        found = set(self._all.Match(encoded))
        numbers = sorted(found - {self._always}) if self._always in found else range(len(self._each))
        for number in numbers:
            done, counted = 0, 0
            for match in islice(self._each[number].finditer(encoded), MAX_PLACES):
                start, end = match.span()
                counted += len(encoded[done:start].decode("utf-8", "replace"))
                size = len(encoded[start:end].decode("utf-8", "replace"))
                done = start
                if size:
                    yield PatternPlace(number, counted, counted + size)
