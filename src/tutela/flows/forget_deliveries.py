"""Forget deliveries that are over: a log of what was told is no archive."""

from dataclasses import dataclass

from tutela.core.units import Duration
from tutela.ports.clock import Clock
from tutela.ports.webhooks import Deliveries

DEAD_KEPT = Duration(days=30)
"""What nobody got stays long enough for somebody to look."""


@dataclass(frozen=True, slots=True)
class ForgetDeliveries:
    """Delete what was delivered some days ago, what has been dead for a month, and what was of removed endpoints."""

    deliveries: Deliveries
    clock: Clock
    kept: Duration

    def __call__(self) -> int:
        """Delete it and return how many deliveries."""
        now, total = self.clock.now(), 0
        while count := self.deliveries.forget(
            delivered_before=now - self.kept.delta, dead_before=now - max(self.kept, DEAD_KEPT).delta
        ):
            total += count
        return total
