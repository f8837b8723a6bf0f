"""Where the forms of many keywords are in a text: by words, inside words, and in letters that stand apart."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ahocorasick_rs import AhoCorasick, Implementation

from tutela.core.words.characters import stands_alone

_PIECE: Final = 1 << 14
"""Characters that an automaton is given at a time, so that what it finds in a huge text never fills memory."""

_HEAD: Final = 3

Found = tuple[int, int, int]
"""Number of a form, first and end: of words, of characters or of letters."""


class PhraseIndex:
    """Forms as whole words. A look-up takes one step a word, and a few more where a longer form begins with it."""

    def __init__(self, forms: Iterable[tuple[Sequence[str], int]]) -> None:
        """Index *forms*, each words and a number."""
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        self._numbers = _Numbers()
        for words, number in forms:
            if len(words) > 1:
                lengths[words[0]].add(len(words))
            self._numbers.add(" ".join(words), number)
        self._lengths = {first: tuple(sorted(sizes)) for first, sizes in lengths.items()}
        self._singles, self._firsts = self._numbers.keys(), self._lengths.keys()

    def numbers(self, phrase: str) -> Sequence[int]:
        """Return the numbers of a form, its words joined by single spaces."""
        return self._numbers.of(phrase)

    def find(self, words: Sequence[str]) -> Iterator[Found]:
        """Yield the forms that *words* hold, with first and end word."""
        if not self._singles.isdisjoint(words):
            for first, word in enumerate(words):
                if word in self._singles:
                    yield from ((number, first, first + 1) for number in self._numbers.of(word))
        if not self._firsts.isdisjoint(words):
            for first, word in enumerate(words):
                for length in self._lengths.get(word, ()):
                    end = first + length
                    if end <= len(words):
                        yield from ((n, first, end) for n in self._numbers.of(" ".join(words[first:end])))


class _Numbers(dict[str, int | tuple[int, ...]]):
    """Numbers by form; one alone is no tuple, because of a hundred thousand that is some megabytes."""

    def add(self, form: str, number: int) -> None:
        """Add one; a second time is once."""
        known = self.of(form)
        if number not in known:
            self[form] = (*known, number) if known else number

    def of(self, form: str) -> Sequence[int]:
        """Return those of a form."""
        found = self.get(form, ())
        return (found,) if isinstance(found, int) else found


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
    """Forms as letters without spaces, anywhere among others: one step a letter where no form begins."""

    def __init__(self, forms: Iterable[tuple[str, int]], known: Sequence[PhraseIndex] = ()) -> None:
        """Index *forms*, each letters, three or more, and a number; what is in *known* is not kept twice."""
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        self._numbers = _Numbers()
        self._known = known
        for letters, number in forms:
            lengths[letters[:_HEAD]].add(len(letters))
            if not any(number in index.numbers(letters) for index in known):
                self._numbers.add(letters, number)
        self._lengths = {head: tuple(sorted(sizes)) for head, sizes in lengths.items()}

    def find(self, letters: str) -> Iterator[Found]:
        """Yield the forms in *letters*, with first and end letter."""
        most = len(letters)
        for first in range(most - _HEAD + 1):
            for length in self._lengths.get(letters[first : first + _HEAD], ()):
                end = first + length
                if end <= most:
                    yield from ((number, first, end) for number in self._of(letters[first:end]))

    def _of(self, letters: str) -> Iterator[int]:
        yield from self._numbers.of(letters)
        for index in self._known:
            yield from index.numbers(letters)
