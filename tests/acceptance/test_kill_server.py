"""The server itself killed under load over HTTP: what was acknowledged is there, what is known is seen by nobody."""

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import make
from acceptance.served import Book, Installation, Server, all_changes, children_of, is_there, load, lost, seen, teach
from tutela.adapters.media.limits import Limits
from tutela.adapters.media.scanner import ChildScanner
from tutela.core.content import EvidenceState
from tutela.core.operator import OperatorProfile

ROUNDS = 3


@pytest.fixture
def installation(new_database: Callable[[], str], tmp_path: Path) -> Iterator[Installation]:
    """Return an installation whose database is new."""
    made = Installation.at(tmp_path / "here", new_database())
    yield made
    made.close()


def test_nothing_acknowledged_is_lost_and_nothing_known_is_seen_after_kills_of_the_server(
    installation: Installation,
) -> None:
    """Text, pictures, batches, uploads and hashes from several connections; SIGKILL; again on the same folder."""
    book, dice = Book(), random.Random()  # noqa: S311  # moments, not secrets
    installation.make_key()
    server = installation.serve()
    teach(server.client)
    book.ask(server.client, book.new("match"))  # sealed, however little the load comes to
    for _ in range(ROUNDS):
        with load(book, server):
            time.sleep(dice.uniform(0.3, 1.2))
            children = children_of(server.process.pid)
            server.kill()
        server = installation.serve()
        verified = installation.place.start("audit", "verify", "--json")
        check(server, book)
        out, err = verified.communicate(timeout=60)
        assert verified.returncode == 0, out + err
        while any(map(is_there, children)):
            time.sleep(0.01)
    assert seen(server.client, book) == []
    assert server.stop() == 0
    end(installation, book)


def check(server: Server, book: Book) -> None:
    """Compare what the server tells with what it had acknowledged, and repeat what it had not."""
    assert all(error.status == 0 for error in book.errors), book.errors
    assert lost(server.client, book) == {}
    assert seen(server.client, book) == []
    for asked in list(book.asked.values()):
        if asked.key not in book.done:
            book.ask(server.client, asked)
            book.ask(server.client, asked)
    assert set(book.answers) == {name for asked in book.asked.values() for name in asked.names}
    for name, answer in book.answers.items():
        assert (answer == "publish") is (name not in book.matched), name
    told = all_changes(server.client)
    assert {change.id for change in told} >= set(book.matched)
    assert [change.seq for change in told] == sorted(change.seq for change in told)
    clean = [name for name in book.answers if name not in book.matched]
    assert all(server.client.visibility(None, "home", clean[-500:]).is_shown(name) for name in clean[-500:])


def end(installation: Installation, book: Book) -> None:
    """Days later: no orphan is left, and what is sealed is what was sent."""
    folder, url = installation.place.folder / "var", installation.place.environment["TUTELA_DATABASE_URL"]
    scanner = ChildScanner(Limits(), children=1)
    with make.house(folder, scanner, url=url) as home:
        home.clock.set(datetime.now(UTC) + timedelta(days=6))
        home.house.retain(OperatorProfile())
        with home.house.store.read() as reader:
            states = list(reader.evidence_states())
            counted = reader.counts()
        sealed = [content_id or "" for _, content_id, state in states if state is EvidenceState.SEALED]
        assert make.photo() in [b"".join(home.house.vault.read(content_id)) for content_id in sealed]
        assert set(home.house.vault.contents()) == {content_id for _, content_id, _ in states if content_id}
        assert not list(folder.rglob("*.part"))
        assert home.house.verify().breaches == ()
        assert counted["items"] == len(book.answers)
    scanner.close()
