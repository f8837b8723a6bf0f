"""One index under its own threads: fed, followed, saved, merged and asked at once, beside a second process's."""

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from adapters.test_index_saved import Change, Log, Process, answers, by_hand
from tutela.adapters.index import keeper, live
from tutela.errors import IndexNotReady

RUNS_SECONDS = 3.0
PLANTED = 50


class Race:
    """A feed that grows, and two processes that are at it with a thread for each thing they do."""

    def __init__(self, folder: Path) -> None:
        """Begin with entries that are never taken out."""
        self.dice = random.Random(11)  # noqa: S311 - test material
        self.planted: list[Change] = [(f"mem_{number}", self.dice.randbytes(32), False) for number in range(PLANTED)]
        self.log, self.writing = Log(self.planted), threading.Lock()
        self.processes = [Process(folder, self.log) for _ in range(2)]
        self.failures: list[object] = []
        self.until = time.monotonic() + RUNS_SECONDS

    def again(self, step: Callable[[], object]) -> None:
        """Do one thing until the time is over, and note what goes wrong."""
        try:
            while time.monotonic() < self.until and not self.failures:
                step()
                time.sleep(0.001)
        except Exception as error:  # noqa: BLE001 - handed to the test
            self.failures.append(error)

    def write(self) -> None:
        """Commit additions, and removals of what was added before."""
        with self.writing:
            changes, dice = self.log.changes, self.dice
            old = dice.sample(changes[PLANTED:], min(5, len(changes) - PLANTED))
            changes += [(f"mem_{len(changes)}_{each}", dice.randbytes(32), False) for each in range(10)]
            changes += [(owner, value, True) for owner, value, _ in old]

    def feed(self, process: Process) -> None:
        """Bring a process up to date, as its feeder does."""
        process.keeper.follow()
        with self.writing:
            length = len(self.log.changes)
        Log(self.log.changes[:length]).feed(process.index)

    def ask(self, process: Process) -> None:
        """Look for something that must be there."""
        owner, value, _ = random.choice(self.planted)  # noqa: S311 - test material
        with suppress(IndexNotReady):
            if answers(process.index, [value], 0) != [{(owner, 0)}]:
                self.failures.append(owner)

    def forget(self, process: Process) -> None:
        """Find damage now and then."""
        time.sleep(random.uniform(0.1, 0.3))  # noqa: S311 - test material
        process.index.forget()

    def run(self) -> None:
        """Let everything happen at once."""
        steps: list[Callable[[], object]] = [self.write]
        for process in self.processes:
            steps += [partial(self.feed, process), partial(self.ask, process)]
            steps += [process.keeper.save, process.keeper.scrub, partial(self.forget, process)]
        threads = [threading.Thread(target=self.again, args=(step,)) for step in steps]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def test_threads_of_two_processes_lose_and_invent_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was never taken out is always found, what was never put in never, whatever is saved and merged meanwhile."""
    monkeypatch.setattr(keeper, "LEAST_CHANGES", 40)
    monkeypatch.setattr(keeper, "MERGE_RATIO", 2)
    monkeypatch.setattr(live, "TAIL_ROWS", 60)
    race = Race(tmp_path)
    race.run()
    assert race.failures == []
    queries = [value for _, value, _ in race.dice.sample(race.log.changes, 60)]
    for process in [*race.processes, Process(tmp_path, race.log)]:
        process.keeper.restore()
        race.feed(process)
        assert answers(process.index, queries, 0) == by_hand(race.log.live(), queries, 0)
        assert len(process.index) == len(race.log.live())
