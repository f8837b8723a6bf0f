"""A server that can be told to misbehave, and a platform on a folder of its own."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from client.feed_server import Feed, serving
from client.one_platform import Platform


@pytest.fixture
def feed() -> Iterator[Feed]:
    """Return a server that knows nothing yet."""
    with serving(Feed()) as feed:
        yield feed
        feed.restore("over")  # lets go whoever waits


@pytest.fixture
def platform(feed: Feed, tmp_path: Path) -> Iterator[Platform]:
    """Return a platform with an empty folder."""
    with ExitStack() as stack:
        yield Platform(feed, tmp_path / "tutela", stack)
