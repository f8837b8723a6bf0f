"""What breaks around us: full disks, locks that stay, keys that are gone, bits that flip, databases that restart."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import make
from make import Home
from tutela.adapters.clock import SystemClock, SystemEntropy
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.committer import GroupCommitter
from tutela.adapters.db.engine import open_engine, read_transaction
from tutela.adapters.db.store import DatabaseStore
from tutela.adapters.media.limits import Limits
from tutela.adapters.media.scanner import ChildScanner
from tutela.bootstrap import build
from tutela.config import Settings
from tutela.core.banks import SignalType
from tutela.errors import DatabaseBusy, Misconfigured, StorageFull, Unavailable, WrongKey
from tutela.flows.refer import MediaReference
from tutela.ports.committer import Changeset

SMALL_DISK_BYTES = 6 * 1024 * 1024


@pytest.fixture(scope="module")
def scanner() -> Iterator[ChildScanner]:
    """Start one child process for the module."""
    started = ChildScanner(Limits(), children=1)
    yield started
    started.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system that is soon full."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root on Linux")
    folder = tmp_path / "disk"
    folder.mkdir()
    size = f"size={SMALL_DISK_BYTES}"
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], check=False, capture_output=True
    ).returncode:
        pytest.skip("this machine lets nobody mount a file system")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path) -> Path:
    """Leave no byte free in *folder*."""
    path = folder / "ballast"
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)
    return path


def test_a_full_disk_loses_nothing_acknowledged_and_ends_when_there_is_space(
    small_disk: Path, scanner: ChildScanner
) -> None:
    """Text and uploads say StorageFull; what was answered before is there; afterwards it goes on by itself."""
    numbers: Iterator[int] = count()
    done: list[str] = []
    with make.house(small_disk / "var", scanner) as home:
        done.append(home.submit("first", text="x").platform_id)
        ballast = fill(small_disk)
        with pytest.raises(StorageFull):
            done.extend(home.submit(f"t{number}", text="x" * 5000).platform_id for number in numbers)
        with pytest.raises(StorageFull):
            home.upload(make.photo("flower", width=600))

        with home.house.store.read() as reader:
            assert set(reader.item_views(done)) == set(done)
        ballast.unlink()
        assert home.submit("after", home.upload(make.photo("flower"))).answer.value == "publish"
        home.house.sealer.seal()
        assert home.house.verify().breaches == ()
        assert not list(small_disk.rglob("*.part"))


def test_a_lock_that_stays_is_told_within_the_time_limit_and_ends_with_it(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    """Somebody opened the file with a tool and left a transaction open."""
    path = Path(shutil.copy(migrated_sqlite, tmp_path / "tutela.db"))
    engine = open_engine(f"sqlite:///{path}", busy_timeout_seconds=0.1)
    committer = GroupCommitter(engine, ChainWriter("main", SystemEntropy()), SystemClock(), lambda: None)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    with pytest.raises(DatabaseBusy):
        committer.commit(Changeset(accounts=(make.account(),)))

    other.execute("ROLLBACK")
    other.close()
    committer.commit(Changeset(accounts=(make.account(),)))
    with DatabaseStore(engine).read() as reader:
        assert reader.counts()["accounts"] == 1
    committer.close()
    engine.dispose()


@pytest.mark.postgresql
def test_a_lock_that_stays_on_postgresql_is_told_as_well(postgresql: Any, migrated_postgresql: str) -> None:
    """A session that holds the commit lock and went away for lunch."""
    url = postgresql.create(migrated_postgresql)
    engine, other = open_engine(url, busy_timeout_seconds=0.1), open_engine(url)
    committer = GroupCommitter(engine, ChainWriter("main", SystemEntropy()), SystemClock(), lambda: None)
    with other.connect() as holder:
        holder.exec_driver_sql(f"SELECT pg_advisory_lock({0x7475_7465_6C61})")
        with pytest.raises(DatabaseBusy):
            committer.commit(Changeset(accounts=(make.account(),)))
        holder.exec_driver_sql(f"SELECT pg_advisory_unlock({0x7475_7465_6C61})")

    committer.commit(Changeset(accounts=(make.account(),)))
    committer.close()
    engine.dispose()
    other.dispose()
    postgresql.drop(url)


@pytest.mark.postgresql
def test_a_postgresql_that_restarts_is_busy_for_a_moment_and_nothing_is_lost(
    postgresql: Any, migrated_postgresql: str
) -> None:
    """Connections break under readers and the writer; the next calls find new ones."""
    url = postgresql.create(migrated_postgresql)
    with make.database(url) as desk:
        before = make.account()
        desk.commit(accounts=(before,))
        with pytest.raises(DatabaseBusy), desk.store.read() as reader:  # noqa: PT012  # it breaks while it is read
            postgresql.restart()
            reader.counts()

        outcomes = []
        for _ in range(10):
            author = make.account()
            try:
                desk.commit(accounts=(author,))
            except DatabaseBusy:
                continue
            outcomes.append(author.platform_id)

        assert outcomes
        with desk.store.read() as reader:
            assert set(reader.accounts_by_platform_id([before.platform_id, *outcomes])) == {
                before.platform_id, *outcomes
            }  # fmt: skip
    postgresql.drop(url)


def test_a_database_without_its_key_is_refused_before_a_new_key_is_made(tmp_path: Path, scanner: ChildScanner) -> None:
    """A new key would make every sealed content unreadable for good, silently."""
    with make.house(tmp_path, scanner) as home:
        home.submit("t", text="x")
    (tmp_path / "keys" / "master.key").unlink()

    with pytest.raises(Misconfigured, match="master key"):
        build(Settings(var=tmp_path))
    assert not (tmp_path / "keys" / "master.key").exists()


def test_the_key_of_another_installation_is_refused(tmp_path: Path, scanner: ChildScanner) -> None:
    """Before anything is wrapped under it."""
    for name in ("one", "two"):
        with make.house(tmp_path / name, scanner):
            pass
    shutil.copy(tmp_path / "two" / "keys" / "master.key", tmp_path / "one" / "keys" / "master.key")

    with pytest.raises(WrongKey):
        build(Settings(var=tmp_path / "one"))


def sealed(home: Home) -> MediaReference:
    """Seal one picture."""
    media = home.upload(make.photo("china"))
    home.list((SignalType.MD5, media.digests.md5))
    home.submit("k", media)
    return MediaReference(media.id)


def test_one_flipped_bit_of_sealed_evidence_is_found_and_named(tmp_path: Path, scanner: ChildScanner) -> None:
    """And the item stays hidden whatever has become of its bytes."""
    with make.house(tmp_path, scanner) as home:
        reference = sealed(home)
        content_id = home.media(reference.media_id).content_id or ""  # type: ignore[arg-type]  # it was given by id
        [path] = [path for path in (tmp_path / "vault").rglob(f"{content_id}*") if path.stat().st_size > 5000]
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 1
        path.chmod(0o600)
        path.write_bytes(raw)

        [breach] = home.house.verify().breaches

        assert (breach.promise, breach.subject) == ("P5", reference.media_id)
        assert home.is_absent("k")


def test_evidence_that_was_deleted_by_hand_is_found_and_named(tmp_path: Path, scanner: ChildScanner) -> None:
    """The record says sealed; the vault has to have it."""
    with make.house(tmp_path, scanner) as home:
        reference = sealed(home)
        home.house.vault.destroy(home.media(reference.media_id).content_id or "")  # type: ignore[arg-type]  # by id

        [breach] = home.house.verify().breaches

        assert breach.subject == reference.media_id


def test_entries_changed_by_hand_are_found_also_when_the_triggers_were_dropped(
    tmp_path: Path, scanner: ChildScanner
) -> None:
    """Whoever has the database file can edit it; the chain names the first bad entry (P9)."""
    with make.house(tmp_path, scanner) as home:
        for number in range(5):
            home.submit(f"t{number}", text="x")
        home.house.sealer.seal()
        with home.house.engine.connect() as raw:
            connection = raw.execution_options(tutela_write=True)
            with connection.begin():
                connection.exec_driver_sql("DROP TRIGGER audit_entries_no_update")
                connection.exec_driver_sql("UPDATE audit_entries SET kind = 'system:item:decided' WHERE seq = 3")

        breaches = home.house.verify().breaches

        found = [(breach.promise, breach.subject) for breach in breaches]
        assert found[0] == ("P9", "main/3")
        assert ("P9", "audit_entries_no_update") in found


def test_a_database_put_back_to_yesterday_is_noticed(tmp_path: Path, scanner: ChildScanner) -> None:
    """The heads that were handed out know entries that are not there any more."""
    with make.house(tmp_path, scanner) as home:
        home.submit("t1", text="x")
        home.house.sealer.seal()
    shutil.copy(tmp_path / "tutela.db", tmp_path / "yesterday")
    with make.house(tmp_path, scanner) as home:
        home.submit("t2", text="x")
        home.house.sealer.seal()
    for name in ("tutela.db-wal", "tutela.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    shutil.move(tmp_path / "yesterday", tmp_path / "tutela.db")

    with make.house(tmp_path, scanner) as home:
        told = {breach.detail for breach in home.house.verify().breaches}

    assert "truncated" in told


def test_a_torn_line_of_handed_out_heads_is_completed(tmp_path: Path, scanner: ChildScanner) -> None:
    """A kill in the middle of writing the line: the next one must not be glued to half of it."""
    heads = tmp_path / "audit-heads.jsonl"
    for number in range(3):
        with make.house(tmp_path, scanner) as home:
            home.submit(f"t{number}", text="x")
            home.house.sealer.seal()
        heads.write_bytes(heads.read_bytes()[:-20])

    with make.house(tmp_path, scanner) as home:
        home.house.sealer.seal()
        done = home.house.verify()

    assert (done.breaches, done.seals) == ((), 3)
    assert len(heads.read_bytes().splitlines()) == 3


def test_a_damaged_page_is_told_as_damage_and_shows_no_row(migrated_sqlite: Path, tmp_path: Path) -> None:
    """Not as busy, which would have somebody wait; and without the statement or its values."""
    path = Path(shutil.copy(migrated_sqlite, tmp_path / "tutela.db"))
    with make.database(f"sqlite:///{path}") as desk:
        for _ in range(300):
            desk.commit(accounts=(make.account("name-of-a-person" * 20),)) if not _ else desk.commit(
                accounts=(make.account(),)
            )
    raw = bytearray(path.read_bytes())
    for start in range(2 * 4096, len(raw), 4096):
        raw[start : start + 512] = b"\xa5" * 512
    path.write_bytes(raw)

    engine = open_engine(f"sqlite:///{path}")
    with pytest.raises(Unavailable, match="damaged") as caught, read_transaction(engine) as connection:
        connection.exec_driver_sql("SELECT * FROM accounts").all()
    engine.dispose()

    assert not isinstance(caught.value, DatabaseBusy)
    assert "name-of-a-person" not in str(caught.value)
    assert "SELECT" not in str(caught.value)


def test_a_file_that_is_no_database_is_told_as_such(tmp_path: Path) -> None:
    """A wrong path in the settings, or a disk that returned rubbish."""
    (tmp_path / "tutela.db").write_bytes(b"rubbish " * 4096)
    engine = open_engine(f"sqlite:///{tmp_path / 'tutela.db'}")

    with pytest.raises(Unavailable, match="damaged"), read_transaction(engine):
        pass
    engine.dispose()
