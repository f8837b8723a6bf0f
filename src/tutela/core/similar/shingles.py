"""A text as the set of its pieces of three words, each a keyed number: what likeness is computed of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tutela.core.keyed import Word, WordKey

SHINGLE_WORDS: Final = 3
MAX_WORDS: Final = 20_000
"""Of one text that are looked at."""

MIN_SHINGLES: Final = 6
"""Different ones; a text with fewer, as every text below eight words, is known only when it is the same."""

Numbers64: TypeAlias = NDArray[np.uint64]

_NUMBERS: Final = 3
_ONE = np.uint64(1)
_MIX: Final = ((30, 0xBF58_476D_1CE4_E5B9), (27, 0x94D0_49BB_1331_11EB))


def text_key(secret: bytes) -> WordKey:
    """Return what texts are hashed by.

    Raises:
        tutela.errors.Misconfigured: The secret is shorter than 32 bytes.
    """
    return WordKey(secret, purpose="texts", word_bytes=8 * _NUMBERS, reduced=_masked)


@dataclass(frozen=True, slots=True)
class Shingled:
    """The pieces of a text, each once."""

    hashes: Numbers64  #: in ascending order
    firsts: NDArray[np.int64]  #: the number of the word at which each begins, where it stands first
    whole: int  #: 64 bits of the whole text; 0 of a text without words
    words: int
    is_complete: bool  #: whether all of the text was looked at

    @property
    def is_short(self) -> bool:
        """Return whether there are too few pieces for likeness to mean anything."""
        return len(self.hashes) < MIN_SHINGLES


def shingled(words: Sequence[Word], key: WordKey) -> Shingled:
    """Return the pieces of a text, in which a word with a digit, such as a price, is like any other such word.

    As a whole two texts are the same only where their numbers are the same too.
    """
    taken = [text for text, _, _ in words[:MAX_WORDS]]
    hashes, firsts = _pieces(np.frombuffer(key.words(taken), "<u8").reshape(-1, _NUMBERS))
    encoded = " ".join(taken).encode("utf-8", "surrogatepass")
    whole = (int.from_bytes(key.whole(encoded)[:8], "little") or 1) if taken else 0
    return Shingled(hashes, firsts, whole, len(taken), len(taken) == len(words))


def mixed(numbers: Numbers64) -> Numbers64:
    """Return numbers of which every bit depends on all: the finaliser of SplitMix64 (Steele, Lea, Flood 2014)."""
    for shift, factor in _MIX:
        numbers = (numbers ^ (numbers >> np.uint64(shift))) * np.uint64(factor)
    return numbers ^ (numbers >> np.uint64(31))


def _pieces(words: Numbers64) -> tuple[Numbers64, NDArray[np.int64]]:
    """Return the different pieces and where each is first.

    Each word has three secret numbers, one for each place in a piece: the order of words counts.
    """
    if len(words) < SHINGLE_WORDS:
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    hashes = mixed(words[:-2, 0] * (words[1:-1, 1] | _ONE) + words[2:, 2])
    found: tuple[Numbers64, NDArray[np.int64]] = np.unique(hashes, return_index=True)
    return found


def _masked(word: str) -> str:
    return "0" if any(map(str.isdigit, word)) else word
