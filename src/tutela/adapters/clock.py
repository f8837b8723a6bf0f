"""The machine's clock and randomness."""

import os
import secrets
import threading
import time
from datetime import UTC, datetime

from tutela.core.ids import PREFIXES

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_RANDOM_BYTES = 10
_RANDOM_BITS = 8 * _RANDOM_BYTES
_DRAWN_AT_ONCE = 64
_PAIRS = [high + low for high in _ALPHABET for low in _ALPHABET]
_SHIFTS = range(120, -1, -10)  # 26 digits, two at a time: a decision in bulk makes forty thousand identifiers


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
        self._drawn = b""
        self._drawn_by = 0

    def new_id(self, noun: str) -> str:
        """Return a new identifier."""
        with self._lock:
            self._last_ms = max(self._last_ms, time.time_ns() // 1_000_000)
            value = self._last_ms << _RANDOM_BITS | int.from_bytes(self._draw())
        pairs = [_PAIRS[value >> shift & 1023] for shift in _SHIFTS]
        return f"{PREFIXES[noun]}_{''.join(pairs)}"

    def _draw(self) -> bytes:
        """Return the random part of one identifier; each call of the system draws for many."""
        if not self._drawn or self._drawn_by != os.getpid():  # a fork must not give out what its parent drew
            self._drawn_by = os.getpid()
            self._drawn = secrets.token_bytes(_RANDOM_BYTES * _DRAWN_AT_ONCE)
        drawn, self._drawn = self._drawn[:_RANDOM_BYTES], self._drawn[_RANDOM_BYTES:]
        return drawn

    def token(self, size_bytes: int) -> bytes:
        """Return random bytes."""
        return secrets.token_bytes(size_bytes)
