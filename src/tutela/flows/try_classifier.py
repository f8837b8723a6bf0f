"""Put one content to a classifier now, for whoever sets it up: within the same bounds, and with the same costs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tutela.core.classifying.spec import ClassifierSpec, Signal, signals_of
from tutela.core.classifying.verdicts import Asked, Content, Verdict
from tutela.errors import UnknownClassifier
from tutela.ports.classifiers import Classifier


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it."""

    verdict: Verdict
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class TryClassifier:
    """Ask once. Nothing is stored, and no rule is told; the budget and the breaker count it."""

    specs: Mapping[str, ClassifierSpec]
    open_one: Callable[[ClassifierSpec], Classifier]

    def __call__(self, classifier_id: str, content: Content) -> Tried:
        """Return what a classifier says of *content*, as of something public.

        Raises:
            tutela.errors.UnknownClassifier: None of this name is set up.
            tutela.errors.Misconfigured: Its secret or model is not there.
        """
        spec = self.specs.get(classifier_id)
        if spec is None:
            raise UnknownClassifier(place="id", remedy="`tutela classifiers list` names them all.")
        classifier = self.open_one(spec)
        try:
            verdict = classifier.classify(Asked(content, seconds=spec.limits.timeout_seconds))
        finally:
            classifier.close()
        return Tried(verdict, signals_of(spec, verdict))
