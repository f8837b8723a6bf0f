"""Processes that file, each to be killed: forked from one that has everything loaded, so that there can be many.

A line a wish on standard input, as JSON; a line an answer. `{"start": {...}}` starts one and tells its process id; with
`kill` it kills itself before or after it stores for the n-th time. `{"wait": PID}` waits for its end. Arguments: the
database, the folder of keys and vault, the moment at which clocks start, and how fast they go.
"""

import json
import os
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from tutela.adapters.authority.service import HttpReportService
from tutela.adapters.clock import SystemEntropy
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.channels import DatabaseChannels
from tutela.adapters.db.engine import open_engine
from tutela.adapters.db.filings import DatabaseFilings
from tutela.adapters.db.reports import DatabaseReports
from tutela.adapters.keys.files import FileKeyRing
from tutela.adapters.vault.local import LocalVault
from tutela.core.units import Duration
from tutela.flows.channel_door import ChannelDoor
from tutela.flows.check_channel import CheckChannel
from tutela.flows.file_reports import FileReports
from tutela.flows.send_step import SendStep
from tutela.ports.filings import Held, StepNote

LEASE_SECONDS = 60.0  # of the clock that is shown
LEAST_LEASE_SECONDS = 2.0  # of the machine's, however fast the clock goes: whoever is only slow keeps what is theirs


class FastClock:
    """Tell a time that goes faster than others', from the same moment in every process."""

    def __init__(self, begun: float, shown: datetime, speed: float) -> None:
        """Show *shown* at the moment *begun*."""
        self._begun, self._shown, self._speed = begun, shown, speed

    def now(self) -> datetime:
        """Return the moment that it shows."""
        return self._shown + timedelta(seconds=(time.time() - self._begun) * self._speed)


class Dying:
    """Filings whose process dies around a write."""

    def __init__(self, filings: Any, *, is_before: bool, number: int) -> None:
        """Die before or after the write of this *number*."""
        self._filings, self._is_before, self._left = filings, is_before, number

    def __getattr__(self, name: str) -> Any:
        """Return everything else as it is."""
        return getattr(self._filings, name)

    def store(self, held: Held, filing: Any, note: StepNote) -> Held:
        """Store and die, or die and not store."""
        self._left -= 1
        if self._left == 0 and self._is_before:
            die()
        stored: Held = self._filings.store(held, filing, note)
        if self._left == 0:
            die()
        return stored


def die() -> None:
    """End as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def opened(url: str, folder: Path, clock: FastClock, speed: float, kill: Any) -> FileReports:
    """Return what files, with connections of its own."""
    engine, entropy = open_engine(url), SystemEntropy()
    chain = ChainWriter("filing", entropy)
    keys = FileKeyRing(folder / "keys", folder / "keys" / "master.key")
    real, channels = DatabaseFilings(engine, chain, clock), DatabaseChannels(engine, chain, clock)
    filings: Any = real if kill is None else Dying(real, is_before=kill[0] == "before", number=kill[1])
    service, door = HttpReportService(20), ChannelDoor(channels, keys)
    check = CheckChannel(channels, filings, service, door, clock, lambda: None)
    lease_seconds = max(LEASE_SECONDS, LEAST_LEASE_SECONDS * speed)
    vault = LocalVault(folder / "vault", keys, clock, entropy)
    return FileReports(
        DatabaseReports(engine, chain, keys, clock), filings, channels, door, check, lambda _: None,
        SendStep(service, vault, clock), clock, entropy, f"driver/{os.getpid()}/{entropy.token(8).hex()}",
        Duration(seconds=lease_seconds), lease_seconds / speed / 4, time.sleep,
    )  # fmt: skip


def run(url: str, folder: Path, clock: FastClock, speed: float, wish: dict[str, Any]) -> None:
    """File until nothing is due, or for ever."""
    structlog.configure(processors=[lambda *_: (_ for _ in ()).throw(structlog.DropEvent)])
    work = opened(url, folder, clock, speed, wish.get("kill"))
    while True:
        taken = work.work(lambda: False)
        if not wish.get("is_endless"):
            return
        if not taken:
            time.sleep(0.05)


def main() -> None:
    """Serve wishes."""
    url, folder, shown, speed = sys.argv[1], Path(sys.argv[2]), sys.argv[3], float(sys.argv[4])
    clock = FastClock(float(sys.argv[5]), datetime.fromisoformat(shown).astimezone(UTC), speed)
    for line in sys.stdin:
        wish = json.loads(line)
        if "wait" in wish:
            _, status = os.waitpid(wish["wait"], 0)
            print(json.dumps({"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0}), flush=True)  # noqa: T201  # the answer
            continue
        child = os.fork()
        if child == 0:
            status = 1
            try:
                run(url, folder, clock, speed, wish["start"])
                status = 0
            finally:
                os._exit(status)
        print(json.dumps({"pid": child}), flush=True)  # noqa: T201  # the answer


if __name__ == "__main__":
    main()
