"""JSON Pointers: where in an answer something is. Source: RFC 6901, sections 3 to 5; the form in a string, not `#`."""

import re
from dataclasses import dataclass
from typing import Any

MAX_POINTER_CHARACTERS = 500
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_ESCAPED = re.compile(r"~(?![01])")


class NothingThereError(Exception):
    """There is nothing at this place."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A place in a JSON document."""

    text: str
    parts: tuple[str, ...]

    def find(self, document: Any) -> Any:
        """Return what is at this place of *document*.

        Raises:
            NothingThereError: Nothing is.
        """
        here = document
        for part in self.parts:
            if isinstance(here, dict) and part in here:
                here = here[part]
            elif isinstance(here, list) and _INDEX.fullmatch(part) and int(part) < len(here):
                here = here[int(part)]
            else:
                raise NothingThereError
        return here


def parse_pointer(text: str) -> Pointer:
    """Return a pointer.

    Raises:
        ValueError: It is none; the message says why.
    """
    if len(text) > MAX_POINTER_CHARACTERS:
        raise ValueError(f"a JSON Pointer is at most {MAX_POINTER_CHARACTERS} characters long")
    if text and not text.startswith("/"):
        raise ValueError("a JSON Pointer begins with `/`, as in /results/0/score")
    if _ESCAPED.search(text):
        raise ValueError("in a JSON Pointer `~` is written as ~0, and `/` in a name as ~1")
    # ~1 before ~0, or ~01 would become a slash.
    parts = (part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:])
    return Pointer(text, tuple(parts))
