"""What becomes of single characters: folded, parted into words, read as the letter for which they may stand.

Each table fills itself as characters are met, up to `_MOST_KEPT`: nothing is computed at the start, and no text of a
hundred thousand different characters can fill memory.
"""

import re
from typing import Final
from unicodedata import category, combining, digit, name, normalize

from tutela.core.words.confusable_letters import LATIN_FOR

MARK: Final = "\ufdd0"
"""Stands before each combining mark while a text is folded. No character, so none is lost by it."""

UNREADABLE: Final = "\N{REPLACEMENT CHARACTER}"
"""In place of half characters and of what Unicode says is none."""

_MOST_KEPT: Final = 1 << 16
_MOST_ROUNDS: Final = 4

_VISIBLE_CONTROLS: Final = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85")
_BLANK: Final = frozenset("\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u2065\u0640\u180b\u180c\u180d\u180f")
"""Letters and marks without a look of their own, and the Arabic stretcher. Source: DerivedCoreProperties.txt."""

_OVERLAYS: Final = ((0x0334, 0x0338), (0x20D0, 0x20FF), (0xFE00, 0xFE0F), (0xE0000, 0xE0FFF), (0x1F3FB, 0x1F3FF))
"""Marks that only strike a letter through or ring it, variation selectors, tags, shades of skin."""

_FIRST_FLAG_LETTER: Final = 0x1F1E6
_LAST_FLAG_LETTER: Final = 0x1F1FF
_NO_CHARACTERS: Final = ((0xFDD0, 0xFDEF),)
_LAST_OF_PLANE: Final = 0xFFFE  #: the last two numbers of each plane are no characters
_LATER_PARTS: Final = ((0x1161, 0x1175), (0x11A8, 0x11C2), (0x16D63, 0x16D6A))
"""Letters that join the one before: later parts of Hangul syllables, and vowels of Kirat Rai."""

_AS_LETTER: Final = re.compile(
    r"(?:LATIN LETTER SMALL CAPITAL|(?:CROSSED )?NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER) ([A-Z])$"
)
_WITH_STROKE: Final = re.compile(r"LATIN SMALL LETTER ([A-Z]) WITH ")
_WITHOUT_SPACES: Final = re.compile(
    r"CJK|IDEOGRAPH|HIRAGANA|KATAKANA|BOPOMOFO|THAI |LAO |KHMER |MYANMAR |TIBETAN |YI SYLL|NUSHU|TANGUT|VERTICAL"
)
_LOSE_MARKS: Final = ("LATIN ", "GREEK ", "ARABIC ", "HEBREW ")
_LOST_MARKS: Final = ("COMBINING ", "ARABIC ", "HEBREW ")

SIGNS: Final[dict[str, str]] = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "il", "|": "il", "+": "t", "\u20ac": "e", "\xa2": "c", "I": "il",
}  # fmt: skip
"""Digits and signs, and the letters that each may stand for. The capital I is one: it looks like a small L."""


def _within(number: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= number <= last for first, last in ranges)


def is_invisible(sign: str) -> bool:
    """Return whether nothing, or nothing of its own, is seen of a character."""
    if sign in _BLANK or _within(ord(sign), _OVERLAYS):
        return True
    kind = category(sign)
    return kind in {"Cf", "Me"} or (kind == "Cc" and sign not in _VISIBLE_CONTROLS)


def is_joining(sign: str) -> bool:
    """Return whether a character belongs to the one before it: a mark, or a later part of a syllable."""
    return category(sign)[0] == "M" or combining(sign) != 0 or _within(ord(sign), _LATER_PARTS)


def without_case(sign: str) -> str:
    """Return a character, or a few, in compatible form (NFKC) and case folded: all that it may grow to is 18."""
    for _ in range(_MOST_ROUNDS):
        before, sign = sign, normalize("NFKC", normalize("NFKC", sign).casefold())
        if sign == before:
            break
    return sign


def latin_for(sign: str) -> str:
    """Return the Latin letter or the digit that a folded character looks like; itself where it looks like none."""
    if sign.isascii() or sign in LATIN_FOR:
        return LATIN_FOR.get(sign, sign)
    kind = category(sign)
    if kind in {"Nd", "No"}:
        value = digit(sign, None)
        return sign if value is None else str(value)
    found = _AS_LETTER.match(name(sign, "")) if kind in {"Ll", "So"} else None
    return found[1].lower() if found else sign


