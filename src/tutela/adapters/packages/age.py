"""Encrypt with age, to its own keys and to SSH keys. Source: age-encryption.org/v1."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyrage

from tutela.adapters.packages.writing import ChunkReader, digested, new_file
from tutela.core.filing.exports import KeyKind, Recipient
from tutela.errors import BadInput, VaultError
from tutela.ports.exports import SealedPackage

_OURS, _SSH = "age1", ("ssh-ed25519 ", "ssh-rsa ")


class AgeEncryptor:
    """An `Encryptor` for age."""

    def recipient(self, key: str) -> Recipient:
        """Return whose key this is; the key is its own fingerprint."""
        _parsed(key)
        return Recipient(KeyKind.AGE, key.strip(), " ".join(key.split()[:2]))

    def encrypt(self, recipient: Recipient, chunks: Iterator[bytes], target: Path) -> SealedPackage:
        """Write it; a piece at a time."""
        reader, key = ChunkReader(chunks), _parsed(recipient.key)
        with new_file(target) as draft:
            with draft.open("wb") as writing:
                try:
                    pyrage.encrypt_io(reader, writing, [key])  # type: ignore[arg-type]  # it only reads from it
                except pyrage.EncryptError as error:
                    raise reader.failure or VaultError("The package cannot be encrypted.") from error
            return digested(draft)


def is_age(key: str) -> bool:
    """Return whether *key* looks like one that age encrypts to."""
    return key.strip().startswith((_OURS, *_SSH))


def _parsed(key: str) -> Any:
    text = key.strip()
    try:
        if text.startswith(_SSH):
            return pyrage.ssh.Recipient.from_str(text)
        return pyrage.x25519.Recipient.from_str(text)
    except (pyrage.RecipientError, ValueError) as error:
        raise BadInput(
            "This is no key that age can encrypt to.", place="key", remedy="Ask for the line that begins with age1."
        ) from error
