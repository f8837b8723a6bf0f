"""Write a package into a new private file, seen whole or not at all, and digest it on the way."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tutela.adapters.keys.durable import PRIVATE_FILE, sync_folder, told_plainly
from tutela.errors import Conflict
from tutela.ports.exports import SealedPackage

_PART = ".part"
_CHUNK_BYTES = 1024 * 1024


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """Yield where to write; when the block ends well it is *target*, durably, and otherwise nothing remains."""
    draft = target.with_name(target.name + _PART)
    with told_plainly(target):
        if target.exists():
            raise Conflict("a package never overwrites a file", place=str(target), remedy="Name a new one.")
        draft.unlink(missing_ok=True)
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))
        try:
            yield draft
            with draft.open("rb") as written:
                os.fsync(written.fileno())
            draft.replace(target)
            sync_folder(target.parent)
        finally:
            draft.unlink(missing_ok=True)


def digested(path: Path) -> SealedPackage:
    """Return what is in a file."""
    digest, size_bytes = hashlib.sha256(), 0
    with path.open("rb") as reading:
        while chunk := reading.read(_CHUNK_BYTES):
            digest.update(chunk)
            size_bytes += len(chunk)
    return SealedPackage(digest.hexdigest(), size_bytes)


class ChunkReader:
    """Chunks as a file to be read from, without holding more than one; remembers what broke them off."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        """Read *chunks*."""
        self._chunks, self._rest = chunks, b""
        self.failure: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        """Return up to *size* bytes; none at the end."""
        while not self._rest:
            try:
                chunk = next(self._chunks, None)
            except BaseException as error:
                self.failure = error  # the library that reads tells it as an error of its own
                raise
            if chunk is None:
                return b""
            self._rest = chunk
        size = len(self._rest) if size < 0 else size
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece
