"""`tutela bulk`, beside no server: shown first, confirmed by the count, decided to its end here."""

import subprocess

import pytest

from cli.place import Place
from make import Home, SetClock, submission
from tutela.bootstrap import build
from tutela.config import Settings

DECIDE = ("bulk", "decide", "--clause", "house.spam", "--code", "link_farm", "--by", "ada", "--role", "actor")


@pytest.fixture(autouse=True)
def posted(place: Place) -> None:
    """Make an installation with some items."""
    house = build(Settings(var=place.folder / "var"))
    house.feed_indexes()
    home = Home(house, SetClock())
    home.submit_all(*[submission(f"post-{number}", author=f"u{number % 7}", tags=("cheap",)) for number in range(130)])
    house.close()


def test_a_dry_run_shows_and_decides_nothing(place: Place) -> None:
    """In words on standard error, in figures on request."""
    shown = place.call(*DECIDE, "--item", "remove", "--tag", "cheap", "--dry-run", "--json")

    assert shown.status == 0, shown.err
    assert (shown.json["count"], shown.json["decided"], shown.json["struck"]) == (130, 130, 7)
    assert "item: `remove`" in shown.err
    assert place.call(*DECIDE, "--item", "remove", "--tag", "cheap", "--dry-run", "--json").json["decided"] == 130


def test_a_confirmed_bulk_is_decided_to_its_end(place: Place) -> None:
    """And can be shown; once it has ended it is not cancelled."""
    done = place.call(*DECIDE, "--item", "remove", "--tag", "cheap", "--confirm-count", 130, "--json")
    assert done.status == 0, done.err
    assert (done.json["state"], done.json["decided"]) == ("done", 130)

    assert place.call("bulk", "show", done.json["bulk"], "--json").json == done.json
    assert place.call("bulk", "resume", done.json["bulk"], "--json").json == done.json
    cancelled = place.call("bulk", "cancel", done.json["bulk"], "--by", "ada")
    assert (cancelled.status, "has ended" in cancelled.err) == (1, True)


def test_a_list_comes_from_a_file_or_from_standard_input(place: Place) -> None:
    """One item a line."""
    (place.folder / "names.txt").write_text("post-1\n\npost-2\n")
    from_file = place.call(*DECIDE, "--item", "remove", "--list", "names.txt", "--confirm-count", 2, "--json")
    process = place.start(
        *DECIDE, "--item", "remove", "--list", "-", "--confirm-count", 1, "--json", stdin=subprocess.PIPE
    )
    out, _ = process.communicate("post-3\n", timeout=120)

    assert from_file.json["decided"] == 2
    assert (process.returncode, '"decided": 1' in out) == (0, True)


def test_what_is_not_confirmed_or_not_meant_is_refused_in_one_line(place: Place) -> None:
    """A count that nobody typed, one that moved, neither a list nor a filter, and a lesser answer."""
    unconfirmed = place.run(*DECIDE, "--item", "remove", "--tag", "cheap")
    moved = place.call(*DECIDE, "--item", "remove", "--tag", "cheap", "--confirm-count", 100)
    neither = place.call(*DECIDE, "--item", "remove")
    lesser = place.call(
        "bulk", "decide", "--clause", "cse.depiction", "--code", "found", "--by", "ada", "--role", "actor",
        "--item", "limit_reach", "--tag", "cheap", "--confirm-count", 130,
    )  # fmt: skip

    assert (unconfirmed.status, "Give --confirm-count 130." in unconfirmed.err) == (1, True)
    assert (moved.status, "100 items were confirmed, and there are 130 now" in moved.err) == (1, True)
    assert neither.status == 2
    assert (lesser.status, "`limit_reach` is no answer to whoever did this" in lesser.err) == (1, True)
