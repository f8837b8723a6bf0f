"""Count events into windows: alike for what comes in, a replay of what came, and a test beside a rule. Pure."""

import hashlib
from collections.abc import Iterable

from tutela.core.counters import MAX_AMOUNT, Window
from tutela.core.rules.compile import Program
from tutela.core.rules.counting import Asked, CounterUse
from tutela.core.rules.types import MICROSECONDS, FactValues


def window_us_of(use: CounterUse) -> int:
    """Return how long the window of a counter is."""
    return round(use.window.seconds * MICROSECONDS)


def is_added(asked: Asked) -> bool:
    """Return whether the event is added: an amount that no sum may hold is unknown, and is left out."""
    return asked.is_counted and abs(asked.amount) <= MAX_AMOUNT


def total_with(window: Window, asked: Asked, at_us: int, value: int) -> float:
    """Return what *window* holds with the event in it, which is added where it is counted."""
    if not is_added(asked):
        return window.total_at(at_us)
    window.add(at_us, value, asked.amount)
    return window.total()


class Windows:
    """The windows of a program that counts by itself, each under its counter and key, all empty at first."""

    def __init__(self, program: Program) -> None:
        """Begin with nothing counted."""
        self._program = program
        self._windows: dict[tuple[str, str], Window] = {}

    def count(self, facts: FactValues, at_us: int) -> list[float | None]:
        """Count an event, and return what each counter of the program holds with it; none where it is unknown."""
        return self.take(self._program.asked(facts), at_us)

    def take(self, everything_asked: Iterable[Asked], at_us: int) -> list[float | None]:
        """Do the same with what an event has to do with each counter, where that is known already."""
        counts: list[float | None] = [None] * len(self._program.counters)
        for asked in everything_asked:
            use, value = self._program.counters[asked.counter], number_of(asked.value)
            totals = [total_with(self._window(use, key), asked, at_us, value) for key in asked.keys]
            counts[asked.counter] = max(totals, default=None)
        return counts

    def forget(self, at_us: int) -> None:
        """Drop the windows that nothing from *at_us* on needs any more."""
        self._windows = {key: window for key, window in self._windows.items() if window.expires_us > at_us}

    def _window(self, use: CounterUse, key: str) -> Window:
        window = self._windows.get((use.id, key))
        if window is None:
            window = self._windows[use.id, key] = Window.empty(use.kind, window_us_of(use))
        return window


def number_of(value: str | None) -> int:
    """Return 64 bits for a value of which different ones are counted."""
    if value is None:
        return 0
    hashed = hashlib.blake2b(value.encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(hashed.digest(), "big")
