"""Files that survive a crash and are nobody else's: exclusive, private, synced with their folder."""

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tutela.errors import StorageFull, VaultError

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
OTHERS = stat.S_IRWXG | stat.S_IRWXO
_LOCK_NAME = ".lock"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def sync_folder(folder: Path) -> None:
    """Make renames and deletions in *folder* durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_private_folder(folder: Path) -> None:
    """Create *folder* and its missing parents with mode 700. Idempotent."""
    if folder.is_dir():
        return
    if not folder.parent.is_dir():
        make_private_folder(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(PRIVATE_FOLDER)
    sync_folder(folder.parent)


def write_all(descriptor: int, content: bytes | memoryview) -> None:
    """Write every byte: one `os.write` may take fewer, which is how a full disk first shows."""
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def create_file(path: Path, content: bytes) -> None:
    """Write a new private file, synced; its folder is the caller's to sync.

    Raises:
        FileExistsError: There is one already. It is left alone.
        OSError: It could not be written. Nothing is left.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        try:
            write_all(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def publish_file(path: Path, content: bytes) -> None:
    """Write *path* so that it is seen whole or not at all, replacing what was there. Durable."""
    draft = path.with_name(f"{path.name}.{os.urandom(8).hex()}.part")
    create_file(draft, content)
    try:
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def shred_file(path: Path) -> None:
    """Overwrite *path* in place, then delete it. Idempotent.

    Overwriting reaches the old bytes on ordinary file systems only; see docs/security/keys.md for what it cannot do.
    """
    with suppress(FileNotFoundError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            write_all(descriptor, os.urandom(os.fstat(descriptor).st_size))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        path.unlink(missing_ok=True)
        sync_folder(path.parent)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one thread of one process at a time change what is in *folder*."""
    # A lock of its own open file, so that it also keeps the threads of one process apart.
    descriptor = os.open(folder / _LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def told_plainly(place: Path) -> Iterator[None]:
    """Turn what the operating system says about *place* into our errors.

    Raises:
        tutela.errors.StorageFull: No space, quota or file size is left.
        tutela.errors.VaultError: Anything else: permissions, a failing disk.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(place=str(place), remedy="Free space or raise the quota.") from error
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        raise VaultError(f"The operating system refused: {reason}.", place=str(place)) from error
