"""The server killed while events come in: what was acknowledged is recorded, and every counter is what was recorded."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

import make
from acceptance.served import Installation, Server
from tutela.adapters.media.limits import Limits
from tutela.adapters.media.scanner import ChildScanner
from tutela.core.counters import Window
from tutela.flows.opaque import Opaque

ROUNDS, CONNECTIONS, PEOPLE = 2, 3, 30
DAYS = timedelta(days=2)


@pytest.fixture
def installation(new_database: Callable[[], str], tmp_path: Path) -> Iterator[Installation]:
    """Return an installation whose database is new."""
    made = Installation.at(tmp_path / "here", new_database())
    yield made
    made.close()


def batch(dice: random.Random, name: str) -> list[dict[str, Any]]:
    """Return messages among few people, of whom every third is a minor, and some logins."""
    events = []
    for number in range(dice.randint(1, 20)):
        author, other = dice.sample(range(PEOPLE), 2)
        event: dict[str, Any] = {"id": f"{name}-{number}", "kind": "login", "author": person(author), "device": "d1"}
        if dice.random() < 0.8:
            event |= {"kind": "message", "recipient": person(other), "channel": {"kind": "public"}}
        events.append(event)
    return events


def person(number: int) -> dict[str, Any]:
    """Return somebody."""
    return {"id": f"user-{number}", "age": {"band": "adult" if number % 3 else "13_15", "provenance": "declared"}}


class Sender:
    """Batches on their way, and which of them were acknowledged."""

    def __init__(self, key: str) -> None:
        """Send nothing yet."""
        self.key, self.asked, self.done = key, {}, set()
        self.enough = threading.Event()

    def send(self, url: str, name: str) -> None:
        """Send one batch, once more where it was sent before."""
        headers = {"Authorization": f"Bearer {self.key}"}
        answer = httpx.post(f"{url}/v1/events/batch", json={"events": self.asked[name]}, headers=headers, timeout=20)
        assert answer.status_code == 200, answer.text
        told = answer.json()["results"]
        assert all(each["recorded"] for each in told), told
        self.done.add(name)

    def run(self, url: str, seed: int) -> None:
        """Send until it is enough, or the server is gone."""
        dice = random.Random(seed)  # noqa: S311  # an arrangement of test material
        while not self.enough.is_set():
            name = f"b{seed}-{len(self.asked)}"
            self.asked[name] = batch(dice, name)
            try:
                self.send(url, name)
            except httpx.TransportError:
                return


def test_no_event_is_lost_or_counted_twice_by_kills_of_the_server(installation: Installation) -> None:
    """Batches from several connections; SIGKILL; the same folder, with what was not acknowledged sent again."""
    dice = random.Random()  # noqa: S311  # moments, not secrets
    installation.make_key()
    sender = Sender(installation.key)
    server = installation.serve()
    for number in range(ROUNDS):
        sender.enough.clear()
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            for connection in range(CONNECTIONS):
                pool.submit(sender.run, server.url, number * CONNECTIONS + connection)
            time.sleep(dice.uniform(0.4, 1.0))
            server.kill()
            sender.enough.set()
        server = installation.serve()
        # In the end all of them: what was acknowledged is told as known, and counts once.
        for name in sorted(sender.asked if number == ROUNDS - 1 else sender.asked.keys() - sender.done):
            sender.send(server.url, name)
    assert len(sender.done) == len(sender.asked) > ROUNDS
    end(installation, server, sum(map(len, sender.asked.values())))


def end(installation: Installation, server: Server, events: int) -> None:
    """Hold every counter against the events that are recorded."""
    assert server.stop() == 0
    folder, url = installation.place.folder / "var", installation.place.environment["TUTELA_DATABASE_URL"]
    scanner = ChildScanner(Limits(), children=1)
    with make.house(folder, scanner, url=url) as home:
        home.clock.set(datetime.now(UTC) + timedelta(minutes=1))
        now, program = home.clock.now(), home.house.rules.engine.book.program
        opaque: Opaque = home.house.rule_work.opaque
        with home.house.store.read() as reader:
            recorded = reader.recorded_events(now - DAYS, now, None, 100_000)
            added = Counter(
                (program.counters[asked.counter].id, opaque.key(key))
                for each in recorded
                for asked in program.asked(each.facts)
                if asked.is_counted
                for key in asked.keys
            )
            stored = reader.counter_windows(added)
        assert home.house.verify().breaches == ()
    scanner.close()
    assert len(recorded) == events
    assert {key: window.additions for key, window in stored.items()} == added
    uses = {use.id: use for use in program.counters}
    for key, window in stored.items():
        use = uses[key[0]]
        assert Window.decode(use.kind, int(use.window.seconds * 1_000_000), window.state).total() > 0
