"""Randomness, so that the core never rolls dice."""

from typing import Protocol


class Entropy(Protocol):
    """Make what cannot be guessed."""

    def new_id(self, noun: str) -> str:
        """Return a new identifier for *noun* (a key of `core.ids.PREFIXES`), ascending in time."""
        ...

    def token(self, size_bytes: int) -> bytes:
        """Return *size_bytes* random bytes."""
        ...
