"""`tutela decision undo`: what was decided a moment ago is as if it had not been; and how long a moment is."""

import pytest

from cli.place import Place
from make import at_home, submission
from tutela.bootstrap import build
from tutela.config import Settings

DECIDE = (
    "decision", "make", "--clause", "house.spam", "--code", "found", "--by", "Ada", "--account", "u1=actor",
    "--measure", "remove:item:post-1", "--json",
)  # fmt: skip


@pytest.fixture(autouse=True)
def posted(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make an installation with one item, and the longest window there is."""
    house = build(Settings(var=place.folder / "var"))
    house.feed_indexes()
    at_home(house).submit_all(submission("post-1", author="u1"))
    house.close()
    monkeypatch.setenv("TUTELA_UNDO_SECONDS", "60")


def test_a_decision_is_taken_back_by_whoever_made_it_and_once(place: Place) -> None:
    """Told until when and by what; others are refused, and so is a second time, each in a sentence."""
    made = place.call(*DECIDE)
    assert made.status == 0, made.err
    decision, shown = made.json["decision"], place.call("decision", "show", made.json["decision"], "--json").json
    assert (made.json["undo"], made.json["undo_until"]) == (decision, shown["undo_until"])
    other = place.call("decision", "undo", decision, "--by", "Bo")
    assert (other.status, "only whoever decided takes it back" in other.err) == (1, True), other.err

    undone = place.call("decision", "undo", decision, "--by", " ADA ", "--json")
    assert undone.status == 0, undone.err
    assert undone.json["undone"] == [decision]
    shown = place.call("decision", "show", decision, "--json").json
    assert (shown["reversed_by"], shown["undo_until"]) == (undone.json["decision"], None)
    assert not any(each["in_force"] for each in shown["measures"])
    again = place.call("decision", "undo", decision, "--by", "Ada")
    assert (again.status, "it was taken back already" in again.err) == (1, True), again.err
    assert undone.json["decision"] in again.err
    assert place.call("audit", "verify").status == 0


def test_it_is_said_in_words_as_well(place: Place) -> None:
    """By which decision."""
    decision = place.call(*DECIDE).json["decision"]
    done = place.call("decision", "undo", decision, "--by", "ada")

    assert (done.status, done.out.startswith("taken back by dec_")) == (0, True), done.err


def test_without_windows_a_reversal_is_named(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is offered where it is switched off, and what is unknown is unknown."""
    monkeypatch.setenv("TUTELA_UNDO_SECONDS", "0")
    made = place.call(*DECIDE).json
    assert (made["undo"], made["undo_until"]) == (None, None)
    late = place.call("decision", "undo", made["decision"], "--by", "ada")
    assert (late.status, "reversal" in late.err) == (1, True), late.err
    unknown = place.call("decision", "undo", "dec_none", "--by", "ada")
    assert (unknown.status, len(unknown.messages) <= 2) == (1, True), unknown.err
    assert place.call("decision", "undo", made["decision"], "--by", " ").status == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("-1", "undo_seconds must be 0 to 60"),
        ("61", "undo_seconds must be 0 to 60"),
        ("ten", "undo_seconds"),
        ("1.5", "undo_seconds"),
        ("", "undo_seconds"),
    ],
)
def test_a_length_that_is_none_is_refused_before_anything_is_done(
    place: Place, monkeypatch: pytest.MonkeyPatch, said: str, sentence: str
) -> None:
    """In one line that names the setting."""
    monkeypatch.setenv("TUTELA_UNDO_SECONDS", said)
    done = place.call(*DECIDE)

    assert (done.status, sentence in done.err.lower()) == (1, True), done.err
    assert len(done.messages) <= 2
