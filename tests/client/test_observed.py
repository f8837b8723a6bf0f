"""Telling events: what is sent, what comes back, and that a repeated attempt tells the same thing once."""

from collections.abc import Iterator
from typing import Any

import pytest

from client.test_client import KEY, PROBLEM, Scripted, serving
from tutela_client import Client, NotObserved, Observed, TutelaClientError

EVENT = {"id": "event-1", "kind": "follow", "author": {"id": "user-1"}, "recipient": {"id": "user-2"}}
TOLD = {
    "id": "event-1", "event": "evt_1", "recorded": True, "new": True, "withheld": ["text"], "decision": "dec_1",
}  # fmt: skip


@pytest.fixture
def script() -> Iterator[Scripted]:
    """Return a server that takes every event until it is told otherwise."""
    with serving(Scripted(replies=[(200, TOLD)])) as script:
        yield script


@pytest.fixture
def client(script: Scripted) -> Iterator[Client]:
    """Return a client of that server."""
    with Client(script.url, KEY) as client:
        yield client


def test_an_event_is_told_as_it_is_and_comes_back_as_a_value(client: Client, script: Scripted) -> None:
    """With what was not looked at, and what came of it."""
    observed = client.observe(EVENT)

    received = script.received[0]
    assert (received.method, received.path, script.last_json()) == ("POST", "/v1/events", EVENT)
    assert observed == Observed("event-1", "evt_1", recorded=True, new=True, withheld=("text",), decision="dec_1")


@pytest.mark.parametrize("failure", ["broken", (503, PROBLEM)], ids=["broken connection", "503"])
@pytest.mark.parametrize("is_batch", [False, True], ids=["one", "many"])
def test_an_event_that_failed_is_told_again_under_the_same_key(
    client: Client, script: Scripted, *, failure: Any, is_batch: bool
) -> None:
    """So that it counts once, however often it is sent."""
    script.replies = [failure, (200, {"results": [TOLD]} if is_batch else TOLD)]

    if is_batch:
        client.observe_batch([EVENT])
    else:
        client.observe(EVENT)

    assert len(script.received) == 2
    assert len({received.headers["idempotency-key"] for received in script.received}) == 1


def test_many_events_are_told_in_order_and_each_has_an_outcome(client: Client, script: Scripted) -> None:
    """One that cannot be used says why, and keeps no other out."""
    script.replies = [(200, {"results": [TOLD, {"id": "event-2", "error": PROBLEM}]})]

    good, bad = client.observe_batch(iter([EVENT, {**EVENT, "id": "event-2"}]), idempotency_key="mine")

    assert script.received[0].path == "/v1/events/batch"
    assert script.received[0].headers["idempotency-key"] == "mine"
    assert [each["id"] for each in script.last_json()["events"]] == ["event-1", "event-2"]
    assert isinstance(good, Observed)
    assert bad == NotObserved("event-2", 422, "It cannot be used.", "author.id", "Name it.")


def test_what_an_answer_leaves_out_was_not_done(client: Client, script: Scripted) -> None:
    """Nothing recorded, nothing new, nothing decided."""
    script.replies = [(200, {"id": "event-1"})]

    assert client.observe(EVENT) == Observed("event-1", None, recorded=False, new=False)


def test_an_event_that_nobody_takes_raises(client: Client, script: Scripted) -> None:
    """The platform keeps it and tells it later."""
    script.replies = [(422, PROBLEM)]

    with pytest.raises(TutelaClientError) as raised:
        client.observe(EVENT)

    assert (raised.value.status, raised.value.place) == (422, "author.id")
