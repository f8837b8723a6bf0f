"""Sealing under one key that was derived for one purpose."""

from tutela.adapters.keys.sealing import open_key, seal_key


class KeySeal:
    """A `tutela.ports.sealing.Seal`: AES-256-GCM with a random nonce, as content keys are wrapped."""

    def __init__(self, key: bytes) -> None:
        """Seal under *key*, 32 bytes that nothing else is sealed under."""
        self._key = key

    def seal(self, plain: bytes, *, context: bytes) -> bytes:
        """Encrypt *plain*, bound to *context*."""
        return seal_key(self._key, plain, context)

    def unseal(self, sealed: bytes, *, context: bytes) -> bytes:
        """Return what was sealed."""
        return open_key(self._key, sealed, context)
