"""`tutela bulk`, beside no server: shown first, confirmed by the count, decided to its end here."""

import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from cli.place import Place
from make import at_home, submission
from tutela.bootstrap import build
from tutela.config import Settings
from tutela.core.measures import Subject

DECIDE = ("bulk", "decide", "--clause", "house.spam", "--code", "link_farm", "--by", "ada", "--role", "actor")


@pytest.fixture(autouse=True)
def posted(place: Place) -> None:
    """Make an installation with some items."""
    house = build(Settings(var=place.folder / "var"))
    house.feed_indexes()
    home = at_home(house)
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
    unconfirmed = place.call(*DECIDE, "--item", "remove", "--tag", "cheap")
    moved = place.call(*DECIDE, "--item", "remove", "--tag", "cheap", "--confirm-count", 100)
    neither = place.call(*DECIDE, "--item", "remove")
    lesser = place.call(
        "bulk", "decide", "--clause", "cse.depiction", "--code", "found", "--by", "ada", "--role", "actor",
        "--item", "limit_reach", "--tag", "cheap", "--confirm-count", 130,
    )  # fmt: skip

    naive = place.call(*DECIDE, "--item", "remove", "--tag", "cheap", "--until", "2099-01-31T12:00", "--dry-run")
    widened = place.call(*DECIDE, "--item", "remove", "--tag", "cheap", "--country", "DE", "--dry-run")

    assert (naive.status, "--until: a time without its offset" in naive.err) == (1, True), naive.err
    assert (widened.status, "--country: none of these measures takes it" in widened.err) == (1, True), widened.err
    assert (unconfirmed.status, "Give --confirm-count 130." in unconfirmed.err) == (1, True)
    assert (moved.status, "100 items were confirmed, and there are 130 now" in moved.err) == (1, True)
    assert neither.status == 2
    assert (lesser.status, "`limit_reach` is no answer to whoever did this" in lesser.err) == (1, True)


def test_measures_of_a_bulk_reach_as_far_as_they_say_and_are_told_later(place: Place) -> None:
    """As a single decision's do: by country with its basis, and with the reason why telling waits."""
    law = ("bulk", "decide", "--clause", "house.law", "--code", "order", "--by", "ada", "--item", "withhold")
    whole = (*law, "--country", "DE", "--legal-basis", "order 7", "--tag", "cheap")
    later = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    delayed = (*whole, "--tell-from", later, "--delay-basis", "authority_asked", "--confirm-count", 130)
    unknown = place.call(*law, "--country", "ZZ", "--legal-basis", "order 7", "--tag", "cheap", "--confirm-count", 130)
    half = place.call(*whole, "--tell-from", "2099-01-31", "--confirm-count", 130)
    done = place.call(*delayed, "--json")

    assert (unknown.status, "measures.0.scope.countries" in unknown.err) == (1, True), unknown.err
    assert (half.status, "Give --delay-basis with it." in half.err) == (1, True), half.err
    assert (done.status, done.json["decided"]) == (0, 130), done.err
    house = build(Settings(var=place.folder / "var"))
    with house.store.read() as reader:
        [item] = reader.items_by_platform_id(["post-1"]).values()
        [held] = reader.standings([Subject.item(item.item.id)])[Subject.item(item.item.id)].measures
        told = reader.statements_told(item.item.account_id, house.clock.now(), 9)
    house.close()
    assert (held.scope.countries, held.scope.legal_basis) == (frozenset({"DE"}), "order 7")
    assert told == []
