"""The windows that were read or written last, decoded: a busy key is decoded for each plan, and again for each commit.

Only a memory of what `Window.decode` would return, by the bytes themselves; nobody can tell but by the time it takes.
"""

from collections import OrderedDict
from threading import Lock
from typing import Final

from tutela.core.counters import CounterKind, Window

MOST: Final = 128
"""Windows remembered: some 100 kB each as they lie in memory, 13 MB at most."""

WORTH_BYTES: Final = 1024
"""Of a state: what is smaller is decoded sooner than it is found."""


class LastUsed:
    """Windows by their bytes. Whoever asks gets one of their own."""

    def __init__(self, most: int = MOST) -> None:
        """Remember as many at most."""
        self._most, self._lock = most, Lock()
        self._held: OrderedDict[bytes, Window] = OrderedDict()

    def __len__(self) -> int:
        """Return how many are remembered."""
        return len(self._held)

    def decode(self, kind: CounterKind, window_us: int, state: bytes) -> Window:
        """Return the window that was encoded.

        Raises:
            tutela.errors.CounterDamaged: These are not the bytes of such a window.
        """
        if len(state) < WORTH_BYTES:
            return Window.decode(kind, window_us, state)
        with self._lock:
            found = self._held.get(state)
        if found is None or (found.kind, found.window_us) != (kind, window_us):
            found = Window.decode(kind, window_us, state)
            self._remember(state, found)
        return found.copied()

    def encode(self, window: Window) -> bytes:
        """Return the bytes of a window, for the next who decodes them to find it decoded."""
        state = window.encode()
        if len(state) >= WORTH_BYTES:
            self._remember(state, window.copied())
        return state

    def _remember(self, state: bytes, window: Window) -> None:
        with self._lock:
            self._held[state] = window
            self._held.move_to_end(state)
            if len(self._held) > self._most:
                self._held.popitem(last=False)


LAST_USED: Final = LastUsed()
"""Of this process: whoever plans and whoever commits meet the same windows."""
