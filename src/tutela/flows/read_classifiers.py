"""Say how each classifier stands: whether anything may leave for it, its breaker, its budget, and how it agrees."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tutela.core.classifying.budget import Ledger, opened
from tutela.core.classifying.circuit import CircuitState
from tutela.core.classifying.figures import Figures, figures
from tutela.core.classifying.spec import ClassifierSpec
from tutela.core.classifying.usage import Usage
from tutela.core.operator import CLASSIFIERS
from tutela.core.rules.book import Book
from tutela.core.rules.rule import AskClassifier, RuleState
from tutela.core.units import Duration
from tutela.errors import UnknownClassifier
from tutela.ports.classifiers import NO_STOCK, Classifications, ClassifierStock, Usages
from tutela.ports.clock import Clock

OUT_FOR_LONG = Duration(hours=1)
"""For how long a question may wait before it is an alarm that its classifier is out."""

AGREEMENT_OVER = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class ClassifierState:
    """How one classifier stands."""

    spec: ClassifierSpec
    usage: Usage
    today: Ledger
    stock: ClassifierStock
    is_out: bool  #: questions have waited for long, or it took more than was agreed today


@dataclass(frozen=True, slots=True)
class ReadClassifiers:
    """Read states and figures."""

    specs: Mapping[str, ClassifierSpec]
    usages: Usages
    stored: Classifications
    book: Callable[[], Book]
    clock: Clock

    def all(self) -> list[ClassifierState]:
        """Return the state of each that is set up, in the order of the file."""
        if not self.specs:
            return []
        now, stock = self.clock.now(), self.stored.stock()
        return [self._state(spec, stock.get(spec.id, NO_STOCK), now) for spec in self.specs.values()]

    def one(self, classifier_id: str) -> ClassifierState:
        """Return the state of one.

        Raises:
            tutela.errors.UnknownClassifier: None of this name is set up.
        """
        if classifier_id not in self.specs:
            raise UnknownClassifier(place="id", remedy="`tutela classifiers list` names them all.")
        return next(each for each in self.all() if each.spec.id == classifier_id)

    def agreement(self, classifier_id: str) -> list[Figures]:
        """Return how one agrees with what people found, by version and label."""
        found = figures(self.stored.outcomes(self.clock.now() - AGREEMENT_OVER))
        return [each for each in found if each.classifier_id == classifier_id]

    def missing(self) -> frozenset[str]:
        """Return the classifiers that a live rule asks and that are not set up."""
        return frozenset(_asked(self.book())) - self.specs.keys()

    def alarms(self) -> frozenset[str]:
        """Return the line of the checklist that is there while something is wrong."""
        is_wrong = bool(self.missing()) or any(each.is_out for each in self.all())
        return frozenset({CLASSIFIERS} if is_wrong else ())

    def _state(self, spec: ClassifierSpec, stock: ClassifierStock, now: datetime) -> ClassifierState:
        usage = self.usages.read(spec.id)
        today = opened(usage.ledger, now)
        oldest = stock.oldest_waiting_at
        has_waited = oldest is not None and oldest <= now - OUT_FOR_LONG.delta
        return ClassifierState(spec, usage, today, stock, has_waited or today.is_overcharged)


def _asked(book: Book) -> Iterable[str]:
    for place in book.places:
        if place.state is RuleState.LIVE:
            yield from (each.classifier for each in place.then if isinstance(each, AskClassifier))


def breaker_of(state: ClassifierState, now: datetime) -> CircuitState:
    """Return how the breaker stands: open only until a probe may go."""
    circuit = state.usage.circuit
    is_over = circuit.until is not None and circuit.until <= now
    return CircuitState.HALF_OPEN if circuit.state is CircuitState.OPEN and is_over else circuit.state
