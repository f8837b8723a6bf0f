"""Where the forms of many keywords are in a text: by words, inside words, and in letters that stand apart."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from tutela.core.words.characters import stands_alone

_PIECE: Final = 1 << 14
"""Characters that an automaton is given at a time, so that what it finds in a huge text never fills memory."""

_HEAD: Final = 4
"""Letters by which it is asked whether any form begins here; one of fewer must be all that there is."""

Found = tuple[int, int, int]
"""Number of a form, first and end: of words, of characters or of letters."""


Numbers = int | tuple[int, ...]
"""Of a form. One alone is no tuple: of a hundred thousand that is some megabytes."""


class _Head(NamedTuple):
    """A word with which longer forms begin."""

    numbers: tuple[int, ...]  #: of itself
    lengths: tuple[int, ...]  #: of those, in words


class PhraseIndex:
    """Forms as whole words. A look-up takes one step a word, and a few more where a form begins with it."""

    def __init__(self, forms: Iterable[tuple[Sequence[str], int]]) -> None:
        """Index *forms*, each words and a number."""
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        self._heads: dict[str, Numbers | _Head] = {}
        self._longer: dict[str, Numbers] = {}
        for words, number in forms:
            if len(words) == 1:
                self._heads[words[0]] = _more(self.numbers(words[0]), number)
            else:
                phrase = " ".join(words)
                self._longer[phrase] = _more(_all(self._longer.get(phrase, ())), number)
                lengths[words[0]].add(len(words))
        for word, sizes in lengths.items():
            self._heads[word] = _Head(self.numbers(word), tuple(sorted(sizes)))
        self._words = self._heads.keys()

    def numbers(self, phrase: str) -> tuple[int, ...]:
        """Return the numbers of a form, its words joined by single spaces."""
        found = self._heads.get(phrase)
        if found is None:
            return _all(self._longer.get(phrase, ()))
        return found.numbers if isinstance(found, _Head) else _all(found)

    def find(self, words: Sequence[str]) -> Iterator[Found]:
        """Yield the forms that *words* hold, with first and end word."""
        if self._words.isdisjoint(words):  # as it is of nearly every text
            return
        for first, word in enumerate(words):
            head = self._heads.get(word)
            if head is None:
                continue
            if isinstance(head, _Head):
                yield from self._from(head, words, first)
            else:
                yield from ((number, first, first + 1) for number in _all(head))

    def _from(self, head: _Head, words: Sequence[str], first: int) -> Iterator[Found]:
        yield from ((number, first, first + 1) for number in head.numbers)
        for length in head.lengths:
            end = first + length
            if end <= len(words):
                numbers = _all(self._longer.get(" ".join(words[first:end]), ()))
                yield from ((number, first, end) for number in numbers)


def _all(numbers: Numbers) -> tuple[int, ...]:
    return (numbers,) if isinstance(numbers, int) else numbers


def _more(numbers: tuple[int, ...], number: int) -> Numbers:
    """Return *numbers* and one more; a second time is once."""
    return tuple(dict.fromkeys((*numbers, number))) if numbers and numbers != (number,) else number


class InsideIndex:
    """Forms anywhere, also inside of words; or bounded by words on the sides where their script has spaces."""

    def __init__(self, forms: Iterable[tuple[Sequence[str], int, bool]]) -> None:
        """Index *forms*, each words, a number, and whether only whole words count."""
        bounded = [(_bounded(words, is_whole=is_whole), number) for words, number, is_whole in forms]
        self._cuts = [(form.startswith(" "), form.endswith(" "), number) for form, number in bounded]
        self._longest = max((len(form) for form, _ in bounded), default=0)
        self._automaton = _automaton([form for form, _ in bounded])

    def find(self, words: Sequence[str]) -> Iterator[Found]:
        """Yield the forms in *words*, with first and end character when these are joined by single spaces."""
        if self._automaton is None:
            return
        text = f" {' '.join(words)} "
        for begin in range(0, len(text), _PIECE):
            piece = text[begin : begin + _PIECE + self._longest]
            for form, start, end in self._automaton.find_matches_as_indexes(piece, overlapping=True):
                if start < _PIECE:
                    has_left, has_right, number = self._cuts[form]
                    # One less, for the space before the first word.
                    yield number, begin + start - 1 + has_left, begin + end - 1 - has_right


def _bounded(words: Sequence[str], *, is_whole: bool) -> str:
    form = " ".join(words)
    left = " " if is_whole and not stands_alone(form[0]) else ""
    right = " " if is_whole and not stands_alone(form[-1]) else ""
    return f"{left}{form}{right}"


def _automaton(forms: list[str]) -> AhoCorasick | None:
    if not forms:
        return None
    return AhoCorasick(forms, implementation=Implementation.ContiguousNFA, store_patterns=False)


class LettersIndex:
    """Forms as letters without spaces, anywhere among others; the shortest only where they are all of them."""

    def __init__(self, forms: Iterable[tuple[str, int]], known: Sequence[PhraseIndex] = ()) -> None:
        """Index *forms*, each letters, three or more, and a number; what is in *known* is not kept twice."""
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        self._numbers: dict[str, Numbers] = {}
        self._known = known
        for letters, number in forms:
            if len(letters) >= _HEAD:
                lengths[letters[:_HEAD]].add(len(letters))
            if not any(number in index.numbers(letters) for index in known):
                self._numbers[letters] = _more(_all(self._numbers.get(letters, ())), number)
        self._lengths = {head: tuple(sorted(sizes)) for head, sizes in lengths.items()}

    def find(self, letters: str) -> Iterator[Found]:
        """Yield the forms in *letters*, with first and end letter."""
        most = len(letters)
        if most == _HEAD - 1:
            yield from ((number, 0, most) for number in self._of(letters))
        for first in range(most - _HEAD + 1):
            for length in self._lengths.get(letters[first : first + _HEAD], ()):
                end = first + length
                if end <= most:
                    yield from ((number, first, end) for number in self._of(letters[first:end]))

    def _of(self, letters: str) -> Iterator[int]:
        yield from _all(self._numbers.get(letters, ()))
        for index in self._known:
            yield from index.numbers(letters)
