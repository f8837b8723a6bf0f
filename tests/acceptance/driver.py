"""A server-like process that kills itself: submits from several threads and prints what was acknowledged.

Arguments: folder, database URL, where to die (`seal`, `export`, `acknowledge`). A line a thing, JSON.
"""

import json
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import make
from tutela.adapters.db.heads import DatabaseSealer
from tutela.adapters.vault.local import LocalVault
from tutela.bootstrap import House, build, set_up_logs
from tutela.config import Settings
from tutela.core.banks import SignalType
from tutela.flows.keep_banks import NewMember
from tutela.ports.vault import Manifest

THREADS = 3
_printing = threading.Lock()


def die() -> None:
    """End as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


class DyingVault(LocalVault):
    """Seals durably and is killed before anybody hears of it."""

    def move_period(self, content_id: str, period: str) -> Manifest:
        """Seal, then die."""
        manifest = super().move_period(content_id, period)
        die()
        return manifest


class DyingSealer(DatabaseSealer):
    """Signs the heads in the database and is killed before it hands them out."""

    def _export(self) -> None:
        die()


def say(**said: Any) -> None:
    """Print a line whole."""
    with _printing:
        print(json.dumps(said), flush=True)  # noqa: T201  # this is how the test hears of an acknowledgement


def list_the_known(house: House) -> None:
    """Have the list know one picture by bytes and likeness, from the first run on."""
    with house.store.read() as reader:
        if reader.bank_by_name("known") is not None:
            return
    home = make.at_home(house)
    media = home.upload(make.photo("china"))
    home.list(name="known")
    house.keep_banks.add(
        "known",
        [NewMember(SignalType.MD5, media.digests.md5 or ""), NewMember(SignalType.PDQ, media.hashes[0].hex)],
    )


def load(house: House, seed: str) -> None:
    """Submit text, clean pictures, listed bytes and near copies until the end."""
    home, dice = make.at_home(house), random.Random(seed)  # noqa: S311  # an arrangement of test data
    for number in range(100_000):
        kind = dice.choice(["text", "clean", "match", "near"])
        name = f"{kind}-{seed}-{number}"
        carried = []
        if kind != "text":
            tail = b"" if kind == "match" else name.encode()  # other bytes, the same picture
            carried = [home.upload(make.photo("flower" if kind == "clean" else "china") + tail)]
        done = home.submit(name, *carried, author=f"{kind}-{dice.randrange(5)}")
        say(name=name, answer=done.answer.value)


def main() -> None:
    """Run until dead."""
    folder, url, point = sys.argv[1:]
    house = build(Settings(var=Path(folder), database_url=url, scanner_processes=1))
    house.start()
    list_the_known(house)
    say(ready=time.time())
    if point == "seal":
        house.vault.__class__ = DyingVault
    if point == "export":
        house.sealer.__class__ = DyingSealer
    if point == "acknowledge":
        house.committer._after_commit = die
    for number in range(THREADS):
        threading.Thread(target=load, args=(house, f"{point}.{number}"), daemon=True).start()
    if point == "export":
        while True:
            house.sealer.seal()
    signal.pause()


if __name__ == "__main__":
    set_up_logs("info")  # to standard error: the test reads what is printed
    main()
