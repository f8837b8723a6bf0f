"""A text as numbers, without a tokenizer and without a vocabulary: n-grams of its characters, hashed into buckets.

NFKC, case-folded, every run of white space as one blank, a blank in front and behind. Each n-gram's UTF-8 is hashed by
CRC-32 (RFC 1952, section 8); the low bits are its bucket. The row is the square root of the counts, scaled to length 1,
so that a long text does not outweigh. Whoever trains a model makes its input in the same way; the test vectors of
`tests/core/test_classifying_ngrams.py` are part of the form.
"""

import unicodedata
import zlib

import numpy as np
import numpy.typing as npt

from tutela.core.classifying.setup import NgramSpec

MAX_TEXT_CHARACTERS = 20_000
"""What is longer is looked at up to here."""


def features_of(text: str, spec: NgramSpec) -> npt.NDArray[np.float32]:
    """Return one row of `spec.buckets` numbers; all 0 where the text is blank."""
    counts = np.zeros(spec.buckets, dtype=np.float32)
    encoded = [char.encode("utf-8", "replace") for char in _plain(text)]
    mask, most = spec.buckets - 1, len(encoded)
    if most > 2:  # noqa: PLR2004  # the two blanks
        for size in range(spec.shortest, spec.longest + 1):
            for start in range(most - size + 1):
                counts[zlib.crc32(b"".join(encoded[start : start + size])) & mask] += 1
    row = np.sqrt(counts)
    length = float(np.linalg.norm(row)) or 1.0
    return (row / length).astype(np.float32)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text[:MAX_TEXT_CHARACTERS]).casefold()
    return f" {' '.join(folded.split())} "
