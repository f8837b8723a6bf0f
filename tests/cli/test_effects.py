"""`tutela effects`."""

from pathlib import Path

import pytest

from cli.place import Place
from tutela_client.table import shipped_source

GOOD = """\
version = "house-1"
[surfaces]
shorts = "recommendations"
[kinds.hold.author]
"*" = { exposure = "absent", ads = false, earns = false, notice = "under_review" }
"""
BAD = 'version = "house-1"\n[kinds.hold.staff]\nreview = { exposure = "show" }\n'


@pytest.fixture
def file(place: Place) -> Path:
    """Return a table of the operator's own that is sound."""
    path = place.folder / "house.toml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_a_file_is_checked_before_it_is_used(place: Place, file: Path) -> None:
    """Sound, and what it changes; or refused with its place and a remedy, by the same words as at start."""
    good = place.call("effects", "check", file, "--json")
    file.write_text(BAD, encoding="utf-8")
    bad = place.call("effects", "check", file)

    assert (good.status, good.json["kinds_changed"], good.json["surfaces_registered"]) == (0, 1, 1)
    assert bad.status == 1
    assert bad.messages[0].startswith(f"tutela: {file}: kinds.hold: This would break the charter (P1)")
    assert "No file can weaken this." in bad.err


def test_the_table_in_force_is_shown_with_the_operators_rows(
    place: Place, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it would stand in a file, or whole as JSON; a kind that is none is refused."""
    shipped = place.call("effects", "show", "warn", "--json").json
    monkeypatch.setenv("TUTELA_EFFECTS_FILE", str(file))
    own = place.call("effects", "show", "hold")

    assert shipped == shipped_source()
    assert '[kinds.hold.author]\n"*" = { exposure = "absent", ads = false, earns = false, notice =' in own.out
    assert "[kinds.warn" not in own.out
    assert place.call("effects", "show", "no-such-kind").status == 1


def test_a_server_does_not_start_with_a_table_that_breaks_the_charter(
    place: Place, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does any command that opens the house."""
    file.write_text(BAD, encoding="utf-8")
    monkeypatch.setenv("TUTELA_EFFECTS_FILE", str(file))

    assert "charter (P1)" in place.call("key", "create", "x", "--scope", "read").err


def test_what_a_file_would_change_is_shown_on_what_is_stored(place: Place, file: Path, picture: Path) -> None:
    """Counts, components and rows; an installation without measures has nothing to compare."""
    (place.folder / "broken.jpg").write_bytes(picture.read_bytes()[:100])
    row = '{"id": "post-1", "author": "ada", "file": "broken.jpg"}'
    (place.folder / "library.jsonl").write_text(row, encoding="utf-8")
    assert place.call("key", "create", "x", "--scope", "read").status == 0
    nothing = place.call("effects", "simulate", file, "--json").json
    place.call("backfill", "library.jsonl")
    told = place.call("effects", "simulate", file, "--items", 10, "--surface", "feed", "--json").json
    words = place.call("effects", "simulate", file, "--items", 10, "--surface", "feed").out

    assert (nothing["asked"], nothing["changed"]) == (0, 0)
    assert (told["asked"], told["changes"]) == (6, {"reworded": 1})
    assert "1 of 6 verdicts would change: 1 reworded" in words
    assert "notices=under_review" in words
    assert "kinds.hold.author.*" in words
