"""Passwords by Argon2id."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from tutela.errors import Unavailable

AT_ONCE = 4
"""Each takes 64 MiB and a core: many at once would be a way to stop the house."""

WAIT_SECONDS = 5.0


class Argon2Passwords:
    """Hash by Argon2id with the parameters of RFC 9106, 4, second choice: 64 MiB, three passes, four lanes."""

    def __init__(self, *, memory_kib: int = 64 * 1024, passes: int = 3, lanes: int = 4) -> None:
        """Hash so; less only where many are made in tests."""
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=lanes, type=Type.ID)
        self._room = threading.BoundedSemaphore(AT_ONCE)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """Return a salted hash."""
        with self._one_of_few():
            return self._hasher.hash(password)

    def is_right(self, password_hash: str | None, password: str) -> bool:
        """Return whether it is right, in the same time whether or not there is somebody to be right for."""
        with self._one_of_few():
            try:
                self._hasher.verify(password_hash or self._nobodys, password)
            except (VerificationError, InvalidHashError):
                return False
        return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Return whether its parameters are no longer ours."""
        return self._hasher.check_needs_rehash(password_hash)

    @contextmanager
    def _one_of_few(self) -> Iterator[None]:
        if not self._room.acquire(timeout=WAIT_SECONDS):
            raise Unavailable("too many people sign in at this moment", remedy="Try again in a moment.")
        try:
            yield
        finally:
            self._room.release()
