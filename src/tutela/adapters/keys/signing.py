"""The Ed25519 key that signs audit heads, certificates and reports of custody.

It is derived from the master key, so that it needs no file of its own.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

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
        return is_signed_by(self.public_key(), message, signature)

    def public_key(self) -> bytes:
        """Return the public key, 32 bytes, to be handed out with exported heads."""
        return self._private.public_key().public_bytes_raw()


def is_signed_by(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether the holder of *public_key*, 32 bytes, signed *message*."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
