"""The cache in processes that are killed at any moment, and in one that forks."""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from client.feed_server import Feed, held
from client.one_platform import Platform, shown, soon

DRIVER = Path(__file__).with_name("cache_driver.py")
KILLS = 6


@contextmanager
def driven(feed: Feed, folder: Path, name: str, how: str = "run") -> Iterator["subprocess.Popen[str]"]:
    """Run the driver until the block ends, and then kill it."""
    command = [sys.executable, "-W", "ignore", str(DRIVER), feed.url, str(folder), name, how]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_a_platform_that_is_killed_again_and_again_keeps_what_it_was_told_and_what_it_took(
    feed: Feed, platform: Platform
) -> None:
    """What the cursor has passed is hidden, and every submission that was acknowledged is answered under one key."""
    dice, taken, is_over = random.Random(5), set[str](), threading.Event()  # noqa: S311  # an arrangement of test data
    ready = platform.ready()
    ready.close()

    def tell() -> None:
        number = 0
        while not is_over.wait(0.002):
            feed.tell("item", f"sealed-{number}", held())
            feed.is_down = dice.random() < 0.1
            number += 1

    teller = threading.Thread(target=tell)
    teller.start()
    for run in range(KILLS):
        with driven(feed, platform.folder, f"run-{run}") as process:
            assert process.stdout is not None
            taken.add(process.stdout.readline().strip())
            time.sleep(dice.uniform(0.05, 0.6))
            if run == 0:
                soon(lambda: feed.reached > 0)  # or a busy machine would try nothing
            process.kill()
            taken.update(line.strip() for line in process.stdout)
    is_over.set()
    teller.join()
    feed.is_down = True
    cache = platform.begin()

    passed = int(cache.staleness.cursor)
    told = [row for row in feed.told.values() if row["seq"] <= passed]
    assert told
    assert shown(cache, *(row["id"] for row in told)) == []
    assert {name for name in taken if cache.state(name) is None} == set()
    feed.is_down = False
    soon(lambda: cache.staleness.waiting == 0)
    assert {state.state for state in map(cache.state, taken) if state} == {"publish"}
    keys: dict[str, set[str]] = {}
    for name, key, _ in feed.submitted:
        keys.setdefault(name, set()).add(key)
    assert {name for name, used in keys.items() if len(used) > 1} == set()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_workers_that_are_forked_before_the_cache_is_open_share_its_folder(feed: Feed, platform: Platform) -> None:
    """Each opens it at its first question. Forked later, it is refused: threads and locks do not outlive a fork."""
    with driven(feed, platform.folder, "forks", "fork") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        feed.tell("item", "sealed", held())
        said = [line.split() for line in process.stdout]

    assert said == [["child", "False", "publish"], ["parent", "False", "publish"], ["refused"], ["refused"]]
    assert {name for name, _, _ in feed.submitted} == {"from-the-child", "from-the-parent"}
