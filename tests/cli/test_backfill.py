"""`tutela backfill`: bad rows, kills, and going on."""

import json
import signal
from pathlib import Path

import pytest

from cli.place import Place


def manifest(place: Place, rows: list[object]) -> Path:
    """Write *rows* as JSON lines; text goes in as it is."""
    path = place.folder / "library.jsonl"
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_bad_row_is_named_and_the_rest_goes_in(place: Place, picture: Path) -> None:
    """Files, digests and text alike; what is in the row never appears in the message."""
    rows: list[object] = [
        {"id": "1", "author": "ada", "text": "hello"},
        "{not json",
        {"id": "2", "author": "ada", "file": picture.name},
        {"id": "3", "author": "ada", "file": "gone.jpg"},
        {"id": "4", "author": {"id": "bo", "age": {"band": "adult", "provenance": "declared"}}, "md5": "0" * 32},
        {"id": "5", "author": "ada", "md5": "secretive"},
        {"author": "ada"},
        {"id": "1", "author": "ada", "text": "hello"},
        {"id": "6", "author": "ada", "kind": "message", "text": "hello"},
        {"id": "7", "author": "ada", "kind": "message", "text": "hello", "channel": {"kind": "public"}},
    ]

    done = place.call("backfill", manifest(place, rows), "--json")

    assert done.status == 2, done.err
    assert (done.json["lines"], done.json["sent"], done.json["rejected"]) == (10, 4, 6)
    told, *errors = done.messages
    assert told.startswith("there was no installation here: a new one was made in ")
    assert [line.split(":")[0] for line in errors] == ["line 2", "line 4", "line 6", "line 7", "line 8", "line 9"]
    assert "secretive" not in done.err


def test_killed_in_the_middle_it_goes_on_and_loses_nothing(place: Place) -> None:
    """Every item is there once, the audit is sound, and a third run has nothing left to do."""
    rows: list[object] = [{"id": f"item-{n}", "author": f"user-{n % 7}", "text": f"text {n}"} for n in range(400)]
    path = manifest(place, rows)
    state = path.with_name(path.name + ".state")
    running = place.start("backfill", path, "--batch", 5)
    while not state.exists():
        assert running.poll() is None, running.communicate()[1]
    running.send_signal(signal.SIGKILL)
    running.communicate()

    resumed = place.call("backfill", path, "--json")
    again = place.call("backfill", path, "--json")

    assert resumed.status == 0, resumed.err
    assert resumed.json["sent"] == again.json["sent"] == 400
    assert sum(resumed.json["answers"].values()) == 400
    verified = place.call("audit", "verify", "--json")
    assert verified.status == 0, verified.out
    state.unlink()
    assert place.call("backfill", path, "--json").json["known"] == 400


def test_a_state_of_another_manifest_is_refused(place: Place) -> None:
    """It would skip rows that were never sent."""
    path = manifest(place, [{"id": "1", "author": "ada"}])
    assert place.call("backfill", path).status == 0
    other = place.folder / "other.jsonl"
    other.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")

    done = place.call("backfill", other, "--state", "library.jsonl.state")

    assert done.status == 1
    assert "another manifest" in done.err


@pytest.mark.parametrize("url", ["http://tutela.example", "ftp://127.0.0.1", "tutela.example:8420"])
def test_nothing_is_sent_in_the_clear_beyond_this_machine(place: Place, url: str) -> None:
    """A key and a library of pictures are not for whoever listens on the way."""
    done = place.call("backfill", manifest(place, []), "--url", url, "--key", "tutela_none")

    assert done.status == 1
    assert "Use https://..., or http:// on this machine only." in done.err
