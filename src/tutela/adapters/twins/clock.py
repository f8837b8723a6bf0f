"""A clock that is set by hand, and randomness that repeats: for tests, the demo, and drills of what time does."""

import hashlib
import threading
from datetime import UTC, datetime, timedelta

from tutela.core.ids import PREFIXES

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning, so that nothing depends on the day on which a test happens to run."""


class SetClock:
    """Tell the time it was set to; see `ports.clock`."""

    def __init__(self, start: datetime = START) -> None:
        """Stand still at *start*."""
        self._lock = threading.Lock()
        self._now = start

    def now(self) -> datetime:
        """Return the moment it stands at."""
        with self._lock:
            return self._now

    def set(self, moment: datetime) -> None:
        """Stand at *moment*, also an earlier one."""
        with self._lock:
            self._now = moment

    def advance(self, **span: float) -> datetime:
        """Move by a `timedelta` given in keywords, also a negative one, and return the new moment."""
        with self._lock:
            self._now += timedelta(**span)
            return self._now


class SeededEntropy:
    """Make the same identifiers and tokens again for the same seed; see `ports.entropy`. Nothing secret may use it."""

    def __init__(self, seed: str = "tutela") -> None:
        """Begin the series of *seed*."""
        self._lock = threading.Lock()
        self._seed, self._count = seed, 0

    def new_id(self, noun: str) -> str:
        """Return the next identifier: ascending, like those of a real system."""
        return f"{PREFIXES[noun]}_{self._next():026d}"

    def token(self, size_bytes: int) -> bytes:
        """Return the next bytes of the series."""
        return hashlib.shake_256(f"{self._seed}/{self._next()}".encode()).digest(size_bytes)

    def _next(self) -> int:
        with self._lock:
            self._count += 1
            return self._count