def composed(signs: str) -> str:
    """Return a letter and its marks in composed form, without the dot that an i has anyway."""
    if signs[:1] in {"i", "j"}:
        signs = signs.replace("\N{COMBINING DOT ABOVE}", "")
    return normalize("NFC", signs)


def folded(sign: str) -> str:
    """Return what one character becomes, each mark that joins the letter before it behind a `MARK`."""
    number, kind = ord(sign), category(sign)
    if kind == "Lo" and _is_settled(sign):
        return sign
    if kind == "Cs" or number & _LAST_OF_PLANE == _LAST_OF_PLANE or _within(number, _NO_CHARACTERS):
        return UNREADABLE
    if kind in {"Cn", "Co"}:
        return "" if is_invisible(sign) else sign
    return "" if is_invisible(sign) else _folded(sign)


def _folded(sign: str) -> str:
    number = ord(sign)
    if _FIRST_FLAG_LETTER <= number <= _LAST_FLAG_LETTER:
        return f" {chr(ord('a') + number - _FIRST_FLAG_LETTER)} "  # alone: a flag must not grow together with a word
    parts = (part for part in normalize("NFD", without_case(sign)) if not is_invisible(part))
    plain = "".join(latin_for(part) for part in parts)
    return "".join(MARK + part if is_joining(part) else part for part in composed(plain))


def _is_settled(sign: str) -> bool:
    """Return whether nothing is to be done about a letter without case: most of those that there are."""
    return (
        sign not in LATIN_FOR
        and sign not in _BLANK
        and not _within(ord(sign), _LATER_PARTS)
        and normalize("NFKD", sign) == sign == sign.casefold()
    )


def word_part(sign: str) -> str:
    """Return a folded character as it stands in words: itself, alone between spaces (a picture), or a space."""
    kind = category(sign)
    if kind[0] in "LMN":
        return sign
    return f" {sign} " if kind == "So" and sign != UNREADABLE else " "


def without_accent(sign: str) -> str:
    """Return the letter below accents and strokes. Marks that make another letter stay: Cyrillic, scripts of India."""
    if sign.isascii():
        return sign
    called = name(sign, "")
    if category(sign) == "Mn":
        return "" if called.startswith(_LOST_MARKS) else sign
    if called.startswith(_LOSE_MARKS):
        stroke = _WITH_STROKE.match(called)
        return stroke[1].lower() if stroke else normalize("NFD", sign)[0]
    return sign


def deep_letter(sign: str) -> str:
    """Return the letter for which a folded character, or a sign, may stand; i and l are one, because 1 is either."""
    letter = SIGNS[sign][0] if sign in SIGNS else without_accent(sign)
    return "i" if letter == "l" else letter


def stands_alone(sign: str) -> bool:
    """Return whether a character is a word, or part of one, without spaces around it: Chinese, Thai, pictures."""
    return not sign.isascii() and (category(sign) == "So" or _WITHOUT_SPACES.match(name(sign, "")) is not None)


class Folds(dict[int, str]):
    """What each character becomes."""

    def __missing__(self, number: int) -> str:
        """Work it out."""
        return self.keep(number, folded(chr(number)))

    def keep(self, number: int, becomes: str) -> str:
        """Remember it, while there is room."""
        if len(self) < _MOST_KEPT:
            self[number] = becomes
        return becomes


class WordParts(Folds):
    """What each folded character is in words; *kept* signs are letters."""

    def __init__(self, kept: str = "") -> None:
        super().__init__({ord(sign): sign for sign in kept})

    def __missing__(self, number: int) -> str:
        """Work it out."""
        return self.keep(number, word_part(chr(number)))


class DeepLetters(Folds):
    """For which letter each character may stand."""

    def __missing__(self, number: int) -> str:
        """Work it out."""
        return self.keep(number, " " if number == ord(" ") else deep_letter(chr(number)))


class Bases(Folds):
    """Each letter without its accents."""

    def __missing__(self, number: int) -> str:
        """Work it out."""
        return self.keep(number, without_accent(chr(number)))


FOLDS: Final = Folds()
WORD_PARTS: Final = WordParts()
DEEP_LETTERS: Final = DeepLetters()
BASES: Final = Bases()
