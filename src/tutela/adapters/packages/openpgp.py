"""Encrypt with OpenPGP, by Sequoia. An extra: `pip install tutela[openpgp]`. Source: RFC 9580."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from tutela.adapters.packages.openpgp_child import LENGTH_BYTES
from tutela.adapters.packages.writing import digested, new_file
from tutela.core.filing.exports import KeyKind, Recipient
from tutela.errors import BadInput, Misconfigured, VaultError
from tutela.ports.exports import SealedPackage

_BEGIN = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
_CHILD = Path(__file__).with_name("openpgp_child.py")


class OpenPgpEncryptor:
    """An `Encryptor` for OpenPGP."""

    def recipient(self, key: str) -> Recipient:
        """Return whose key this is."""
        cert = _parsed(key)
        return Recipient(KeyKind.OPENPGP, key.strip(), str(cert.fingerprint).upper())

    def encrypt(self, recipient: Recipient, chunks: Iterator[bytes], target: Path) -> SealedPackage:
        """Write it through a process of its own; nothing lies in the clear on any disk."""
        _parsed(recipient.key)
        with new_file(target) as draft:
            command = [sys.executable, "-I", str(_CHILD), str(draft)]
            # It gets no environment: whatever is in ours is none of its business.
            child = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env={})  # noqa: S603  # our own program
            try:
                _feed(child.stdin, recipient.key.encode(), chunks)
            except BaseException:
                child.kill()
                raise
            finally:
                status = child.wait()
            if status != 0:
                raise VaultError("The package cannot be encrypted to this key.")
            return digested(draft)


def is_openpgp(key: str) -> bool:
    """Return whether *key* looks like a public key of OpenPGP."""
    return key.strip().startswith(_BEGIN)


def _feed(pipe: IO[bytes] | None, key: bytes, chunks: Iterator[bytes]) -> None:
    assert pipe is not None  # noqa: S101  # it was asked for
    with pipe:
        try:
            pipe.write(len(key).to_bytes(LENGTH_BYTES, "big") + key)
            for chunk in chunks:
                pipe.write(chunk)
        except BrokenPipeError as error:
            raise VaultError("The package cannot be encrypted to this key.") from error


def _library() -> Any:
    try:
        import pysequoia  # noqa: PLC0415  # an extra: few have it
    except ImportError:
        raise Misconfigured(
            "The library for OpenPGP is not installed.", remedy="Install `tutela[openpgp]`, or ask for a key of age."
        ) from None
    return pysequoia


def _parsed(key: str) -> Any:
    library = _library()
    try:
        return library.Cert.from_bytes(key.strip().encode())
    except Exception as error:
        raise BadInput("This is no public key of OpenPGP.", place="key", remedy="Ask for the whole block.") from error
