"""Servers that are killed while they deliver, and two that share the work: nothing is lost, one sends at a time."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Official

import make
from acceptance.served import Installation, Server, teach
from receiving import Got, Handler, Receiver, receiving, sleep, take

TIMEOUT_SECONDS = 4
"""Of one try, so that a lease is over soon, and none is over by itself on a busy machine."""

LONG_SECONDS = 30
"""The same where no lease has to run out."""


@pytest.fixture
def installations(
    request: pytest.FixtureRequest, new_database: Callable[[], str], tmp_path: Path
) -> Iterator[tuple[Installation, Installation]]:
    """Yield two installations with one database, one vault and one folder of keys."""
    url = new_database()
    settings = {
        "webhooks_allow_private": "true",
        "webhooks_timeout_seconds": getattr(request, "param", TIMEOUT_SECONDS),
    }
    shared = {"vault_url": tmp_path / "vault", "keys": tmp_path / "keys", **settings}
    made = [Installation.at(tmp_path / name, url, writer=name, **shared) for name in ("one", "two")]
    yield made[0], made[1]
    for each in made:
        each.close()


def register(server: Server, receiver: Receiver) -> Any:
    """Register a receiver and return what was told."""
    teach(server.client)
    return server.client.call("POST", "/v1/webhooks", {"url": receiver.url})


def post(server: Server, *names: str) -> None:
    """Submit items that are known: each is a change that is told."""
    for name in names:
        known = {"md5": make.photo_md5(), "held_by_platform": True}
        server.client.submit({"id": name, "author": {"id": f"by-{name}"}, "kind": "post", "media": [known]})


def told(secret: str, gots: list[Got]) -> list[str]:
    """Return the items that were told of, in order; each request is verified by the official library."""
    events = [Official(secret).verify(got.body, dict(got.headers)) for got in gots]
    changes = [each for event in events for each in event["data"]["changes"] if each["kind"] == "item"]
    assert [each["seq"] for each in changes] == sorted(each["seq"] for each in changes)
    return [each["id"] for each in changes]


def deliveries(server: Server, webhook: Any) -> Any:
    """Return all deliveries, once none is on its way for the first time."""
    path = f"/v1/webhooks/{webhook['id']}/deliveries?limit=100"
    while any(each["state"] == "waiting" and not each["log"] for each in server.client.call("GET", path)["deliveries"]):
        time.sleep(0.1)
    return server.client.call("GET", path)["deliveries"]


def wait_until_told(receiver: Receiver, name: str) -> None:
    """Wait until a receiver has heard of an item."""
    count = 1
    while not any(name in json.dumps(got.body.decode()) for got in receiver.wait_for(count)):
        count += 1


def test_what_a_killed_server_was_sending_is_sent_by_the_next(
    installations: tuple[Installation, Installation],
) -> None:
    """SIGKILL while a receiver holds the request; the same batch comes again under its identifier, then the rest."""
    installation, _ = installations
    with receiving(behave=sleep) as receiver:
        installation.make_key()
        server = installation.serve()
        webhook = register(server, receiver)
        post(server, "first")
        [held] = receiver.wait_for(1)
        post(server, "second", "third")
        server.kill()
        receiver.behave = take
        server = installation.serve()
        wait_until_told(receiver, "third")
        post(server, "fourth")
        wait_until_told(receiver, "fourth")
        again, *rest = receiver.got[1:]

        assert (again.id, again.body) == (held.id, held.body)
        assert told(webhook["secret"], [again, *rest]) == ["first", "second", "third", "fourth"]
        assert len({got.id for got in rest}) == len(rest)
        assert {each["state"] for each in deliveries(server, webhook)} == {"delivered"}
        assert server.stop() == 0
        assert installation.place.call("audit", "verify").status == 0


@pytest.mark.parametrize("installations", [LONG_SECONDS], indirect=True)
def test_a_server_that_is_told_to_stop_gives_back_what_it_was_sending(
    installations: tuple[Installation, Installation],
) -> None:
    """It waits for no receiver, and the next one sends at once: no lease has to run out."""
    installation, _ = installations
    with receiving(behave=sleep) as receiver:
        installation.make_key()
        server = installation.serve()
        webhook = register(server, receiver)
        post(server, "first")
        receiver.wait_for(1)
        assert server.stop() == 0
        receiver.behave = take
        server = installation.serve()
        receiver.wait_for(2)
        [delivery] = deliveries(server, webhook)

    assert (delivery["state"], delivery["tries"]) == ("delivered", 1)
    assert [each["status"] for each in delivery["log"]] == [204]


class Turnstile:
    """Takes everything, slowly, and notes whether two were ever inside at once."""

    def __init__(self) -> None:
        """Begin empty."""
        self._lock = threading.Lock()
        self._inside = 0
        self.most_inside = 0

    def __call__(self, handler: Handler) -> None:
        """Let one through."""
        with self._lock:
            self._inside += 1
            self.most_inside = max(self.most_inside, self._inside)
        time.sleep(0.05)
        with self._lock:
            self._inside -= 1
        take(handler)


@pytest.mark.postgresql
def test_two_servers_deliver_each_batch_once_and_one_goes_on_when_the_other_dies(
    installations: tuple[Installation, Installation],
) -> None:
    """One at a time, in order, none twice; then one is killed, and what it held comes when its lease is over."""
    left, right = installations
    turnstile = Turnstile()
    with receiving(behave=turnstile) as receiver:
        right.key = left.make_key()
        one, other = left.serve(), right.serve()
        webhook = register(one, receiver)
        for number in range(15):
            post(one, f"a-{number}")
            post(other, f"b-{number}")
            time.sleep(0.1)
        wait_until_told(receiver, "b-14")
        gots = list(receiver.got)
        assert turnstile.most_inside == 1
        assert len({got.id for got in gots}) == len(gots)
        assert sorted(told(webhook["secret"], gots)) == sorted(f"{side}-{n}" for side in "ab" for n in range(15))

        receiver.behave = sleep
        post(one, "held")
        receiver.wait_for(len(gots) + 1)
        one.kill()
        receiver.behave = take
        wait_until_told(receiver, "held")
        post(other, "last")
        wait_until_told(receiver, "last")
        assert {each["state"] for each in deliveries(other, webhook)} == {"delivered"}
        assert other.stop() == 0
