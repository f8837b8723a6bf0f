"""A real server of the pages in this process, and browsers without scripts."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from console_browser import AGENT, Browser
from login import Member, join, running_quickly
from tutela.bootstrap import open_api
from tutela.config import load
from tutela.core.permissions import StaffRole
from tutela.core.visitors import visitor_of


@contextmanager
def serving_pages(folder: Path, **settings: Any) -> Iterator[Browser]:
    """Serve from *folder*, with settings beside those that are the default."""
    with running_quickly(load({}, var=folder, **settings)) as house:
        server = uvicorn.Server(uvicorn.Config(open_api(house), port=0, log_level="critical"))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield Browser(house, server.servers[0].sockets[0].getsockname()[1])
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def served_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Serve for the whole session. A module that tells events has one of its own: others ask what was never told."""
    with serving_pages(tmp_path_factory.mktemp("console")) as browser:
        yield browser


@pytest.fixture
def browser(served_pages: Browser) -> Browser:
    """Return a new browser."""
    return Browser(served_pages.house, served_pages.port)


_made: dict[tuple[int, str], Member] = {}


@pytest.fixture
def member(served_pages: Browser) -> Any:
    """Return what makes people who are signed in, in the browser of these tests; each login once."""

    def make(role: StaffRole, login: str = "", **more: Any) -> Member:
        login = login or f"the-{role.value.replace('_', '-')}"
        key = (served_pages.port, login)
        if key not in _made:
            there = visitor_of("127.0.0.1", AGENT)
            _made[key] = join(served_pages.house, login, role, visitor=there, **more)
        return _made[key]

    return make
