"""Clearances: what people have looked at and found harmless is not held again without new facts (measures.md).

What is cleared is the media, as far as it was known then: the same bank saying the same of the same bytes is no news,
whoever posts them. Another bank, identical bytes where there was a likeness, a likeness to other sealed media, or a
person's notice is a new fact. What is said *around* a picture is no part of a match, and is not cleared with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tutela.core.banks import Detection, Match
from tutela.core.ids import BankId, ClauseId, DecisionId, ItemId, MediaId
from tutela.core.policy import MatchKind


@dataclass(frozen=True, slots=True)
class Fact:
    """What one match says of one media: another member of the same bank says the same (decision 0004)."""

    media_id: MediaId
    clause_id: ClauseId
    kind: MatchKind
    bank_id: BankId | None
    resembles: MediaId | None

    def covers(self, other: "Fact") -> bool:
        """Return whether whoever knew this knew *other*: a likeness says nothing new beside identical bytes."""
        is_same = (self.media_id, self.clause_id, self.bank_id, self.resembles) == (
            other.media_id, other.clause_id, other.bank_id, other.resembles,
        )  # fmt: skip
        return is_same and (self.kind is MatchKind.EXACT_DIGEST or other.kind is MatchKind.NEAR)


@dataclass(frozen=True, slots=True)
class Clearance:
    """What a decision of people has cleared in one item, and all that was known when they looked."""

    decision_id: DecisionId
    item_id: ItemId
    at: datetime
    facts: frozenset[Fact]


@dataclass(frozen=True, slots=True)
class Cleared:
    """What people have cleared of some media, by what stands."""

    facts: frozenset[Fact] = frozenset()
    #: What counts once nobody can take it back any more (decision 0022).
    held_back: frozenset[Fact] = frozenset()
    #: When each media was last cleared under a clause, held back or not.
    at: Mapping[tuple[MediaId, ClauseId], datetime] = field(default_factory=dict)


def fact_of(match: Match) -> Fact:
    """Return what *match* says."""
    return Fact(match.media_id, match.clause_id, match.kind, match.bank_id, match.resembles)


def clearance_of(
    item_id: ItemId, clause_id: ClauseId, decision_id: DecisionId, at: datetime, detections: Iterable[Detection]
) -> Clearance:
    """Return the clearance of an item under one clause, with what was detected in it until now."""
    facts = frozenset(fact_of(each.match) for each in detections if each.match.clause_id == clause_id)
    return Clearance(decision_id, item_id, at, facts)


def is_news(match: Match, cleared: Iterable[Fact]) -> bool:
    """Return whether *match* says anything that was not known when its media was cleared, or was never cleared."""
    said = fact_of(match)
    return not any(fact.covers(said) for fact in cleared)
