"""Put a stored content to a classifier and record what came of it; what is unknown is asked again later."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from tutela.core.classifying.figures import Figures, figures
from tutela.core.classifying.retrying import next_at
from tutela.core.classifying.spec import ClassifierSpec, kept, priority_of, signals_of
from tutela.core.classifying.verdicts import Classification, Reason, Unknown, Verdict
from tutela.ports.classifiers import Answered, Classifier, Contents, Records, Request
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Classify:
    """Ask, record, and say when to ask again. What it returns are signals and an order, never a decision."""

    specs: Mapping[str, ClassifierSpec]
    classifiers: Mapping[str, Classifier]  #: each already guarded
    contents: Contents
    records: Records
    clock: Clock
    entropy: Entropy

    def __call__(self, request: Request) -> Answered:
        """Try once, and record it; return all that was answered, also what no licence lets anybody keep.

        Raises:
            tutela.errors.Conflict: Another process has recorded this try already.
            tutela.errors.Unavailable: It could not be read or recorded: it is tried again when its lease is over.
        """
        spec = self.specs.get(request.classifier_id)
        verdict = Unknown(Reason.NOT_SET_UP) if spec is None else self._verdict(request)
        answered = self._answered(request, spec, verdict)
        self.records.record(answered, answered if spec is None else _kept(answered, spec))
        _tell(answered)
        return answered

    def agreement(self, since: datetime) -> tuple[Figures, ...]:
        """Return how each classifier agrees with what people found since then."""
        return figures(self.records.outcomes(since))

    def close(self) -> None:
        """Break off what is under way."""
        for each in self.classifiers.values():
            each.close()

    def _verdict(self, request: Request) -> Verdict:
        asked = self.contents.asked(request)
        if asked is None:
            return Unknown(Reason.NO_CONTENT)
        return self.classifiers[request.classifier_id].classify(asked)  # each of `specs` has one

    def _answered(self, request: Request, spec: ClassifierSpec | None, verdict: Verdict) -> Answered:
        now, tries = self.clock.now(), request.tries + 1
        again: datetime | None = None
        if spec is not None and isinstance(verdict, Unknown):
            dice = int.from_bytes(self.entropy.token(4)) / 2**32
            again = next_at(spec.retry, tries, verdict, now, dice)
        return Answered(
            request,
            tries,
            now,
            verdict,
            () if spec is None else signals_of(spec, verdict),
            priority_of(verdict),
            again,
        )


def _kept(answered: Answered, spec: ClassifierSpec) -> Answered:
    """Return what may be stored: where the licence keeps its answers to itself, that there was one."""
    if spec.terms.may_retain:
        return answered
    return replace(answered, verdict=kept(answered.verdict, spec.terms), signals=(), priority=None)


def _tell(answered: Answered) -> None:
    """Log how it went: never the content, its scores or the source's words."""
    request = answered.request
    told = {"classifier": request.classifier_id, "question": request.id, "tries": answered.tries}
    if isinstance(answered.verdict, Classification):
        _log.info("classified", ms=answered.verdict.milliseconds, **told)
    else:
        will = answered.next_at is not None
        _log.warning("classifier_unknown", reason=answered.verdict.reason.value, will_ask_again=will, **told)
