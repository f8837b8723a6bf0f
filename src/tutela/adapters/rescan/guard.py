"""One re-scan at a time in an installation, by a lock that ends with its process."""

import fcntl
import os
from pathlib import Path

from tutela.errors import Conflict, StorageFull


class FileGuard:
    """Hold a lock on a file, and name its holder in it; see `ports.rescans.Guard`."""

    def __init__(self, path: Path, holder: str) -> None:
        """Guard with the file *path* for *holder*, in words."""
        self._path, self._holder = path, holder
        self._descriptor: int | None = None

    def take(self) -> None:
        """Take the lock; it is not waited for."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._descriptor = descriptor
            self._lock(descriptor)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, self._holder.encode(), 0)
        except OSError as error:
            self.release()
            raise StorageFull(
                "the lock of re-scans cannot be written", place=str(self._path), remedy="Make room or rights there."
            ) from error

    def _lock(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 200, 0).decode(errors="replace") or "another process"
            self.release()
            raise Conflict(
                f"a re-scan runs already: {holder}", remedy="Wait until it has ended, or end that process."
            ) from None

    def release(self) -> None:
        """Give the lock back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
