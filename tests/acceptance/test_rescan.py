"""A re-scan killed in the middle and gone on with, and one beside a platform that goes on submitting."""

import json
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

import make
from acceptance.served import children_of, is_there
from cli.place import Place
from make import Home
from tutela.adapters.media.limits import Limits
from tutela.adapters.media.scanner import ChildScanner
from tutela.adapters.rescan.processes import FEW_MEMBERS
from tutela.core.banks import SignalType
from tutela.core.content import Digests, PdqHash
from tutela.flows.reconsider import CHUNK_ITEMS
from tutela.flows.refer import MediaReference

STORED, LISTED = 120, 20
dice = np.random.default_rng(17)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return an empty folder to run in."""
    return Place(tmp_path / "here")


def prepare(place: Place, work: Callable[[Home], None]) -> None:
    """Do something with the house of *place* while no process of it runs."""
    scanner = ChildScanner(Limits(), children=1)
    place.folder.mkdir(exist_ok=True)
    with make.house(place.folder / "var", scanner) as home:
        work(home)
    scanner.close()


def fill(home: Home) -> None:
    """Store hashes, then list some of them among many others."""
    values = [dice.bytes(32) for _ in range(STORED)]
    home.submit_all(*(make.submission(f"i{n}", by_hash(each), author=f"u{n % 9}") for n, each in enumerate(values)))
    listed = [*values[: LISTED * 6 : 6], *(dice.bytes(32) for _ in range(FEW_MEMBERS))]
    home.list(*((SignalType.PDQ, each.hex()) for each in listed))


def by_hash(value: bytes) -> MediaReference:
    """Return media of which the platform sends a hash alone."""
    return MediaReference(None, Digests(), PdqHash(value, 100))


def shards_done(place: Place) -> int:
    """Return how many shards of the unfinished re-scan are written down."""
    with closing(sqlite3.connect(place.folder / "var" / "tutela.db", timeout=10)) as database:
        row = database.execute("SELECT shards FROM rescans WHERE is_unfinished").fetchone()
    return row[0] if row else 0


def test_a_killed_one_is_gone_on_with_and_its_report_is_that_of_one_never_killed(place: Place) -> None:
    """SIGKILL in the middle, twice; its workers end with it; nobody begins another; each shard counts once."""
    prepare(place, fill)
    twin = Place(place.folder.with_name("twin"))
    shutil.copytree(place.folder, twin.folder)
    words = ("--shard", 2, "--processes", 1, "--json")
    whole = twin.run("rescan", *words)
    assert whole.status == 0, whole.err

    for begin, reached in (((), 10), (("--resume",), 30)):
        process = place.start("rescan", *begin, *words)
        while shards_done(place) < reached:
            assert process.poll() is None, process.communicate()
            time.sleep(0.005)
        workers = children_of(process.pid)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert workers
        while any(map(is_there, workers)):
            time.sleep(0.01)
    refused = place.run("rescan", "--all")
    done = place.run("rescan", "--resume", *words)

    assert refused.status == 1
    assert "unfinished: begun" in refused.err
    assert done.status == 0, done.err
    assert {**done.json, "rescan": ""} == {**whole.json, "rescan": ""}
    assert (done.json["shards"], done.json["stored_hashes"], done.json["changed"]) == (1 + STORED // 2, STORED, LISTED)
    assert place.call("audit", "verify").status == 0


def test_submits_are_taken_and_answered_while_a_rescan_decides(place: Place) -> None:
    """Another process decides about many carriers of one picture; what is submitted meanwhile gets in between."""
    value = dice.bytes(32)
    carriers = 12 * CHUNK_ITEMS

    def carry(home: Home) -> None:
        for first in range(0, carriers, 300):
            some = range(first, first + 300)
            home.submit_all(*(make.submission(f"i{n:05}", by_hash(value), author=f"u{n}") for n in some))
        home.list((SignalType.PDQ, value.hex()))

    answers: list[str] = []
    reports: list[dict[str, object]] = []

    def submit_beside(home: Home) -> None:
        process = place.start("rescan", "--json")
        while process.poll() is None:
            answers.append(home.submit(f"beside-{len(answers)}", author="ann", text="a calm morning").answer.value)
        out, err = process.communicate()
        assert process.returncode == 0, err
        reports.append(json.loads(out))
        assert home.answer(f"i{carriers - 1:05}").value == "hold"

    prepare(place, carry)
    prepare(place, submit_beside)

    assert reports[0]["changed"] == carriers
    assert len(answers) > 1
    assert set(answers) == {"publish"}
