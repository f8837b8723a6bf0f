"""`tutela rescan`."""

from pathlib import Path

from cli.place import Place
from cli.test_banks import CREATE


def test_a_library_is_compared_with_a_list_that_came_later(place: Place, picture: Path) -> None:
    """Counted first, then decided; the second time there is nothing new."""
    hashed = place.call("hash", picture).lines[0]
    (place.folder / "library.jsonl").write_text(f'{{"id": "p", "author": "u", "file": "{picture.name}"}}')
    (place.folder / "list.csv").write_text(f"type,value\npdq,{hashed['pdq']['hash']}\nmd5,{hashed['md5']}\n")
    place.call("backfill", "library.jsonl")
    place.call(*CREATE)
    place.call("bank", "import", "list.csv", "--bank", "hotline")

    dry = place.call("rescan", "--dry-run", "--json")
    done = place.call("rescan", "--json")
    words = place.call("rescan", "--new")
    everything = place.call("rescan", "--all", "--bank", "hotline", "--json")

    assert [dry.status, done.status, words.status, everything.status] == [0, 0, 0, 0], done.err
    assert (dry.json["dry_run"], dry.json["changed"], dry.json["hits"]["items"]) == (True, 0, 1)
    assert (done.json["stored_hashes"], done.json["members"], done.json["pairs"]) == (8, 2, 2)
    assert (done.json["changed"], done.json["hits"]) == (1, {"media": 1, "items": 1, "accounts": 1})
    assert words.out.startswith("0 stored hashes against 0 members: 0 pairs\nhit: 0 media")
    assert (everything.json["members"], everything.json["changed"]) == (2, 0)


def test_what_cannot_be_is_told_with_what_to_do(place: Place) -> None:
    """Nothing unfinished, no such bank, options that contradict each other."""
    assert place.call(*CREATE).status == 0

    nothing = place.call("rescan", "--resume")
    forget = place.call("rescan", "--abandon")
    bank = place.call("rescan", "--bank", "none")
    both = place.call("rescan", "--resume", "--all")

    assert "no re-scan is unfinished" in nothing.err
    assert [nothing.status, forget.status, bank.status, both.status] == [1, 1, 1, 2]
    assert "`tutela bank list`" in bank.err
