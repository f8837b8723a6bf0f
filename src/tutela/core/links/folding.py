"""A text as links are looked for in it, and which of its characters each sign comes from.

Signs that are not seen go away, and what is but another form of plain ASCII (wide letters, letters of mathematics) is
that. Everything else stays: what a browser does with a letter of another script is its own to say. Wide punctuation
stays as well, since it ends a link in the scripts that write it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import category, normalize

_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_ENDS_A_LINK = frozenset("\uff0c\uff01\uff1f\uff1b\uff08\uff09\uff02\uff07\u3001\u3002\u300c\u300d")
_SELECTORS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))


@dataclass(frozen=True, slots=True)
class Folded:
    """A text without its disguise of single signs."""

    original: str
    text: str
    origins: Sequence[int] | None = None  #: of each sign its character in the original; none where nothing moved

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a part that is not empty lies in the original."""
        if self.origins is None:
            return start, end
        return self.origins[start], self.origins[end - 1] + 1


def folded(text: str) -> Folded:
    """Return *text* as links are looked for in it."""
    if text.isascii():
        return Folded(text, text)
    changed = {sign: plain for sign in set(text) if not sign.isascii() and (plain := plain_of(sign)) != sign}
    if not changed:
        return Folded(text, text)
    if all(len(plain) == 1 for plain in changed.values()):
        return Folded(text, text.translate({ord(sign): plain for sign, plain in changed.items()}))
    parts: list[str] = []
    origins: list[int] = []
    for at, sign in enumerate(text):
        plain = changed.get(sign, sign)
        parts.append(plain)
        origins += (at,) * len(plain)
    return Folded(text, "".join(parts), origins)


@lru_cache(8192)
def plain_of(sign: str) -> str:
    """Return one character as it is compared: nothing where it is not seen."""
    if sign in _ENDS_A_LINK:
        return sign
    code = ord(sign)
    if sign in _UNSEEN or any(first <= code <= last for first, last in _SELECTORS) or category(sign) == "Cf":
        return ""
    found = normalize("NFKC", sign)
    return found if found.isascii() else sign
