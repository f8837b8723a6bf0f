"""Texts as they are compared: folded, in words, and each character's place in the original. Pure, linear, any text.

Folding is NFKC, case folding, without invisible characters, with letters of other scripts that look like a Latin one
read as that. All of it goes by character and the marks behind it, so that each folded character has a span in the
original; those spans are worked out only when somebody asks for them.
"""

import re
from array import array
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple
from unicodedata import normalize

from tutela.core.words.characters import FOLDS, MARK, WORD_PARTS, WordParts, composed

MAX_MARKS: Final = 16
"""Combining marks of one letter that are kept. No script needs more, and to sort thousands would take its time."""

MAX_GROWTH: Final = 18
"""Characters that one may become (U+FDFA)."""

_CHANGING: Final = re.compile(r"[^\t-\r\x1c-@\[-~]+")
_NOT_ASCII_SIGN: Final = re.compile(r"[^\w\x00-\x7f]")
_TOKEN: Final = re.compile(r"[^\W_]+|[^\w\x00-\x7f]")
_CLUSTER: Final = re.compile(f"[^{MARK}]?(?:{MARK}[^{MARK}])+")
_LETTERS: Final = re.compile(f"[^{MARK}](?:{MARK}[^{MARK}])*")
_SPANS: Final = re.compile(r"[^ ]+")
_FLAT: Final = {
    code: "" if not FOLDS[code] else WORD_PARTS[ord(FOLDS[code])] if FOLDS[code] != " " else " " for code in range(128)
}
"""Of ASCII, folding and parting in one step."""

_Places = tuple[Sequence[int], Sequence[int]]


class Word(NamedTuple):
    """A folded word and its span in the original, in characters."""

    text: str
    start: int
    end: int


def _cluster(signs: str) -> str:
    """Return a letter with its marks, each behind a `MARK`, in composed form."""
    apart = normalize("NFD", signs[: 1 + 2 * MAX_MARKS].replace(MARK, ""))
    return composed(apart[: 1 + MAX_MARKS])


def _by_character(found: re.Match[str]) -> str:
    return found[0].translate(FOLDS)


def fold(text: str) -> str:
    """Return *text* folded. Idempotent; never an exception; at most `MAX_GROWTH` times as long."""
    if text.isascii():
        return text.lower() if text.isprintable() else text.translate(FOLDS)
    # Most of most texts stays as it is, and is not looked up character by character.
    done = _CHANGING.sub(_by_character, text)
    return _CLUSTER.sub(lambda found: _cluster(found[0]), done) if MARK in done else done


class Folded:
    """A text, folded; and where each folded character comes from."""

    __slots__ = ("_odd", "_places", "_spans", "_words", "original", "text")

    def __init__(self, original: str) -> None:
        self.original = original
        self.text = fold(original)
        self._words: list[str] | None = None
        self._spans: list[tuple[int, int]] | None = None
        self._places: _Places | None = None
        self._odd: tuple[set[str], bool] | None = None

    @property
    def _odd_signs(self) -> tuple[set[str], bool]:
        """Return which characters beyond ASCII are no part of words, and whether any is a mark."""
        if self._odd is None:
            signs = set() if self.text.isascii() else set(_NOT_ASCII_SIGN.findall(self.text))
            parts = {sign: WORD_PARTS[ord(sign)] for sign in signs}
            passed_over = {sign for sign, part in parts.items() if part == " "}
            self._odd = passed_over, any(sign == part for sign, part in parts.items())
        return self._odd

    @property
    def has_marks(self) -> bool:
        """Return whether there are marks that are in no letter's composed form."""
        return self._odd_signs[1]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span in the original of folded characters, at least one."""
        if self._places is None:
            self._places = _places(self.original, len(self.text))
        starts, ends = self._places
        return starts[start], ends[end - 1]

    @property
    def words(self) -> list[str]:
        """Return the words: letters, marks and digits without anything between; each picture is one."""
        if self._words is None:
            self._words = self._parted()
        return self._words

    def _parted(self) -> list[str]:
        """Return the words. Without marks these are runs of letters and digits, which is faster to see."""
        if self.original.isascii():
            return self.original.translate(_FLAT).split()
        passed_over, has_marks = self._odd_signs
        if has_marks:
            return self.text.translate(WORD_PARTS).split()
        tokens: list[str] = _TOKEN.findall(self.text)
        return [token for token in tokens if token not in passed_over] if passed_over else tokens

    @property
    def word_spans(self) -> list[tuple[int, int]]:
        """Return where each word is in the folded text."""
        if self._spans is None:
            passed_over, has_marks = self._odd_signs
            if has_marks:
                self._spans = spans_of(self.text, WORD_PARTS)
            else:
                tokens = _TOKEN.finditer(self.text)
                self._spans = [found.span() for found in tokens if found[0] not in passed_over]
        return self._spans


def spans_of(text: str, parts: WordParts) -> list[tuple[int, int]]:
    """Return where each word of a folded text is."""
    flat = text.translate(parts)
    if len(flat) == len(text):
        return [found.span() for found in _SPANS.finditer(flat)]
    return list(_spans_with_pictures(text, parts))


def _spans_with_pictures(text: str, parts: WordParts) -> Iterator[tuple[int, int]]:
    begun = None
    for place, sign in enumerate(text):
        part = parts[ord(sign)]
        if part == sign != " ":
            begun = place if begun is None else begun
            continue
        if begun is not None:
            yield begun, place
            begun = None
        if part != " ":
            yield place, place + 1
    if begun is not None:
        yield begun, len(text)


def words_of(text: str | Folded) -> tuple[Word, ...]:
    """Return the folded words of a text with their spans in the original."""
    read = Folded(text) if isinstance(text, str) else text
    return tuple(Word(word, *read.span(*span)) for word, span in zip(read.words, read.word_spans, strict=True))


def _places(original: str, size: int) -> _Places:
    """Return first and end of each folded character, *size* in all, in the original, by the same steps as `fold`."""
    if size == len(original) and original.isascii():
        return range(size), range(1, size + 1)
    if MARK in original.translate(FOLDS):
        return _places_with_marks(original)
    sizes = [len(FOLDS[number]) for number in map(ord, original)]
    if sizes.count(1) == len(sizes):
        return range(len(sizes)), range(1, len(sizes) + 1)
    starts = array("q", (place for place, size in enumerate(sizes) for _ in range(size)))
    return starts, array("q", (place + 1 for place in starts))


def _places_with_marks(original: str) -> _Places:
    starts, ends = array("q"), array("q")
    cluster, first, last = "", 0, 0
    for place, sign in enumerate(original):
        becomes = FOLDS[ord(sign)]
        if not becomes:
            continue
        if becomes[0] != MARK:
            _put(starts, ends, cluster, first, last)
            first = place
            *before, cluster = _LETTERS.findall(becomes)
            for each in before:
                _put(starts, ends, each, place, place + 1)
        elif not cluster:
            first, cluster = place, becomes
        elif len(cluster) <= 2 * MAX_MARKS:
            cluster += becomes
        last = place + 1
    _put(starts, ends, cluster, first, last)
    return starts, ends


def _put(starts: "array[int]", ends: "array[int]", cluster: str, first: int, last: int) -> None:
    if cluster:
        size = len(_cluster(cluster)) if MARK in cluster else 1
        starts.extend([first] * size)
        ends.extend([last] * size)
