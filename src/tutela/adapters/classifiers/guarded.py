"""The guard around a classifier: consent, basis, budget, deadline, retries, breaker, and whether the answer is one.

Nothing reaches a classifier, and nothing of its answer anybody else, but through here. When in doubt nothing is known.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from tutela.core.classifying.retrying import pause_at_once
from tutela.core.classifying.spec import ClassifierSpec, wrong_with
from tutela.core.classifying.usage import Leave, Usage, begin, count_refusal, end, refusal
from tutela.core.classifying.verdicts import Asked, Reason, Unknown, Verdict, has_left
from tutela.errors import Unavailable
from tutela.ports.classifiers import Classifier, Usages
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Guarded:
    """Ask within bounds; see `ports.classifiers.Classifier`."""

    spec: ClassifierSpec
    classifier: Classifier
    usages: Usages
    clock: Clock
    entropy: Entropy
    sleep: Callable[[float], None] = time.sleep

    def classify(self, asked: Asked) -> Verdict:
        """Return what the classifier says, checked; or why nothing is known."""
        refused = refusal(self.spec, asked, self.clock.now())
        if refused is not None:
            return self._refused(refused)
        deadline = time.monotonic() + min(asked.seconds, self.spec.limits.timeout_seconds)
        verdict, tries = self._tried(asked, deadline - time.monotonic()), 1
        while isinstance(verdict, Unknown):
            pause = self._pause(verdict, tries, deadline - time.monotonic())
            if pause is None:
                break
            self.sleep(pause)
            again = self._tried(asked, deadline - time.monotonic())
            if isinstance(again, Unknown) and not has_left(again.reason) and again.reason is not Reason.NOT_REACHED:
                break  # it was not let through: what is told is why the question failed
            verdict, tries = again, tries + 1
        return verdict

    def close(self) -> None:
        """Break off what is under way."""
        self.classifier.close()

    def _pause(self, unknown: Unknown, tries: int, left_seconds: float) -> float | None:
        if unknown.retry_after_seconds is not None:
            return None
        dice = int.from_bytes(self.entropy.token(4)) / 2**32
        return pause_at_once(self.spec.retry, tries, unknown.reason, left_seconds, dice)

    def _tried(self, asked: Asked, left_seconds: float) -> Verdict:
        if left_seconds <= 0:
            return Unknown(Reason.TIMED_OUT)
        now = self.clock.now()
        try:
            leave = self.usages.step(self.spec.id, lambda usage: begin(usage, self.spec, now))
        except Unavailable:  # what may not be counted is not spent
            return Unknown(Reason.STOPPED)
        if isinstance(leave, Reason):
            return self._refused(leave)
        verdict = self._checked(self._asked(replace(asked, seconds=left_seconds)))
        self._settle(leave, verdict)
        return verdict

    def _asked(self, asked: Asked) -> Verdict:
        try:
            return self.classifier.classify(asked)
        except Exception as error:  # noqa: BLE001 - a fault of an adapter must not decide anything about content
            _log.error("classifier_broken", classifier=self.spec.id, error_type=type(error).__name__)
            return Unknown(Reason.BROKEN)

    def _checked(self, verdict: Verdict) -> Verdict:
        if isinstance(verdict, Unknown):
            return verdict
        wrong = wrong_with(self.spec, verdict)
        return verdict if wrong is None else Unknown(wrong, None, verdict.cost_micro, verdict.milliseconds)

    def _settle(self, leave: Leave, verdict: Verdict) -> None:
        now = self.clock.now()

        def settled(usage: Usage) -> tuple[Usage, tuple[Usage, Usage]]:
            after = end(usage, self.spec, leave, verdict, now)
            return after, (usage, after)

        try:
            usage, after = self.usages.step(self.spec.id, settled)
        except Unavailable:  # it stays counted as the dearest it may be, and a probe as lost
            _log.error("classifier_not_counted", classifier=self.spec.id)
            return
        self._tell(usage, after)

    def _tell(self, before: Usage, after: Usage) -> None:
        if before.circuit.state is not after.circuit.state:
            _log.warning("classifier_circuit", classifier=self.spec.id, state=after.circuit.state.value)
        if after.ledger.is_overcharged and not before.ledger.is_overcharged:
            _log.error("classifier_overcharged", classifier=self.spec.id)

    def _refused(self, reason: Reason) -> Unknown:
        try:
            self.usages.step(self.spec.id, lambda usage: (count_refusal(usage, reason), None))
        except Unavailable:
            _log.error("classifier_not_counted", classifier=self.spec.id)
        return Unknown(reason)
