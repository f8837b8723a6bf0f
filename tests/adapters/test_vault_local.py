"""What only a folder can do wrong: modes, a full disk, a process killed in the middle, memory."""

import os
import re
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from tutela.adapters.keys.files import FileKeyRing
from tutela.adapters.vault.local import LocalVault
from tutela.errors import ContentMissing, StorageFull, VaultError

FUTURE = datetime(2100, 1, 1, tzinfo=UTC)

CHILD = """
import os, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from obstore.store import LocalStore
from tutela.adapters.keys.files import FileKeyRing
from tutela.adapters.vault.local import LocalVault
from tutela.adapters.vault.objects import ObjectVault

base = Path(sys.argv[1])
keys = FileKeyRing(base / "keys", base / "master")
clock, chance = SimpleNamespace(now=lambda: datetime.now(UTC)), SimpleNamespace(token=os.urandom)
"""
ENDLESS = """
with LocalVault(base / "vault", keys, clock, chance).receive(period="p", max_bytes=1 << 40) as writer:
    while True:
        writer.write(b"harmless" * 65536)
        print("written", flush=True)
"""
BOUNDED = """
vault = LocalVault(base / "vault", keys, clock, chance)
if sys.argv[2] == "objects":
    vault = ObjectVault(LocalStore(base / "vault", mkdir=True), keys, clock, chance)
def carry(mebibytes):
    with vault.receive(period="p", max_bytes=1 << 40) as writer:
        for _ in range(mebibytes):
            writer.write(chunk)
        manifest = writer.finish()
    assert sum(len(piece) for piece in vault.read(manifest.content_id)) == manifest.size_bytes
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform != "darwin" else 1024 * 1024)
chunk = os.urandom(1 << 20)
carry(40 if sys.argv[2] == "objects" else 1)
before = peak()
carry(200)
print(peak() - before)
"""


class SystemClock:
    """The real time."""

    def now(self) -> datetime:
        """Return the present moment."""
        return datetime.now(UTC)


class SystemEntropy:
    """Randomness of the operating system."""

    def new_id(self, noun: str) -> str:
        """Return an identifier."""
        return f"{noun}_{os.urandom(8).hex()}"

    def token(self, size_bytes: int) -> bytes:
        """Return random bytes."""
        return os.urandom(size_bytes)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A folder with keys."""
    FileKeyRing.create(tmp_path / "keys", tmp_path / "master")
    return tmp_path


def vault_in(base: Path, folder: Path | None = None) -> LocalVault:
    """Open the vault of *base*."""
    keys = FileKeyRing(base / "keys", base / "master")
    return LocalVault(folder or base / "vault", keys, SystemClock(), SystemEntropy())


def keep(vault: LocalVault, content: bytes) -> str:
    """Store *content* and return its id."""
    with vault.receive(period="p", max_bytes=1 << 40) as writer:
        writer.write(content)
        return writer.finish().content_id


def files_in(folder: Path) -> list[Path]:
    """Return the files of the vault but its lock."""
    return [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]


def child(script: str, *arguments: str) -> "subprocess.Popen[str]":
    """Start a process of our own."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", CHILD + script, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def test_files_are_for_their_owner_only(base: Path) -> None:
    """Every file is 600 and every folder 700, whatever the umask lets through."""
    mask = os.umask(0)
    try:
        content_id = keep(vault_in(base), b"harmless")
    finally:
        os.umask(mask)
    paths = [base / "vault", *(base / "vault").rglob("*")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_file()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_dir()} == {0o700}
    assert (base / "vault" / content_id[:2] / content_id[2:4] / f"{content_id}.sealed").is_file()


def test_names_tell_nothing(base: Path) -> None:
    """A listing shows random names in two levels of folders and nothing else."""
    keep(vault_in(base), b"harmless")
    for path in files_in(base / "vault"):
        assert re.fullmatch(r"(..)/(..)/\1\2[0-9a-f]{28}\.(sealed|manifest)", str(path.relative_to(base / "vault")))


