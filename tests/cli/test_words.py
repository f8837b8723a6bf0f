"""`tutela words`, beside no server."""

import pytest

from cli.place import Place

CLAUSE = ("--clause", "cse.conversation", "--source", "a test")


@pytest.fixture(autouse=True)
def installation(place: Place) -> None:
    """Make an installation with a bank of keywords."""
    assert place.call("key", "create", "platform", "--scope", "read").status == 0
    assert place.call("words", "create", "lakes", "--kind", "keywords", *CLAUSE).status == 0


def test_a_list_is_previewed_imported_listed_and_removed(place: Place) -> None:
    """A bad row is named; nothing prints what an entry holds."""
    (place.folder / "list.csv").write_text("term,category\nblorvex,boats\nquimzat,\nx,\n", encoding="utf-8")
    shown = place.call("words", "import", "lakes", "list.csv", "--preview")
    done = place.call("words", "import", "lakes", "list.csv", "--ends-at", "2090-01-01", "--json")
    entries = place.call("words", "show", "lakes", "--entries", "--json").json["entry_list"]
    read = place.call("words", "show", "lakes", "--entries")
    removed = place.call("words", "remove", "lakes", entries[0]["id"], "wen_none")

    assert shown.status == done.status == 2
    assert "2 would be added" in shown.out
    assert shown.messages == ["line 4: term: a term of one letter would hit everywhere"]
    assert (done.json["added"], done.json["rejected"]) == (2, 1)
    assert {each["ends_at"] for each in entries} == {"2090-01-01T00:00:00+00:00"}
    assert "boats" in read.out
    assert "blorvex" not in read.out
    assert (removed.status, removed.out.strip()) == (2, "1 entries are removed")
    assert "keywords" in place.call("words", "list").out


def test_one_entry_is_asked_for_and_not_given_as_a_word(place: Place) -> None:
    """It is read from standard input where there is no terminal."""
    place.call("words", "create", "names", "--kind", "names", *CLAUSE)
    sent = place.folder / "sent"
    sent.write_text("Ilvara Tumbrel\n", encoding="utf-8")
    words = ("words", "add", "names", "--basis", "asked by kin", "--ends-at", "2090-01-01")
    with sent.open() as told:
        far = place.run(*words, stdin=told)
    with sent.open() as told:
        none = place.run("words", "add", "lakes", "--category", "ilvara tumbrel", stdin=told)
    with sent.open() as told:
        added = place.run("words", "add", "lakes", "--json", stdin=told)
    assert (far.status, far.messages) == (1, ["tutela: ends: a name is held for two years at most."])
    assert none.messages == ["tutela: category: a category must not say what the entry holds."]
    assert added.json["added"] is True


def test_a_bank_is_switched_and_its_licence_changed(place: Place) -> None:
    """What is not given stays."""
    off = place.call("words", "off", "lakes", "--json").json
    ending = place.call("words", "change", "lakes", "--licence-ends-at", "2001-01-01", "--json").json
    alarmed = place.call("words", "on", "lakes", "--json").json
    lines = place.call("checklist", "--json").json
    renewed = place.call("words", "change", "lakes", "--licence-ends-at", "never", "--source", "another", "--json").json
    nothing = place.call("words", "change", "lakes")

    assert (off["is_active"], ending["licence"], alarmed["licence"]) == (False, "ended", "ended")
    assert lines["licences_renewed"] is False
    assert (renewed["licence_ends_at"], renewed["source"], renewed["is_active"]) == (None, "another", True)
    assert nothing.status == 1
    assert "licences_renewed" not in place.call("checklist", "--json").json


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "none"), "bank"),
        (("import", "lakes", "missing.txt"), "cannot be read"),
        (("import", "lakes", "list.odd"), "--format"),
        (("create", "lakes", "--kind", "links", *CLAUSE), "of that name"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(place: Place, words: tuple[str, ...], told: str) -> None:
    """With what to do about it."""
    done = place.call("words", *words)
    assert done.status == 1
    assert told in done.err
