"""Ask for processes that file, and kill them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import forked

DRIVER = Path(__file__).with_name("filing_driver.py")


@dataclass
class Processes:
    """The one that starts the others."""

    parent: "subprocess.Popen[str]"

    def start(self, **wish: Any) -> int:
        """Start one and return its process id."""
        return int(self._ask({"start": wish})["pid"])

    def wait(self, pid: int) -> int:
        """Wait for the end of one and return by which signal it ended, 0 where it ended by itself."""
        return int(self._ask({"wait": pid})["signal"])

    def kill(self, pid: int) -> None:
        """Kill one as a power cut would; one that ended by itself before, whatever the reason, fails the test."""
        os.kill(pid, signal.SIGKILL)
        assert self.wait(pid) == signal.SIGKILL

    def _ask(self, wish: Any) -> Any:
        assert self.parent.stdin is not None
        assert self.parent.stdout is not None
        self.parent.stdin.write(json.dumps(wish) + "\n")
        self.parent.stdin.flush()
        return json.loads(self.parent.stdout.readline())


@contextmanager
def processes(url: str, folder: Path, shown: datetime, *, speed: float = 1.0) -> Iterator[Processes]:
    """Yield what starts processes on an installation, whose clocks begin now at *shown*."""
    words = [sys.executable, DRIVER, url, folder, shown.isoformat(), speed, time.time()]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(forked.SOURCES)}
    with subprocess.Popen(
        list(map(str, words)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as parent:
        try:
            yield Processes(parent)
        finally:
            if parent.stdin is not None:
                parent.stdin.close()
            parent.wait(timeout=60)
