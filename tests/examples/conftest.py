"""A server with one known picture, and the forums on it."""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from acceptance.served import Installation, Server, teach
from examples.forums import Forum


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture
def port() -> int:
    """Return the port of the server, which is the same after it was started again."""
    return free_port()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """Return a place for a server."""
    made = Installation.at(tmp_path / "server")
    made.make_key()
    yield made
    made.close()


@pytest.fixture
def server(installation: Installation, port: int) -> Server:
    """Return a running server that knows one picture."""
    started = installation.ready(installation.begin("--port", port))
    teach(started.client)
    return started


@pytest.fixture
def open_forum(server: Server, installation: Installation, tmp_path: Path) -> Iterator[Callable[[str], Forum]]:
    """Return what starts a forum."""
    opened: list[Forum] = []

    def start(kind: str) -> Forum:
        folder = tmp_path / f"forum-{kind}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TUTELA_", "FORUM_"))}
        settings = {"FORUM_KEY": installation.key, "FORUM_TUTELA": server.url, "FORUM_FOLDER": str(folder)}
        opened.append(Forum(kind, folder, free_port(), {**kept, **settings}))
        opened[-1].start()
        return opened[-1]

    yield start
    for forum in opened:
        forum.close()
