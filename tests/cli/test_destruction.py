"""`tutela destruction`: proposed, agreed to, certified, verified without Tutela; and the keys go from backups too."""

import base64
import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from acceptance.served import Installation
from cli.place import Place
from evidence import beside
from tutela.bootstrap.preserving import public_key_of
from tutela.core.operator import OperatorProfile
from tutela.flows.refer import MediaReference
from tutela.flows.submission import Author, Submission

ORDER = ("--agency", "an agency", "--reference", "2258B 7/26", "--received", "2026-11-01", "--reason", "their letter")
FILM = b"\0\0\0\x20ftypisom" + bytes(range(256)) * 20


def kept(place: Place) -> tuple[str, str]:
    """Return the media of a film that is held, and the public key of the installation."""
    assert place.call("key", "create", "platform", "--scope", "read").status == 0
    with beside(Installation(place)) as house:
        house.feed_indexes()
        with house.receive_media.open() as reception:
            reception.write(FILM)
            media = reception.finish().id
        house.submit([Submission("film", Author("alice"), "post", media=(MediaReference(media),))])
        return media, public_key_of(house).hex()


def the_transient_keys_end(place: Place) -> None:
    """Destroy the keys under which anything lay before it was sealed, as the days would, and finish what waits."""
    with beside(Installation(place)) as house:
        for period in house.keys.periods():
            if period.startswith("transient-"):
                house.keys.destroy_period(period)
        house.retain(OperatorProfile())
        house.destructions.destroy.resume()


def test_an_order_is_carried_out_and_its_certificate_verified_with_openssl(place: Place, tmp_path: Path) -> None:
    """As docs/how-to/keep-and-destroy.md prints it; a changed letter shows."""
    media, public_key = kept(place)
    hold = ("--source", "own", "--reference", "we look", "--reason", "why", "--media", media, "--until", "2999-01-01")
    held = place.call("hold", "place", *hold, "--json").json["id"]
    assert held in place.call("destruction", "order", media, *ORDER, "--yes").err
    done = place.call("destruction", "order", media, *ORDER, "--ends-hold", held, "--yes", "--json").json
    early = place.call("destruction", "certificate", done["id"], str(tmp_path / "early"))
    assert (early.status, "it is destroyed" in early.err) == (1, True)
    the_transient_keys_end(place)
    file = tmp_path / "certificate.txt"
    assert place.call("destruction", "certificate", done["id"], str(file)).status == 0
    assert place.call("destruction", "certificate", done["id"], str(file)).status == 1

    film = tmp_path / "film"
    film.write_bytes(FILM)
    salt = place.call("destruction", "show", done["id"], "--json").json["contents"][0]["salt"]
    told = place.call("destruction", "verify", str(file), "--content", str(film), "--salt", salt)
    assert "the file is one of them" in told.out
    assert place.call("destruction", "verify", str(file), "--public-key", public_key).status == 0
    assert by_hand(file, public_key, tmp_path)
    commitment = json.loads(file.read_bytes().split(b"\n")[0])["contents"][0]["commitment"]
    digest = hashlib.sha256(FILM).hexdigest()
    assert hashlib.sha256(f"tutela destruction commitment 1\n{salt}\n{digest}".encode()).hexdigest() == commitment

    file.write_bytes(file.read_bytes().replace(b"their letter", b"their lettre"))
    assert place.call("destruction", "verify", str(file)).status == 1
    assert not by_hand(file, public_key, tmp_path)
    film.write_bytes(FILM + b"!")
    assert place.call("audit", "verify").status == 0


def by_hand(file: Path, public_key: str, folder: Path) -> bool:
    """Verify with what is on every machine."""
    body, seal, _ = file.read_bytes().split(b"\n")
    (folder / "body").write_bytes(body)
    (folder / "signature").write_bytes(bytes.fromhex(seal.split()[1].decode()))
    der = bytes.fromhex("302a300506032b6570032100" + public_key)
    pem = f"-----BEGIN PUBLIC KEY-----\n{base64.b64encode(der).decode()}\n-----END PUBLIC KEY-----\n"
    (folder / "key.pem").write_text(pem)
    command = [
        "openssl",
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        "key.pem",
        "-rawin",
        "-in",
        "body",
        "-sigfile",
        "signature",
    ]
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        pytest.skip("openssl is not on this machine")


def test_two_people_are_two_people_and_what_is_kept_is_refused(place: Place) -> None:
    """The name of who acts is theirs however it is written; what is not over stays."""
    media, _ = kept(place)
    early = place.call("destruction", "propose", media, "--reason", "tidy")
    assert (early.status, "time is not over" in early.err) == (1, True)
    assert place.call("destruction", "due").out.strip() == "nothing waits to be destroyed"
    assert place.call("destruction", "list").out.strip() == "nothing was proposed or destroyed"
    assert place.call("destruction", "agree", "dst_none", "--yes").status == 1


def test_a_destroyed_key_is_taken_out_of_a_backup_and_nothing_else(place: Place, tmp_path: Path) -> None:
    """After it neither the backup nor a restored copy of it opens what was destroyed."""
    media, _ = kept(place)
    hold = ("--source", "own", "--reference", "we look", "--reason", "why", "--media", media, "--until", "2999-01-01")
    held = place.call("hold", "place", *hold, "--json").json["id"]
    assert place.call("keys", "escrow", str(tmp_path / "copy.txt"), "--no-passphrase").status == 0
    backup = tmp_path / "backup"
    assert place.call("backup", str(backup)).status == 0
    done = place.call("destruction", "order", media, *ORDER, "--ends-hold", held, "--yes", "--json").json
    key = done["contents"][0]["key"]
    assert (backup / "keys" / "periods" / f"{key}.key").exists()

    removed: Any = place.call("keys", "cleanse", str(backup), "--json").json
    assert removed["keys_removed"] == [key]
    assert place.call("keys", "cleanse", str(backup), "--json").json["keys_removed"] == []
    assert not (backup / "keys" / "periods" / f"{key}.key").exists()
    restored = place.call(
        "restore", str(backup), "--var", str(tmp_path / "restored"), "--escrow", str(tmp_path / "copy.txt")
    )
    assert "sealed evidence does not open" in restored.out + restored.err
    assert place.call("keys", "cleanse", str(tmp_path)).status == 1


def test_what_has_lost_its_other_half_is_told_and_left_alone(place: Place) -> None:
    """Bytes, records, keys."""
    media, _ = kept(place)
    assert place.call("evidence", "orphans").out.strip() == "nothing is without its other half"
    with beside(Installation(place)) as house:
        house.keys.wrap("evidence-" + "0" * 32, bytes(32), context=b"c")
        with house.store.read() as reader:
            content_id = reader.media_by_id([media])[media].content_id or ""
        with house.vault.receive(period="evidence-2026-01", max_bytes=100) as writer:
            writer.write(b"harmless")
            lost = writer.finish().content_id
        house.vault.destroy(content_id)

    found = place.call("evidence", "orphans", "--json")
    assert found.status == 1
    assert {(each["id"], each["loss"]) for each in found.json} == {(media, "no_bytes"), ("0" * 32, "no_content")}
    with beside(Installation(place)) as house:
        assert lost in set(house.vault.contents()), "young bytes are not told yet: their record may come"
