"""Texts read as if digits, signs, repetitions and gaps stood for something else, and whether that is really so.

A deep reading is coarse: 1 is an i and an l, every run of a letter is one letter. It only proposes. `aligned` then asks
of each letter whether it may stand for the keyword's, and refuses what ordinary words do: *pool* is no *pol*.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby
from typing import Final, NamedTuple

from tutela.core.words.characters import BASES, DEEP_LETTERS, SIGNS, WORD_PARTS, WordParts
from tutela.core.words.folding import Folded, spans_of
from tutela.core.words.steps import Step

FEWEST_LETTERS: Final = 3
"""Of a keyword that is looked for in disguise: shorter ones are in every serial number."""

WIDEST_GAP: Final = 3
"""Characters between letters that stand apart; what stands further apart belongs to a formula or a list."""

REPEATED: Final = 3
"""A letter so many times in a row, or so many letters doubled in a word: no ordinary word does either."""

_IN_WORDS: Final = "@!|+\u20ac\xa2$"
_ODD: Final = re.compile(f"[0-9{_IN_WORDS}]")
# Each of these begins with what is rare, because that is where the search is fast.
_INSIDE: Final = re.compile(
    rf"[{_IN_WORDS}](?:(?<=\w[{_IN_WORDS}])[{_IN_WORDS}]*(?=\w)|(?<=\$)(?<!\w\$)(?=[^\W\d_])|(?<=[^\W\d_]\$)\$*)"
)
_NOT_INSIDE: Final = {ord(sign): " " for sign in _IN_WORDS}
_WITH_SIGNS: Final = WordParts(_IN_WORDS)
_MIXED: Final = re.compile(r"[0-9](?:(?<=[^\W\d_][0-9])|(?=[^\W\d_]))")
_APART: Final = re.compile(" . . . ")
_DOUBLED: Final = re.compile(r"([^ ])\1(?:\1|([^ ])\2)")
_OTHER: Final = re.compile(r"[^\W\x00-\x7f]")
_FOREIGN: Final = re.compile(r"[^\x00-\x7f]+")
_RUN: Final = re.compile(r"([^ ])\1+")
_INNER_CAPITAL: Final = re.compile(r"I(?<=[a-z]I)")

OWN_LETTERS: Final[dict[str, frozenset[str]]] = {
    language: frozenset(letters)
    for language, letters in {
        "es": "ñ", "gl": "ñ", "eu": "ñ", "de": "äöü", "sv": "åäö", "fi": "åäö", "et": "õäöüšž", "da": "æøå",
        "no": "æøå", "nb": "æøå", "nn": "æøå", "is": "ðþæö", "tr": "çğöşü", "az": "çğöşüə", "hu": "öőüű",
        "pl": "ąćęłńóśźż", "cs": "čďňřšťž", "sk": "čďľňšťž", "sl": "čšž", "hr": "čćđšž", "bs": "čćđšž",
        "lt": "ąčęėįšųūž", "lv": "āčēģīķļņšūž", "ro": "ăâîșț", "sq": "çë", "vi": "ăâđêôơư",
    }.items()
}  # fmt: skip
"""Letters with a mark that are letters of their own in a language: never read as the one below the mark.

Source: the alphabets in the Unicode CLDR (exemplar characters, index)."""

NO_LETTERS: Final[frozenset[str]] = frozenset()


class Letter(NamedTuple):
    """One letter as it stands, and its place in the folded text."""

    sign: str
    place: int


class PlainReading:
    """The words of a text as they stand."""

    __slots__ = ("_starts", "folded", "has_capitals", "text", "words")

    def __init__(self, folded: Folded) -> None:
        self.folded = folded
        self.text = folded.text
        self.words: list[str] = folded.words
        self.has_capitals = False
        self._starts: list[int] | None = None

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Return where each word is in the folded text."""
        return self.folded.word_spans

    @property
    def looked_at(self) -> list[str]:
        """Return the words in which keywords are looked for."""
        return self.words

    @property
    def starts(self) -> list[int]:
        """Return where each word begins when they are joined by single spaces."""
        if self._starts is None:
            self._starts = list(accumulate((len(word) + 1 for word in self.looked_at[:-1]), initial=0))
        return self._starts

    def letters(self, first: int, end: int) -> list[Letter]:
        """Return the letters of some words, without marks that are no part of one."""
        return self._at(at for begin, stop in self.spans[first:end] for at in range(begin, stop))

    def _at(self, places: Iterable[int]) -> list[Letter]:
        text = self.text
        letters = [Letter(text[at], at) for at in places if BASES[ord(text[at])]]
        return [self._as_written(each) for each in letters] if self.has_capitals else letters

    def _as_written(self, letter: Letter) -> Letter:
        if letter.sign != "i":
            return letter
        start, _ = self.folded.span(letter.place, letter.place + 1)
        return Letter("I", letter.place) if self.folded.original[start] == "I" else letter

    def groups(self, number: int) -> list[list[Letter]]:
        """Return the letters of a word, one by one as they stand in `words`."""
        begin, stop = self.spans[number]
        return [[Letter(self.text[at], at)] if BASES[ord(self.text[at])] else [] for at in range(begin, stop)]


