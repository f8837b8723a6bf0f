"""A bank of keywords, compiled: what of it stands in a text, where, and by which steps. Pure; safe in many threads."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Final

from tutela.core.words.disguises import NO_LETTERS
from tutela.core.words.folding import Folded
from tutela.core.words.keyword_doubts import Doubts
from tutela.core.words.keyword_patterns import MAX_PLACES as MAX_PATTERN_PLACES
from tutela.core.words.keyword_patterns import Patterns
from tutela.core.words.keyword_terms import Asked, Place, TermIndex
from tutela.core.words.keyword_verdict import (
    MAX_HITS_OF_ENTRY,
    At,
    Hit,
    by_entry,
    hits_of,
    in_company,
    part_of_context,
)
from tutela.core.words.keywords import Keyword, KeywordKind, check, own_letters, primary
from tutela.core.words.steps import Used, gathered, of_folding
from tutela.errors import BadInput

MAX_HITS: Final = 100
MAX_PLACES: Final = 2_000
"""Places of terms that are looked at in one text; of more, the first."""


@dataclass(frozen=True, slots=True)
class Found:
    """What of a bank is in a text."""

    hits: tuple[Hit, ...] = ()  #: in order of where they begin
    is_complete: bool = True  #: false where a bound was met: there may be more


NOTHING: Final = Found()

_begin: Final = itemgetter(0)


class KeywordBank:
    """Entries, compiled: of one bank, or of all that are asked together. How many a bank holds is bounded elsewhere."""

    def __init__(self, entries: Iterable[Keyword]) -> None:
        """Compile *entries*; a hundred thousand take some seconds.

        Raises:
            tutela.errors.BadInput: One cannot be used (`place` says which, by its number).
        """
        self.entries: Sequence[Keyword] = tuple(entries)
        for number, entry in enumerate(self.entries, start=1):
            _check(number, entry)
        self._pattern_entries = [n for n, entry in enumerate(self.entries) if entry.kind is KeywordKind.PATTERN]
        self._patterns = Patterns([self.entries[n].terms[0] for n in self._pattern_entries])
        self._terms = TermIndex(self._asked())

    def __len__(self) -> int:
        """Return how many entries there are."""
        return len(self.entries)

    def _asked(self) -> Iterator[Asked]:
        for number, entry in enumerate(self.entries):
            if entry.kind is not KeywordKind.PATTERN:
                for part, term in enumerate(entry.terms):
                    yield number, part, term, entry.language, entry.is_whole_word
            for place, context in enumerate(entry.contexts):
                for term in context.terms:
                    yield number, part_of_context(entry, place), term, entry.language, True

    def find(self, text: str | Folded, language: str | None = None) -> Found:
        """Return what of the bank is in *text*. Linear in the text, never an exception.

        Args:
            text: Any text; folded, where others read it as well.
            language: Its language as a BCP 47 tag, where that is known; entries of others are not asked then.
        """
        folded = Folded(text) if isinstance(text, str) else text
        places = list(
            islice(self._terms.find(folded, own_letters(language) if language else NO_LETTERS), MAX_PLACES + 1)
        )
        if not places and not self._pattern_entries:
            return NOTHING
        return self._concluded(folded, places, language)

    def _concluded(self, folded: Folded, places: Sequence[Place], language: str | None) -> Found:
        found = list(self._meant(folded, places[:MAX_PLACES], language))
        is_complete = len(places) <= MAX_PLACES
        if self._pattern_entries:
            is_complete = self._look_for_patterns(folded, found) and is_complete
        done = []
        for number, parts in by_entry(found).items():
            entry = self.entries[number]
            if _is_asked(entry, language):
                hits = list(islice(hits_of(entry, parts), MAX_HITS_OF_ENTRY + 1))
                is_complete = is_complete and len(hits) <= MAX_HITS_OF_ENTRY
                done += [(entry, hit, at) for hit, at in hits[:MAX_HITS_OF_ENTRY]]
        told = sorted(in_company(done), key=lambda hit: (hit.start, hit.end, str(hit.entry_id)))
        return Found(tuple(told[:MAX_HITS]), is_complete and len(told) <= MAX_HITS)

    def _look_for_patterns(self, folded: Folded, found: list[tuple[int, int, At]]) -> bool:
        """Add where patterns stand to what was *found*, and return whether that is everywhere."""
        places = list(self._patterns.find(folded.text))
        found += ((self._pattern_entries[each.number], 0, _at(folded, each.start, each.end)) for each in places)
        return max(Counter(each.number for each in places).values(), default=0) < MAX_PATTERN_PLACES

    def _meant(self, folded: Folded, places: Iterable[Place], language: str | None) -> Iterator[tuple[int, int, At]]:
        """Yield the places that mean what the keyword means, each span once for each part of an entry."""
        seen: set[tuple[int, int, int, int]] = set()
        doubts = Doubts(folded, language)
        for place in places:
            term = place.term
            key = (term.entry, term.part, place.start, place.end)
            if key in seen:
                continue
            steps = doubts.steps(place, self.entries[term.entry].language)
            if steps is not None:
                seen.add(key)
                yield term.entry, term.part, _at(folded, place.start, place.end, steps)


def _at(folded: Folded, start: int, end: int, steps: Sequence[Used] | None = None) -> At:
    """Return a folded span as the original has it; the steps of folding where no others are given."""
    first, last = folded.span(start, end)
    used = of_folding(folded.original, first, last) if steps is None else steps
    spans = folded.word_spans
    first_word = bisect_right(spans, start, key=_begin) - 1
    last_word = bisect_right(spans, end - 1, key=_begin) - 1
    return At(first, last, first_word, last_word, gathered(used))


def _is_asked(entry: Keyword, language: str | None) -> bool:
    return entry.language is None or language is None or primary(entry.language) == primary(language)


def _check(number: int, entry: Keyword) -> None:
    try:
        check(entry)
    except BadInput as error:
        raise BadInput(error.detail, place=f"entry {number}, {error.place}") from None
