"""Packages for police: two people, encrypted to the agency's key, verified without Tutela in an empty folder."""

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyrage
import pysequoia
import pytest

from make import AT, Home, md5, photo
from preserved import finished
from tutela.adapters.keys.signing import HeadSigner
from tutela.adapters.packages.leftovers import sweep_packages
from tutela.core.content import Media
from tutela.core.filing.custody import custody_json
from tutela.core.filing.exports import Export, ExportState, tar_stream
from tutela.core.filing.holds import HoldSource
from tutela.core.filing.verify_package import check_custody
from tutela.core.ids import CaseId, EvidenceId, ExportId, MediaId, ReportId
from tutela.core.permissions import Principal, at_machine
from tutela.errors import (
    BadInput,
    Conflict,
    ContentDamaged,
    Forbidden,
    NotForYou,
    UnknownCase,
    UnknownMedia,
    VaultError,
)
from tutela.flows.keep_exports import NewExport
from tutela.flows.keep_holds import NewHold

ANN, BEN = at_machine("ann"), at_machine("ben")
IDENTITY = pyrage.x25519.Identity.generate()
KEY = str(IDENTITY.to_public())


def sealed(home: Home, name: str = "china") -> Media:
    """Return the media of a post that is sealed."""
    media = home.upload(photo(name))
    home.list(md5(media))
    home.submit(name, media)
    return home.media(media.id)


def new(*media: Media, **fields: Any) -> NewExport:
    """Return a request."""
    made = NewExport("an agency", "14 Js 7/26", "their letter", KEY, tuple(each.id for each in media))
    return replace(made, **fields)


def approved(home: Home, asked: NewExport) -> Export:
    """Return an export that two people agreed on."""
    return home.house.exports.approve(BEN, home.house.exports.request(ANN, asked).id)


def unpacked(package: Path, folder: Path) -> Path:
    """Do what the instructions say, with the library that age's tool would be, and return the folder."""
    plain = pyrage.decrypt(package.read_bytes(), [IDENTITY])
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        archive.extractall(folder, filter="data")
    [inside] = folder.iterdir()
    return inside


