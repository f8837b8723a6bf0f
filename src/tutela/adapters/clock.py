"""The machine's clock and randomness."""

import os
import secrets
import threading
import time
from base64 import b32encode
from datetime import UTC, datetime

from tutela.core.ids import PREFIXES

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_RANDOM_BYTES, _RANDOM_DIGITS = 10, 16
_DRAWN_AT_ONCE = 64
_TIME_SHIFTS = range(45, -1, -5)
_CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", _ALPHABET.encode())
"""From the digits of RFC 4648, which Python writes, to ours, which are in the order of their values."""


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
        self._time = "0" * len(_TIME_SHIFTS)
        self._drawn: list[str] = []
        self._drawn_by = 0

    def new_id(self, noun: str) -> str:
        """Return a new identifier."""
        with self._lock:
            now_ms = time.time_ns() // 1_000_000
            if now_ms > self._last_ms:
                self._last_ms = now_ms
                self._time = "".join([_ALPHABET[now_ms >> shift & 31] for shift in _TIME_SHIFTS])
            return f"{PREFIXES[noun]}_{self._time}{self._draw()}"

    def _draw(self) -> str:
        """Return the random digits of one identifier; each call of the system draws for many."""
        if not self._drawn or self._drawn_by != os.getpid():  # a fork must not give out what its parent drew
            self._drawn_by = os.getpid()
            drawn = b32encode(secrets.token_bytes(_RANDOM_BYTES * _DRAWN_AT_ONCE)).translate(_CROCKFORD).decode()
            self._drawn = [drawn[at : at + _RANDOM_DIGITS] for at in range(0, len(drawn), _RANDOM_DIGITS)]
        return self._drawn.pop()

    def token(self, size_bytes: int) -> bytes:
        """Return random bytes."""
        return secrets.token_bytes(size_bytes)
