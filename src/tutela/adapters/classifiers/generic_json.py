"""Any service that takes JSON and answers JSON: a template for the request, JSON Pointers for the scores."""

from typing import Any

from tutela.adapters.classifiers.asking import Sent, as_json
from tutela.adapters.classifiers.secrets import Secret
from tutela.core.classifying.documents import NotUsableError
from tutela.core.classifying.pointers import NothingThereError, Pointer, parse_pointer
from tutela.core.classifying.setup import GenericSetup
from tutela.core.classifying.spec import ClassifierSpec
from tutela.core.classifying.templates import filled
from tutela.core.classifying.verdicts import Classification, Content, Reason, Verdict, score_of

MAX_COST_MICRO = 10**15


class GenericJson:
    """Speak by a template."""

    def __init__(self, spec: ClassifierSpec, setup: GenericSetup, secret: Secret | None) -> None:
        """Read the scores where *spec*'s labels point."""
        self._spec, self._setup, self._secret = spec, setup, secret
        self._places = {label.name: parse_pointer(label.source) for label in spec.labels}

    def request(self, content: Content) -> Sent:
        """Return the template, filled."""
        headers: dict[str, str] = {}
        if self._secret is not None:
            is_bearer = self._setup.header.lower() == "authorization"
            headers = {self._setup.header: f"{'Bearer ' if is_bearer else ''}{self._secret.reveal()}"}
        return as_json(filled(self._setup.request, content, self._spec.version), headers)

    def verdict(self, answer: Any, content: Content) -> Verdict:
        """Return the scores; the version that the answer says, or the pinned one where nothing says it."""
        del content
        scores = {name: self._score(answer, place) for name, place in self._places.items()}
        return Classification(scores, self._version(answer), cost_micro=self._cost(answer))

    def _score(self, answer: Any, place: Pointer) -> float:
        value = _found(answer, place)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = _scaled(value, self._setup.scale)
        score = score_of(value)
        if isinstance(score, Reason):
            raise NotUsableError(score)
        return score

    def _version(self, answer: Any) -> str:
        if self._setup.version_at is None:
            return self._spec.version
        version = _found(answer, self._setup.version_at)
        if not isinstance(version, str):
            raise NotUsableError(Reason.GARBAGE)
        return version

    def _cost(self, answer: Any) -> int | None:
        if self._setup.cost_at is None:
            return None
        cost = _found(answer, self._setup.cost_at)
        if isinstance(cost, bool) or not isinstance(cost, int) or not 0 <= cost <= MAX_COST_MICRO:
            raise NotUsableError(Reason.GARBAGE)
        return cost


def _scaled(value: float, scale: float) -> float:
    try:
        return value / scale
    except OverflowError:
        raise NotUsableError(Reason.OUT_OF_RANGE) from None


def _found(answer: Any, place: Pointer) -> Any:
    try:
        return place.find(answer)
    except NothingThereError:
        raise NotUsableError(Reason.GARBAGE) from None
