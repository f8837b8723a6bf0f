"""Read which clauses have a detector that works here."""

from collections.abc import Callable, Iterable, Iterator
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
    book: Callable[[], Book]  #: the rules in force
    classifiers: Callable[[], Iterable[ClassifierSpec]]
    policy: Policy
    clock: Clock

    def __call__(self) -> tuple[ClauseCoverage, ...]:
        """Return every clause with its detectors, those that work first."""
        now, book = self.clock.now(), self.book()
        sizes = self.word_banks.sizes(now)
        with self.store.read() as reader:
            banks = [*_media_banks(reader, now), *(_word_bank(each, now) for each in sizes)]
            is_told = reader.recorded_count(now - TOLD_WITHIN, now + TOLD_WITHIN) > 0
        classifiers = list(self._classifiers())
        has_names = any(_works(each, now) and each.bank.kind is WordBankKind.NAMES for each in sizes)
        connected = _connected([*banks, *classifiers], has_names=has_names)
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

    def _classifiers(self) -> Iterator[Detector]:
        for spec in self.classifiers():
            is_on = spec.sending.is_allowed and spec.use is Use.SIGNAL
            for clause_id in sorted(spec.clauses):
                state = DetectorState.WORKS if is_on else DetectorState.OFF
                yield Detector(DetectorKind.CLASSIFIER, spec.id, ClauseId(clause_id), state)


def _media_banks(reader: Reader, now: datetime) -> Iterator[Detector]:
    for bank in reader.banks():
        is_empty = not reader.members(bank.id, limit=1)
        state = DetectorState.WORKS if is_asked(bank, now) else DetectorState.OFF
        state = DetectorState.EMPTY if is_empty and state is DetectorState.WORKS else state
        yield Detector(DetectorKind.MEDIA_BANK, bank.name, bank.clause_id, state)


def _works(size: WordBankSize, now: datetime) -> bool:
    return size.bank.is_asked(now) and size.entries > size.ended


def _word_bank(size: WordBankSize, now: datetime) -> Detector:
    if not size.bank.is_asked(now):
        state = DetectorState.OFF
    else:
        state = DetectorState.WORKS if _works(size, now) else DetectorState.EMPTY
    return Detector(DetectorKind.WORD_BANK, size.bank.name, size.bank.clause_id, state)


def _connected(detectors: Iterable[Detector], *, has_names: bool) -> Callable[[ClauseId], frozenset[Source]]:
    """Return what rules of a clause may rest on."""
    kinds = {
        DetectorKind.MEDIA_BANK: Source.MEDIA,
        DetectorKind.WORD_BANK: Source.WORDS,
        DetectorKind.CLASSIFIER: Source.CLASSIFIER,
    }
    working = [each for each in detectors if each.state is DetectorState.WORKS]
    everywhere = {Source.NAMES} if has_names else set()

    def of(clause_id: ClauseId) -> frozenset[Source]:
        return frozenset(everywhere | {kinds[each.kind] for each in working if each.clause_id == clause_id})

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
