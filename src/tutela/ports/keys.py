"""Keys: a master key, and under it one key per retention period, each of which can be destroyed."""

from typing import Protocol


class KeyRing(Protocol):
    """Wrap and open content keys. Keys live outside the database and outside the vault's folder."""

    def wrap(self, period: str, key: bytes, *, context: bytes) -> bytes:
        """Encrypt *key* under the key of *period*, bound to *context*; the period's key is made on first use."""
        ...

    def unwrap(self, period: str, wrapped: bytes, *, context: bytes) -> bytes:
        """Return the content key.

        Raises:
            tutela.errors.KeyMissing: The key of *period* was destroyed, or the master key is not there.
            tutela.errors.WrongKey: The keys at hand do not open it.
        """
        ...

    def destroy_period(self, period: str) -> None:
        """Destroy the key of *period*: everything wrapped under it is gone for good. Irreversible, idempotent."""
        ...

    def is_destroyed(self, period: str) -> bool:
        """Return whether the key of *period* was destroyed: it is not here, and nobody can make another."""
        ...

    def periods(self) -> tuple[str, ...]:
        """Return the periods whose keys exist."""
        ...

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes derived from the master key for *purpose* (signing heads, hashing API keys)."""
        ...
