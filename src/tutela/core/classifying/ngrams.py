"""A text as numbers, without a tokenizer and without a vocabulary: n-grams of its characters, hashed into buckets.

NFKC, case-folded, every run of white space as one blank, a blank in front and behind. Each n-gram's UTF-8 is hashed by
CRC-32 (RFC 1952, section 8); the low bits are its bucket. The row is the square root of the counts, scaled to length 1,
so that a long text does not outweigh. Whoever trains a model makes its input in the same way; the test vectors of
`tests/core/test_classifying_ngrams.py` are part of the form.
"""

import unicodedata
import zlib
from collections.abc import Sequence
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from tutela.core.classifying.setup import NgramSpec

MAX_TEXT_CHARACTERS = 20_000
"""What is longer is looked at up to here."""


def features_of(text: str, spec: NgramSpec) -> npt.NDArray[np.float32]:
    """Return one row of `spec.buckets` numbers; all 0 where the text is blank."""
    counts = np.zeros(spec.buckets, dtype=np.float32)
    plain = _plain(text)
    if plain.strip():
        encoded, starts, mask = plain.encode("utf-8", "replace"), _starts(plain), spec.buckets - 1
        grams = [
            zlib.crc32(encoded[start:end]) & mask
            for size in range(spec.shortest, spec.longest + 1)
            for start, end in zip(starts, starts[size:], strict=False)
        ]
        counts = np.bincount(np.array(grams, dtype=np.int64), minlength=spec.buckets).astype(np.float32)
    row = np.sqrt(counts)
    length = float(np.linalg.norm(row)) or 1.0
    return (row / length).astype(np.float32)


def _starts(plain: str) -> Sequence[int]:
    """Return where each character begins in UTF-8, and where the last one ends."""
    if plain.isascii():
        return range(len(plain) + 1)
    return [0, *accumulate(len(char.encode("utf-8", "replace")) for char in plain)]


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text[:MAX_TEXT_CHARACTERS]).casefold()
    return f" {' '.join(folded.split())} "
