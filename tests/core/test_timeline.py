"""Pages of what happened: nothing left out and nothing twice, however they fall."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws import examples
from tutela.core.timeline import Entry, EntryKind, EntryPlace, Places, merged, places_of, runs_of, said_places

START = datetime(2026, 1, 1, tzinfo=UTC)
HAPPENED = st.lists(st.tuples(st.sampled_from(EntryKind), st.integers(0, 40)), max_size=80)

Stored = dict[EntryKind, list[tuple[EntryPlace, Entry]]]


def stored(happened: list[tuple[EntryKind, int]]) -> Stored:
    """Return what a database would hold, each kind with the newest first."""
    found: Stored = defaultdict(list)
    for number, (kind, second) in enumerate(happened):
        name = f"{kind}_{number:03}"
        found[kind].append((EntryPlace(second, name), Entry(kind, name, START + timedelta(seconds=second), "x")))
    for entries in found.values():
        entries.sort(key=lambda each: (each[0].at_us, each[0].id), reverse=True)
    return found


def page(of: Stored, places: Places, limit: int) -> Stored:
    """Return what each kind has behind *places*, as the port says."""

    def is_behind(kind: EntryKind, place: EntryPlace) -> bool:
        end = places.get(kind)
        return end is None or (place.at_us, place.id) < (end.at_us, end.id)

    return {kind: [each for each in entries if is_behind(kind, each[0])][:limit] for kind, entries in of.items()}


@settings(max_examples=examples(200))
@given(HAPPENED, st.integers(1, 9))
def test_all_pages_together_tell_everything_once_in_order(happened: list[tuple[EntryKind, int]], limit: int) -> None:
    """Also where many things happened in the same second."""
    of, told, places = stored(happened), list[Entry](), dict[EntryKind, EntryPlace]()
    while True:
        found = merged(page(of, places, limit + 1), places, limit)
        told += found.entries
        if found.following is None:
            break
        assert len(found.entries) == limit
        places = dict(places_of(said_places(found.following)))
    assert sorted(each.id for each in told) == sorted(entry.id for entries in of.values() for _, entry in entries)
    assert [each.at for each in told] == sorted((each.at for each in told), reverse=True)


@pytest.mark.parametrize(
    "said", ["x", "item.1", "item.x.y", "nothing.1.itm_1", "item.-1.x", "item.1.é", f"item.{'9' * 30}.x"]
)
def test_what_is_no_place_is_refused(said: str) -> None:
    """An address that somebody changed."""
    with pytest.raises(ValueError, match=r"."):
        places_of(said)


def test_the_same_event_over_and_over_is_one_line() -> None:
    """Posts are told one by one: each is something of its own."""
    whats = [(EntryKind.EVENT, "message"), (EntryKind.EVENT, "message"), (EntryKind.EVENT, "login"),
             (EntryKind.ITEM, "post"), (EntryKind.ITEM, "post"), (EntryKind.EVENT, "login")]  # fmt: skip
    entries = [
        Entry(kind, f"x{number}", START - timedelta(minutes=number), what) for number, (kind, what) in enumerate(whats)
    ]
    runs = runs_of(entries)
    assert [(run.entry.what, run.count) for run in runs] == [
        ("message", 2), ("login", 1), ("post", 1), ("post", 1), ("login", 1)
    ]  # fmt: skip
    assert (runs[0].entry.id, runs[0].since) == ("x0", entries[1].at)
    assert runs_of([]) == ()


def test_a_line_of_events_names_everybody_to_whom_they_went_once() -> None:
    """In the order of the newest; nobody where nobody may look at that."""
    abouts = ["ben", "clo", "ben", ""]
    entries = [
        Entry(EntryKind.EVENT, f"x{number}", START - timedelta(minutes=number), "message", about=about)
        for number, about in enumerate(abouts)
    ]
    assert [(run.count, run.about) for run in runs_of(entries)] == [(4, ("ben", "clo"))]
