"""Verify everything while whoever asked goes on: one run at a time in this process, with how far it has come."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tutela.core.permissions import Principal, demand
from tutela.flows.verify import Verified, Verify
from tutela.ports.clock import Clock

SCOPE = "audit"


@dataclass(frozen=True, slots=True)
class Verification:
    """One run: where it is, or what came of it. It is gone when the process ends; the audit itself is not."""

    by: str
    started_at: datetime
    reads_contents: bool
    done: Mapping[str, int] = field(default_factory=dict)  #: by part, in the order in which they are gone through
    ended_at: datetime | None = None
    found: Verified | None = None  #: none while it runs, and where it came to no end

    @property
    def is_running(self) -> bool:
        """Return whether it goes on."""
        return self.ended_at is None


@dataclass(slots=True)
class VerifyBeside:
    """Start a verification, and say how far it has come."""

    verify: Verify
    clock: Clock
    begin: Callable[[Callable[[], None]], None]  #: runs something beside, and logs where it fails
    _last: Verification | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, principal: Principal, *, reads_contents: bool) -> Verification:
        """Start a run, or return the one that goes on.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
        """
        demand(principal, SCOPE)
        with self._lock:
            if self._last is not None and self._last.is_running:
                return self._last
            started = self._last = Verification(principal.id, self.clock.now(), reads_contents)
        self.begin(self._run)
        return started

    def last(self, principal: Principal) -> Verification | None:
        """Return the run that goes on or ended last; none where there was none since the process began.

        Raises:
            tutela.errors.Forbidden: It is not theirs to see.
        """
        demand(principal, SCOPE)
        return self._last

    def _run(self) -> None:
        found: Verified | None = None
        try:
            reads = self._last is not None and self._last.reads_contents
            found = self.verify(read_contents=reads, on_progress=self._tell)
        finally:  # also where it fails: nobody waits for what has ended
            self._change(lambda run: replace(run, ended_at=self.clock.now(), found=found))

    def _tell(self, part: str, done: int) -> None:
        self._change(lambda run: replace(run, done={**run.done, part: done}))

    def _change(self, change: Callable[[Verification], Verification]) -> None:
        with self._lock:
            if self._last is not None:
                self._last = change(self._last)
