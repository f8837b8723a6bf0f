"""Read which clauses have a detector that works here."""

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tutela.core.classifying.spec import ClassifierSpec, Use
from tutela.core.coverage import (
    ClauseCoverage,
    Detector,
    DetectorKind,
    DetectorState,
    Source,
    coverage_of,
    state_of_rule,
)
from tutela.core.ids import ClauseId
from tutela.core.licences import is_asked
from tutela.core.policy import Policy
from tutela.core.rules.book import Book
from tutela.core.rules.rule import AskClassifier, RuleState
from tutela.core.word_banks import WordBankKind
from tutela.ports.clock import Clock
from tutela.ports.store import Reader, Store
from tutela.ports.word_banks import WordBanks, WordBankSize

TOLD_WITHIN: Final = timedelta(days=7)
"""Where no event was recorded for longer, nobody tells any, and rules of behaviour see nothing."""


@dataclass(frozen=True, slots=True)
class ReadCoverage:
    """Say of each clause what looks for it."""

    store: Store
    word_banks: WordBanks
    not_opened: Callable[[], Iterable[str]]  #: names of banks of words
    book: Callable[[], Book]  #: the rules in force
    classifiers: Callable[[], Iterable[ClassifierSpec]]
    policy: Policy
    clock: Clock

    def __call__(self) -> tuple[ClauseCoverage, ...]:
        """Return every clause with its detectors, those that work first."""
        now, book = self.clock.now(), self.book()
        sizes, broken = self.word_banks.sizes(now), frozenset(self.not_opened())
        with self.store.read() as reader:
            banks = [*_media_banks(reader, now), *(_word_bank(each, now, broken) for each in sizes)]
            is_told = reader.recorded_count(now - TOLD_WITHIN, now + TOLD_WITHIN) > 0
        classifiers = list(self._classifiers(book, now))
        names = {each.bank.name for each in sizes if each.bank.kind is WordBankKind.NAMES}
        connected = _connected([*banks, *classifiers], names)
        rules = [
            Detector(
                DetectorKind.RULE,
                place.name,
                place.clause,
                state_of_rule(place, connected(place.clause), is_told=is_told),
            )
            for place in book.places
        ]
        return coverage_of(self.policy.clauses.values(), _heard([*banks, *rules, *classifiers]))

    def _classifiers(self, book: Book, now: datetime) -> Iterator[Detector]:
        asked = {
            effect.classifier
            for place in book.places
            for effect in place.then
            if place.state is RuleState.LIVE and isinstance(effect, AskClassifier)
        }
        for spec in self.classifiers():
            is_licensed = spec.terms.ends_at is None or spec.terms.ends_at > now
            is_on = spec.sending.is_allowed and spec.budget.calls_per_day > 0 and is_licensed
            works = is_on and spec.use is Use.SIGNAL and spec.id in asked
            for clause_id in sorted(spec.clauses):
                state = DetectorState.WORKS if works else DetectorState.OFF
                yield Detector(DetectorKind.CLASSIFIER, spec.id, ClauseId(clause_id), state)


def _media_banks(reader: Reader, now: datetime) -> Iterator[Detector]:
    for bank in reader.banks():
        is_empty = not reader.members(bank.id, limit=1)
        state = DetectorState.WORKS if is_asked(bank, now) else DetectorState.OFF
        state = DetectorState.EMPTY if is_empty and state is DetectorState.WORKS else state
        yield Detector(DetectorKind.MEDIA_BANK, bank.name, bank.clause_id, state)


def _word_bank(size: WordBankSize, now: datetime, broken: frozenset[str]) -> Detector:
    bank = size.bank
    if not bank.is_asked(now):
        state = DetectorState.OFF
    elif bank.name in broken:
        state = DetectorState.BROKEN
    else:
        state = DetectorState.WORKS if size.entries > size.ended else DetectorState.EMPTY
    return Detector(DetectorKind.WORD_BANK, bank.name, bank.clause_id, state)


def _connected(detectors: Iterable[Detector], names: AbstractSet[str]) -> Callable[[ClauseId], frozenset[Source]]:
    """Return what rules of a clause may rest on; *names* are the banks of names, on which a rule of any may rest."""
    kinds = {
        DetectorKind.MEDIA_BANK: Source.MEDIA,
        DetectorKind.WORD_BANK: Source.WORDS,
        DetectorKind.CLASSIFIER: Source.CLASSIFIER,
    }
    working = [each for each in detectors if each.state is DetectorState.WORKS]
    of_names = [each for each in working if each.kind is DetectorKind.WORD_BANK and each.name in names]
    others = [each for each in working if each not in of_names]
    everywhere = {Source.NAMES} if of_names else set()

    def of(clause_id: ClauseId) -> frozenset[Source]:
        return frozenset(everywhere | {kinds[each.kind] for each in others if each.clause_id == clause_id})

    return of


def _heard(detectors: list[Detector]) -> Iterator[Detector]:
    """Yield the detectors; a bank of words or a classifier of whose clause no rule makes anything is a signal only."""
    ruled = {
        each.clause_id
        for each in detectors
        if each.kind is DetectorKind.RULE and each.state in {DetectorState.WORKS, DetectorState.UNTOLD}
    }
    for each in detectors:
        is_signal = each.kind in {DetectorKind.WORD_BANK, DetectorKind.CLASSIFIER}
        if is_signal and each.state is DetectorState.WORKS and each.clause_id not in ruled:
            yield Detector(each.kind, each.name, each.clause_id, DetectorState.SIGNAL_ONLY)
        else:
            yield each
