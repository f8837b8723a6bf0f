"""Encrypt with whatever the recipient's key is for."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from tutela.adapters.packages.age import AgeEncryptor, is_age
from tutela.adapters.packages.openpgp import OpenPgpEncryptor, is_openpgp
from tutela.core.filing.exports import KeyKind, Recipient
from tutela.errors import BadInput
from tutela.ports.exports import Encryptor, SealedPackage


class EitherEncryptor:
    """An `Encryptor` for age and OpenPGP."""

    def __init__(self) -> None:
        """Have both."""
        self._by_kind: Mapping[KeyKind, Encryptor] = {KeyKind.AGE: AgeEncryptor(), KeyKind.OPENPGP: OpenPgpEncryptor()}

    def recipient(self, key: str) -> Recipient:
        """Return whose key this is."""
        if "SECRET" in key or "PRIVATE KEY" in key:
            remedy = "Tell its owner that it has become known, and ask for the other half."
            raise BadInput("This is a secret key.", place="key", remedy=remedy)
        if is_age(key):
            return self._by_kind[KeyKind.AGE].recipient(key)
        if is_openpgp(key):
            return self._by_kind[KeyKind.OPENPGP].recipient(key)
        raise BadInput(
            "This is neither a key of age nor one of OpenPGP.", place="key",
            remedy="Give a line that begins with age1 or ssh-, or a block that begins with -----BEGIN PGP.",
        )  # fmt: skip

    def encrypt(self, recipient: Recipient, chunks: Iterator[bytes], target: Path) -> SealedPackage:
        """Write it."""
        return self._by_kind[recipient.kind].encrypt(recipient, chunks, target)
