"""The recovery copy of the master key: one file to keep offline, readable without Tutela."""

import os
from hashlib import sha256
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tutela.adapters.keys.sealing import KEY_BYTES, NONCE_BYTES
from tutela.errors import WrongKey

_OPEN_HEADER = (
    "Tutela master key, recovery copy, NOT encrypted.\n"
    "Whoever holds this file can open all evidence. Keep it offline and locked away.\n"
)
_CLOSED_HEADER = (
    "Tutela master key, recovery copy, encrypted with a passphrase.\n"
    "With this file and the passphrase all evidence can be opened. Keep them apart and offline.\n"
)
_CONTEXT = b"tutela escrow 1"
_SCRYPT_COST, _SCRYPT_BLOCK, _SCRYPT_LANES = 2**17, 8, 1
"""128 MiB and a fraction of a second a guess. Source: OWASP Password Storage, scrypt."""


def compose(master_key: bytes, fingerprint: str, passphrase: str | None) -> bytes:
    """Return the recovery copy: a header for people, one line of JSON, a checksum of both."""
    header, fields = (_OPEN_HEADER, _plain(master_key)) if passphrase is None else _closed(master_key, passphrase)
    body = {"format": "tutela-escrow", "version": 1, "fingerprint": fingerprint, **fields}
    text = header.encode() + orjson.dumps(body) + b"\n"
    return text + b"sha256 " + sha256(text).hexdigest().encode() + b"\n"


def recover(copy: bytes, passphrase: str | None) -> tuple[bytes, str]:
    """Return the master key and its fingerprint.

    Raises:
        tutela.errors.WrongKey: The copy is damaged, needs a passphrase, or this passphrase does not open it.
    """
    fields = _checked(copy)
    try:
        key = _opened(fields, passphrase)
        return key, str(fields["fingerprint"])
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged() from error


def _plain(master_key: bytes) -> dict[str, Any]:
    return {"protection": "none", "key": master_key.hex()}


def _closed(master_key: bytes, passphrase: str) -> tuple[str, dict[str, Any]]:
    salt, nonce = os.urandom(16), os.urandom(NONCE_BYTES)
    cost = {"n": _SCRYPT_COST, "r": _SCRYPT_BLOCK, "p": _SCRYPT_LANES}
    sealed = AESGCM(_stretched(passphrase, salt)).encrypt(nonce, master_key, _CONTEXT)
    fields = {"protection": "scrypt+aes-256-gcm", "salt": salt.hex(), **cost, "nonce": nonce.hex(), "key": sealed.hex()}
    return _CLOSED_HEADER, fields


def _checked(copy: bytes) -> dict[str, Any]:
    text, _, checksum = copy.rpartition(b"sha256 ")
    if checksum != sha256(text).hexdigest().encode() + b"\n":
        raise _damaged()
    try:
        fields = orjson.loads(text.splitlines()[-1])
    except (orjson.JSONDecodeError, IndexError):
        raise _damaged() from None
    if not isinstance(fields, dict) or fields.get("format") != "tutela-escrow" or fields.get("version") != 1:
        raise WrongKey("This is not a recovery copy that this version can read.")
    return fields


def _opened(fields: dict[str, Any], passphrase: str | None) -> bytes:
    stored = bytes.fromhex(fields["key"])
    if fields["protection"] == "none":
        return stored
    if passphrase is None:
        raise WrongKey("This recovery copy is encrypted.", remedy="Give the passphrase it was made with.")
    if (fields["n"], fields["r"], fields["p"]) != (_SCRYPT_COST, _SCRYPT_BLOCK, _SCRYPT_LANES):
        raise WrongKey("This recovery copy was made with a cost that this version does not use.")
    try:
        key = AESGCM(_stretched(passphrase, bytes.fromhex(fields["salt"]))).decrypt(
            bytes.fromhex(fields["nonce"]), stored, _CONTEXT
        )
    except InvalidTag:
        raise WrongKey("The passphrase does not open this recovery copy.", remedy="Check it and try again.") from None
    return key


def _stretched(passphrase: str, salt: bytes) -> bytes:
    kdf = Scrypt(salt=salt, length=KEY_BYTES, n=_SCRYPT_COST, r=_SCRYPT_BLOCK, p=_SCRYPT_LANES)
    return kdf.derive(passphrase.encode())


def _damaged() -> WrongKey:
    return WrongKey("The recovery copy is damaged.", remedy="Use another copy; nothing was changed here.")
