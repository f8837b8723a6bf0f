"""Forget events that were kept long enough, their sealed texts with the keys, and who knew whom a year ago."""

from dataclasses import dataclass

from tutela.core.units import Duration
from tutela.ports.clock import Clock
from tutela.ports.events import EventKeeper
from tutela.ports.keys import KeyRing

PERIOD = "events-"
"""How the retention period of texts begins; the day follows."""

CONTACTS_FOR = Duration(days=365)
"""How long two people who have nothing to do with each other any more are no strangers."""


@dataclass(frozen=True, slots=True)
class ForgetEvents:
    """Delete what is over. Idempotent; what lies in a case stays with it, without any text."""

    keeper: EventKeeper
    keys: KeyRing
    clock: Clock
    keep: Duration

    def __call__(self) -> int:
        """Delete it and return how many rows there were."""
        now = self.clock.now()
        before = now - self.keep.delta
        forgotten = self.keeper.forget(before, now - CONTACTS_FOR.delta, now)
        for period in self.keys.periods():
            day = period.removeprefix(PERIOD)
            # A day's key is gone once its last event could have been: nothing of it can be opened in any backup.
            if day != period and day < f"{before:%Y-%m-%d}":
                self.keys.destroy_period(period)
        return forgotten
