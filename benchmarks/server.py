"""A real server process for benchmarks, on loopback, with its database on the disk and fsync on."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
READY_WITHIN_SECONDS = 30
SCOPES = ("submit", "read", "banks", "lookup")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    process: subprocess.Popen[bytes]
    port: int
    key: str
    var: Path
    ready_seconds: float

    def cpu_seconds(self) -> float:
        """Return the processor time of the server and its children so far."""
        return sum(_cpu_seconds(pid) for pid in _family(self.process.pid))

    def resident_mib(self) -> float:
        """Return the resident memory of the server process."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    below = [Path(f"/proc/{pid}/task/{task.name}/children") for task in Path(f"/proc/{pid}/task").iterdir()]
    found = {int(each) for path in {children, *below} if path.exists() for each in path.read_text().split()}
    return [pid, *(each for child in found for each in _family(child))]


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tutela(var: Path, *words: str, database_url: str = "") -> str:
    """Run a `tutela` command on the folder *var* and return what it prints."""
    environment = {**os.environ, "TUTELA_VAR": str(var), "TUTELA_DATABASE_URL": database_url}
    command = [sys.executable, "-m", "tutela", *words]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


@contextmanager
def prepared(
    before: tuple[tuple[str, ...], ...] = (), scopes: tuple[str, ...] = SCOPES, *, database_url: str = ""
) -> Iterator[tuple[Path, str]]:  # fmt: skip
    """Yield a folder of its own with a key; *before* are `tutela` commands that prepare it."""
    with tempfile.TemporaryDirectory(prefix="tutela-bench-") as folder:
        var = Path(folder) / "var"
        made = tutela(var, "key", "create", "bench", *_scopes(scopes), "--json", database_url=database_url)
        secret = json.loads(made)["secret"]
        for words in before:
            tutela(var, *words, database_url=database_url)
        yield var, secret


@contextmanager
def running() -> Iterator[Server]:
    """Yield a server on a fresh folder."""
    with prepared() as (var, secret), started(var, secret) as server:
        yield server


def _scopes(scopes: tuple[str, ...]) -> list[str]:
    return [word for scope in scopes for word in ("--scope", scope)]


@contextmanager
def started(var: Path, key: str, *, database_url: str = "", **settings: str) -> Iterator[Server]:
    """Yield a server on an existing folder, with more *settings* by their name, and end it."""
    port = free_port()
    environment = {**os.environ, "TUTELA_VAR": str(var), "TUTELA_LOG_LEVEL": "error"}
    environment |= {f"TUTELA_{name.upper()}": value for name, value in settings.items()}
    environment["TUTELA_DATABASE_URL"] = database_url
    command = [sys.executable, "-m", "tutela", "serve", "--port", str(port)]
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_until_ready(process, port)
        yield Server(process, port, key, var, time.perf_counter() - begun)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.perf_counter() + READY_WITHIN_SECONDS
    while time.perf_counter() < until:
        if process.poll() is not None:
            raise SystemExit("the server ended before it was ready")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:  # our own
                if answer.status == 200:  # noqa: PLR2004  # HTTP
                    return
        except OSError:
            time.sleep(0.01)
    raise SystemExit("the server was not ready in time")
