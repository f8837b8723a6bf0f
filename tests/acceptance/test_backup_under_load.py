"""A backup made while the server works, the machine lost, and the server started from the backup elsewhere."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import make
from acceptance.served import Book, Installation, load, lost, seen, teach


@pytest.fixture
def databases(new_database: Callable[[], str], tmp_path: Path) -> Iterator[tuple[Installation, Installation]]:
    """Return an installation, and a place with an empty database for what is restored from it."""
    here, there = Installation.at(tmp_path / "here", new_database()), Installation.at(tmp_path / "there")
    if "postgresql" in here.place.environment["TUTELA_DATABASE_URL"]:
        there.place.environment["TUTELA_DATABASE_URL"] = new_database()
    yield here, there
    here.close()
    there.close()


def test_a_backup_under_load_brings_back_a_server_that_still_knows(
    databases: tuple[Installation, Installation],
) -> None:
    """Everything acknowledged before it began is there and sealed evidence opens; what was blocked stays blocked."""
    here, there = databases
    there.key = here.make_key()
    book = Book()
    server = here.serve()
    teach(server.client)
    book.ask(server.client, book.new("match"))  # there is a content to save, however little the load comes to
    saved, copy = here.place.folder.parent / "saved", here.place.folder.parent / "recovery.txt"
    assert here.place.call("keys", "escrow", copy, "--no-passphrase").status == 0
    with load(book, server):
        time.sleep(0.5)
        before = Book(dict(book.asked), dict(book.answers))
        made = here.place.run("backup", saved)
        server.kill()
    assert made.status == 0, made.err
    shutil.rmtree(here.place.folder)

    url = there.place.environment.pop("TUTELA_DATABASE_URL", "")
    elsewhere = ("--database-url", url) if url else ()
    restored = there.place.run("restore", saved, "--var", "var", "--escrow", copy, *elsewhere, "--json")
    there.place.environment.update({"TUTELA_DATABASE_URL": url} if url else {})

    assert restored.status == 0, restored.err + restored.out
    assert restored.json["is_sound"]
    assert restored.json["contents"] > 0
    again = there.serve()
    assert lost(again.client, before) == {}
    assert seen(again.client, book) == []
    posted = again.client.submit({"id": "x", "author": {"id": "zoe"}, "kind": "post"}, [make.photo()])
    near = again.client.submit({"id": "y", "author": {"id": "yan"}, "kind": "post"}, [make.photo() + b"new"])
    assert (posted.answer, near.answer) == ("refuse", "hold")
    assert again.stop() == 0
    verified = there.place.call("audit", "verify", "--json")
    assert (verified.status, verified.json["breaches"]) == (0, []), verified.out
