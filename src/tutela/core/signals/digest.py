"""Cryptographic digests of bytes as received: exact, and carried by every list of known material."""

import hashlib
import re
from typing import Final

from tutela.core.content import Digests
from tutela.errors import MalformedHash

DIGEST_HEX_DIGITS: Final = {"md5": 32, "sha1": 40, "sha256": 64}
"""How many hex digits each kind has."""

_HEX: Final = re.compile(r"[0-9a-fA-F]+")


def parse_digest(kind: str, text: str) -> str:
    """Read one digest and return it in lower case.

    Args:
        kind: `md5`, `sha1` or `sha256`.
        text: Exactly the hex digits of that kind.

    Raises:
        MalformedHash: An unknown kind, another length, or anything besides the digits, a trailing newline included.
    """
    digits = DIGEST_HEX_DIGITS.get(kind)
    if digits is None:
        known = ", ".join(DIGEST_HEX_DIGITS)
        raise MalformedHash("There is no digest of this kind.", place="digest", remedy=f"Use one of {known}.")
    if len(text) != digits or not _HEX.fullmatch(text):
        raise MalformedHash(
            f"This digest is exactly {digits} hex digits.",
            place=kind,
            remedy="Send the digits alone, without spaces, prefix or line end.",
        )
    return text.lower()


class StreamingDigests:
    """All three digests of bytes that arrive in pieces."""

    def __init__(self) -> None:
        # Lists carry MD5 and SHA-1 and always will; nothing is trusted because of them, only looked up.
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._sha1 = hashlib.sha1(usedforsecurity=False)
        self._sha256 = hashlib.sha256()

    def update(self, chunk: bytes | bytearray | memoryview) -> None:
        """Add the next piece."""
        for each in (self._md5, self._sha1, self._sha256):
            each.update(chunk)

    def digests(self) -> Digests:
        """Return the digests of everything added so far."""
        return Digests(self._md5.hexdigest(), self._sha1.hexdigest(), self._sha256.hexdigest())


def digests_of(content: bytes) -> Digests:
    """Return all three digests of bytes that are all here."""
    streaming = StreamingDigests()
    streaming.update(content)
    return streaming.digests()
