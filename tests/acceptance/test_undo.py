"""The window of a decision against real servers and a real receiver: kills in the middle of it included."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from acceptance.served import Installation, Server
from acceptance.test_webhooks import told
from receiving import Handler, Receiver, receiving, take
from tutela_client import TutelaClientError

WINDOW_SECONDS = 3
WINDOW_OF_TWO_SECONDS = 15
"""Long enough for two decisions and what is asked of two servers, on a busy machine."""

LONG_SECONDS = 60
"""Longer than a server takes to start again on a busy machine."""


@pytest.fixture(params=[WINDOW_SECONDS])
def installation(
    new_database: Callable[[], str], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Installation]:
    """Yield an installation whose decisions may be taken back for three seconds, or longer."""
    made = Installation.at(tmp_path / "here", new_database(), webhooks_allow_private="true", undo_seconds=request.param)
    made.make_key("decide")
    yield made
    made.close()


class Watched:
    """Take everything, and note when."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.at: list[datetime] = []

    def __call__(self, handler: Handler) -> None:
        """Note the moment of a request."""
        self.at.append(datetime.now(UTC))
        take(handler)


def begin(server: Server, receiver: Receiver, *names: str) -> Any:
    """Submit items and register a receiver."""
    for name in names:
        server.client.submit({"id": name, "author": {"id": "alice"}, "kind": "post", "text": "buy now"})
    return server.client.call("POST", "/v1/webhooks", {"url": receiver.url})


def remove(server: Server, name: str) -> Any:
    """Have an item removed."""
    return server.client.call("POST", "/v1/decisions", {
        "clause": "house.spam", "reason": {"code": "seen"}, "accounts": [{"id": "alice", "role": "actor"}],
        "measures": [{"kind": "remove", "on": {"kind": "item", "id": name}}],
    })  # fmt: skip


def messages(server: Server) -> list[str]:
    """Return what the account may be told by now."""
    return [each["code"] for each in server.client.call("GET", "/v1/accounts/alice/standing")["statements"]]


def test_nothing_leaves_before_the_window_ends_and_everything_after_whatever_is_killed(
    installation: Installation,
) -> None:
    """SIGKILL in the middle of it: hidden all the time, told to nobody too soon, and to everybody then."""
    with receiving() as receiver:
        watched = receiver.behave = Watched()
        server = installation.serve()
        webhook = begin(server, receiver, "post")
        made = remove(server, "post")
        until = datetime.fromisoformat(made["undo_until"])
        server.kill()
        server = installation.serve()
        hidden = server.client.call("GET", f"/v1/decisions/{made['decision']}")
        assert hidden["measures"][0]["in_force"]
        receiver.wait_for(1)
        while len(told(webhook["secret"], receiver.got)) == 0:
            time.sleep(0.1)

        assert "post" in told(webhook["secret"], receiver.got)
        assert watched.at[0] >= until
        assert "item_removed" in messages(server)
        with pytest.raises(TutelaClientError) as late:
            server.client.call("POST", f"/v1/decisions/{made['decision']}/undo")
        assert "reversal" in str(late.value)
        assert server.stop() == 0
    assert installation.place.call("audit", "verify").status == 0


@pytest.mark.parametrize("installation", [LONG_SECONDS], indirect=True)
def test_what_is_taken_back_is_as_if_it_had_not_been(installation: Installation) -> None:
    """Over HTTP, with a kill between the decision and its undo: nobody is ever told, and the item is there."""
    with receiving() as receiver:
        server = installation.serve()
        webhook = begin(server, receiver, "post")
        made = remove(server, "post")
        server.kill()
        server = installation.serve()
        assert receiver.got == []
        undone = server.client.call("POST", f"/v1/decisions/{made['decision']}/undo")
        assert undone["undone"] == [made["decision"]]
        receiver.wait_for(1)
        after = server.client.call("GET", f"/v1/decisions/{made['decision']}")

        assert (after["reversed_by"], after["undo_until"]) == (undone["decision"], None)
        assert not any(each["in_force"] for each in after["measures"])
        assert told(webhook["secret"], receiver.got) == ["post"], "that it changed, when it stands as before"
        assert messages(server) == []
        assert server.stop() == 0
    assert installation.place.call("audit", "verify").status == 0


@pytest.fixture(params=["own writers", "one SQLite folder"])
def two(
    request: pytest.FixtureRequest, postgresql: Any, migrated_postgresql: str, tmp_path: Path
) -> Iterator[tuple[Installation, Installation]]:
    """Yield two installations with one database, one vault and one folder of keys."""
    more = {"webhooks_allow_private": "true", "undo_seconds": WINDOW_OF_TWO_SECONDS}
    url = ""
    if request.param == "one SQLite folder":
        first = second = Installation.at(tmp_path / "here", **more)
    else:
        url = postgresql.create(migrated_postgresql)
        shared = {"vault_url": tmp_path / "vault", "keys": tmp_path / "keys", **more}
        first, second = (Installation.at(tmp_path / name, url, writer=name, **shared) for name in ("one", "two"))
    yield first, second
    first.close()
    second.close()
    if url:
        postgresql.drop(url)


@pytest.mark.postgresql
def test_what_one_server_decided_another_takes_back_and_what_stands_is_told_once(
    two: tuple[Installation, Installation],
) -> None:
    """Both hide it at once and know the same window; whichever sends waits for it, and only one sends."""
    left, right = two
    right.key = left.make_key("decide")
    begun = left.begin(), right.begin()
    one, other = left.ready(begun[0]), right.ready(begun[1])
    with receiving() as receiver:
        webhook = begin(one, receiver, "stays", "returns")
        watched = receiver.behave = Watched()
        meant, slip = remove(one, "stays"), remove(one, "returns")
        assert other.client.call("GET", "/v1/items/returns")["answer"] == "refuse"
        undone = other.client.call("POST", f"/v1/decisions/{slip['decision']}/undo")
        assert undone["undone"] == [slip["decision"]]
        with pytest.raises(TutelaClientError, match="taken back already"):
            one.client.call("POST", f"/v1/decisions/{slip['decision']}/undo")
        for server in (one, other):
            items = {name: server.client.call("GET", f"/v1/items/{name}")["answer"] for name in ("stays", "returns")}
            assert items == {"stays": "refuse", "returns": "publish"}
        assert (watched.at, messages(one), messages(other)) == ([], [], [])
        receiver.wait_for(1)
        while "stays" not in told(webhook["secret"], receiver.got):
            time.sleep(0.1)

        assert watched.at[0] >= datetime.fromisoformat(meant["undo_until"])
        assert told(webhook["secret"], receiver.got).count("stays") == 1
        assert sorted(messages(one)) == sorted(messages(other)) == ["account_warned", "item_removed"]
        with pytest.raises(TutelaClientError, match="reversal"):
            other.client.call("POST", f"/v1/decisions/{meant['decision']}/undo")
    assert (one.stop(), other.stop()) == (0, 0)
    for installation in {id(each): each for each in two}.values():
        assert installation.place.call("audit", "verify").status == 0
