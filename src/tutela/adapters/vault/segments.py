"""The STREAM construction: long content as short authenticated segments that cannot be cut, moved or mixed.

Source: Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance,
CRYPTO 2015, section 7. Byte for byte in docs/reference/vault-format.md.
"""

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tutela.errors import ContentDamaged

SEGMENT_BYTES = 64 * 1024  #: of plain content in every segment but the last
TAG_BYTES = 16
SEALED_SEGMENT_BYTES = SEGMENT_BYTES + TAG_BYTES
PREFIX_BYTES = 7
_COUNTER_BYTES = 4  #: 2**32 segments, 256 TiB; beyond it `to_bytes` refuses, so no nonce is ever used twice


def segment_count(size_bytes: int) -> int:
    """Return how many segments hold *size_bytes*: empty content has one, empty and last."""
    return max(1, -(-size_bytes // SEGMENT_BYTES))


def sealed_size(size_bytes: int) -> int:
    """Return the length of the encrypted bytes."""
    return size_bytes + segment_count(size_bytes) * TAG_BYTES


def nonce(prefix: bytes, index: int, *, is_last: bool) -> bytes:
    """Return the nonce of segment *index*: its place and whether anything follows are part of what is authenticated."""
    return prefix + index.to_bytes(_COUNTER_BYTES, "big") + (b"\x01" if is_last else b"\x00")


class Sealer:
    """Encrypt one content as it arrives. Holds less than two segments of plain bytes, in memory only."""

    def __init__(self, key: bytes, prefix: bytes) -> None:
        self._cipher = AESGCM(key)
        self._prefix = prefix
        self._index = 0
        self._pending = bytearray()

    def seal(self, chunk: bytes | memoryview) -> Iterator[bytes]:
        """Yield the segments that *chunk* completes. Exhaust it: what is not asked for is sealed by the next call."""
        self._pending += chunk
        # More than, not at least: the last segment looks different and may be a full one, so one is always kept back.
        while len(self._pending) > SEGMENT_BYTES:
            plain = self._pending[:SEGMENT_BYTES]
            del self._pending[:SEGMENT_BYTES]
            yield self._encrypt(plain, is_last=False)

    def finish(self) -> bytes:
        """Return the last segment, which may be empty."""
        plain, self._pending = self._pending, bytearray()
        return self._encrypt(plain, is_last=True)

    def _encrypt(self, plain: bytearray, *, is_last: bool) -> bytes:
        sealed = self._cipher.encrypt(nonce(self._prefix, self._index, is_last=is_last), plain, None)
        self._index += 1
        return sealed


class Opener:
    """Decrypt segments of one content, in any order."""

    def __init__(self, key: bytes, prefix: bytes, size_bytes: int) -> None:
        self._cipher = AESGCM(key)
        self._prefix = prefix
        self._last = segment_count(size_bytes) - 1

    def open(self, block: bytes, first: int) -> Iterator[bytes]:
        """Yield the plain bytes of the segments in *block*, which begins with segment *first*.

        Raises:
            tutela.errors.ContentDamaged: A segment is not what was written at this place.
        """
        view = memoryview(block)
        for offset in range(0, len(block), SEALED_SEGMENT_BYTES):
            index = first + offset // SEALED_SEGMENT_BYTES
            where = nonce(self._prefix, index, is_last=index == self._last)
            try:
                plain = self._cipher.decrypt(where, view[offset : offset + SEALED_SEGMENT_BYTES], None)
            except InvalidTag:
                raise ContentDamaged(f"Segment {index} of the stored bytes was changed.") from None
            yield plain
