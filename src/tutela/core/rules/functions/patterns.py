"""Patterns in texts, by RE2: the time it takes grows with the text, and never with how the pattern is written."""

from collections.abc import Callable
from functools import lru_cache

import re2  # type: ignore[import-untyped]  # it ships without types

MAX_MEMORY_BYTES = 1 << 20
"""Of one compiled pattern with all that it keeps while it searches."""

_MOST_KEPT = 8_192

Search = Callable[[bytes], object]
"""Return something true where the pattern is in a text, which is given as `encoded` makes it."""


def _options() -> re2.Options:
    options = re2.Options()
    options.max_mem = MAX_MEMORY_BYTES
    options.log_errors = False
    options.case_sensitive = True  # `(?i)` at its beginning says otherwise
    options.never_capture = True  # only whether it is there is asked
    return options


@lru_cache(maxsize=_MOST_KEPT)
def compiled(pattern: str) -> Search:
    """Return the search for *pattern*: each is compiled once, whatever number of rules holds it.

    Raises:
        ValueError: It is none, in the words of RE2.
    """
    try:
        # Bytes on both sides: RE2 reads them as UTF-8 all the same, and one text is encoded once for all patterns.
        search: Search = re2.compile(pattern.encode(), _options()).search
    except re2.error as error:
        said = error.args[0]
        raise ValueError(said.decode(errors="replace") if isinstance(said, bytes) else str(said)) from None
    return search


def encoded(text: str) -> bytes:
    """Return *text* as patterns read it. Half characters, which have no form in UTF-8, become question marks."""
    return text.encode("utf-8", "replace")


def matches(text: str, pattern: str) -> bool:
    """Return whether *pattern* is somewhere in *text*."""
    return compiled(pattern)(encoded(text)) is not None
