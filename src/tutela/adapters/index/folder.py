"""The folder of saved indexes: segments that a small manifest puts in force, written by one process at a time."""

import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tutela.adapters.index.files import (
    FORMAT,
    PRIVATE_FILE,
    Shape,
    Unusable,
    are_whole,
    open_segment,
    write_segment,
)
from tutela.adapters.index.manifest import Manifest, SavedSegment
from tutela.adapters.index.segment import Segment

GRACE_SECONDS = 600.0
"""How long a replaced file stays for who has read the manifest before it was replaced and not opened the file yet."""

Stamp = tuple[int, int, int]
"""What changes when a manifest is replaced."""


@dataclass(frozen=True, slots=True)
class SegmentFolder:
    """Where one index is saved. Several processes may share it; who does not hold the lock must not write."""

    path: Path
    name: str

    @contextmanager
    def locked(self) -> Iterator[bool]:
        """Yield whether this process may write until the block ends; it is not waited for.

        The lock is the system's: it ends with the process, however that ends.
        """
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.path / f"{self.name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(descriptor)

    def stamp(self) -> Stamp | None:
        """Return what tells one manifest from the next without reading it; None when there is none."""
        try:
            found = self._manifest_path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def manifest(self) -> Manifest | None:
        """Return what is in force, or None when nothing was ever saved.

        Raises:
            Unusable: It cannot be read or understood.
        """
        try:
            return Manifest.parse(self._manifest_path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unusable("the manifest cannot be read") from error

    def open(self, saved: SavedSegment) -> Segment:
        """Return a segment that a manifest names, mapped. Its blocks are compared by `is_whole`.

        Raises:
            Unusable: The file is missing or not what was written.
        """
        try:
            return open_segment(self.path / saved.file, saved.shape)
        except FileNotFoundError as error:
            raise Unusable("a file is missing") from error
        except (OSError, ValueError) as error:
            raise Unusable("a file cannot be read") from error

    def has(self, file: str | None) -> bool:
        """Return whether the file of a segment is still there; one that is only in memory is."""
        return file is None or (self.path / file).exists()

    def is_whole(self, saved: SavedSegment, first: int, blocks: int) -> bool:
        """Return whether *blocks* blocks of a file, from number *first* on, are as they were written."""
        try:
            return are_whole(self.path / saved.file, saved.checksums[first : first + blocks], first)
        except OSError:
            return False

    def write(self, segment: Segment, up_to_seq: int) -> SavedSegment:
        """Save *segment* durably under a name that never comes again; it is not in force yet. For the lock's holder.

        Raises:
            OSError: It could not be written; nothing is left of it.
        """
        name = f"{self._stem}-{os.urandom(8).hex()}.seg"
        checksums = write_segment(self.path / name, segment)
        return SavedSegment(name, up_to_seq, Shape.of(segment), tuple(checksums))

    def publish(self, manifest: Manifest) -> None:
        """Put *manifest* in force. What it replaces stays for a while. For the lock's holder.

        Raises:
            OSError: It could not be written; what was in force still is.
        """
        kept = {segment.file for segment in manifest.segments}
        with suppress(Unusable):
            if (before := self.manifest()) is not None:
                self._begin_grace(segment.file for segment in before.segments if segment.file not in kept)
        self._sync()  # the files' names are durable before the manifest that names them
        draft = self._manifest_path.with_name(f"{self._stem}-{os.urandom(8).hex()}.part")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_FILE)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(manifest.to_bytes())
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._manifest_path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        self._sync()

    def withdraw(self, file: str) -> None:
        """Put nothing in force if *file* is: every process builds anew from the database. For whoever found damage.

        Raises:
            OSError: The folder cannot be written; others find the damage by their own scrub.
        """
        with suppress(Unusable):
            manifest = self.manifest()
            if manifest is not None and all(segment.file != file for segment in manifest.segments):
                return  # replaced meanwhile
        self._manifest_path.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Delete what nobody opens any more: replaced files, and what a killed process left. For the lock's holder."""
        try:
            manifest = self.manifest()
        except Unusable:
            return
        now, kept = time.time(), {segment.file for segment in manifest.segments} if manifest is not None else set()
        for path in [*self.path.glob(f"{self._stem}-*.seg"), *self.path.glob(f"{self._stem}-*.part")]:
            if path.name in kept:
                continue
            with suppress(FileNotFoundError):
                if now - path.stat().st_mtime > GRACE_SECONDS:
                    path.unlink()

    @property
    def _stem(self) -> str:
        # Two versions on one folder, as in a rolling upgrade, neither read nor delete each other's.
        return f"{self.name}-{FORMAT}"

    @property
    def _manifest_path(self) -> Path:
        return self.path / f"{self._stem}.json"

    def _begin_grace(self, names: Iterable[str]) -> None:
        for name in names:
            with suppress(OSError):
                os.utime(self.path / name)

    def _sync(self) -> None:
        descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
