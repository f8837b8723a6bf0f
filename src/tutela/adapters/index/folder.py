"""The folder of saved indexes: one file in force an index, replaced as a whole, written by one process at a time."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from tutela.adapters.index.files import PRIVATE_FILE, Shape, Unusable, open_segment, write_segment
from tutela.adapters.index.manifest import Manifest
from tutela.adapters.index.segment import Segment
from tutela.ports.index import FeedMark

GRACE_SECONDS = 600.0
"""How long a replaced file stays for who has read the manifest before it was replaced and not opened the file yet."""


@dataclass(frozen=True, slots=True)
class SegmentFolder:
    """Where one index is saved. Several processes may share it; who does not hold the lock must not write."""

    path: Path
    name: str

    @contextmanager
    def locked(self) -> Iterator[bool]:
        """Yield whether this process may write until the block ends; it is not waited for."""
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

    def open(self, manifest: Manifest) -> Segment:
        """Return the segment in the file that *manifest* names, verified and mapped.

        Raises:
            Unusable: The file is missing or not what was written.
        """
        try:
            return open_segment(self.path / manifest.file, manifest.shape, manifest.checksums)
        except FileNotFoundError as error:
            raise Unusable("the file is missing") from error
        except (OSError, ValueError) as error:
            raise Unusable("the file cannot be read") from error

    def put(self, segment: Segment, mark: FeedMark) -> Segment:
        """Save *segment* durably, put it in force, and return it as mapped from its file. For the holder of the lock.

        Raises:
            OSError: It could not be written; what was in force still is.
        """
        name = f"{self.name}-{os.urandom(8).hex()}.seg"
        checksums = write_segment(self.path / name, segment)
        manifest = Manifest(name, mark, Shape.of(segment), checksums)
        mapped = open_segment(self.path / name, manifest.shape, None)
        self._sync()  # the file's name is durable before the manifest that names it
        with suppress(Unusable, OSError):
            if (replaced := self.manifest()) is not None:
                os.utime(self.path / replaced.file)  # its grace begins now
        self._publish(manifest)
        return mapped

    def move_mark(self, manifest: Manifest, mark: FeedMark) -> None:
        """Say that the file in force answers for *mark* as well: nothing that it holds has changed. As for `put`."""
        self._publish(replace(manifest, mark=mark))

    def sweep(self) -> None:
        """Delete what nobody opens any more: replaced files, and what a killed process left. As for `put`."""
        try:
            manifest = self.manifest()
        except Unusable:
            return
        now, in_force = time.time(), manifest.file if manifest is not None else ""
        for path in [*self.path.glob(f"{self.name}-*.seg"), *self.path.glob(f"{self.name}-*.part")]:
            if path.name == in_force:
                continue
            with suppress(FileNotFoundError):
                if now - path.stat().st_mtime > GRACE_SECONDS:
                    path.unlink()

    @property
    def _manifest_path(self) -> Path:
        return self.path / f"{self.name}.json"

    def _publish(self, manifest: Manifest) -> None:
        draft = self._manifest_path.with_name(f"{self.name}-{os.urandom(8).hex()}.part")
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

    def _sync(self) -> None:
        descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
