"""`tutela export`: asked for, approved by somebody else, made, and read back."""

from pathlib import Path

import pyrage

from acceptance.served import Installation
from cli.place import Place
from evidence import beside

FILM = b"\0\0\0\x20ftypisom" + bytes(range(256)) * 20
LETTER = ("--agency", "LKA 7", "--reference", "14 Js 7/26", "--reason", "letter of today")


def test_a_package_is_asked_for_approved_and_made_from_the_command_line(place: Place, tmp_path: Path) -> None:
    """By two people who say who they are; its checksum is what is printed."""
    assert place.call("key", "create", "platform", "--scope", "read").status == 0
    with beside(Installation(place)) as house, house.receive_media.open() as reception:
        reception.write(FILM)
        media = reception.finish().id
    identity = pyrage.x25519.Identity.generate()
    key = tmp_path / "key.txt"
    key.write_text(f"{identity.to_public()}\n")
    assert place.call("export", "list").out.strip() == "nothing was handed out"

    asked = place.call("export", "request", *LETTER, "--media", media, "--key", str(key), "--as", "Ann", "--json").json
    assert (asked["fingerprint"], asked["contents"]) == (str(identity.to_public()), 1)
    assert "second person" in place.call("export", "approve", asked["id"], "--as", "ann").err
    assert "nobody has approved" in place.call("export", "make", asked["id"], str(tmp_path / "p")).err
    assert place.call("export", "approve", asked["id"], "--as", "Ben").status == 0
    made = place.call("export", "make", asked["id"], str(tmp_path / "p"), "--json").json

    assert made["size_bytes"] == (tmp_path / "p").stat().st_size
    assert FILM in pyrage.decrypt((tmp_path / "p").read_bytes(), [identity])
    assert made["sha256"] in place.call("export", "show", asked["id"]).out
    assert asked["id"] in place.call("export", "list").out
    assert "staff:export:made" in place.call("export", "custody", media).out
    assert place.call("export", "custody", media, "--proof").json["format"] == "tutela-custody/1"
    assert place.call("export", "request", *LETTER, "--media", media, "--recipient", str(identity)).status == 1
    assert place.call("audit", "verify").status == 0
