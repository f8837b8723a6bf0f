"""Scan media in child processes that may die without taking anything along."""

import os
import queue
import sys
import threading

import structlog

from tutela.adapters.media.limits import Limits
from tutela.adapters.media.process import Child, ChildDiedError, ChildTooSlowError
from tutela.adapters.media.wire import scan_from_bytes
from tutela.errors import ScannerUnavailable
from tutela.ports.scanner import Scan, ScanFailure

_log = structlog.get_logger(__name__)


class ChildScanner:
    """A pool of children, started when first needed and replaced when they age or fail. Safe for any thread."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        children: int | None = None,
        exact: bool = False,
        interpreter: str = sys.executable,
    ) -> None:
        """Prepare the pool; nothing is started yet.

        Args:
            limits: What one content may cost.
            children: How many contents are decoded at once; one a core when None.
            exact: Decode JPEG at full size and in colour: the reference's hash bit for bit, at three times the cost.
            interpreter: The Python that runs the children.
        """
        self._limits = limits or Limits()
        self._exact = exact
        self._interpreter = interpreter
        self._is_closed = False
        self._closing = threading.Lock()
        self._children = children or os.cpu_count() or 1
        # A place holds a child, or None until one is needed. Last in, first out: a quiet server keeps one child busy
        # instead of waking all in turn.
        self._places: queue.LifoQueue[Child | None] = queue.LifoQueue()
        for _ in range(self._children):
            self._places.put(None)

    def scan(self, content: bytes) -> Scan:
        """Decode *content* in a child, hash every frame looked at, and return what was seen.

        Raises:
            ScannerUnavailable: No child can be started, or the scanner is closed.
        """
        if len(content) > self._limits.max_bytes:
            return _failed(ScanFailure.TOO_LARGE)
        if not content:
            return _failed(ScanFailure.EMPTY)
        child = self._take()
        try:
            scan = self._ask(child, content)
        except BaseException:
            child.end()  # its answer, still to come, belongs to nobody
            self._places.put(None)
            raise
        self._give_back(child, scan)
        return scan

    def close(self) -> None:
        """Wait for scans under way and end the children; harmless when repeated."""
        self._is_closed = True
        with self._closing:  # two that close would each wait for the places the other one holds
            for child in [self._places.get() for _ in range(self._children)]:
                if child is not None:
                    child.end()
            for _ in range(self._children):
                self._places.put(None)

    def _take(self) -> Child:
        """Wait for a place and return a child that lives."""
        child = self._places.get()
        try:
            return self._living(child)
        except BaseException:
            self._places.put(None)
            raise

    def _living(self, child: Child | None) -> Child:
        """Return *child* if it can be used, else a new one."""
        if child is not None and child.is_alive and not self._is_closed:
            return child
        if child is not None:
            child.end()
        if self._is_closed:
            raise ScannerUnavailable("The scanner is closed.")
        return self._start()

    def _start(self) -> Child:
        try:
            return Child(self._interpreter, self._limits, exact=self._exact)
        except (OSError, ChildDiedError, ChildTooSlowError) as error:
            raise ScannerUnavailable(
                place="media scanner",
                remedy="Check that the interpreter of this installation can be started, and that memory is left.",
            ) from error

    def _ask(self, child: Child, content: bytes) -> Scan:
        try:
            return scan_from_bytes(child.ask(content, self._limits.timeout_seconds))
        except ChildTooSlowError:
            return _failed(ScanFailure.TOO_SLOW)
        except (ChildDiedError, ValueError):
            return _failed(ScanFailure.TOO_SLOW if child.ran_out_of_time else ScanFailure.DECODER_DIED)

    def _give_back(self, child: Child, scan: Scan) -> None:
        """Keep a child that did its work; one that failed, or has done enough, makes room."""
        if scan.failure is not None and scan.failure.may_pass_later:
            _log.warning("media_child_replaced", failure=scan.failure.value, scans=child.scans)
        elif child.scans < self._limits.images_per_child:
            self._places.put(child)
            return
        child.end()
        self._places.put(None)


def _failed(failure: ScanFailure) -> Scan:
    return Scan(None, None, None, (), failure=failure)