def verified(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the printed command in a bare interpreter."""
    command = [sys.executable, "-I", "-S", "verify.py", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={})


def made(home: Home, folder: Path, *media: Media, **fields: Any) -> Path:
    """Return the folder of a package that was made, sent and unpacked."""
    export = approved(home, new(*media, **fields))
    target = folder / "package.tar.age"
    home.house.exports.make(ANN, export.id, target)
    (folder / "empty").mkdir()
    return unpacked(target, folder / "empty")


def test_a_package_is_opened_and_verified_with_only_what_is_printed(home: Home, tmp_path: Path) -> None:
    """Every file byte for byte, its checksums, the signature, the custody; with the key that was told otherwise."""
    media = sealed(home)
    folder = made(home, tmp_path, media)
    readme = (folder / "README.txt").read_text()
    public_key = HeadSigner(home.house.keys).public_key().hex()

    assert f"python3 -I verify.py --key {public_key}" in readme
    assert (folder / "files" / f"{media.id}.jpg").read_bytes() == photo("china")
    sums = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, check=False)
    assert sums.returncode == 0, sums.stdout
    done = verified(folder, "--key", public_key)
    assert (done.returncode, done.stdout, done.stderr) == (0, "everything holds\n", "")
    own = verified(folder)
    assert (own.returncode, "NOT PROVED who made it" in own.stdout) == (0, True)
    assert verified(folder, "--key", "00" * 32).returncode == 1
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert (manifest["requested_by"], manifest["approved_by"], manifest["absent"]) == ("name:ann", "name:ben", [])
    assert manifest["files"][0]["sha256"] == media.digests.sha256


def test_the_chain_of_custody_tells_every_step_and_is_proved(home: Home, tmp_path: Path) -> None:
    """Received, sealed, handed out; each with its digest, under a signed head."""
    media = sealed(home)
    folder = made(home, tmp_path, media)
    told = (folder / "custody" / "custody.txt").read_text()
    proof = json.loads((folder / "custody" / "custody.json").read_bytes())

    for kind in ("platform:media:received", "system:media:sealed", "staff:export:requested", "staff:export:approved"):
        assert kind in told, kind
    assert len(proof["about"]) >= 4
    assert proof["seals"]
    custody = home.house.exports.custody(ANN, [EvidenceId(media.id)])
    assert {each.entry.kind for each in custody.said} >= {"system:media:sealed", "staff:export:made"}
    assert "staff:export:begun" in told, "the audit knows before the first byte, and the package says so itself"


def test_the_audit_knows_who_had_a_package_made_also_where_none_came_out(home: Home, tmp_path: Path) -> None:
    """It is told before the first byte is written."""
    export = approved(home, new(sealed(home)))
    with pytest.raises(VaultError):
        home.house.exports.make(ANN, export.id, tmp_path / "nowhere" / "package")
    contents = home.house.exports.book.contents(export.id)
    kinds = {each.entry.kind for each in home.house.exports.custody(ANN, contents).said}
    assert "staff:export:begun" in kinds
    assert "staff:export:made" not in kinds


def test_what_came_after_the_last_seal_is_counted_apart(home: Home, tmp_path: Path) -> None:
    """It is not wrong, and nothing but the manifest vouches for it."""
    media, exports = sealed(home), home.house.exports
    made(home, tmp_path, media)
    home.house.sealer.seal()
    until = home.clock.now() + timedelta(days=9)
    home.house.holds.place(ANN, NewHold(HoldSource.OWN, "1", "why", (media.id,), until=until))
    key = HeadSigner(home.house.keys).public_key()

    def told() -> tuple[list[str], int]:
        custody = json.loads(custody_json(exports.pack.custody.custody_of([EvidenceId(media.id)], ())))
        young = list[str]()
        return list(check_custody(custody, key, young)), len(young)

    assert told() == ([], 1)
    home.house.sealer.seal()
    assert told() == ([], 0)


def test_a_package_that_was_never_sent_is_cleared_away_after_a_day(tmp_path: Path) -> None:
    """The rest of the folder stays."""
    old, fresh, other = tmp_path / "export-a", tmp_path / "export-b", tmp_path / "exported"
    for folder in (old, fresh, other):
        folder.mkdir()
        (folder / "package").write_bytes(b"sealed")
    long_ago = (AT - timedelta(days=2)).timestamp()
    for folder in (old, other):
        os.utime(folder, (long_ago, long_ago))

    assert sweep_packages(tmp_path, AT - timedelta(days=1)) == 1
    assert {each.name for each in tmp_path.iterdir()} == {"export-b", "exported"}


DAMAGE: dict[str, Callable[[Path], None]] = {
    "a byte of the material": lambda f: _flip(next((f / "files").iterdir()), 100),
    "a byte of the instructions": lambda f: _flip(f / "README.txt", 3),
    "a file more": lambda f: (f / "files" / "other.jpg").write_bytes(b"x") and None,
    "a file less": lambda f: (f / "custody" / "custody.txt").unlink(),
    "another agency": lambda f: _swap(f / "manifest.json", b"an agency", b"an agentur"),
    "a signature": lambda f: _flip(f / "manifest.sig", 5),
    "a step that is taken out": lambda f: _edit(f, lambda c: c["chains"].popitem()),
    "a step that says something else": lambda f: _edit(f, lambda c: c["about"][0].update(body='{"by":"nobody"}')),
    "a seal that nobody signed": lambda f: _edit(f, lambda c: c["seals"][0].update(signature="00" * 64)),
    "a step at another time": lambda f: _edit(f, lambda c: _first(c).update(at="2020-01-01T00:00:00.000000Z")),
    "a path to elsewhere": lambda f: _redirect(f, str(f.parent / "elsewhere")),
    "a path upwards": lambda f: _redirect(f, "../elsewhere"),
    "no custody at all": lambda f: (f / "custody" / "custody.json").write_bytes(b"[]") and None,
}


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Keep one package for all damages: making one takes longer than verifying it."""
    return [tmp_path_factory.mktemp("packed")]


@pytest.mark.parametrize("damage", DAMAGE)
def test_whatever_is_changed_shows(home: Home, tmp_path: Path, packed: list[Path], damage: str) -> None:
    """Each in one line, without a traceback."""
    kept = packed[0] / "package.tar.age"
    if not kept.exists():
        home.house.exports.make(ANN, approved(home, new(sealed(home))).id, kept)
    folder = unpacked(kept, tmp_path / "f") if (tmp_path / "f").mkdir() is None else tmp_path
    DAMAGE[damage](folder)

    done = verified(folder)

    assert (done.returncode, done.stderr) == (1, "")
    assert "WRONG: " in done.stdout
    assert ("leads out of the package" in done.stdout) == ("path" in damage)


def _flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def _swap(path: Path, before: bytes, after: bytes) -> None:
    path.write_bytes(path.read_bytes().replace(before, after))


def _redirect(folder: Path, to: str) -> None:
    """Have the manifest name a file that is there, with its digest, and lies elsewhere."""
    (folder.parent / "elsewhere").write_bytes((folder / "README.txt").read_bytes())
    _swap(folder / "manifest.json", b'"README.txt"', json.dumps(to).encode())


def _first(custody: dict[str, Any]) -> dict[str, Any]:
    entries: list[dict[str, Any]] = next(iter(custody["chains"].values()))
    return entries[0]


def _edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "custody" / "custody.json"
    custody = json.loads(path.read_bytes())
    change(custody)
    path.write_text(json.dumps(custody))


def test_two_people_hand_evidence_out(home: Home, tmp_path: Path) -> None:
    """Whoever asked does not approve; nothing is made before, nor after it was declined; never over a file."""
    keep, media = home.house.exports, sealed(home)
    asked = keep.request(ANN, new(media))
    with pytest.raises(NotForYou):
        keep.approve(ANN, asked.id)
    with pytest.raises(Conflict, match="nobody has approved"):
        keep.make(ANN, asked.id, tmp_path / "package")
    keep.decline(BEN, asked.id)
    with pytest.raises(Conflict):
        keep.approve(BEN, asked.id)
    again = approved(home, new(media))
    (tmp_path / "package").write_bytes(b"mine")
    with pytest.raises(Conflict):
        keep.make(ANN, again.id, tmp_path / "package")
    assert (tmp_path / "package").read_bytes() == b"mine"
    for principal in (Principal("key_1", frozenset({"preserve"})), Principal("per_1", frozenset())):
        with pytest.raises(Forbidden):
            keep.request(principal, new(media))
    done = keep.make(ANN, again.id, tmp_path / "other")
    assert (done.state, done.size_bytes) == (ExportState.MADE, (tmp_path / "other").stat().st_size)
    assert home.house.verify().breaches == ()


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"media": ()}, BadInput),
        ({"agency": " "}, BadInput),
        ({"reference": "x" * 201}, BadInput),
        ({"key": "age1nonsense"}, BadInput),
        ({"key": "no key at all"}, BadInput),
        ({"key": "-----BEGIN PGP PUBLIC KEY BLOCK-----\nnonsense"}, BadInput),
        ({"key": str(IDENTITY)}, BadInput),
        ({"media": (MediaId("med_none"),)}, UnknownMedia),
        ({"cases": (CaseId("cas_none"),)}, UnknownCase),
        ({"reports": (ReportId("rep_none"),)}, UnknownMedia),
    ],
)
def test_a_request_that_lacks_something_is_refused(home: Home, fields: dict[str, Any], error: type[Exception]) -> None:
    """A secret key above all: it says that it has become known."""
    with pytest.raises(error):
        home.house.exports.request(ANN, new(sealed(home), **fields))

    assert home.house.exports.page(ANN) == []


