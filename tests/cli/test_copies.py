"""`tutela copies`."""

import json
from pathlib import Path

import pytest

from cli.place import Place


def prepare(place: Place, picture: Path) -> dict[str, str]:
    """Have two accounts post one landscape, and return its hashes."""
    rows = [{"id": f"post-{n}", "author": f"user-{n}", "file": picture.name} for n in range(2)]
    (place.folder / "library.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert place.call("backfill", "library.jsonl").status == 0
    hashed = place.call("hash", picture).lines[0]
    return {"md5": hashed["md5"], "pdq": hashed["pdq"]["hash"], "turned": hashed["pdq"]["orientations"]}


def test_who_carries_copies_is_told_in_a_table_or_as_json(place: Place, picture: Path) -> None:
    """By digest, picture hash, eight hashes, item and media; page by page."""
    hashes = prepare(place, picture)
    eight = ",".join(dict(hashes["turned"]).values())

    told = place.call("copies", hashes["md5"], hashes["pdq"], eight, "--item", "post-0", "--json").lines
    words = place.call("copies", hashes["md5"])
    first = place.call("copies", hashes["md5"], "--limit", 1, "--json").json
    second = place.call("copies", "--media", told[0]["copies"][0]["media"], "--cursor", first["next"], "--json").json

    assert [(each["question"], each["media"], each["items"], each["accounts"]) for each in told] == [
        (name, 1, 2, 2) for name in ("hash 1", "hash 2", "hash 3", "item 1")
    ]
    assert words.out.startswith("hash 1: 1 media, 2 items, 2 accounts\nmedia ")
    assert "post-1" in words.out
    assert {first["copies"][0]["item"], second["copies"][0]["item"]} == {"post-0", "post-1"}
    assert second["next"] is None


@pytest.mark.parametrize("bad", ["f" * 32 + "\n", "f" * 33, "xyz", ",".join(["f" * 64] * 7), ""])
def test_what_cannot_be_read_is_named_by_its_number_and_the_rest_is_answered(place: Place, bad: str) -> None:
    """Exit status 2, and the argument is not repeated."""
    assert place.call("key", "create", "x", "--scope", "read").status == 0

    done = place.call("copies", bad, "e" * 32, "--item", "no-such-post", "--json")

    assert done.status == 2
    assert ["error" in line for line in done.lines] == [True, False, True]
    assert not bad.strip() or bad.strip() not in done.out + done.err
    assert "no-such-post" not in done.out + done.err
