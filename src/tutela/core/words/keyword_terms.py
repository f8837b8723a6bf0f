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
    letters: str  #: of all its words, folded
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


Form = tuple[str, ...]


def forms_in(asked: Iterable[Asked]) -> Iterator[tuple[Form, Term]]:
    """Yield every form of each term, and its words."""
    for entry, part, written, language, is_whole in asked:
        own = own_letters(language)
        for form in forms_of(written, language):
            joined = "".join(form)
            if not joined.isascii():
                joined = "".join(sign for sign in joined if BASES[ord(sign)]) or joined
            # One text less to keep of most.
            yield form, Term(entry, part, written if written == joined else joined, own, written, is_whole)


def _is_inside(form: Form, term: Term) -> bool:
    return not term.is_whole or stands_alone(form[0][0]) or stands_alone(form[-1][-1])


class TermIndex:
    """The terms of a bank, indexed plain, deep, and without spaces. What is the same in two of them is kept once."""

    def __init__(self, asked: Iterable[Asked]) -> None:
        """Index the terms that are *asked* for."""
        forms = list(forms_in(asked))
        self._terms = [term for _, term in forms]
        numbered = [(form, number) for number, (form, _) in enumerate(forms)]
        inside = [_is_inside(*each) for each in forms]
        plain = [(bare, number) for form, number in numbered for bare in _plain_forms(form, self._terms[number])]
        deep = [(tuple(deep_form(form)), number) for form, number in numbered if self._is_long(number)]
        self._plain = PhraseIndex((form, number) for form, number in plain if not inside[number])
        self._deep = PhraseIndex(
            (form, number)
            for form, number in deep
            if not inside[number] and number not in self._plain.numbers(" ".join(form))
        )
        self._inside, self._deep_inside = (
            InsideIndex((form, n, self._terms[n].is_whole) for form, n in which if inside[n]) for which in (plain, deep)
        )
        apart = ((deep_form(["".join(form)])[0], number) for form, number in deep)
        self._apart = LettersIndex(
            ((letters, number) for letters, number in apart if len(letters) >= FEWEST_LETTERS),
            known=(self._plain, self._deep),
        )

    def _is_long(self, number: int) -> bool:
        return len(self._terms[number].letters) >= FEWEST_LETTERS

    def find(self, folded: Folded, own: frozenset[str]) -> Iterator[Place]:
        """Yield where terms stand: plain ones first, then what takes steps. *own* letters are those of the text."""
        plain = PlainReading(folded)
        for number, first, end in self._plain.find(plain.words):
            yield from _placed(self._terms[number], [plain.letters(first, end)], own)
        for number, begin, stop in self._inside.find(plain.words):
            yield from self._within(plain, number, begin, stop, own)
        reading = Reading(folded)
        if reading.is_suspicious:
            yield from self._in_deep(reading, own)
        for run in reading.single_runs():
            yield from self._spaced(reading, run, own)

    def _in_deep(self, reading: Reading, own: frozenset[str]) -> Iterator[Place]:
        for number, first, end in chain(self._plain.find(reading.deep), self._deep.find(reading.deep)):
            if self._is_long(number):
                yield from _placed(self._terms[number], [reading.letters(first, end)], own)
        for number, begin, stop in self._deep_inside.find(reading.deep):
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
        groups = runs_of(reading.singles(run))
        joined = "".join(DEEP_LETTERS[ord(group[0].sign)] for group in groups)
        for number, first, end in self._apart.find(joined):
            term = self._terms[number]
            for place in _placed(term, _trimmed(groups[first:end], term.letters), own):
                yield place._replace(steps=(*place.steps, (Step.SPACING, place.start, place.end)))


def _plain_forms(form: Form, term: Term) -> Iterator[Form]:
    """Yield a form, and as it is typed by whoever leaves accents out."""
    yield form
    if not all(map(str.isascii, form)):
        bare = without_accents(form, term.own)
        if bare != form and all(bare):
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