def test_material_that_is_damaged_leaves_no_package_and_what_is_gone_is_named(home: Home, tmp_path: Path) -> None:
    """Never half a package, and never one that is silent about what is missing."""
    media, gone = sealed(home), sealed(home, "flower")
    export = approved(home, new(media, gone))
    home.house.vault.destroy(gone.content_id or "")
    folder = tmp_path / "packages"
    folder.mkdir()
    home.house.exports.make(ANN, export.id, folder / "first")
    (tmp_path / "f").mkdir()
    manifest = json.loads((unpacked(folder / "first", tmp_path / "f") / "manifest.json").read_bytes())
    assert manifest["absent"] == [{"id": gone.id, "reason": "not_kept"}]

    [bytes_of] = (home.house.settings.var / "vault").rglob(f"{media.content_id}.sealed")
    _flip(bytes_of, 1000)
    with pytest.raises(ContentDamaged):
        home.house.exports.make(ANN, export.id, folder / "second")
    assert [path.name for path in folder.iterdir()] == ["first"]


def test_openpgp_is_as_good_and_nothing_lies_in_the_clear(home: Home, tmp_path: Path) -> None:
    """Encrypted by a process of its own; damage is told and leaves nothing."""
    media = sealed(home)
    secret = pysequoia.Tsk.generate("police <police@example.org>")
    export = approved(home, new(media, key=str(secret.extract_certificate())))
    target = tmp_path / "package.tar.pgp"
    home.house.exports.make(ANN, export.id, target)

    plain = pysequoia.decrypt(target.read_bytes(), decryptor=secret.decryptor()).bytes
    assert plain is not None
    (tmp_path / "f").mkdir()
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        archive.extractall(tmp_path / "f", filter="data")
    [folder] = (tmp_path / "f").iterdir()
    own = verified(folder)
    assert (own.returncode, "NOT PROVED who made it" in own.stdout) == (0, True)
    [bytes_of] = (home.house.settings.var / "vault").rglob(f"{media.content_id}.sealed")
    _flip(bytes_of, 1000)
    with pytest.raises(ContentDamaged):
        home.house.exports.make(ANN, export.id, tmp_path / "second")
    assert not (tmp_path / "second").exists()
    assert not (tmp_path / "second.part").exists()


