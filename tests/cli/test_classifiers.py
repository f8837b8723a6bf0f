"""`tutela classifiers` and `tutela links`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from asked import LABEL
from classified import written
from cli.place import Place
from make import photo
from tutela.adapters.twins.classifier_server import ClassifierTwin, Mode, listening
from tutela.adapters.twins.classifiers import SECRET, WORD, GenericTwin
from tutela.core.classifying.spec import Kind


@pytest.fixture
def twin() -> Iterator[ClassifierTwin]:
    """Yield a classifier that listens."""
    with listening(GenericTwin()) as listens:
        yield listens


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch, place: Place, twin: ClassifierTwin) -> Path:
    """Return a file of one classifier, which the installation names."""
    path = place.folder / "classifiers.toml"
    path.write_text(written(Kind.GENERIC_JSON, twin.url, labels=LABEL), encoding="utf-8")
    monkeypatch.setenv("KEY", SECRET)
    monkeypatch.setenv("TUTELA_CLASSIFIERS_FILE", str(path))
    assert place.call("key", "create", "platform", "--scope", "read").status == 0
    return path


def test_a_file_is_checked_without_asking_anybody(place: Place, file: Path, twin: ClassifierTwin) -> None:
    """What each may be sent; of a mistake its place, and never its value."""
    [told] = place.call("classifiers", "check", file, "--json").json
    assert (told["id"], told["goes_out"], told["labels"]) == ("generic-json", "inside", ["label-0"])
    file.write_text(file.read_text(encoding="utf-8").replace('"KEY"', '"quimzat quimzat"'), encoding="utf-8")
    wrong = place.call("classifiers", "check", file)
    assert (wrong.status, "secret" in wrong.err, "quimzat" in wrong.err) == (1, True, False)
    assert twin.came == []


def test_one_is_tried_and_counted(place: Place, file: Path, twin: ClassifierTwin) -> None:
    """With a text or a picture; unknown is status 1."""
    del file
    tried = place.call("classifiers", "try", "generic-json", "--text", f"{WORD} lake", "--json").json
    assert (tried["scores"], tried["signals"][0]["over"]) == ({"label-0": 0.5}, True)
    picture = place.folder / "lake.jpg"
    picture.write_bytes(photo("coffee"))
    assert place.call("classifiers", "try", "generic-json", "--file", picture).status == 0
    twin.mode = Mode.GARBAGE
    failed = place.call("classifiers", "try", "generic-json", "--text", "a lake")
    assert (failed.status, failed.out.strip()) == (1, "nothing is known: garbage")
    for wrong in ((), ("--text", "a", "--file", picture)):
        assert place.call("classifiers", "try", "generic-json", *wrong).status == 1
    assert place.call("classifiers", "try", "none", "--text", "a").status == 1
    assert len(twin.came) == 3

    state = place.call("classifiers", "show", "generic-json", "--json").json
    assert (state["known"], state["unknown"], state["today"]["calls"]) == (2, {"garbage": 1}, 3)
    assert "3/1000" in place.call("classifiers", "list").out
    assert place.call("classifiers", "show", "generic-json").status == 0


def test_where_there_is_no_file_nobody_is_asked(place: Place) -> None:
    """And that is what is said."""
    assert place.call("key", "create", "platform", "--scope", "read").status == 0
    assert "nothing goes out" in place.call("classifiers", "list").out


def test_links_are_not_followed_unless_a_setting_says_so(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then a machine inside is still never asked."""
    assert place.call("key", "create", "platform", "--scope", "read").status == 0
    off = place.call("links", "expand", "https://short.example/a1")
    assert (off.status, "TUTELA_LINKS_EXPAND=true" in off.err) == (1, True)
    monkeypatch.setenv("TUTELA_LINKS_EXPAND", "true")
    inside = place.call("links", "expand", "https://127.0.0.1/a1", "--json")
    assert (inside.status, inside.json["unknown"]) == (1, "not_public")
