"""Back up an installation while it runs, and put a backup back, every file checked.

The master key is never part of a backup: whoever finds one sees nothing. A restore needs the recovery copy.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from tutela.errors import BadInput, Conflict, ContentDamaged, StorageFull
from tutela.ports.clock import Clock
from tutela.ports.copies import Copies, DatabaseCopy

FORMAT: Final = "tutela-backup/1"
MANIFEST: Final = "manifest.json"
DATABASE, VAULT, KEYS = "database", "vault", "keys"
_MASTER_KEY: Final = "master.key"
_DRAFT_SUFFIX: Final = ".part"
_CHUNK_BYTES: Final = 1024 * 1024
Tell = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Places:
    """Where an installation keeps what a backup is made of."""

    keys: Path
    vault: Path | None  #: none when the vault is an object store: it is backed up where it is


@dataclass(frozen=True, slots=True)
class BackedUpFile:
    """One file of a backup."""

    path: str  #: inside the backup
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup says about itself."""

    made_at: str
    fingerprint: str  #: of the master key that opens it
    database: DatabaseCopy
    has_vault: bool
    files: tuple[BackedUpFile, ...]

    @property
    def size_bytes(self) -> int:
        """Return how many bytes all files have."""
        return sum(file.size_bytes for file in self.files)


@dataclass(frozen=True, slots=True)
class BackUp:
    """Make a backup. What is half made never has the name of a backup."""

    copies: Copies
    clock: Clock

    def __call__(
        self, places: Places, destination: Path, *, fingerprint: str, as_rows: bool = False, tell: Tell | None = None
    ) -> Backup:
        """Write a backup to the new folder *destination*.

        The database is copied first: whatever it names was in the vault before, and the keys that open the vault are
        copied last, so that nothing in the backup points at something that is missing.

        Raises:
            tutela.errors.Conflict: *destination* exists.
            tutela.errors.StorageFull: No space; nothing remains.
        """
        if destination.exists():
            raise Conflict("a backup never overwrites anything", place=str(destination), remedy="Name a new folder.")
        draft = destination.with_name(destination.name + _DRAFT_SUFFIX)
        shutil.rmtree(draft, ignore_errors=True)
        try:
            backup = self._write(places, draft, fingerprint, as_rows, tell or _silent)
            draft.rename(destination)
        except OSError as error:
            raise _refused(error, destination) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        _sync_folder(destination.parent)
        return backup

    def _write(self, places: Places, draft: Path, fingerprint: str, as_rows: bool, tell: Tell) -> Backup:  # noqa: FBT001  # private, passed on by name above
        made_at = self.clock.now()
        _private_folder(draft / DATABASE)
        copy = self.copies.copy_out(draft / DATABASE, as_rows=as_rows)
        files = [_described(path, draft) for path in sorted((draft / DATABASE).iterdir())]
        tell(DATABASE, len(files))
        for name, source in ((VAULT, places.vault), (KEYS, places.keys)):
            if source is not None:
                _private_folder(draft / name)
                for done, file in enumerate(_copied(source, draft / name, draft), start=1):
                    files.append(file)
                    tell(name, done)
        backup = Backup(made_at.isoformat(), fingerprint, copy, places.vault is not None, tuple(files))
        _write_synced(draft / MANIFEST, json.dumps({"format": FORMAT, **asdict(backup)}, indent=1).encode())
        _sync_folder(draft)
        return backup


def read_manifest(backup: Path) -> Backup:
    """Return what the backup in the folder *backup* says about itself.

    Raises:
        tutela.errors.BadInput: It is no backup that this version can read.
    """
    try:
        read = json.loads((backup / MANIFEST).read_text(encoding="utf-8"))
        if read["format"] != FORMAT:
            raise BadInput("this backup was made by another version of Tutela", place=str(backup))
        files = tuple(BackedUpFile(**file) for file in read["files"])
        copy = DatabaseCopy(**read["database"])
        return Backup(_moment(read["made_at"]), read["fingerprint"], copy, bool(read["has_vault"]), files)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput("there is no readable backup", place=str(backup), remedy="Name the folder of one.") from error


def put_back(backup: Path, manifest: Backup, target: Path, tell: Tell | None = None) -> None:
    """Copy every file of *backup* to the new folder *target*, comparing each with the manifest.

    `database/` goes to *target* itself when it is the database's file, else it stays a folder to be read in.

    Raises:
        tutela.errors.Conflict: *target* exists.
        tutela.errors.ContentDamaged: A file is missing or changed; the place names it.
    """
    if target.exists():
        raise Conflict("a restore never overwrites anything", place=str(target), remedy="Name a new folder.")
    try:
        _private_folder(target)
        for done, file in enumerate(manifest.files, start=1):
            _put_one(backup, file, _target_of(file.path, manifest, target))
            (tell or _silent)("files", done)
    except OSError as error:
        raise _refused(error, target) from error


def _target_of(path: str, manifest: Backup, target: Path) -> Path:
    first, _, rest = path.partition("/")
    parts = Path(path).parts
    if Path(path).is_absolute() or ".." in parts or first not in {DATABASE, VAULT, KEYS} or not rest:
        raise ContentDamaged("the manifest names a place outside of the backup", place=MANIFEST)
    is_of_var = first == DATABASE and (manifest.database.form == "file" or rest == "audit-heads.jsonl")
    return target / rest if is_of_var else target / path


def _put_one(backup: Path, file: BackedUpFile, target: Path) -> None:
    _private_folder(target.parent)
    try:
        found = _copy(backup / file.path, target)
    except FileNotFoundError:
        raise ContentDamaged("a file of the backup is missing", place=file.path) from None
    if found != (file.size_bytes, file.sha256):
        raise ContentDamaged(
            "a file of the backup is not as it was written", place=file.path, remedy="Use another backup."
        )


def _copied(source: Path, target: Path, root: Path) -> Iterator[BackedUpFile]:
    for path in sorted(source.rglob("*")):
        if path.name == _MASTER_KEY or path.name.startswith(".") or path.name.endswith(_DRAFT_SUFFIX):
            continue
        if not path.is_file():
            continue
        copy = target / path.relative_to(source)
        _private_folder(copy.parent)
        try:
            size_bytes, digest = _copy(path, copy)
        except FileNotFoundError:
            copy.unlink(missing_ok=True)  # destroyed while we copied: it is meant to be gone
            continue
        yield BackedUpFile(copy.relative_to(root).as_posix(), size_bytes, digest)


def _copy(source: Path, target: Path) -> tuple[int, str]:
    digest, size_bytes = hashlib.sha256(), 0
    with source.open("rb") as reading:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as writing:
            while chunk := reading.read(_CHUNK_BYTES):
                digest.update(chunk)
                size_bytes += len(chunk)
                writing.write(chunk)
            writing.flush()
            os.fsync(writing.fileno())
    return size_bytes, digest.hexdigest()


def _described(path: Path, root: Path) -> BackedUpFile:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return BackedUpFile(path.relative_to(root).as_posix(), path.stat().st_size, digest)


def _write_synced(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _private_folder(path: Path) -> None:
    if not path.exists():
        _private_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refused(error: OSError, place: Path) -> StorageFull:
    reason = os.strerror(error.errno) if error.errno else type(error).__name__
    return StorageFull(f"the operating system refused: {reason}", place=str(place))


def _moment(value: Any) -> str:
    return datetime.fromisoformat(value).isoformat()


def _silent(_part: str, _done: int) -> None:
    """Tell nobody."""
