"""Keyed hashes: by which things are counted and compared, and from which nobody reads what they were."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Opaque:
    """Hash under a key of this installation. The same text is always the same hash here, and nowhere else."""

    secret: bytes  #: at most 64 bytes

    def key(self, text: str) -> bytes:
        """Return 16 bytes for the key of a counter."""
        return hashlib.blake2b(_bytes(text), digest_size=16, key=self.secret).digest()

    def number(self, text: str) -> int:
        """Return 64 bits for a value of which different ones are counted."""
        return int.from_bytes(hashlib.blake2b(_bytes(text), digest_size=8, key=self.secret).digest(), "big")

    def word(self, text: str) -> str:
        """Return 32 hex digits for a fact of which only equality may be known."""
        return self.key(text).hex()

    def device(self, name: str | None) -> str | None:
        """Return a device as a fact; a device and a network of the same name are not the same."""
        return None if name is None else self.word(f"device:{name}")

    def network(self, address: str | None) -> str | None:
        """Return a network as a fact."""
        return None if address is None else self.word(f"network:{address}")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
