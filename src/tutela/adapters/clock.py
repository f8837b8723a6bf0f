"""The machine's clock and randomness."""

import secrets
import threading
import time
from datetime import UTC, datetime

from tutela.core.ids import PREFIXES

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_RANDOM_BITS = 80


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
        digits = []
        for _ in range(26):
            value, digit = divmod(value, 32)
            digits.append(_ALPHABET[digit])
        return f"{PREFIXES[noun]}_{''.join(reversed(digits))}"

    def token(self, size_bytes: int) -> bytes:
        """Return random bytes."""
        return secrets.token_bytes(size_bytes)
