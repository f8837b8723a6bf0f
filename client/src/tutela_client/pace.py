"""How patient the threads of a cache are, and when they are to end."""

import random
import threading
from dataclasses import dataclass, field

GROWTH = 2.0


@dataclass(frozen=True, slots=True)
class Pauses:
    """Growing pauses, spread so that a hundred processes do not come back in the same moment."""

    first_seconds: float = 0.5
    longest_seconds: float = 30.0

    def after(self, failures: int) -> float:
        """Return the pause after so many failures in a row."""
        grown = min(self.first_seconds * GROWTH ** min(max(failures, 1) - 1, 30), self.longest_seconds)
        return grown * random.uniform(0.5, 1.0)  # noqa: S311  # spreading load, nothing secret


@dataclass(frozen=True, slots=True)
class Patience:
    """How often an outbox tries, and how long it remembers."""

    pauses: Pauses = field(default_factory=lambda: Pauses(1.0, 60.0))
    look_seconds: float = 0.2  #: how often it looks whether something is due
    keep_days: float = 7.0  #: what was answered and handed over is known for so long
    lease_seconds: float = 60.0  #: what one thread is sending, no other sends
    taken_seconds: float = 5.0  #: so long after `submit` returned an answer, the platform has done what it does with it
    forget_seconds: float = 600.0  #: how often what was answered long ago is forgotten

    @property
    def longest_seconds(self) -> float:
        """Return for how long anything is put off at most: longer says that the clock was set back since."""
        return max(self.pauses.longest_seconds, self.lease_seconds, 2 * self.taken_seconds)


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient a cache is."""

    poll_seconds: float = 20.0  #: how long the server may hold a question open; at most 30
    tail_seconds: float = 0.2  #: how often a process that does not lead looks what the leading one wrote
    stale_after_seconds: float = 60.0  #: without an answer for so long there is an alarm
    pauses: Pauses = field(default_factory=Pauses)
    page_rows: int = 1000
    patience: Patience = field(default_factory=Patience)


class Stopping:
    """What a thread asks and sleeps on; setting it ends the sleep."""

    def __init__(self) -> None:
        """Go on."""
        self._event = threading.Event()

    def __bool__(self) -> bool:
        """Return whether it is over."""
        return self._event.is_set()

    def set(self) -> None:
        """End it."""
        self._event.set()

    def sleep(self, seconds: float) -> None:
        """Wait so long, or until it is over."""
        self._event.wait(seconds)
