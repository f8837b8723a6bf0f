"""`tutela notice` and `tutela notifier`: a letter is taken, read, located, answered; a flagger is called back."""

import json
import re
from pathlib import Path

import pytest

from acceptance.served import Installation
from cli.place import Place
from evidence import beside
from make import submission


def written(tmp_path: Path, **told: object) -> str:
    """Write a notice down and return the name of the file."""
    file = tmp_path / "letter.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    return str(file)


def started(place: Place, *items: str) -> None:
    """Start an installation in which somebody has posted."""
    assert place.call("key", "create", "platform", "--scope", "read").status == 0
    with beside(Installation(place)) as house:
        house.submit([submission(each, author="bob", text="a lake") for each in items], None)


def test_a_letter_is_taken_read_located_and_lies_in_a_case(place: Place, tmp_path: Path) -> None:
    """The code is printed once; opening says who did; what it is about is acted on."""
    started(place, "post-1")
    assert "nobody is enrolled yet" in place.call("notifier", "list").out
    assert "there is none" in place.call("notice", "list").out
    letter = written(tmp_path, branch="it_shows_me", words="by the lake", organisation="", told_at="2026-11-01T09:00")
    taken = place.call("notice", "take", letter, "--by", "Ann", "--json").json
    assert re.fullmatch(r"(?:[0-9A-Z]{5}-){3}[0-9A-Z]{5}", taken["code"])
    assert taken["id"] in place.call("notice", "list", "--state", "unlocated").out
    assert "by the lake" not in place.call("notice", "show", taken["id"]).out
    assert "by the lake" in place.call("notice", "told", taken["id"], "--by", "Ann").out
    assert "known here" in place.call("notice", "locate", taken["id"], "--item", "nothing").err
    located = place.call("notice", "locate", taken["id"], "--item", "post-1", "--by", "Ann", "--json").json
    assert (located["state"], len(located["cases"])) == ("under_review", 1)
    shown = place.call("notice", "show", taken["id"], "--json").json
    assert [each["item"] for each in shown["found"]] == ["post-1"]
    assert "eu.dsa.decision" in {each["clock"] for each in shown["clocks"]}
    assert taken["id"] in place.call("notice", "list", "--case", located["cases"][0]).out
    assert place.call("audit", "verify").status == 0


def test_nothing_is_here_and_an_organisation_is_called_back(place: Place, tmp_path: Path) -> None:
    """Answered by one where nobody else works here; enrolled after a call, and ended."""
    started(place, "post-1")
    seen = place.call("notice", "take", written(tmp_path, branch="saw_something", words="x"), "--json").json
    assert "is answered: elsewhere" in place.call("notice", "answer", seen["id"], "elsewhere").out
    assert "marked" in place.call("notice", "unfounded", seen["id"], "--reason", "invented").out
    letter = written(tmp_path, branch="authority", items=["post-1"], organisation="A line")
    asked = place.call("notice", "take", letter, "--json").json
    assert asked["id"] in place.call("notice", "list", "--call-back").out
    enrol = ("notifier", "enrol", "A line", "--kind", "hotline", "--country", "DE", "--checked-by", "the directory")
    enrolled = place.call(*enrol, "--json").json
    assert enrolled["key"].startswith("tut")
    back = place.call("notice", "call-back", asked["id"], enrolled["id"], "--how", "+49 30 1", "--json").json
    assert (back["kind"], back["is_enrolled"], back["wants_call_back"]) == ("hotline", True, False)
    assert "enrolled no more" in place.call("notifier", "end", enrolled["id"]).out
    assert place.call("notifier", "end", enrolled["id"]).status == 1
    assert place.call("audit", "verify").status == 0


def test_nobody_is_in_danger_any_more(place: Place, tmp_path: Path) -> None:
    """It stands at the head of what presses until somebody says so, with why."""
    started(place)
    taken = place.call("notice", "take", written(tmp_path, branch="threatened", words="x"), "--json").json
    assert taken["id"] in place.call("notice", "list", "--pressing").out
    assert "any more" in place.call("notice", "safe", taken["id"], "in_other_hands", "--by", "Ann").out
    assert "there is none" in place.call("notice", "list", "--pressing").out
    assert place.call("notice", "safe", taken["id"], "safe").status == 1
    assert place.call("audit", "verify").status == 0


@pytest.mark.parametrize(
    ("told", "place_of_it"),
    [
        ({}, "branch"),
        ({"branch": "gone"}, "branch"),
        ({"branch": "it_shows_me", "picture": "x"}, "picture"),
        ({"branch": "it_shows_me", "items": "post-1"}, "items"),
        ({"branch": "it_shows_me", "items": [1]}, "items.0"),
        ({"branch": "it_shows_me", "words": ["x"]}, "words"),
        ({"branch": "it_shows_me", "words": "a\0b"}, "words"),
        ({"branch": "it_shows_me", "is_danger": "yes"}, "is_danger"),
        ({"branch": "it_shows_me", "digests": [{"sha256": "xyz"}]}, "digests.0.sha256"),
        ({"branch": "it_shows_me", "contact": {"channel": "pigeon"}}, "channel"),
        ({"branch": "it_shows_me", "told_at": "yesterday"}, "told_at"),
        ({"branch": "it_shows_me", "age_said": "14"}, "age_said"),
        ([1], "file"),
    ],
)
def test_what_is_no_notice_is_refused_by_its_place(
    place: Place, tmp_path: Path, told: object, place_of_it: str
) -> None:
    """Nothing is taken of it."""
    file = tmp_path / "letter.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    started(place)
    refused = place.call("notice", "take", str(file))
    assert refused.status == 1
    assert place_of_it in refused.err
    assert "there is none" in place.call("notice", "list").out


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_said_to_be_so(place: Place, tmp_path: Path, content: bytes) -> None:
    """With the name of the file."""
    file = tmp_path / "letter.json"
    file.write_bytes(content)
    refused = place.call("notice", "take", str(file))
    assert refused.status == 1
    assert "letter.json" in refused.err
