"""One platform with a cache on a folder, for the tests of the cache and of its outbox."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from client.feed_server import Feed
from tutela_client import Alarm, Cache, Client, Exposure, Pace, Patience, Pauses, Post, Sent, Viewer

SOON_SECONDS = 60.0  # of a busy machine; it takes milliseconds
QUICK = Pauses(0.01, 0.05)
PACE = Pace(0.1, 0.02, 60.0, QUICK, 1000, Patience(QUICK, 0.01))


@dataclass
class Clock:
    """A clock that can be moved on."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Return the time."""
        return datetime.now(UTC) + self.ahead


@dataclass
class Platform:
    """One process of a platform after the other, on one folder."""

    feed: Feed
    folder: Path
    open: ExitStack
    clock: Clock = field(default_factory=Clock)
    alarms: list[Alarm] = field(default_factory=list)
    answers: list[Sent] = field(default_factory=list)

    def begin(self, *, url: str = "", **more: Any) -> Cache:
        """Start a cache."""
        client = self.open.enter_context(Client(url or self.feed.url, "tutela_test", retries=0))
        told = {"on_alarm": self.alarms.append, "on_answer": self.answers.append}
        cache = Cache(client, self.folder, clock=self.clock, **{"pace": PACE, **told, **more})
        self.open.callback(cache.close, 0.5)
        return cache.start()

    def ready(self) -> Cache:
        """Start a cache and wait until it knows everything."""
        cache = self.begin()
        self.caught_up(cache)
        return cache

    def caught_up(self, cache: Cache) -> None:
        """Wait until a cache knows everything that the server tells."""
        soon(lambda: cache.is_ready and cache.staleness.cursor == str(self.feed.seq))

    def codes(self) -> list[str]:
        """Return what was raised so far."""
        return [alarm.code.value for alarm in self.alarms]


def soon(is_so: Callable[[], bool]) -> None:
    """Wait until it is so."""
    until = time.monotonic() + SOON_SECONDS
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.005)


def shown(
    cache: Cache, *names: str, viewer: Viewer | str | None = None, surface: str = "feed", **more: Any
) -> list[str]:
    """Return which posts somebody sees."""
    posts = [Post(name, **{"author": "ann", **more}) for name in names]
    verdicts = cache.see(viewer, surface, posts)
    return [name for name, verdict in zip(names, verdicts, strict=True) if verdict.exposure is not Exposure.ABSENT]
