"""Processes of Tutela that begin where one stands that has imported it: importing is two thirds of every start.

Such a process is as real as another: it has an id of its own, ends when it is killed, and shares nothing with whoever
started it but the modules. What an interpreter does from its first line on is left to the tests that start one: those
of `tests/cli/test_serving.py`, the tutorial, the demo and the examples.

Run as a program this module is the process that they are forked from, one for each process of tests.
"""

import atexit
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

COMMAND = "tutela"
"""Asked for by this word, the command line is run; anything else is a file with a program of ours."""

IMPORTED = (
    "tutela.cli.serve", "tutela.api.app", "tutela.console.app", "tutela.bootstrap.staffing", "tutela.bootstrap.paging",
    "tutela.bootstrap.ruling", "tutela.cli.rescan", "tutela.cli.backup", "tutela.cli.restore", "tutela.cli.audit",
    "tutela.cli.backfill", "tutela.cli.words", "alembic.command",
)  # fmt: skip
"""What a server needs, and the commands that tests run beside one."""

ROOT = Path(__file__).parents[1]
SOURCES = [str(ROOT / "src"), str(ROOT / "client" / "src")]
IS_POSSIBLE = sys.platform == "linux"
"""On macOS libraries of the system do not bear to be forked; there each process starts from nothing."""

MAX_REQUEST_BYTES = 100_000
_STATUS = struct.Struct("=i")


class Forked(subprocess.Popen[str]):
    """A process that was forked for us: whoever has it deals with it as with one that was started."""

    def __init__(
        self, program: str, words: Sequence[str], folder: Path, environment: Mapping[str, str],
        stdin: Any = subprocess.DEVNULL, stderr: Any = subprocess.PIPE,
    ) -> None:  # fmt: skip
        """Have it forked, its standard output in a pipe, and return when it has its id."""
        request = {"program": program, "words": [*words], "folder": str(folder), "environment": dict(environment)}
        self.args = [program, *words]
        self.returncode = None  # type: ignore[assignment]  # as in every process that has not ended
        streams = (_stream(stdin, is_input=True), _stream(subprocess.PIPE), _stream(stderr))
        told, tell = os.pipe()
        theirs = [*(each for _, each in streams), tell]
        try:
            socket.send_fds(_parent(), [json.dumps(request).encode()], theirs)
        finally:
            for each in theirs:
                os.close(each)
        modes = ("w", "r", "r")
        self.stdin, self.stdout, self.stderr = (
            None if ours is None else open(ours, mode, encoding="utf-8")  # noqa: PTH123, SIM115  # a pipe, closed by who has the process
            for (ours, _), mode in zip(streams, modes, strict=True)
        )
        self.text_mode = True
        self._input = None
        self._communication_started = False
        self._told, self._reading = told, threading.Lock()
        weakref.finalize(self, os.close, told)  # not before: several threads may wait for the end
        [self.pid] = _STATUS.unpack(os.read(told, _STATUS.size))

    def poll(self) -> int | None:
        """Return how it ended, None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return how it ended."""
        status = self._ended(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return status

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], timeout)[0]:
            with self._reading:
                if self.returncode is None:
                    self.returncode = os.waitstatus_to_exitcode(*_STATUS.unpack(os.read(self._told, _STATUS.size)))
        return self.returncode


def program(file: Path, *words: object) -> subprocess.Popen[str]:
    """Run a program of the tests; its standard output is in a pipe, and what it logs is dropped."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), *SOURCES])}
    told = [str(file), *map(str, words)]
    if IS_POSSIBLE:
        return Forked(told[0], told[1:], Path.cwd(), environment, stderr=subprocess.DEVNULL)
    return subprocess.Popen(
        [sys.executable, *told], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def _stream(stream: Any, *, is_input: bool = False) -> tuple[int | None, int]:
    """Return our end of a stream, where there is one, and that of the process, to be closed here."""
    if stream == subprocess.PIPE:
        reads, writes = os.pipe()
        return (writes, reads) if is_input else (reads, writes)
    return None, os.open(os.devnull, os.O_RDWR) if stream == subprocess.DEVNULL else os.dup(stream.fileno())


@cache
def _parent() -> socket.socket:
    """Start the process that the others are forked from, and return the line to it."""
    from remembered import migrated_file  # noqa: PLC0415  # the process that is started does without

    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    # Numpy would start threads when it is imported, and who forks had better be alone in its process.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TUTELA_")}
    with theirs:
        parent = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno()), str(migrated_file())],
            env={**clean, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join([*SOURCES, str(ROOT / "tests")])},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )
    atexit.register(parent.wait)
    atexit.register(ours.close)  # before the wait: what is registered last is done first
    return ours


# ------------------------------------------------------------------------------------------- in the process forked from


def main() -> None:
    """Import what is needed once; then be forked whenever somebody asks, until nobody can ask any more."""
    asked = socket.socket(fileno=int(sys.argv[1]))
    for name in IMPORTED:
        importlib.import_module(name)
    _begin_databases_as(Path(sys.argv[2]))
    gc.freeze()  # no process looks again at what all have in common
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    running: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([asked, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _tell_ends(running)
        if asked not in ready:
            continue
        request, streams, _, _ = socket.recv_fds(asked, MAX_REQUEST_BYTES, 4)
        if not request:
            return
        process_id = os.fork()
        if not process_id:
            _become(json.loads(request), streams)
            return
        *streams, tell = streams
        for each in streams:
            os.close(each)
        running[process_id] = tell
        _tell(tell, process_id)


def _tell_ends(running: dict[int, int]) -> None:
    while running:
        process_id, status = os.waitpid(-1, os.WNOHANG)
        if not process_id:
            return
        tell = running.pop(process_id)
        _tell(tell, status)
        os.close(tell)


def _tell(tell: int, number: int) -> None:
    with suppress(BrokenPipeError):  # nobody wants to know any more
        os.write(tell, _STATUS.pack(number))


def _become(request: Mapping[str, Any], streams: Sequence[int]) -> None:
    """Be the process that was asked for. It ends as any does that comes to its last line."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, stream in enumerate(streams[:3]):
        os.dup2(stream, number)
    os.closerange(3, max(int(each.name) for each in Path("/proc/self/fd").iterdir()) + 1)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    sys.argv = [request["program"], *request["words"]]
    if request["program"] == COMMAND:
        from tutela.cli import main as run  # noqa: PLC0415  # imported long ago

        run()
    else:
        runpy.run_path(request["program"], run_name="__main__")


def _begin_databases_as(template: Path) -> None:
    """Begin a new SQLite file as a copy of one that was migrated, as houses in the process of tests do."""
    import remembered  # noqa: PLC0415  # as above
    from tutela.adapters.db import migrate  # noqa: PLC0415  # as above
    from tutela.bootstrap import opening  # noqa: PLC0415  # as above

    remembered.migrated_file = lambda: template
    opening.upgrade = remembered._migrated_once(migrate.upgrade)


if __name__ == "__main__":
    main()
