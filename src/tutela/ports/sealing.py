"""Sealing of small things that lie in the database, under a key that does not."""

from typing import Protocol


class Seal(Protocol):
    """Encrypt and open under one key."""

    def seal(self, plain: bytes, *, context: bytes) -> bytes:
        """Encrypt *plain*, bound to *context*: moved elsewhere it does not open."""
        ...

    def unseal(self, sealed: bytes, *, context: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            tutela.errors.WrongKey: It was sealed under another key, for another context, or was changed since.
        """
        ...
