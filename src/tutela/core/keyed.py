"""Hashes of words under a secret that is kept outside the database.

Every word becomes random bytes by BLAKE2b with a key (RFC 7693): without the key they say nothing but whether two words
are the same. Whoever has the key can try any word as fast as we do: it must not lie where the hashes lie.
"""

from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Final, TypeAlias

from tutela.errors import Misconfigured

Word: TypeAlias = tuple[str, int, int]
"""A folded word, and where it begins and ends in the original text, in characters."""

MIN_SECRET_BYTES: Final = 32
WHOLE_BYTES: Final = 16
CHECK_BYTES: Final = 8

_MOST_KEPT: Final = 65_536
_LONGEST_KEPT: Final = 64
"""Characters of a word that is remembered; longer ones are hashed each time, so that memory stays bounded."""


class WordKey:
    """One secret for one purpose. Words that were hashed lately are remembered, in memory only."""

    __slots__ = ("_check", "_kept", "_whole_key")

    def __init__(self, secret: bytes, *, purpose: str, word_bytes: int, reduced: Callable[[str], str]) -> None:
        """Derive the keys.

        Args:
            secret: Of this installation; the same for as long as its hashes are used.
            purpose: At most 8 ASCII letters; hashes of two purposes have nothing in common.
            word_bytes: How long the hash of one word is, at most 64.
            reduced: What of a folded word is hashed.

        Raises:
            tutela.errors.Misconfigured: The secret is too short to be one.
        """
        if len(secret) < MIN_SECRET_BYTES:
            raise Misconfigured(f"the secret for {purpose} needs at least {MIN_SECRET_BYTES} random bytes")
        self._kept = _Kept(_derived(secret, purpose, b"word"), word_bytes, reduced)
        self._whole_key = _derived(secret, purpose, b"whole")
        self._check = blake2b(key=_derived(secret, purpose, b"check"), digest_size=CHECK_BYTES).digest()

    @property
    def check(self) -> bytes:
        """Return by what it is told whether hashes were made under this secret; it says nothing about the secret."""
        return self._check

    def words(self, texts: Iterable[str]) -> bytes:
        """Return the hashes of words, one behind the other."""
        return b"".join(map(self._kept.__getitem__, texts))

    def whole(self, joined: bytes) -> bytes:
        """Return one hash, 16 bytes, of several words as `words` returns them."""
        return blake2b(joined, key=self._whole_key, digest_size=WHOLE_BYTES).digest()


class _Kept(dict[str, bytes]):
    """Hashes by word. It is emptied when it is full: what is common is back at once."""

    __slots__ = ("_key", "_reduced", "_size_bytes")

    def __init__(self, key: bytes, size_bytes: int, reduced: Callable[[str], str]) -> None:
        super().__init__()
        self._key, self._size_bytes, self._reduced = key, size_bytes, reduced

    def __missing__(self, word: str) -> bytes:
        encoded = self._reduced(word).encode("utf-8", "surrogatepass")
        hashed = blake2b(encoded, key=self._key, digest_size=self._size_bytes).digest()
        if len(word) <= _LONGEST_KEPT:
            if len(self) >= _MOST_KEPT:
                self.clear()
            self[word] = hashed
        return hashed


def _derived(secret: bytes, purpose: str, role: bytes) -> bytes:
    """Return a key of its own for each purpose and role: BLAKE2b of the secret, personalised (RFC 7693, 2.8)."""
    return blake2b(secret, digest_size=32, person=b"tutela " + purpose.encode(), salt=role).digest()
