"""What only an object store can do wrong: uploads that break off, a store that fails, a manifest changed meanwhile."""

import os
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import obstore
import pytest
from obstore.store import LocalStore, MemoryStore

from tutela.adapters.keys.files import FileKeyRing
from tutela.adapters.vault.objects import ObjectShelf, ObjectVault
from tutela.errors import Conflict, Unavailable

MEBIBYTE = 1 << 20


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
def keys(tmp_path: Path) -> FileKeyRing:
    """Keys beside the store."""
    return FileKeyRing.create(tmp_path / "keys", tmp_path / "master")


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    """A store whose insides can be seen: obstore's own, over a folder."""
    folder = tmp_path / "bucket"
    folder.mkdir()
    return folder


def vault_over(bucket: Path, keys: FileKeyRing) -> ObjectVault:
    """Open a vault over the store in a folder."""
    return ObjectVault(LocalStore(bucket), keys, SystemClock(), SystemEntropy())


def files_in(bucket: Path) -> list[Path]:
    """Return everything in the store, staged parts included."""
    return [path for path in bucket.rglob("*") if path.is_file()]


@contextmanager
def small_files(limit_bytes: int) -> Iterator[None]:
    """Let no file of this process grow beyond the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("mebibytes", [1, 6, 23])
def test_an_abandoned_upload_is_aborted_in_the_store(bucket: Path, keys: FileKeyRing, mebibytes: int) -> None:
    """No object, no staged part and no thread stays when an upload is not finished."""
    with vault_over(bucket, keys).receive(period="p", max_bytes=1 << 40) as writer:
        writer.write(bytes(mebibytes * MEBIBYTE))
    assert files_in(bucket) == []
    assert not [thread for thread in threading.enumerate() if thread.name == "vault-upload"]


def test_a_store_that_fails_in_the_middle_is_said_and_does_not_hang(bucket: Path, keys: FileKeyRing) -> None:
    """A store that takes no more ends the upload with `Unavailable`, however much the writer still had."""
    vault = vault_over(bucket, keys)
    with small_files(8 * MEBIBYTE), pytest.raises(Unavailable):
        upload(vault, mebibytes=60)
    assert list(vault.contents()) == []
    assert not [thread for thread in threading.enumerate() if thread.name == "vault-upload"]


def upload(vault: ObjectVault, mebibytes: int) -> str:
    """Store patterned bytes and return the id."""
    with vault.receive(period="p", max_bytes=1 << 40) as writer:
        for _ in range(mebibytes):
            writer.write(bytes(MEBIBYTE))
        return writer.finish().content_id


def test_a_store_that_is_not_there_is_unavailable(bucket: Path, keys: FileKeyRing) -> None:
    """Losing the store is never an answer about a content."""
    vault = vault_over(bucket, keys)
    content_id = upload(vault, 1)
    folder = bucket / content_id[:2] / content_id[2:4]
    folder.rename(folder.with_name("away"))
    folder.write_bytes(b"a file where a folder was")
    with pytest.raises(Unavailable):
        vault.manifest(content_id)


def test_a_manifest_changed_meanwhile_is_not_overwritten(keys: FileKeyRing) -> None:
    """Replacing names the version that was read; the store refuses another one, and a move starts over."""
    store = MemoryStore()
    vault, shelf = ObjectVault(store, keys, SystemClock(), SystemEntropy()), ObjectShelf(store)
    content_id = upload(vault, 1)
    seen = shelf.manifest(content_id)
    vault.move_period(content_id, "other")
    with pytest.raises(Conflict):
        shelf.replace_manifest(content_id, seen.raw, seen.version)
    assert vault.manifest(content_id).period == "other"


def test_a_destroyed_content_is_not_brought_back_by_a_move(keys: FileKeyRing) -> None:
    """A move that read the manifest before the destruction cannot write it after."""
    store = MemoryStore()
    vault, shelf = ObjectVault(store, keys, SystemClock(), SystemEntropy()), ObjectShelf(store)
    content_id = upload(vault, 1)
    seen = shelf.manifest(content_id)
    vault.destroy(content_id)
    with pytest.raises(Conflict):
        shelf.replace_manifest(content_id, seen.raw, seen.version)
    assert [entry for page in obstore.list(store) for entry in page] == []