def test_a_killed_process_leaves_no_content_and_a_sweep_takes_the_rest(base: Path) -> None:
    """Kill -9 in the middle of an upload: nothing is listed, nothing is readable, and one sweep cleans up."""
    with child(ENDLESS, str(base)) as process:
        assert process.stdout is not None
        for _ in range(3):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    vault = vault_in(base)
    leftovers = files_in(base / "vault")
    assert len(leftovers) == 1
    assert b"harmlessharmless" not in leftovers[0].read_bytes()
    assert list(vault.contents()) == []
    assert vault.sweep(older_than=datetime(2000, 1, 1, tzinfo=UTC)) == 0
    assert vault.sweep(older_than=FUTURE) == 1
    assert files_in(base / "vault") == []


@pytest.mark.parametrize(("kind", "limit_mib"), [("folder", 20), ("objects", 20)])
def test_memory_does_not_grow_with_the_content(base: Path, kind: str, limit_mib: int) -> None:
    """200 MiB in and out raise the peak of a process that has done it before by less than 20 MiB."""
    with child(BOUNDED, str(base), kind) as process:
        grown_mib, _ = process.communicate()
    assert process.returncode == 0
    assert int(grown_mib) < limit_mib


@contextmanager
def small_files(limit_bytes: int) -> Iterator[None]:
    """Let no file of this process grow beyond the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_said_and_nothing_stays(base: Path) -> None:
    """When a write does not fit, the writer says that storage is full and the partial file is gone."""
    vault = vault_in(base)
    kept = keep(vault, b"kept")
    with small_files(1 << 20), vault.receive(period="p", max_bytes=1 << 40) as writer:
        with pytest.raises(StorageFull):
            writer.write(bytes(3 << 20))
        with pytest.raises(VaultError):
            writer.write(b"more")
    assert list(vault.contents()) == [kept]
    assert len(files_in(base / "vault")) == 2


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one mebibyte, where we may mount one."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("only root can mount a tiny disk; the file size limit above stands in for it")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(path: Path) -> None:
    """Write until nothing fits any more."""
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def test_a_really_full_disk_is_said_and_nothing_stays(base: Path, tiny_disk: Path) -> None:
    """ENOSPC from the file system itself, in the bytes or at the manifest, keeps nothing and loses nothing."""
    vault = vault_in(base, tiny_disk / "vault")
    kept = keep(vault, b"kept")
    with vault.receive(period="p", max_bytes=1 << 40) as writer, pytest.raises(StorageFull):
        writer.write(bytes(3 << 20))
    filler = tiny_disk / "filler"
    with vault.receive(period="p", max_bytes=1 << 40) as writer:
        writer.write(b"small")
        with pytest.raises(OSError, match="No space"):
            fill(filler)
        with pytest.raises(StorageFull):
            writer.finish()
    filler.unlink()
    assert list(vault.contents()) == [kept]
    assert len(files_in(tiny_disk / "vault")) == 2
    assert b"".join(vault.read(kept)) == b"kept"


def test_moving_and_destroying_at_once_brings_nothing_back(base: Path) -> None:
    """A content destroyed while threads move it between periods stays destroyed, with no file left."""
    vault = vault_in(base)
    content_id = keep(vault, b"harmless")
    failures: list[BaseException] = []

    def move(period: str) -> None:
        try:
            for _ in range(20):
                vault.move_period(content_id, period)
        except ContentMissing:
            return
        except BaseException as error:  # noqa: BLE001  # handed to the test's own thread
            failures.append(error)

    threads = [Thread(target=move, args=(period,)) for period in ("a", "b")]
    for thread in threads:
        thread.start()
    vault.destroy(content_id)
    for thread in threads:
        thread.join()
    assert failures == []
    assert files_in(base / "vault") == []


def test_many_threads_may_write_at_once(base: Path) -> None:
    """Uploads in parallel do not mix."""
    vault = vault_in(base)
    found: dict[int, str] = {}
    threads = [
        Thread(target=lambda n: found.update({n: keep(vault, bytes([n]) * 100_000)}), args=(number,))
        for number in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {n: b"".join(vault.read(content_id)) for n, content_id in found.items()} == {
        n: bytes([n]) * 100_000 for n in range(6)
    }