def test_a_report_goes_along_as_it_was_sent_with_its_answers_and_its_files(home: Home, tmp_path: Path) -> None:
    """The document, each step with what was answered, and the material it names, once."""
    media = sealed(home)
    report_id = finished(home.house, [media])
    folder = made(home, tmp_path, media, reports=(report_id,))

    answers = json.loads((folder / "reports" / report_id / "answers.json").read_bytes())
    [step] = answers["steps"]
    assert (answers["number"], step["note"], step["code"]) == ("900000001", "finish.done", 0)
    assert (folder / "reports" / report_id / "report.xml").read_bytes().startswith(b"<?xml")
    assert (folder / "reports" / report_id / "file-0001.xml").exists()
    assert [path.name for path in (folder / "files").iterdir()] == [f"{media.id}.jpg"]
    own = verified(folder)
    assert (own.returncode, "NOT PROVED who made it" in own.stdout) == (0, True)
    assert report_id in (folder / "custody" / "custody.txt").read_text()


def test_a_long_stream_holds_no_more_than_a_piece() -> None:
    """The archive is made as it is read; what is not as long as it was said to be is refused."""
    pulled = 0

    def chunks() -> Iterator[bytes]:
        nonlocal pulled
        for _ in range(1000):
            pulled += 1
            yield bytes(1000)

    stream = tar_stream("f", [("a" * 150, 1_000_000, chunks())], AT)
    for _ in range(5):
        next(stream)
    assert pulled < 10
    rest = sum(map(len, stream))
    assert rest > 990_000
    with pytest.raises(ValueError, match="as long"):
        list(tar_stream("f", [("a", 7, [b"short"])], AT))


def test_an_export_that_is_not_there_is_told(home: Home, tmp_path: Path) -> None:
    """As everything else that has no such identifier."""
    with pytest.raises(BadInput):
        home.house.exports.make(ANN, ExportId("exp_none"), tmp_path / "x")
