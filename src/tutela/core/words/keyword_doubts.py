"""Whether a text really means what a keyword means: the script it is written in, and the dots of Turkish."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Final
from unicodedata import name, normalize

from tutela.core.words.characters import without_case
from tutela.core.words.folding import Folded
from tutela.core.words.keyword_terms import Place, Term
from tutela.core.words.keywords import primary
from tutela.core.words.steps import Step, Used, of_folding

_MOST_READ: Final = 10_000
"""Characters of a text by which it is said what it is written in."""

_DOTLESS: Final = frozenset({"tr", "az"})
"""Languages in which an i without a dot is another letter."""


@lru_cache(4096)
def script_of(sign: str) -> str:
    """Return the script of a letter, as its name begins; empty for what is no letter."""
    return name(sign, "").partition(" ")[0] if sign.isalpha() else ""


def raw_letters(folded: Folded, start: int, end: int) -> list[str]:
    """Return the letters of a folded span before lookalikes were read as others."""
    found = []
    for place in range(start, end):
        if folded.text[place].isalpha():
            begin, _ = folded.span(place, place + 1)
            found.append(normalize("NFD", without_case(folded.original[begin]))[:1] or folded.text[place])
    return found


@lru_cache(4096)
def _written(term: Term) -> list[str]:
    folded = Folded(term.written)
    return list(raw_letters(folded, 0, len(folded.text)))


class Doubts:
    """What is asked of a text whose words are a keyword's."""

    def __init__(self, folded: Folded, language: str | None) -> None:
        self._folded = folded
        self._language = language

    @cached_property
    def _scripts(self) -> Counter[str]:
        return Counter(map(script_of, self._folded.original[:_MOST_READ]))

    def steps(self, place: Place, language: str | None) -> list[Used] | None:
        """Return the steps of a place, in the original; none where the text means something else.

        *language* is the entry's.
        """
        start, end = self._folded.span(place.start, place.end)
        used = [Used(step, *self._folded.span(first, last)) for step, first, last in place.steps]
        folding = list(of_folding(self._folded.original, start, end))
        if {primary(language), primary(self._language)} & _DOTLESS and has_other_dots(
            self._folded.original[start:end], place.term.written
        ):
            return None
        if self._folded.original[start:end].isascii() and place.term.written.isascii():
            return used + folding
        here, there = raw_letters(self._folded, place.start, place.end), _written(place.term)
        if here == there:  # the keyword itself is written so
            return used + [each for each in folding if each.step is not Step.LOOKALIKE]
        script = self._other_script(here, there)
        if script is None:
            return None
        return [*used, *folding, *((Used(Step.SCRIPT, start, end),) if script else ())]

    def _other_script(self, here: Sequence[str], there: Sequence[str]) -> str | None:
        """Return the script if the whole word is in another than the keyword; none if the text around is in it too."""
        ours, theirs = {script_of(sign) for sign in here}, {script_of(sign) for sign in there}
        if ours & theirs or len(ours) != 1 or len(theirs) != 1:
            return ""
        [other], [own] = ours, theirs
        return other if self._scripts[own] >= self._scripts[other] - len(here) else None


def has_other_dots(original: str, written: str) -> bool:
    """Return whether an i with a dot stands where the other has none, as Turkish is read: the capital I has none."""
    here, there = ([sign in "I\u0131" for sign in text if sign in "iI\u0131\u0130"] for text in (original, written))
    return len(here) == len(there) and here != there
