"""What is stored of a known text: the smallest of its keyed pieces, and never the text.

The smallest hashes of a set are a random sample of it, whoever chooses (Broder 1997; Cohen 2007): so the share of them
that a message holds estimates the share of the whole text that it holds, without bias, however long the message is.
"""

from dataclasses import dataclass, field
from struct import Struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.core.keyed import CHECK_BYTES
from tutela.core.similar.shingles import Shingled
from tutela.errors import MalformedHash

SKETCH: Final = 32
"""Pieces that are kept. Up to as many, what is said is exact; beyond, the standard error is at most 8.9 %."""

_VERSION: Final = 1
_HEAD: Final = Struct(f"<B{CHECK_BYTES}sQII")  # version, check, whole, different pieces, words


@dataclass(frozen=True, slots=True)
class Sketch:
    """A known text, unreadable."""

    check: bytes  #: tells under which secret it was made
    whole: int  #: 64 bits of all its words in their order
    shingles: int  #: how many different pieces there are
    words: int
    kept: bytes = field(repr=False)  #: the smallest, 32 bits each, in ascending order

    def encode(self) -> bytes:
        """Return its bytes: 25, and 4 for each kept piece; at most 153."""
        head = _HEAD.pack(_VERSION, self.check, self.whole, self.shingles, self.words)
        return head + self.kept

    @classmethod
    def decode(cls, blob: bytes) -> "Sketch":
        """Return the sketch that was encoded.

        Raises:
            tutela.errors.MalformedHash: These are not the bytes of a sketch.
        """
        size, odd = divmod(len(blob) - _HEAD.size, 4)
        if odd or not 0 <= size <= SKETCH:
            raise MalformedHash("these are not the bytes of a sketch of a text")
        version, check, whole, shingles, words = _HEAD.unpack_from(blob)
        kept = np.frombuffer(blob, "<u4", offset=_HEAD.size)
        is_ordered = bool((kept[:-1] <= kept[1:]).all())
        is_empty = not (words and whole)
        if version != _VERSION or is_empty or size != min(shingles, SKETCH) or shingles > words or not is_ordered:
            raise MalformedHash("these are not the bytes of a sketch of a text")
        return cls(check, whole, shingles, words, kept.tobytes())


def sketch_of(text: Shingled, check: bytes) -> Sketch:
    """Return what is stored of a known text.

    Args:
        text: Its pieces.
        check: Of the key that they were made by (`WordKey.check`).

    Raises:
        tutela.errors.MalformedHash: There is no word in it.
    """
    if not text.words:
        raise MalformedHash("a known text has words")
    return Sketch(check, text.whole, len(text.hashes), text.words, upper(text)[:SKETCH].astype("<u4").tobytes())


def upper(text: Shingled) -> NDArray[np.uint32]:
    """Return the upper 32 bits of each piece, in ascending order: what sketches are made of."""
    return (text.hashes >> np.uint64(32)).astype(np.uint32)


def likeness(one: Sketch, other: Sketch) -> float:
    """Return how much of two texts is common to both: the Jaccard coefficient of their pieces, 0 to 1.

    Exact where both together have at most 32 different pieces; else estimated from the 32 smallest of both, with a
    standard error of sqrt(j (1 - j) / 32): at most 8.9 %. Two short texts are alike when they are the same.
    """
    if one.whole == other.whole:
        return 1.0
    left, right = (set(np.frombuffer(each.kept, "<u4").tolist()) for each in (one, other))
    smallest = sorted(left | right)[:SKETCH]
    return len(left & right & set(smallest)) / len(smallest) if smallest else 0.0
