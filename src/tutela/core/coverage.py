"""Which clauses have a detector that works here, and which nothing looks for. Pure.

A clause of zero tolerance that nobody looks for is only written down. What is switched off, empty or never told
anything counts as nothing, whatever ships.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tutela.core.ids import ClauseId
from tutela.core.policy import Clause
from tutela.core.rules.book import Place
from tutela.core.rules.counters_of import Counter, facts_in
from tutela.core.rules.facts import CLASSIFIER, NAMES_FOUND
from tutela.core.rules.rule import RuleState
from tutela.core.rules.typed import Every, Expression, Some


class DetectorKind(StrEnum):
    """What may notice a violation."""

    MEDIA_BANK = "media_bank"
    WORD_BANK = "word_bank"
    RULE = "rule"
    CLASSIFIER = "classifier"


class DetectorState(StrEnum):
    """Whether it can notice anything."""

    WORKS = "works"
    OFF = "off"  #: switched off, without consent or budget, with a licence that has lapsed; a rule in shadow
    BROKEN = "broken"  #: a bank that cannot be opened
    EMPTY = "empty"  #: a bank without entries
    WAITS = "waits"  #: a rule for banks or classifiers of its clause, of which none works
    UNTOLD = "untold"  #: a rule, where no event was told lately
    SIGNAL_ONLY = "signal_only"  #: answers, of which no rule makes anything


class Source(StrEnum):
    """What a rule may rest on that has to be connected first."""

    MEDIA = "media"
    WORDS = "words"
    NAMES = "names"
    CLASSIFIER = "classifier"


_RESTS_ON: Final[Mapping[str, Source]] = {
    "item.banks": Source.MEDIA,
    "item.clauses": Source.MEDIA,
    "text.banks": Source.WORDS,
    "text.clauses": Source.WORDS,
    NAMES_FOUND: Source.NAMES,
}


@dataclass(frozen=True, slots=True)
class Detector:
    """One thing that looks for violations of one clause."""

    kind: DetectorKind
    name: str
    clause_id: ClauseId
    state: DetectorState


@dataclass(frozen=True, slots=True)
class ClauseCoverage:
    """What looks for one clause."""

    clause: Clause
    detectors: tuple[Detector, ...]

    @property
    def is_covered(self) -> bool:
        """Return whether anything that works looks for it."""
        return any(each.state is DetectorState.WORKS for each in self.detectors)

    @property
    def is_missing(self) -> bool:
        """Return whether something must look for it, and nothing does. Ordinary clauses may be left to people."""
        return self.clause.is_zero_tolerance and not self.is_covered


def coverage_of(clauses: Iterable[Clause], detectors: Iterable[Detector]) -> tuple[ClauseCoverage, ...]:
    """Return what looks for each of *clauses*: first what nothing looks for and must be, last what is left to people.

    Of the detectors of a clause what works comes first.
    """
    order = list(DetectorState)
    known = sorted(detectors, key=lambda each: (order.index(each.state), each.kind, each.name))
    found = [ClauseCoverage(clause, tuple(each for each in known if each.clause_id == clause.id)) for clause in clauses]
    return tuple(sorted(found, key=lambda each: (not each.is_missing, not each.is_covered)))


def state_of_rule(place: Place, connected: frozenset[Source], *, is_told: bool) -> DetectorState:
    """Return whether a rule in force can fire.

    Args:
        place: The rule.
        connected: What works for its clause.
        is_told: Whether any event was recorded lately.
    """
    if place.state is not RuleState.LIVE:
        return DetectorState.OFF
    checked = place.checked.when
    if not _can_hold(checked.expression, checked.counters, connected):
        return DetectorState.WAITS
    return DetectorState.WORKS if is_told else DetectorState.UNTOLD


def _can_hold(expression: Expression, counters: tuple[Counter, ...], connected: frozenset[Source]) -> bool:
    """Return whether an expression can be true: each part of an `and`, one of an `or`."""
    match expression:
        case Every(parts=parts):
            return all(_can_hold(part, counters, connected) for part in parts)
        case Some(parts=parts):
            return any(_can_hold(part, counters, connected) for part in parts)
        case _:
            return {source for fact in facts_in(expression, counters) if (source := _source_of(fact))} <= connected


def _source_of(fact: str) -> Source | None:
    return Source.CLASSIFIER if fact.startswith(CLASSIFIER) else _RESTS_ON.get(fact)
