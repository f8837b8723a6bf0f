"""The order to stop, given under load: nothing acknowledged is lost, nobody waits long, the books are closed."""

import contextlib
import http.client
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from acceptance.served import Book, Installation, Server, load, lost, seen, teach
from tutela_client import TutelaClientError

POLLS = 5
MANY = 5000


@pytest.fixture
def installation(new_database: Callable[[], str], tmp_path: Path) -> Iterator[Installation]:
    """Return an installation whose database is new."""
    made = Installation.at(tmp_path / "here", new_database())
    yield made
    made.close()


def poll(server: Server, ended: list[float]) -> None:
    """Follow the changes until the server ends, and note when it let go: with an answer, or before it took the next."""
    client, after = server.client, "0"
    with contextlib.suppress(TutelaClientError):
        while True:
            page = client.changes(after, wait_seconds=30)
            if not page.changes:
                break
            after = page.next
    ended.append(time.monotonic())


def half_an_upload(server: Server, key: str) -> http.client.HTTPConnection:
    """Begin an upload that never ends."""
    host = server.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=20)
    connection.putrequest("POST", "/v1/media")
    connection.putheader("Authorization", f"Bearer {key}")
    connection.putheader("Content-Length", str(50_000_000))
    connection.endheaders()
    connection.send(bytes(4_000_000))
    return connection


def test_the_order_to_stop_under_load_loses_nothing_and_keeps_nobody(installation: Installation) -> None:
    """Long polls are answered, a half-sent upload is cut, heads sealed, the index saved; the next start has it all."""
    is_waited_for = "sqlite" in installation.place.environment["TUTELA_DATABASE_URL"]  # once is enough: it takes long
    key, book, ended = installation.make_key(), Book(), list[float]()
    server = installation.serve()
    teach(server.client)
    lines = "type,value\n" + "".join(f"pdq,{number:064x}\n" for number in range(1, MANY))
    server.client.send_text("/v1/banks/known/import", lines, "text/csv")
    polls = [threading.Thread(target=poll, args=(server, ended)) for _ in range(POLLS)]
    for thread in polls:
        thread.start()
    with load(book, server):
        upload = half_an_upload(server, key) if is_waited_for else None
        time.sleep(0.7)
        assert server.stop() == 0  # in its time, though the upload would never end
        stopped_at = time.monotonic()
    for thread in polls:
        thread.join(60)
    assert len(ended) == POLLS
    if upload is not None:
        upload.close()
        assert max(ended) < stopped_at, "they were let go while the upload still held the server"

    var = installation.place.folder / "var"
    assert not list(var.rglob("*.part"))
    assert list((var / "index").glob("known-*.seg"))
    verified = installation.place.call("audit", "verify", "--json")
    assert (verified.status, verified.json["breaches"]) == (0, []), verified.out
    again = installation.serve()
    assert lost(again.client, book) == {}
    assert seen(again.client, book) == []
