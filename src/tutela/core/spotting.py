"""What is spotted in a text by the banks of words, and what rules see of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tutela.core.ids import ClauseId, WordEntryId
from tutela.core.rules.facts import NAMES_FOUND
from tutela.core.rules.types import Value
from tutela.core.word_banks import WordBankKind

MAX_SPOTS: Final = 100
"""Of one text that are kept; of more, the first of each bank."""

MAX_SPANS: Final = 16
"""Of one entry in one text; of more, the first."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One entry of a bank that a text holds: where, and how it was disguised. Never any words of either."""

    bank: str  #: its name
    kind: WordBankKind
    clause_id: ClauseId
    entry_id: WordEntryId
    spans: tuple[tuple[int, int], ...]  #: in the original; none of a name, nor of a link beside the text
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
    unasked: tuple[WordBankKind, ...] = ()  #: of these a bank could not be asked: what it would tell is unknown

    @property
    def is_whole(self) -> bool:
        """Return whether what was not spotted is not there. Else it is unknown, and what was spotted still is."""
        return self.is_complete and not self.unasked


NOTHING_SPOTTED: Final = Spotted()


def spotted_facts(spotted: Spotted) -> Mapping[str, Value]:
    """Return what rules see. Where not everything was asked, only what was found is known: nothing is never assumed.

    A name is among no banks and no clauses, only a number of its own: no other rule can rest on it without saying so.
    """
    said = [spot for spot in spotted.spots if spot.kind is not WordBankKind.NAMES]
    facts: dict[str, Value] = {
        "text.banks": tuple(dict.fromkeys(spot.bank for spot in said)),
        "text.clauses": tuple(dict.fromkeys(spot.clause_id for spot in said)),
        NAMES_FOUND: spotted.names,
        "text.is_disguised": spotted.is_disguised,
        "text.has_shortener": spotted.has_shortener,
    }
    if not spotted.is_whole:
        facts = {name: value for name, value in facts.items() if value}
    facts["text.likeness"] = spotted.likeness
    if spotted.language is not None:
        facts["text.language_found"] = spotted.language
    return facts


@dataclass(frozen=True, slots=True)
class KeptSpots:
    """What is recorded of a text: which entries hit, where, and what could not be asked."""

    spots: tuple[Spot, ...] = ()
    is_complete: bool = True
    unasked: tuple[WordBankKind, ...] = ()


def kept_of(spotted: Spotted | None) -> KeptSpots | None:
    """Return what is recorded; none where there is nothing to say."""
    if spotted is None or (spotted.is_whole and not spotted.spots):
        return None
    return KeptSpots(spotted.spots, spotted.is_complete, spotted.unasked)


def spots_told(kept: KeptSpots) -> dict[str, Any]:
    """Return the same as JSON has it: as it is stored and answered."""
    return {
        "spots": [_told(spot) for spot in kept.spots],
        "complete": kept.is_complete,
        "unasked": [kind.value for kind in kept.unasked],
    }


def _told(spot: Spot) -> dict[str, Any]:
    return {
        "bank": spot.bank, "kind": spot.kind.value, "clause": spot.clause_id, "entry": spot.entry_id,
        "spans": [list(span) for span in spot.spans], "steps": list(spot.steps), "share": spot.share,
    }  # fmt: skip


def spots_recalled(stored: Mapping[str, Any]) -> KeptSpots:
    """Return what `spots_told` was made of."""
    spots = tuple(
        Spot(
            each["bank"], WordBankKind(each["kind"]), ClauseId(each["clause"]), WordEntryId(each["entry"]),
            tuple((start, end) for start, end in each["spans"]), tuple(each["steps"]), each["share"],
        )
        for each in stored["spots"]
    )  # fmt: skip
    return KeptSpots(spots, stored["complete"], tuple(map(WordBankKind, stored["unasked"])))
