"""Take destroyed keys out of an older backup, so that what was destroyed since opens from nowhere.

A backup holds the keys as they were. With the recovery copy it would open what was destroyed after it was made, and a
certificate of destruction would not be true.
"""

import json
import os
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from tutela.errors import BadInput, WrongKey
from tutela.flows.back_up import FORMAT, KEYS, MANIFEST, BackedUpFile, Backup, read_manifest

_PERIODS, _KEY, _TOMBSTONE = "periods", ".key", ".destroyed"


@dataclass(frozen=True, slots=True)
class Cleansed:
    """What was taken out."""

    keys: tuple[str, ...]


def cleanse(backup: Path, keys_folder: Path, fingerprint: str) -> Cleansed:
    """Overwrite and remove, in the backup in the folder *backup*, every key that was destroyed in *keys_folder* since.

    Idempotent. The manifest is written anew last: after a kill the same call completes it, and until then a restore
    says which file is missing.

    Raises:
        tutela.errors.BadInput: It is no backup that this version can read.
        tutela.errors.WrongKey: It is the backup of another installation.
    """
    manifest = read_manifest(backup)
    if manifest.fingerprint != fingerprint:
        raise WrongKey("This is the backup of another installation.", place=str(backup), remedy="Name one of this.")
    gone = {path.name.removesuffix(_TOMBSTONE) for path in (keys_folder / _PERIODS).glob(f"*{_TOMBSTONE}")}
    files = {file.path: file for file in manifest.files}
    held = {name for name in gone if f"{KEYS}/{_PERIODS}/{name}{_KEY}" in files}
    for name in sorted(held):
        _shred(backup / KEYS / _PERIODS / f"{name}{_KEY}")
        (backup / KEYS / _PERIODS / f"{name}{_TOMBSTONE}").touch(0o600)
        del files[f"{KEYS}/{_PERIODS}/{name}{_KEY}"]
        path = f"{KEYS}/{_PERIODS}/{name}{_TOMBSTONE}"
        files[path] = BackedUpFile(path, 0, sha256(b"").hexdigest())
    if held:
        _write(backup, manifest, sorted(files.values(), key=lambda file: file.path))
    return Cleansed(tuple(sorted(held)))


def _write(backup: Path, manifest: Backup, files: list[BackedUpFile]) -> None:
    told = {**asdict(manifest), "files": [asdict(file) for file in files]}
    draft = backup / f"{MANIFEST}.part"
    try:
        with draft.open("wb") as file:
            file.write(json.dumps({"format": FORMAT, **told}, indent=1).encode())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(backup / MANIFEST)
    except OSError as error:
        raise BadInput("The manifest of the backup cannot be written.", place=str(draft)) from error


def _shred(path: Path) -> None:
    try:
        with path.open("r+b") as file:
            length = path.stat().st_size
            file.write(os.urandom(length))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return  # a kill came after this and before the manifest
    except OSError as error:
        raise BadInput("A key in the backup cannot be removed.", place=str(path), remedy="Make it writable.") from error
