"""Two servers on one database: what one learns the other enforces, and both account for it in one trail."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import make
from acceptance.served import Book, Installation, Server, all_changes, load, lost, seen, teach
from tutela_client import Change

ENFORCED_WITHIN_SECONDS = 60.0  # of a busy machine; it takes well under one


@pytest.fixture(params=["own writers", "one writer by mistake", "one SQLite folder"])
def two(
    request: pytest.FixtureRequest, postgresql: Any, migrated_postgresql: str, tmp_path: Path
) -> Iterator[tuple[Installation, Installation]]:
    """Yield two installations with one database, one vault and one folder of keys."""
    if request.param == "one SQLite folder":
        first = second = Installation.at(tmp_path / "here")
        url = ""
    else:
        url = postgresql.create(migrated_postgresql)
        shared = {"vault_url": tmp_path / "vault", "keys": tmp_path / "keys"}
        names = ("one", "two") if request.param == "own writers" else ("main", "main")
        first, second = (
            Installation.at(tmp_path / f"server-{number}", url, writer=name, **shared)
            for number, name in enumerate(names)
        )
    yield first, second
    first.close()
    second.close()
    if url:
        postgresql.drop(url)


@pytest.mark.postgresql
def test_two_servers_on_one_database_are_one(two: tuple[Installation, Installation]) -> None:
    """Under load on both: a hash added through one is enforced by the other, no change is missed, the trail holds."""
    left, right = two
    right.key = left.make_key()
    begun = left.begin(), right.begin()
    one, other = left.ready(begun[0]), right.ready(begun[1])
    book, read, is_over = Book(), [], threading.Event()

    def follow(after: str = "0") -> None:
        while True:
            is_last = is_over.is_set()
            page = other.client.changes(after, limit=7, wait_seconds=0.2)
            read.extend(page.changes)
            if is_last and not page.changes:
                return
            after = page.next

    reader = threading.Thread(target=follow)
    reader.start()
    teach(one.client)
    with load(book, one, other):
        enforce(one, other)
        time.sleep(1)
    is_over.set()
    reader.join()

    assert book.errors == []
    assert [each.seq for each in read] == sorted(each.seq for each in read)
    followed, feed = replayed(read), replayed(all_changes(one.client))
    assert followed == feed
    assert {name for _, name in feed} >= set(book.matched)
    for server in (one, other):
        assert lost(server.client, book) == {}
    assert seen(other.client, book) == []
    assert (one.stop(), other.stop()) == (0, 0)
    for installation in {id(each): each for each in two}.values():
        verified = installation.place.call("audit", "verify", "--json")
        assert verified.status == 0, verified.out


def replayed(changes: list[Change]) -> dict[tuple[str, str], Any]:
    """Return how each subject stood when it was last told."""
    return {(each.kind, each.id): (each.own, each.is_published, each.inside) for each in changes}


def enforce(one: Server, other: Server) -> None:
    """Have *one* learn a picture that *other* has shown, and wait until *other* hides it by itself."""
    picture = make.photo("rocket")
    item = {"author": {"id": "ann"}, "kind": "post"}
    before = other.client.submit({**item, "id": "before"}, [picture])
    assert other.client.visibility(None, "home", ["before"]).is_shown("before")
    one.client.send_file("/v1/banks/known/media", picture)
    after = other.client.submit({**item, "id": "after", "author": {"id": "ben"}}, [picture])
    _wait_until(lambda: not other.client.visibility("ann", "home", ["before"]).is_shown("before"))
    assert (before.answer, after.answer) == ("publish", "refuse")


def _wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + ENFORCED_WITHIN_SECONDS
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)
