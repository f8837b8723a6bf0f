"""The vault in a folder: private files, written under another name, synced before they are seen."""

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from tutela.adapters.keys.durable import (
    PRIVATE_FILE,
    PRIVATE_FOLDER,
    locked,
    make_private_folder,
    publish_file,
    shred_file,
    sync_folder,
    told_plainly,
    write_all,
)
from tutela.adapters.vault.sealed import SealedVault
from tutela.adapters.vault.segments import SEALED_SEGMENT_BYTES
from tutela.adapters.vault.shelf import BYTES_SUFFIX, MANIFEST_SUFFIX, StoredManifest, is_content_id, place_of
from tutela.errors import Conflict, ContentDamaged, ContentMissing, VaultError
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.keys import KeyRing

_DRAFT_SUFFIX = ".part"
_BLOCK_BYTES = 16 * SEALED_SEGMENT_BYTES


class LocalVault(SealedVault):
    """A vault in *folder*, which is made (mode 700) when missing."""

    def __init__(self, folder: Path, keys: KeyRing, clock: Clock, entropy: Entropy) -> None:
        super().__init__(FolderShelf(folder), keys, clock, entropy)


class FolderShelf:
    """A `Shelf` in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with told_plainly(folder):
            make_private_folder(folder)

    def begin(self, content_id: str) -> "FolderDraft":
        """Open a draft in the content's own folder."""
        manifest, sealed = self._paths(content_id)
        if manifest.exists() or sealed.exists():
            raise VaultError("The source of randomness gave an identifier twice; nothing was written.")
        with told_plainly(self._folder):
            # Not synced here: `publish` syncs all three levels before anything is acknowledged.
            sealed.parent.parent.mkdir(PRIVATE_FOLDER, exist_ok=True)
            sealed.parent.mkdir(PRIVATE_FOLDER, exist_ok=True)
            return FolderDraft(self._folder, manifest, sealed)

    def manifest(self, content_id: str) -> StoredManifest:
        """Return the manifest; its version is its bytes."""
        path = self._paths(content_id)[0]
        with told_plainly(self._folder):
            try:
                raw = path.read_bytes()
            except FileNotFoundError:
                raise ContentMissing from None
            if not path.exists():
                # Renamed away while we read, so that what we have may be overwritten already: destroyed, not damaged.
                raise ContentMissing
        return StoredManifest(raw, raw)

    def replace_manifest(self, content_id: str, raw: bytes, version: bytes) -> None:
        """Put *raw* in place of *version*; a lock keeps other moves and destructions out meanwhile."""
        with told_plainly(self._folder), locked(self._folder):
            if self.manifest(content_id).raw != version:
                raise Conflict
            publish_file(self._paths(content_id)[0], raw)

    def blocks(self, content_id: str, start: int, end: int, *, total: int) -> Iterator[bytes]:
        """Yield about a mebibyte at a time."""
        manifest, sealed = self._paths(content_id)
        try:
            file = sealed.open("rb", buffering=0)
        except FileNotFoundError:
            if manifest.exists():
                raise ContentDamaged("The stored bytes of a content are gone.") from None
            raise ContentMissing from None
        with file:
            if os.fstat(file.fileno()).st_size != total:
                raise ContentDamaged("The stored bytes are not as long as their manifest says.")
            for at in range(start, end, _BLOCK_BYTES):
                yield _read_exactly(file.fileno(), at, min(_BLOCK_BYTES, end - at))

    def remove(self, content_id: str) -> None:
        """Make the content vanish by one rename, then overwrite the wrapped key and delete both files."""
        manifest, sealed = self._paths(content_id)
        vanished = manifest.with_name(manifest.name + _DRAFT_SUFFIX)
        with told_plainly(self._folder), locked(self._folder), suppress(FileNotFoundError):
            with suppress(FileNotFoundError):
                manifest.replace(vanished)
            shred_file(vanished)
            sealed.unlink(missing_ok=True)
            sync_folder(sealed.parent)

    def contents(self) -> Iterator[str]:
        """Walk the folders."""
        for leaf in self._leaves():
            for path in sorted(leaf.glob(f"*{MANIFEST_SUFFIX}")):
                if is_content_id(path.stem):
                    yield path.stem

    def sweep(self, older_than: datetime) -> int:
        """Delete drafts, and bytes without a manifest, last written before *older_than*."""
        limit = older_than.timestamp()
        with told_plainly(self._folder), locked(self._folder):
            return sum(self._sweep_leaf(leaf, limit) for leaf in self._leaves())

    def _sweep_leaf(self, leaf: Path, limit: float) -> int:
        leftovers = [path for path in leaf.iterdir() if _is_leftover(path) and _written_before(path, limit)]
        for path in leftovers:
            path.unlink(missing_ok=True)
        if leftovers:
            sync_folder(leaf)
        return len(leftovers)

    def _leaves(self) -> Iterator[Path]:
        yield from sorted(path for path in self._folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]") if path.is_dir())

    def _paths(self, content_id: str) -> tuple[Path, Path]:
        place = place_of(content_id)
        return self._folder / f"{place}{MANIFEST_SUFFIX}", self._folder / f"{place}{BYTES_SUFFIX}"


class FolderDraft:
    """A `Draft` in a folder. The bytes lie under another name until they are synced."""

    def __init__(self, root: Path, manifest: Path, sealed: Path) -> None:
        self._root, self._manifest, self._sealed = root, manifest, sealed
        self._draft = sealed.with_name(sealed.name + _DRAFT_SUFFIX)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._descriptor: int | None = os.open(self._draft, flags, PRIVATE_FILE)

    def append(self, sealed: bytes) -> None:
        """Write the bytes."""
        with told_plainly(self._root):
            write_all(self._open_descriptor(), sealed)

    def publish(self, manifest: bytes) -> None:
        """Sync bytes, rename, sync folder; then the manifest likewise; then the folders above, which may be new."""
        with told_plainly(self._root):
            os.fsync(self._open_descriptor())
            self._close()
            self._draft.rename(self._sealed)
            sync_folder(self._sealed.parent)
            publish_file(self._manifest, manifest)
            sync_folder(self._sealed.parent.parent)
            sync_folder(self._root)

    def discard(self) -> None:
        """Delete whatever is there, the manifest first."""
        self._close()
        with told_plainly(self._root):
            for path in (self._manifest, self._sealed, self._draft):
                path.unlink(missing_ok=True)

    def _open_descriptor(self) -> int:
        if self._descriptor is None:
            raise VaultError("The draft is closed.")
        return self._descriptor

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def _read_exactly(descriptor: int, at: int, size: int) -> bytes:
    pieces = bytearray()
    while len(pieces) < size:
        piece = os.pread(descriptor, size - len(pieces), at + len(pieces))
        if not piece:
            raise ContentDamaged("The stored bytes end before their manifest says.")
        pieces += piece
    return bytes(pieces)


def _is_leftover(path: Path) -> bool:
    if path.name.endswith(_DRAFT_SUFFIX):
        return True
    return path.name.endswith(BYTES_SUFFIX) and not path.with_suffix(MANIFEST_SUFFIX).exists()


def _written_before(path: Path, limit: float) -> bool:
    try:
        return path.stat().st_mtime < limit
    except FileNotFoundError:
        return False
