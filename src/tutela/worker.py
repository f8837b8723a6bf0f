"""The jobs face: call the flows that nobody waits for.

What is to be done is read from the tables each time, so nothing can be lost by a kill and two workers at worst do the
same thing twice, which changes nothing (decision 0002).
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from tutela.errors import TutelaError

SHORTEST_PAUSE_SECONDS = 0.05

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Job:
    """One thing that is done again and again."""

    name: str
    work: Callable[[], object]
    pause_seconds: float
    follows_commits: bool = False  #: also looked at soon after each commit, not only at its own pace
    failures: int = 0
    last_done: float | None = None  #: of `time.monotonic`


@dataclass(slots=True)
class Worker:
    """Run jobs in one thread, each at its own pace; a failing one waits longer and never stops the others."""

    jobs: list[Job]
    _wake: threading.Event = field(default_factory=threading.Event)
    _is_closing: bool = False
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Look at once whether something is to be done."""
        self._wake.set()

    def close(self) -> None:
        """Finish the job at hand and end."""
        self._is_closing = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def must_end(self) -> bool:
        """Return whether a long job should stop at its next whole step."""
        return self._is_closing

    def _run(self) -> None:
        due = dict.fromkeys((job.name for job in self.jobs), 0.0)
        while not self.must_end():
            was_woken = self._wake.is_set()
            self._wake.clear()
            now = time.monotonic()
            for job in self.jobs:
                if self.must_end():
                    return
                if due[job.name] <= now or (was_woken and job.follows_commits and not job.failures):
                    run_once(job)
                    due[job.name] = time.monotonic() + job.pause_seconds * min(2**job.failures, 64)
            self._wake.wait(max(SHORTEST_PAUSE_SECONDS, min(due.values()) - time.monotonic()))
            # Under load there is a commit every few milliseconds: look at many of them at once.
            time.sleep(SHORTEST_PAUSE_SECONDS)


def run_once(job: Job) -> None:
    """Run one job and note how it went."""
    try:
        job.work()
    except TutelaError as error:
        job.failures += 1
        _log.warning("job_failed", job=job.name, error_type=type(error).__name__, failures=job.failures)
    except Exception as error:  # noqa: BLE001  # process edge: one broken job must not stop the others
        job.failures += 1
        _log.error("job_broke", job=job.name, error_type=type(error).__name__, failures=job.failures)
    else:
        job.failures = 0
        job.last_done = time.monotonic()
