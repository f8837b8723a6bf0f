"""A few numbers for a text that nearly identical texts share, so that a counter can count who sends it.

Each key is made of three minima of all pieces, by three random orders (MinHash, Broder 1997; banded as by Indyk and
Motwani 1998). Texts whose pieces have a Jaccard coefficient *j* share one key with probability j^3, and at least one of
four with 1 - (1 - j^3)^4.
"""

from typing import Final

import numpy as np

from tutela.core.similar.shingles import Shingled, mixed

KEYS: Final = 4
MINIMA: Final = 3

MIN_WORDS: Final = 10
MIN_PIECES: Final = 8
"""Different ones. Below it, or below ten words, a text has no keys: all the world says "good morning to you all"."""

_ORDERS: Final = mixed(np.arange(1, KEYS * MINIMA + 1, dtype=np.uint64) * np.uint64(0x9E37_79B9_7F4A_7C15))
_PLACES: Final = mixed(_ORDERS) | np.uint64(1)


def likeness_keys(text: Shingled) -> tuple[int, ...]:
    """Return the four keys of a text, 64 bits each; none of a short one. They mean nothing under another secret."""
    if text.words < MIN_WORDS or len(text.hashes) < MIN_PIECES:
        return ()
    minima = mixed(text.hashes ^ _ORDERS[:, np.newaxis]).min(axis=1)
    keys = mixed((minima * _PLACES).reshape(KEYS, MINIMA).sum(axis=1, dtype=np.uint64))
    return tuple(keys.tolist())
