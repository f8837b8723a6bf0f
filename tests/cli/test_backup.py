"""Backup, loss, restore; the recovery copy; tampering."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cli.place import Place


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an installation with something sealed, and a recovery copy of its key."""
    place = Place(tmp_path_factory.mktemp("template"))
    (place.folder / "passphrase").write_text("correct horse\n", encoding="utf-8")
    assert place.call("key", "create", "forum", "--scope", "read").status == 0
    proved = place.call("canary")
    assert proved.status == 0, proved
    made = place.call("keys", "escrow", "recovery.txt", "--passphrase-file", "passphrase")
    assert made.status == 0, made.err
    return place.folder


@pytest.fixture
def kept(template: Path, tmp_path: Path) -> Place:
    """Return a copy of it."""
    shutil.copytree(template, tmp_path / "here")
    return Place(tmp_path / "here")


def test_after_a_total_loss_everything_is_read_and_verified_again(kept: Place) -> None:
    """Backup and recovery copy are enough; neither alone is."""
    before = kept.call("audit", "verify", "--json").json
    assert kept.call("backup", "saved").status == 0
    assert not list((kept.folder / "saved").rglob("master.key"))
    keys = kept.call("key", "list", "--json").json
    shutil.rmtree(kept.folder / "var")

    done = kept.call(
        "restore", "saved", "--var", "new", "--escrow", "recovery.txt", "--passphrase-file", "passphrase", "--json"
    )

    assert done.status == 0, done.err
    assert done.json["is_sound"]
    assert done.json["contents"] == before["contents"] == 1
    assert done.json["entries"] >= before["entries"]
    assert kept.call("key", "list", "--var", "new", "--json").json == keys
    again = kept.call("audit", "verify", "--var", "new", "--json")
    assert (again.status, again.json["breaches"]) == (0, [])


def test_rows_restore_into_another_database_with_the_same_chains(kept: Place) -> None:
    """A copy of rows is how an installation moves between SQLite and PostgreSQL."""
    assert kept.call("backup", "saved", "--rows").status == 0

    done = kept.call(
        "restore", "saved", "--var", "new", "--escrow", "recovery.txt", "--passphrase-file", "passphrase", "--json"
    )

    assert done.status == 0, done.err
    assert done.json["is_sound"]
    assert not (kept.folder / "new" / "database").exists()
    assert kept.call("canary", "--var", "new").status == 0


def test_a_damaged_backup_or_a_foreign_recovery_copy_restores_nothing(kept: Place) -> None:
    """The file is named, and no half of a restore remains."""
    kept.call("backup", "saved")
    whole = ("restore", "saved", "--var", "new", "--escrow")
    kept.call("key", "create", "x", "--scope", "read", "--var", "elsewhere")
    kept.call("keys", "escrow", "foreign.txt", "--no-passphrase", "--var", "elsewhere")

    foreign = kept.call(*whole, "foreign.txt")
    sealed = next((kept.folder / "saved" / "vault").rglob("*.*"))
    intact = sealed.read_bytes()
    sealed.write_bytes(intact[:-1] + bytes([intact[-1] ^ 1]))  # a zero would be no damage one time in 256
    damaged = kept.call(*whole, "recovery.txt", "--passphrase-file", "passphrase")

    assert (foreign.status, damaged.status) == (1, 1)
    assert "another folder" in foreign.err
    assert sealed.name in damaged.err
    assert not list(kept.folder.glob("new*"))


def test_a_drill_proves_the_restore_and_leaves_nothing(kept: Place) -> None:
    """It is marked on the checklist, and the scratch folder with its master key is gone."""
    done = kept.call("drill", "--escrow", "recovery.txt", "--passphrase-file", "passphrase")
    lines = kept.call("checklist", "--json").json

    assert done.status == 0, done.err
    assert lines["restore_drilled"]
    assert lines["keys_escrowed"]
    assert lines["canary_recognised"]
    assert not list((kept.folder / "var").glob("drill-*"))


def test_a_lost_master_key_comes_back_from_the_recovery_copy(kept: Place) -> None:
    """Without it nothing starts, and no new key is made beside a database that exists."""
    fingerprint = kept.call("keys", "fingerprint").out
    (kept.folder / "var" / "keys" / "master.key").unlink()

    refused = kept.call("key", "list")
    restored = kept.call("keys", "restore", "recovery.txt", "--passphrase-file", "passphrase")

    assert refused.status == 1
    assert "tutela keys restore" in refused.err
    assert restored.status == 0, restored.err
    assert kept.call("keys", "fingerprint").out == fingerprint
    assert kept.call("audit", "verify").status == 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entries SET kind = 'operator:bank:changed' WHERE seq = 2",
        "UPDATE audit_payloads SET body = x'7b7d' WHERE seq = 3",
        "DELETE FROM audit_entries WHERE seq = (SELECT max(seq) FROM audit_entries)",
    ],
)
def test_an_edit_of_the_database_is_found(kept: Place, change: str) -> None:
    """The first bad entry is named and the exit status says it too."""
    with closing(sqlite3.connect(kept.folder / "var" / "tutela.db")) as database:
        # Whoever can write the file can also take away what guards its tables.
        guards = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in guards:
            database.execute(f"DROP TRIGGER {name}")
        database.execute(change)
        database.commit()

    done = kept.call("audit", "verify", "--json")

    assert done.status == 1
    assert done.json["breaches"][0]["promise"] == "P9"
    assert done.json["breaches"][0]["place"].startswith("cli/")


def test_a_backup_never_overwrites(kept: Place) -> None:
    """Nor does a recovery copy."""
    (kept.folder / "saved").mkdir()

    assert kept.call("backup", "saved").status == 1
    assert kept.call("keys", "escrow", "recovery.txt", "--no-passphrase").status == 1
    assert not list(Path(kept.folder / "saved").iterdir())
