"""Every term of a bank in every form that is looked for, and where those forms stand in a text."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from typing import NamedTuple

from tutela.core.words.characters import BASES, DEEP_LETTERS, stands_alone
from tutela.core.words.disguises import FEWEST_LETTERS, Letter, PlainReading, Reading, aligned, deep_form, runs_of
from tutela.core.words.folding import Folded
from tutela.core.words.keyword_index import InsideIndex, LettersIndex, PhraseIndex
from tutela.core.words.keywords import forms_of, own_letters, without_accents
from tutela.core.words.steps import Step


@dataclass(frozen=True, slots=True)
class Term:
    """One form of one term of an entry."""

    entry: int  #: which entry of the bank
    part: int  #: which of its terms, or of its contexts
    words: tuple[str, ...]
    letters: str
    own: frozenset[str]  #: letters that stand for themselves only
    written: str  #: as it was entered
    is_whole: bool


class Place(NamedTuple):
    """Where a term stands in a folded text, and by which steps; places of those are in the folded text too."""

    term: Term
    start: int
    end: int
    steps: tuple[tuple[Step, int, int], ...]


Asked = tuple[int, int, str, str | None, bool]
"""Entry, part, term, language, and whether only whole words count."""


def terms_of(asked: Iterable[Asked]) -> list[Term]:
    """Return every form of each term."""
    terms = []
    for entry, part, written, language, is_whole in asked:
        own = own_letters(language)
        for form in forms_of(written, language):
            joined = "".join(form)
            letters = joined if joined.isascii() else "".join(sign for sign in joined if BASES[ord(sign)]) or joined
            terms.append(Term(entry, part, form, letters, own, written, is_whole))
    return terms


def _is_inside(term: Term) -> bool:
    return not term.is_whole or stands_alone(term.words[0][0]) or stands_alone(term.words[-1][-1])


class TermIndex:
    """The terms of a bank, indexed plain, deep, and without spaces."""

    def __init__(self, terms: Sequence[Term]) -> None:
        """Index *terms*."""
        self._terms = terms
        by_word = [(number, term) for number, term in enumerate(terms) if not _is_inside(term)]
        inside = [(number, term) for number, term in enumerate(terms) if _is_inside(term)]
        self._plain = PhraseIndex((form, number) for number, term in by_word for form in _plain_forms(term))
        self._inside = InsideIndex(
            (form, number, term.is_whole) for number, term in inside for form in _plain_forms(term)
        )
        long = [(number, term) for number, term in by_word if len(term.letters) >= FEWEST_LETTERS]
        self._deep = PhraseIndex((deep_form(term.words), number) for number, term in long)
        self._deep_inside = InsideIndex(
            (deep_form(term.words), number, term.is_whole)
            for number, term in inside
            if len(term.letters) >= FEWEST_LETTERS
        )
        joined = ((deep_form([term.letters])[0], number) for number, term in enumerate(terms))
        self._apart = LettersIndex((form, number) for form, number in joined if len(form) >= FEWEST_LETTERS)

    def find(self, folded: Folded, own: frozenset[str]) -> Iterator[Place]:
        """Yield where terms stand: plain ones first, then what takes steps. *own* letters are those of the text."""
        yield from self._in(PlainReading(folded), self._plain, self._inside, own)
        reading = Reading(folded)
        if reading.is_suspicious:
            yield from self._in(reading, self._deep, self._deep_inside, own)
        for run in reading.single_runs():
            yield from self._spaced(reading, run, own)

    def _in(
        self, reading: PlainReading, phrases: PhraseIndex, inside: InsideIndex, own: frozenset[str]
    ) -> Iterator[Place]:  # fmt: skip
        words = reading.looked_at
        for number, first, end in phrases.find(words):
            yield from _placed(self._terms[number], [reading.letters(first, end)], own)
        for number, begin, stop in inside.find(words):
            yield from self._within(reading, number, begin, stop, own)

    def _within(
        self, reading: PlainReading, number: int, begin: int, stop: int, own: frozenset[str]
    ) -> Iterator[Place]:
        term, starts = self._terms[number], reading.starts
        groups: list[list[Letter]] = []
        for word in range(bisect_right(starts, begin) - 1, bisect_left(starts, stop)):
            groups += reading.groups(word)[max(begin - starts[word], 0) : stop - starts[word]]
        yield from _placed(term, _trimmed(groups, term.letters), own)

    def _spaced(self, reading: Reading, run: Sequence[int], own: frozenset[str]) -> Iterator[Place]:
        letters = list(chain.from_iterable(reading.letters(number, number + 1) for number in run))
        groups = runs_of(letters)
        joined = "".join(DEEP_LETTERS[ord(group[0].sign)] for group in groups)
        for number, first, end in self._apart.find(joined):
            term = self._terms[number]
            if len(term.letters) == FEWEST_LETTERS and (first, end) != (0, len(joined)):
                continue
            for place in _placed(term, _trimmed(groups[first:end], term.letters), own):
                yield place._replace(steps=(*place.steps, (Step.SPACING, place.start, place.end)))


def _plain_forms(term: Term) -> Iterator[tuple[str, ...]]:
    yield term.words
    if term.letters.isascii():
        return
    bare = without_accents(term.words, term.own)
    if bare != term.words and all(bare):
        yield bare


def _trimmed(groups: list[list[Letter]], target: str) -> list[list[Letter]]:
    """Return the letters of runs; and without those at the ends that may belong to what stands beside."""
    whole = list(chain.from_iterable(groups))
    runs = [len(list(run)) for _, run in groupby(target.translate(DEEP_LETTERS))]
    if len(runs) != len(groups) or not groups:
        return [whole]
    ends = [groups[0][-runs[0] :], *groups[1:]]
    ends[-1] = ends[-1][: runs[-1]]
    bare = list(chain.from_iterable(ends))
    return [bare, whole] if len(bare) < len(whole) else [whole]


def _placed(term: Term, readings: Iterable[list[Letter]], own: frozenset[str]) -> Iterator[Place]:
    for letters in readings:
        steps = aligned(letters, term.letters, own | term.own)
        if steps is not None and letters:
            yield Place(term, letters[0].place, letters[-1].place + 1, tuple(steps))
            return
