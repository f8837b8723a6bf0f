"""Forget questions to classifiers with the events of which they are."""

from dataclasses import dataclass

from tutela.core.units import Duration
from tutela.ports.classifiers import Classifications
from tutela.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class ForgetQuestions:
    """Delete what is over. Idempotent; the keys of texts are destroyed with the day, see `forget_events`."""

    stored: Classifications
    clock: Clock
    keep: Duration

    def __call__(self) -> int:
        """Delete it and return how many rows there were."""
        return self.stored.forget(self.clock.now() - self.keep.delta)
