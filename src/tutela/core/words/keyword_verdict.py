"""From places of terms to hits of entries: which terms an entry needs, how near, and beside which others."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final, NamedTuple

from tutela.core.words.keywords import Context, EntryId, Keyword, KeywordKind
from tutela.core.words.steps import ORDINARY, Used, gathered

COMPANY_WORDS: Final = 10
"""How near another hit must be before an ordinary word without contexts of its own counts."""

MAX_HITS_OF_ENTRY: Final = 8
"""Hits of one entry in one text; of more, the first."""


class At(NamedTuple):
    """Where one term stands in the original, between which words, and by which steps."""

    start: int
    end: int
    first_word: int
    last_word: int
    steps: tuple[Used, ...]


class Hit(NamedTuple):
    """An entry that a text holds. Never any words of either."""

    entry_id: EntryId
    start: int  #: in the original, in characters
    end: int
    spans: tuple[tuple[int, int], ...]  #: of each of its terms
    steps: tuple[Used, ...]
    category: str
    weight: float

    @property
    def is_disguised(self) -> bool:
        """Return whether more was needed than people do without hiding anything."""
        return any(used.step not in ORDINARY for used in self.steps)


Parts = Mapping[int, Sequence[At]]
"""Where each part of an entry stands: its terms, then its contexts."""


def distance(one: At, other: At) -> int:
    """Return how many words lie between, and one; 0 where they overlap."""
    return max(0, other.first_word - one.last_word, one.first_word - other.last_word)


def part_of_context(entry: Keyword, number: int) -> int:
    """Return the part that a context's terms are."""
    return len(entry.terms) + number


def hits_of(entry: Keyword, parts: Parts) -> Iterator[tuple[Hit, At]]:
    """Yield the hits of one entry, and where its last term stands."""
    for chosen in _chosen(entry, parts):
        around = chosen[0] if len(chosen) == 1 else At(
            min(each.start for each in chosen), max(each.end for each in chosen),
            min(each.first_word for each in chosen), max(each.last_word for each in chosen), (),
        )  # fmt: skip
        if all(
            _holds(context, parts.get(part_of_context(entry, n), ()), around)
            for n, context in enumerate(entry.contexts)
        ):
            yield _hit(entry, chosen, around), around


def _hit(entry: Keyword, chosen: Sequence[At], around: At) -> Hit:
    if len(chosen) == 1:  # as most are
        return Hit(
            entry.id,
            around.start,
            around.end,
            ((around.start, around.end),),
            around.steps,
            entry.category,
            entry.weight,
        )
    steps = gathered(chain.from_iterable(each.steps for each in chosen))
    spans = tuple(sorted((each.start, each.end) for each in chosen))
    return Hit(entry.id, around.start, around.end, spans, steps, entry.category, entry.weight)


def _holds(context: Context, found: Sequence[At], around: At) -> bool:
    is_near = any(distance(around, each) <= context.within_words for each in found)
    return is_near is not context.is_refused


def _chosen(entry: Keyword, parts: Parts) -> Iterator[tuple[At, ...]]:
    """Yield the places that together are one hit."""
    if entry.kind in {KeywordKind.PHRASE, KeywordKind.PATTERN}:
        for part in range(len(entry.terms)):
            yield from ((each,) for each in parts.get(part, ()))
        return
    found = [parts.get(part, ()) for part in range(len(entry.terms))]
    if not all(found):
        return
    if entry.kind is KeywordKind.ALL_OF:
        yield tuple(min(places, key=lambda each: (len(each.steps), each.start)) for places in found)
    else:
        yield from _near(found, entry.within_words)


def _near(found: Sequence[Sequence[At]], within_words: int) -> Iterator[tuple[At, ...]]:
    """Yield each closest set of one place for each term, where no two stand further apart than said."""
    everywhere = sorted(
        (each.first_word, each.start, part, each) for part, places in enumerate(found) for each in places
    )
    last: dict[int, At] = {}
    for _, _, part, each in everywhere:
        last[part] = each
        if len(last) < len(found):
            continue
        chosen = tuple(last[number] for number in range(len(found)))
        if max(a.first_word for a in chosen) - min(a.last_word for a in chosen) <= within_words:
            yield chosen
            last.clear()


def in_company(hits: Sequence[tuple[Keyword, Hit, At]]) -> Iterator[Hit]:
    """Yield the hits, of ordinary words only those with a context of their own or with another hit beside them."""
    others = [at for entry, _, at in hits if not entry.is_common]
    for entry, hit, at in hits:
        has_context = any(not context.is_refused for context in entry.contexts)
        is_one = len(hit.spans) == 1 and entry.is_common and not has_context
        if not is_one or any(distance(at, each) <= COMPANY_WORDS for each in others):
            yield hit


def by_entry(found: Sequence[tuple[int, int, At]]) -> dict[int, dict[int, list[At]]]:
    """Return places by entry and part."""
    entries: defaultdict[int, dict[int, list[At]]] = defaultdict(dict)
    for entry, part, at in found:
        entries[entry].setdefault(part, []).append(at)
    return entries
