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
    """Forms as whole words. A look-up takes one step a word, and a few more where a form begins with it."""

    def __init__(self, forms: Iterable[tuple[Sequence[str], int]]) -> None:
        """Index *forms*, each words and a number."""
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        numbers: defaultdict[str, list[int]] = defaultdict(list)
        for words, number in forms:
            lengths[words[0]].add(len(words))
            numbers[" ".join(words)].append(number)
        self._lengths = {first: tuple(sorted(sizes)) for first, sizes in lengths.items()}
        self._numbers = {phrase: tuple(dict.fromkeys(each)) for phrase, each in numbers.items()}
        self._firsts = self._lengths.keys()

    def find(self, words: Sequence[str]) -> Iterator[Found]:
        """Yield the forms that *words* hold, with first and end word."""
        if self._firsts.isdisjoint(words):
            return
        lengths, numbers, most = self._lengths, self._numbers, len(words)
        for first, word in enumerate(words):
            for length in lengths.get(word, ()):
                end = first + length
                if end <= most:
                    for number in numbers.get(word if length == 1 else " ".join(words[first:end]), ()):
                        yield number, first, end


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

    def __init__(self, forms: Iterable[tuple[str, int]]) -> None:
        """Index *forms*, each letters, three or more, and a number."""
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        numbers: defaultdict[str, list[int]] = defaultdict(list)
        for letters, number in forms:
            lengths[letters[:_HEAD]].add(len(letters))
            numbers[letters].append(number)
        self._lengths = {head: tuple(sorted(sizes)) for head, sizes in lengths.items()}
        self._numbers = {letters: tuple(dict.fromkeys(each)) for letters, each in numbers.items()}

    def find(self, letters: str) -> Iterator[Found]:
        """Yield the forms in *letters*, with first and end letter."""
        most = len(letters)
        for first in range(most - _HEAD + 1):
            for length in self._lengths.get(letters[first : first + _HEAD], ()):
                end = first + length
                if end <= most:
                    for number in self._numbers.get(letters[first:end], ()):
                        yield number, first, end
