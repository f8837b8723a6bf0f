"""The keys of the retention periods: one small file each, wrapped by the master key, that can be destroyed."""

import os
import re
from pathlib import Path
from threading import Lock

from tutela.adapters.keys.durable import (
    create_file,
    locked,
    make_private_folder,
    publish_file,
    shred_file,
    sync_folder,
    told_plainly,
)
from tutela.adapters.keys.sealing import KEY_BYTES, open_key, seal_key
from tutela.errors import KeyMissing, Misconfigured, WrongKey

_NAME = re.compile(r"[a-z0-9-]{1,64}", re.ASCII)
_KEY, _TOMBSTONE = ".key", ".destroyed"
_OPENED = 1024
"""How many opened keys are remembered: with a key for each sealed content there may be a hundred thousand."""
_Identity = tuple[int, int]  #: inode and time of change: a file put in place of another has another one


class PeriodKeys:
    """Make, find and destroy period keys. Safe from any thread and beside other processes."""

    def __init__(self, folder: Path, wrapping_key: bytes) -> None:
        self._folder = folder
        self._wrapping_key = wrapping_key
        self._opened: dict[str, tuple[_Identity, bytes]] = {}
        self._guard = Lock()
        make_private_folder(folder)
        self._complete_destructions()

    def existing(self, period: str) -> bytes:
        """Return the key of *period*.

        Raises:
            tutela.errors.KeyMissing: It was destroyed, or there never was one here.
            tutela.errors.WrongKey: The master key does not open it.
        """
        path = self._path(period, _KEY)
        # Asked of the disk at every use: another process may have destroyed the key a moment ago.
        identity = self._identity(period)
        with self._guard:
            known = self._opened.get(period)
            if known and known[0] == identity:
                return known[1]
        try:
            key = open_key(self._wrapping_key, path.read_bytes(), _context(period))
        except FileNotFoundError:
            raise _destroyed(period) from None
        except WrongKey as error:
            if self._path(period, _TOMBSTONE).exists():
                raise _destroyed(period) from None  # overwritten while we read it
            raise WrongKey(
                f"The master key does not open the key of the period {period}, or that key's file is damaged.",
                remedy="Restore the master key or the file from a copy that belongs together.",
            ) from error
        with self._guard:
            self._opened[period] = (identity, key)
            if len(self._opened) > _OPENED:
                self._opened.pop(next(iter(self._opened)))
        return key

    def made(self, period: str) -> bytes:
        """Return the key of *period*, made on first use.

        Raises:
            tutela.errors.KeyMissing: It was destroyed, which is for good, or it was here and is gone.
        """
        if not self._path(period, _KEY).exists():
            with told_plainly(self._folder), locked(self._folder):
                self._make(period)
        return self.existing(period)

    def destroy(self, period: str) -> None:
        """Destroy the key and leave a tombstone. Idempotent; what a crash interrupts, the next start completes."""
        path, tombstone = self._path(period, _KEY), self._path(period, _TOMBSTONE)
        with told_plainly(self._folder), locked(self._folder):
            if not tombstone.exists():
                create_file(tombstone, b"")
            # The tombstone first: from here on nobody uses the key or makes another, whatever happens to us.
            sync_folder(self._folder)
            shred_file(path)
        with self._guard:
            self._opened.pop(period, None)

    def is_destroyed(self, period: str) -> bool:
        """Return whether its tombstone is there and its file is not."""
        return self._path(period, _TOMBSTONE).exists() and not self._path(period, _KEY).exists()

    def names(self) -> tuple[str, ...]:
        """Return the periods whose keys exist, sorted."""
        keys, gone = self._listed()
        return tuple(sorted(name for name in keys - gone if _NAME.fullmatch(name)))

    def _listed(self) -> tuple[set[str], set[str]]:
        """Return the names of keys and of tombstones, in one walk: there may be a hundred thousand of each."""
        keys: set[str] = set()
        gone: set[str] = set()
        with os.scandir(self._folder) as entries:
            for entry in entries:
                name, dot, suffix = entry.name.partition(".")
                if dot + suffix == _KEY:
                    keys.add(name)
                elif dot + suffix == _TOMBSTONE:
                    gone.add(name)
        return keys, gone

    def _make(self, period: str) -> None:
        if self._path(period, _TOMBSTONE).exists():
            raise _destroyed(period)
        if self._path(period, _KEY).exists():
            return
        with self._guard:
            if period in self._opened:
                # Gone without a tombstone: lost, not destroyed. A new key would stand in the way of restoring it.
                raise _lost(period)
        key = os.urandom(KEY_BYTES)
        publish_file(self._path(period, _KEY), seal_key(self._wrapping_key, key, _context(period)))

    def _identity(self, period: str) -> _Identity:
        if self._path(period, _TOMBSTONE).exists():
            raise _destroyed(period)
        try:
            status = self._path(period, _KEY).stat()
        except FileNotFoundError:
            raise _lost(period) from None
        return status.st_ino, status.st_mtime_ns

    def _complete_destructions(self) -> None:
        keys, gone = self._listed()
        for name in keys & gone:
            shred_file(self._folder / f"{name}{_KEY}")

    def _path(self, period: str, suffix: str) -> Path:
        if not _NAME.fullmatch(period):
            raise Misconfigured("The name of a period is 1 to 64 of a-z, 0-9 and -.")
        return self._folder / f"{period}{suffix}"


def _context(period: str) -> bytes:
    return b"tutela period key 1\0" + period.encode()


def _destroyed(period: str) -> KeyMissing:
    return KeyMissing(f"The key of the period {period} was destroyed; what it wrapped cannot be read again.")


def _lost(period: str) -> KeyMissing:
    return KeyMissing(
        f"There is no key of the period {period} here.",
        remedy="If it should be here, restore its file from the newest copy of the keys folder.",
    )
