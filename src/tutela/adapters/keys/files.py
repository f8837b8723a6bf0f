"""Keys in files: a master key in a file of its own, period keys beside it in a private folder."""

import os
import stat
from pathlib import Path
from typing import Self

from tutela.adapters.keys.durable import OTHERS, create_file, locked, make_private_folder, publish_file, sync_folder
from tutela.adapters.keys.escrow import compose, recover
from tutela.adapters.keys.periods import PeriodKeys
from tutela.adapters.keys.sealing import KEY_BYTES, expand, open_key, seal_key
from tutela.errors import KeyMissing, Misconfigured, WrongKey

_FINGERPRINT_FILE, _ESCROW_FILE, _PERIODS = "fingerprint", "escrow", "periods"
_RESTORE = "Restore the recovery copy (docs/security/keys.md) instead of making a new key."


_REMEMBERED = 100
"""Purposes whose bytes are not worked out again: there are some twenty, and whatever came in from outside is none."""


class FileKeyRing:
    """A `tutela.ports.keys.KeyRing` over local files.

    Args:
        folder: Holds the wrapped period keys; mode 700.
        master_key_file: The 32 bytes that open them; mode 600 or less; best on another disk than the vault.

    Raises:
        tutela.errors.KeyMissing: There is no master key file.
        tutela.errors.WrongKey: The file is not the key that this folder was made with.
        tutela.errors.Misconfigured: Other users of the machine can read the key or the folder.
    """

    def __init__(self, folder: Path, master_key_file: Path) -> None:
        self._folder = folder
        self._master = _read_master(master_key_file)
        _refuse_others(folder, "chmod 700")
        self._check_belongs(master_key_file)
        self._periods = PeriodKeys(folder / _PERIODS, _wrapping_key(self._master))
        self._derived: dict[str, bytes] = {}

    @classmethod
    def opened(cls, folder: Path, master_key_file: Path) -> Self:
        """Open the keys, made on first start.

        A first start that was killed half-way is completed by the next; of two at once, one makes the keys.
        """
        make_private_folder(folder)
        with locked(folder):
            is_unfinished = not (folder / _FINGERPRINT_FILE).exists() and not (folder / _PERIODS).exists()
            if is_unfinished or not master_key_file.exists():
                return cls.create(folder, master_key_file)
        return cls(folder, master_key_file)

    @classmethod
    def create(cls, folder: Path, master_key_file: Path) -> Self:
        """Make a master key and the folder for the period keys, durably, and open them.

        A key file without a folder (an interrupted set-up, a key from elsewhere) is taken as it is.

        Raises:
            tutela.errors.Misconfigured: A key exists already, or this folder was made with a key that is not here.
        """
        made_before = (folder / _FINGERPRINT_FILE).exists()
        if made_before and not master_key_file.exists():
            raise Misconfigured("The folder of keys was made with a master key that is not here.", remedy=_RESTORE)
        if master_key_file.exists() and not made_before:
            _adopt(folder, _read_master(master_key_file))
        else:
            _place_master(folder, master_key_file, os.urandom(KEY_BYTES))
        return cls(folder, master_key_file)

    @classmethod
    def restore_escrow(cls, path: Path, passphrase: str | None = None, *, folder: Path, master_key_file: Path) -> Self:
        """Put the master key of a recovery copy back into *master_key_file* and open the ring.

        Raises:
            tutela.errors.WrongKey: The copy is damaged, the passphrase is wrong, or it is another folder's key.
            tutela.errors.Misconfigured: There is a master key already, or no such copy.
        """
        master, claimed = recover(_read_copy(path), passphrase)
        if len(master) != KEY_BYTES or fingerprint_of(master) != claimed:
            raise WrongKey("The recovery copy does not hold the key it says it holds.")
        known = _read_text(folder / _FINGERPRINT_FILE)
        if known not in {None, claimed}:
            raise WrongKey("This recovery copy belongs to another folder of keys.", remedy="Use this folder's copy.")
        _place_master(folder, master_key_file, master)
        return cls(folder, master_key_file)

    def wrap(self, period: str, key: bytes, *, context: bytes) -> bytes:
        """Encrypt *key* under the key of *period*, made on first use, bound to *context*."""
        return seal_key(self._periods.made(period), key, _bound(period, context))

    def unwrap(self, period: str, wrapped: bytes, *, context: bytes) -> bytes:
        """Return the content key, or raise `KeyMissing` (destroyed, lost) or `WrongKey` (not opened by it)."""
        return open_key(self._periods.existing(period), wrapped, _bound(period, context))

    def destroy_period(self, period: str) -> None:
        """Destroy the key of *period* and leave a tombstone. Irreversible, idempotent."""
        self._periods.destroy(period)

    def is_destroyed(self, period: str) -> bool:
        """Return whether the key of *period* was destroyed; not of one that was lost, or never made."""
        return self._periods.is_destroyed(period)

    def periods(self) -> tuple[str, ...]:
        """Return the periods whose keys exist, sorted."""
        return self._periods.names()

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes for *purpose*, always the same for the same master key."""
        known = self._derived.get(purpose)
        if known is not None:
            return known
        derived = expand(self._master, f"tutela derive 1\0{purpose}")
        if len(self._derived) < _REMEMBERED:
            self._derived[purpose] = derived
        return derived

    def fingerprint(self) -> str:
        """Return 32 hex digits that tell master keys apart and nothing else about them."""
        return fingerprint_of(self._master)

    def escrow(self, path: Path, passphrase: str | None = None) -> None:
        """Write a recovery copy of the master key to the new file *path* and note that one exists.

        Raises:
            tutela.errors.Misconfigured: *path* exists, its folder does not, or the passphrase is empty.
        """
        if passphrase == "":
            raise Misconfigured("The passphrase is empty.", remedy="Give one, or say that none is wanted.")
        try:
            create_file(path, compose(self._master, self.fingerprint(), passphrase))
            sync_folder(path.parent)
        except FileExistsError:
            raise Misconfigured("A recovery copy never overwrites a file.", remedy="Name a new file.") from None
        except OSError as error:
            raise Misconfigured(f"The recovery copy cannot be written: {error.strerror}.") from error
        publish_file(self._folder / _ESCROW_FILE, self.fingerprint().encode() + b"\n")

    def has_escrow(self) -> bool:
        """Return whether a recovery copy of this very master key was made."""
        return _read_text(self._folder / _ESCROW_FILE) == self.fingerprint()

    def _check_belongs(self, master_key_file: Path) -> None:
        known = _read_text(self._folder / _FINGERPRINT_FILE)
        if known is None:
            raise Misconfigured(
                "The folder of keys has no fingerprint file, so the master key cannot be checked.",
                remedy="Restore the folder, or run the set-up if this is a new installation.",
            )
        if known != self.fingerprint():
            raise WrongKey(
                "The master key is not the one that this folder of keys was made with, or it is damaged.",
                place=str(master_key_file),
                remedy=_RESTORE,
            )


def fingerprint_of(master: bytes) -> str:
    """Return 32 hex digits by which a key is recognised; the key cannot be found from them."""
    return expand(master, "tutela fingerprint 1")[:16].hex()


def _bound(period: str, context: bytes) -> bytes:
    return b"tutela content key 1\0" + period.encode() + b"\0" + context


def _place_master(folder: Path, master_key_file: Path, master: bytes) -> None:
    _check_opens(folder, master)
    make_private_folder(master_key_file.parent)
    if master_key_file.exists():
        raise Misconfigured("There is a master key already.", place=str(master_key_file), remedy="Nothing was changed.")
    # Whole or not at all: half a key, left by a kill, would keep every later start from making one.
    publish_file(master_key_file, master)
    _adopt(folder, master)


def _adopt(folder: Path, master: bytes) -> None:
    _check_opens(folder, master)
    make_private_folder(folder)
    publish_file(folder / _FINGERPRINT_FILE, fingerprint_of(master).encode() + b"\n")


def _check_opens(folder: Path, master: bytes) -> None:
    if (folder / _PERIODS).is_dir():
        held = PeriodKeys(folder / _PERIODS, _wrapping_key(master))
        for period in held.names():
            held.existing(period)


def _wrapping_key(master: bytes) -> bytes:
    return expand(master, "tutela key wrap 1")


def _read_master(path: Path) -> bytes:
    _refuse_others(path, "chmod 600")
    try:
        master = path.read_bytes()
    except FileNotFoundError:
        raise KeyMissing("The master key is not there.", place=str(path), remedy=_RESTORE) from None
    except OSError as error:
        raise Misconfigured(f"The master key cannot be read: {error.strerror}.", place=str(path)) from error
    if len(master) != KEY_BYTES:
        raise WrongKey(f"A master key is exactly {KEY_BYTES} bytes.", place=str(path), remedy=_RESTORE)
    return master


def _refuse_others(path: Path, remedy: str) -> None:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return  # said better by whoever needs it
    if stat.S_IMODE(mode) & OTHERS:
        raise Misconfigured("Other users of this machine can read it.", place=str(path), remedy=f"Run: {remedy} {path}")


def _read_copy(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Misconfigured(f"The recovery copy cannot be read: {error.strerror}.", place=str(path)) from error


def _read_text(path: Path) -> str | None:
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        return None
