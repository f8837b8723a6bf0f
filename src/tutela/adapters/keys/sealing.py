"""How one key is wrapped under another: AES-256-GCM, a random nonce, bound to what it is for."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tutela.errors import WrongKey

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
_VERSION = b"\x01"


def expand(key: bytes, purpose: str) -> bytes:
    """Return 32 bytes that tell nothing about *key* or about the bytes for any other purpose. Source: RFC 5869."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(key)


def seal_key(under: bytes, key: bytes, context: bytes) -> bytes:
    """Return version byte, nonce, ciphertext and tag.

    A random nonce is safe for about four thousand million keys under one key; a period wraps one key a content.
    Source: NIST SP 800-38D, 8.3.
    """
    nonce = os.urandom(NONCE_BYTES)
    return _VERSION + nonce + AESGCM(under).encrypt(nonce, key, context)


def open_key(under: bytes, sealed: bytes, context: bytes) -> bytes:
    """Return the key.

    Raises:
        tutela.errors.WrongKey: It was sealed under another key, for another context, or was changed since.
    """
    if sealed[:1] != _VERSION or len(sealed) < 1 + NONCE_BYTES + TAG_BYTES:
        raise WrongKey("A wrapped key has a form that this version does not know.")
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(under).decrypt(nonce, body, context)
    except InvalidTag:
        raise WrongKey from None
