"""One child process, seen from the parent."""

import contextlib
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import Final

from tutela.adapters.media.limits import Limits
from tutela.adapters.media.wire import LENGTH, MAX_ANSWER_BYTES, READY

_STARTUP_SECONDS: Final = 30.0
_PIPE_BYTES: Final = 1024 * 1024  # a usual picture in one piece instead of in eight
SCANNING: Final = "tutela.adapters.media.child"
"""The module of a child that hashes; it runs unless another one is named."""

_ONE_THREAD: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class ChildDiedError(Exception):
    """The child ended, or said what it never says."""


class ChildTooSlowError(Exception):
    """The child did not answer in time."""


class Child:
    """A started child. Not for two threads at once; after an exception of ours it can only be ended."""

    def __init__(self, interpreter: str, limits: Limits, *, exact: bool = False, module: str = SCANNING) -> None:
        """Start it and wait until it is ready.

        Raises:
            OSError: The interpreter cannot be started.
            ChildDiedError: It ended at once, or is something else.
            ChildTooSlowError: It is not ready in time.
        """
        settings = json.dumps(asdict(limits) | {"exact": exact})
        self.scans = 0
        self._process = subprocess.Popen(  # noqa: S603 - our own module, started by the interpreter we run in
            [interpreter, "-s", "-P", "-m", module, settings],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # decoders quote what they read
            env=_environment(),
            start_new_session=True,  # Ctrl-C is for the parent, which then ends its children in order
        )
        self._input, self._output = _pipes(self._process)
        try:
            self._expect_ready()
        except BaseException:
            self.end()
            raise

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it still runs and is silent, as it must be between two contents."""
        return self._process.poll() is None and not self._wait(self._output, select.POLLIN, 0.0)

    def ask(self, content: bytes, timeout_seconds: float) -> bytes:
        """Send one content and return the answer.

        Raises:
            ChildDiedError: It ended or broke the protocol.
            ChildTooSlowError: No answer in time.
        """
        return self.ask_in_pieces([(len(content), [content])], timeout_seconds, MAX_ANSWER_BYTES)

    def ask_in_pieces(
        self, messages: Iterable[tuple[int, Iterable[bytes]]], timeout_seconds: float, most_bytes: int
    ) -> bytes:
        """Send messages whose pieces are fetched as they are sent, and return the one answer.

        Args:
            messages: Each with its length, of which its pieces must be.
            timeout_seconds: For all of it.
            most_bytes: More than that is no answer.

        Raises:
            ChildDiedError: It ended or broke the protocol.
            ChildTooSlowError: No answer in time.
        """
        deadline = time.monotonic() + timeout_seconds
        self.scans += 1
        try:
            for length, pieces in messages:
                self._send(LENGTH.pack(length), deadline)
                for piece in pieces:
                    self._send(piece, deadline)
            return self._receive(deadline, most_bytes)
        except OSError as error:
            raise ChildDiedError from error

    def end(self) -> None:
        """Kill it, if it still runs, and forget it."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process.wait()

    @property
    def ran_out_of_time(self) -> bool:
        """Whether the system ended it for its processor time."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1.0)
        return self._process.returncode == -signal.SIGXCPU

    def _expect_ready(self) -> None:
        if self._receive(time.monotonic() + _STARTUP_SECONDS) != READY:
            raise ChildDiedError

    def _send(self, message: bytes, deadline: float) -> None:
        rest = memoryview(message)
        while rest:
            self._wait_until(self._input, select.POLLOUT, deadline)
            with contextlib.suppress(BlockingIOError):
                rest = rest[os.write(self._input, rest[:_PIPE_BYTES]) :]

    def _receive(self, deadline: float, most_bytes: int = MAX_ANSWER_BYTES) -> bytes:
        (length,) = LENGTH.unpack(self._receive_exactly(LENGTH.size, deadline))
        if length > most_bytes:
            raise ChildDiedError
        return self._receive_exactly(length, deadline)

    def _receive_exactly(self, count: int, deadline: float) -> bytes:
        received = bytearray()
        while len(received) < count:
            self._wait_until(self._output, select.POLLIN, deadline)
            piece = os.read(self._output, count - len(received))
            if not piece:
                raise ChildDiedError
            received += piece
        return bytes(received)

    def _wait_until(self, pipe: int, event: int, deadline: float) -> None:
        if not self._wait(pipe, event, max(0.0, deadline - time.monotonic())):
            raise ChildTooSlowError

    @staticmethod
    def _wait(pipe: int, event: int, seconds: float) -> bool:
        """Return whether something happened: the event, or the other end is gone."""
        waiting = select.poll()
        waiting.register(pipe, event)
        return bool(waiting.poll(seconds * 1000))


def _pipes(process: subprocess.Popen[bytes]) -> tuple[int, int]:
    """Return the two ends we hold, neither of which ever blocks us."""
    if process.stdin is None or process.stdout is None:
        raise ChildDiedError
    ends = process.stdin.fileno(), process.stdout.fileno()
    for end in ends:
        os.set_blocking(end, False)
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with contextlib.suppress(OSError):
            fcntl.fcntl(ends[0], fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return ends


def _environment() -> dict[str, str]:
    """Return what a decoder needs to know: where our code is. Our secrets it does not."""
    paths = os.pathsep.join(path for path in sys.path if path)
    return {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", **dict.fromkeys(_ONE_THREAD, "1")}
