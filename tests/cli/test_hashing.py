"""`tutela hash` and `tutela lookup`."""

import hashlib
from pathlib import Path

from cli.place import Place


def test_good_files_are_hashed_and_bad_ones_are_named(place: Place, picture: Path) -> None:
    """One line each, in the order given, and exit status 2 because something could not be done."""
    (place.folder / "notes.txt").write_text("not a picture", encoding="utf-8")

    done = place.run("hash", picture, "missing.jpg", "notes.txt")

    good, missing, text = done.lines
    assert done.status == 2
    assert good["sha256"] == hashlib.sha256(picture.read_bytes()).hexdigest()
    assert (good["type"], good["width"], good["size_bytes"]) == ("image/jpeg", 320, picture.stat().st_size)
    assert good["pdq"]["orientations"]["original"] == good["pdq"]["hash"]
    assert len(good["pdq"]["orientations"]) == 8
    assert missing == {"file": "missing.jpg", "error": "no such file or directory"}
    assert (text["error"], len(text["md5"])) == ("not_an_image", 32)


def test_standard_input_is_hashed_and_nothing_is_left_behind(place: Place, picture: Path) -> None:
    """`-` stands for it; hashing needs no installation and makes none."""
    with picture.open("rb") as file:
        done = place.run("hash", "-", stdin=file)

    assert done.status == 0
    assert done.lines[0]["file"] == "-"
    assert not (place.folder / "var").exists()


def test_a_command_that_only_reads_makes_no_installation(place: Place) -> None:
    """In the wrong folder it says so in one line instead of making keys."""
    done = place.call("lookup", "0" * 32)

    assert (done.status, done.out) == (1, "")
    assert len(done.messages) == 1
    assert "--var" in done.err
    assert not (place.folder / "var").exists()
