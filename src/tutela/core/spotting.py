"""What is spotted in a text by the banks of words, and what rules see of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tutela.core.ids import ClauseId, WordEntryId
from tutela.core.rules.types import Value
from tutela.core.word_banks import WordBankKind

MAX_SPOTS: Final = 100
"""Of one text that are kept; of more, the first of each bank."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One entry of a bank that a text holds: where, and how it was disguised. Never any words of either."""

    bank: str  #: its name
    kind: WordBankKind
    clause_id: ClauseId
    entry_id: WordEntryId
    spans: tuple[tuple[int, int], ...]  #: in characters of the original
    steps: tuple[str, ...] = ()  #: of normalisation, or disguises of a link, that were needed
    share: float | None = None  #: of a known text that is in it


@dataclass(frozen=True, slots=True)
class Spotted:
    """Everything about one text."""

    spots: tuple[Spot, ...] = ()  #: names only where they count: see `core.names.context`
    names: int = 0  #: protected names that count
    likeness: tuple[str, ...] = ()  #: that nearly identical texts share one of
    language: str | None = None  #: as it was recognised, where the platform says none
    is_disguised: bool = False  #: something in it is written so that machines do not find it
    has_shortener: bool = False  #: it holds a link whose end nobody sees
    is_complete: bool = True  #: false where a bound was met


NOTHING_SPOTTED: Final = Spotted()


def spotted_facts(spotted: Spotted) -> Mapping[str, Value]:
    """Return what rules see."""
    facts: dict[str, Value] = {
        "text.banks": tuple(dict.fromkeys(spot.bank for spot in spotted.spots)),
        "text.clauses": tuple(dict.fromkeys(spot.clause_id for spot in spotted.spots)),
        "text.names": spotted.names,
        "text.likeness": spotted.likeness,
        "text.is_disguised": spotted.is_disguised,
        "text.has_shortener": spotted.has_shortener,
    }
    if spotted.language is not None:
        facts["text.language_found"] = spotted.language
    return facts
