"""The Ed25519 key that signs audit heads: derived from the master key, so that it needs no file of its own."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tutela.ports.keys import KeyRing


class HeadSigner:
    """Sign and check joint heads."""

    def __init__(self, keys: KeyRing) -> None:
        """Derive the key from *keys*."""
        self._private = Ed25519PrivateKey.from_private_bytes(keys.derive("audit-heads/ed25519/1"))

    def sign(self, message: bytes) -> bytes:
        """Return the signature over *message*."""
        return self._private.sign(message)

    def is_signed(self, message: bytes, signature: bytes) -> bool:
        """Return whether *signature* is ours over *message*."""
        try:
            self._private.public_key().verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def public_key(self) -> bytes:
        """Return the public key, 32 bytes, to be handed out with exported heads."""
        return self._private.public_key().public_bytes_raw()
