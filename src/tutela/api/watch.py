"""Wake long polls: one thread waits for commits, one event a round wakes everybody, nobody holds a thread."""

import asyncio
import threading
import time

import structlog

from tutela.errors import TutelaError
from tutela.ports.store import Store

POLL_SECONDS = 0.2
"""A commit of another process, or one that went unheard, is seen within this."""

ROUND_SECONDS = 0.02
"""A busy system commits hundreds of times a second; waiting readers are woken once a round, not once a commit."""

_log = structlog.get_logger(__name__)


class ChangeWatch:
    """Know the last number of the change feed, and wake those who wait for the next."""

    def __init__(self, store: Store, changed: threading.Condition) -> None:
        """Watch *changed*, which every commit of this process notifies; the thread starts with the first waiter."""
        self._store, self._changed = store, changed
        self._loop: asyncio.AbstractEventLoop | None = None
        self._event = asyncio.Event()
        self._newest = 0
        self.is_closing = False  #: nobody is to wait any more
        self._thread: threading.Thread | None = None
        self.waiting = 0

    async def wait_beyond(self, seq: int, seconds: float) -> None:
        """Return when there may be a change after *seq*, or when *seconds* are over."""
        self._start(asyncio.get_running_loop())
        self.waiting += 1
        try:
            async with asyncio.timeout(seconds):
                while self._newest <= seq and not self.is_closing:
                    await self._event.wait()
        except TimeoutError:
            return
        finally:
            self.waiting -= 1

    def close(self) -> None:
        """Let everybody go and end the thread. Idempotent."""
        self.is_closing = True
        with self._changed:
            self._changed.notify_all()
        self._fire(self._newest)
        if self._thread is not None:
            self._thread.join()

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._thread is None:
            self._loop = loop
            self._thread = threading.Thread(target=self._run, name="changes", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        seen = -1
        while not self.is_closing:
            newest = self._read(seen)
            if newest > seen and self._loop is not None and not self._loop.is_closed():
                seen = newest
                self._loop.call_soon_threadsafe(self._fire, newest)
            time.sleep(ROUND_SECONDS)
            with self._changed:
                # A commit between the read and here goes unheard; the timeout bounds how long.
                self._changed.wait(POLL_SECONDS)

    def _read(self, seen: int) -> int:
        try:
            with self._store.read() as reader:
                return reader.change_seq()
        except TutelaError as error:
            _log.warning("changes_not_read", error_type=type(error).__name__)
            return seen

    def _fire(self, newest: int) -> None:
        self._newest = newest
        fired, self._event = self._event, asyncio.Event()
        fired.set()
