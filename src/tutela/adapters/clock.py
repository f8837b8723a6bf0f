"""The machine's clock and randomness."""

import secrets
import threading
import time
from datetime import UTC, datetime

from tutela.core.ids import PREFIXES

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
_RANDOM_BITS = 80
_SHIFTS = tuple(range(120, -1, -10))
"""Two digits at a time, the first of them first: a decision in bulk makes forty thousand identifiers."""


class SystemClock:
    """Tell the machine's time; see `ports.clock`."""

    def now(self) -> datetime:
        """Return the present moment, aware UTC."""
        return datetime.now(UTC)


class SystemEntropy:
    """Make identifiers and tokens; see `ports.entropy`.

    An identifier is 48 bits of milliseconds and 80 random bits in Crockford's base 32, so that rows are added at the
    end of every index; the time part never runs backwards within a process.
    """

    def __init__(self) -> None:
        """Start at the present millisecond."""
        self._lock = threading.Lock()
        self._last_ms = 0

    def new_id(self, noun: str) -> str:
        """Return a new identifier."""
        with self._lock:
            self._last_ms = max(self._last_ms, time.time_ns() // 1_000_000)
            value = self._last_ms << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
        digits = "".join([_PAIRS[value >> shift & 1023] for shift in _SHIFTS])
        return f"{PREFIXES[noun]}_{digits}"

    def token(self, size_bytes: int) -> bytes:
        """Return random bytes."""
        return secrets.token_bytes(size_bytes)