class Reading(PlainReading):
    """The words of a text, parted with or without signs as letters, and what each may stand for."""

    __slots__ = ("_deep", "_own_spans", "_parts", "is_suspicious")

    def __init__(self, folded: Folded) -> None:
        super().__init__(folded)
        self._parts = WORD_PARTS
        self._deep: list[str] | None = None
        self._own_spans: list[tuple[int, int]] | None = None
        is_odd = _ODD.search(folded.text) is not None
        if is_odd and _INSIDE.search(folded.text):
            self.text, self._parts = _only_inside(folded.text), _WITH_SIGNS
            self.words = self.text.translate(_WITH_SIGNS).split()
        self.has_capitals = "I" in folded.original and _INNER_CAPITAL.search(folded.original) is not None
        self.is_suspicious = self._parts is _WITH_SIGNS or self.has_capitals or self._is_other(is_odd=is_odd)

    def _is_other(self, *, is_odd: bool) -> bool:
        """Return whether any word is more than letters from a to z, or digits, or has its letters repeated."""
        if _DOUBLED.search(self.text):
            return True
        if is_odd and _MIXED.search(self.text):
            return True
        return not self.text.isascii() and (self.folded.has_marks or _OTHER.search(self.text) is not None)

    @property
    def deep(self) -> list[str]:
        """Return what each word may stand for, every run of a letter as one."""
        if self._deep is None:
            self._deep = deep_form(self.words)
        return self._deep

    @property
    def looked_at(self) -> list[str]:
        """Return the deep words."""
        return self.deep

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Return where each word is in the folded text."""
        if self._parts is WORD_PARTS:
            return self.folded.word_spans
        if self._own_spans is None:
            self._own_spans = spans_of(self.text, self._parts)
        return self._own_spans

    def singles(self, run: Sequence[int]) -> list[Letter]:
        """Return the letters of words of one letter each."""
        spans = self.spans
        return self._at(spans[number][0] for number in run)

    def groups(self, number: int) -> list[list[Letter]]:
        """Return the letters of a word by the runs that are one letter each in `deep`."""
        return runs_of(self.letters(number, number + 1))

    def single_runs(self) -> list[list[int]]:
        """Return runs of words of one letter, by their numbers: three or more in a row, pictures between or not."""
        if list(map(len, self.words)).count(1) < FEWEST_LETTERS or not _APART.search(f" {' '.join(self.words)} "):
            return []
        runs: list[list[int]] = [[]]
        last = 0
        for number, (word, (start, end)) in enumerate(zip(self.words, self.spans, strict=True)):
            if len(word) > 1 or start - last > WIDEST_GAP:
                runs.append([])
            if len(word) == 1 and WORD_PARTS[ord(word)] == word:  # and no picture
                runs[-1].append(number)
                last = end
        return [run for run in runs if len(run) >= FEWEST_LETTERS]


def runs_of(letters: Sequence[Letter]) -> list[list[Letter]]:
    """Return letters by runs of what each may stand for."""
    return [list(run) for _, run in groupby(letters, key=lambda letter: DEEP_LETTERS[ord(letter.sign)])]


def _only_inside(text: str) -> str:
    """Return a text with signs only where they may be letters, a space for each other one."""
    parts, last = [], 0
    for found in _INSIDE.finditer(text):
        parts += [text[last : found.start()].translate(_NOT_INSIDE), found[0]]
        last = found.end()
    return "".join((*parts, text[last:].translate(_NOT_INSIDE)))


def deep_form(words: Sequence[str]) -> list[str]:
    """Return what the words of a keyword are in a deep reading."""
    joined = " ".join(words)
    if not joined.isascii():
        joined = _FOREIGN.sub(_without_accents, joined)  # after which most is, and is done faster
    return _RUN.sub(_first, joined.translate(DEEP_LETTERS)).split(" ")


def _without_accents(found: re.Match[str]) -> str:
    return found[0].translate(BASES)


def _first(found: re.Match[str]) -> str:
    return found[1]


def stand_for(sign: str, own: frozenset[str]) -> str:
    """Return what a letter as it stands may stand for; *own* letters only for themselves."""
    if sign in SIGNS:
        return SIGNS[sign] + sign
    return sign if sign.isascii() or sign in own else sign + BASES[ord(sign)]


def aligned(letters: Sequence[Letter], target: str, own: frozenset[str]) -> list[tuple[Step, int, int]] | None:
    """Return the steps by which letters spell *target*, with places in the folded text; none where they do not.

    Linear in the letters: a set of positions in *target* is carried along, one bit each.
    """
    signs = "".join(letter.sign for letter in letters)
    if signs == target:
        return []
    if not _spells(signs, target, own) or (len(signs) != len(target) and not _is_repeated(signs, target)):
        return None
    steps = list(_changed(letters, target))
    odd = sum(step is Step.SIGN for step, _, _ in steps)
    if odd and (odd * 2 > sum(1 for _ in groupby(signs)) or len(target) < FEWEST_LETTERS):
        return None
    return steps


def _spells(signs: str, target: str, own: frozenset[str]) -> bool:
    by_letter: dict[str, int] = {}
    by_base: dict[str, int] = {}
    for place, letter in enumerate(target):
        by_letter[letter] = by_letter.get(letter, 0) | 1 << place
        if letter not in own and not letter.isascii():
            base = BASES[ord(letter)]
            by_base[base] = by_base.get(base, 0) | 1 << place
    reached = 1
    for sign in signs:
        mask = by_base.get(sign, 0)
        for letter in stand_for(sign, own):
            mask |= by_letter.get(letter, 0)
        reached = (reached & mask) << 1 | reached & mask << 1
        if not reached:
            return False
    return bool(reached >> len(target) & 1)


def _is_repeated(signs: str, target: str) -> bool:
    """Return whether letters are repeated as no ordinary word does, and as the keyword itself does not."""
    runs = [len(list(run)) for _, run in groupby(signs, key=_sound)]
    own = [len(list(run)) for _, run in groupby(target, key=_sound)]
    if len(runs) != len(own):
        return False
    more = [run for run, kept in zip(runs, own, strict=True) if run > kept]
    return any(run >= REPEATED for run in more) or len(more) >= REPEATED


def _sound(sign: str) -> str:
    """Return a letter as deep as can be without making an i of an l: *filled* repeats no more than *filed*."""
    return sign if sign == "l" else DEEP_LETTERS[ord(sign)]


def _changed(letters: Sequence[Letter], target: str) -> Iterator[tuple[Step, int, int]]:
    """Yield where letters are other than the keyword's, and where they are repeated: once for a run of one sign."""
    is_repeated = len(letters) != len(target)
    place = 0
    for sign, run in groupby(letters, key=lambda letter: letter.sign):
        places = [letter.place for letter in run]
        meant = target if is_repeated else target[place : place + len(places)]
        place += len(places)
        if not (sign in meant if is_repeated else set(meant) == {sign}):
            if sign not in SIGNS:
                yield Step.ACCENT, places[0], places[-1] + 1
            elif not (sign == "I" and "l" not in meant):
                yield Step.SIGN, places[0], places[-1] + 1
    if is_repeated:
        yield from _repeated(letters)
        if any(not letter.isascii() and all(letter != each.sign for each in letters) for letter in target):
            yield Step.ACCENT, letters[0].place, letters[-1].place + 1


def _repeated(letters: Sequence[Letter]) -> Iterator[tuple[Step, int, int]]:
    for run in runs_of(letters):
        if len(run) > 1:
            yield Step.REPEAT, run[1].place, run[-1].place + 1
