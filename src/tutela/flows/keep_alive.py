"""Say now and then that one is still at it, beside work that takes longer than a lease."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tutela.errors import TakenOver, TutelaError


@contextmanager
def kept_alive(renew: Callable[[], None], every_seconds: float) -> Iterator[None]:
    """Call *renew* every so often while the block runs, until somebody else has taken over.

    A failure to say so is tried again: a lease lasts for several of them.
    """
    is_over = threading.Event()

    def beat() -> None:
        while not is_over.wait(every_seconds):
            try:
                renew()
            except TakenOver:
                return  # whoever works hears of it when they store
            except TutelaError:
                continue

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
