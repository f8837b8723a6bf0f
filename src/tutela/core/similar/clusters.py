"""A few numbers for a text that nearly identical texts share, so that a counter can count who sends it.

Each key is made of three minima of all pieces, by three random orders (MinHash, Broder 1997; banded as by Indyk and
Motwani 1998). Texts whose pieces have a Jaccard coefficient *j* share one key with a probability of about j^3, and at
least one of four with 1 - (1 - j^3)^4. The three pieces of a key have no word of the text in common: so it takes nine
words, and no usual phrase, however many people write it, makes one key of texts that have nothing else in common.
"""

from typing import Final

import numpy as np

from tutela.core.similar.shingles import SHINGLE_WORDS, Shingled, mixed

KEYS: Final = 4
MINIMA: Final = 3

MIN_WORDS: Final = 12
MIN_PIECES: Final = 10
"""Different ones. Below it, or below twelve words, a text has no keys: all the world says "good morning to you"."""

_ORDERS: Final = mixed(np.arange(1, KEYS * MINIMA + 1, dtype=np.uint64) * np.uint64(0x9E37_79B9_7F4A_7C15))
_BY_MINIMUM: Final = _ORDERS.reshape(MINIMA, KEYS, 1)
_FACTORS: Final = (mixed(_ORDERS) | np.uint64(1)).reshape(MINIMA, KEYS)
_TAKEN: Final = np.uint64(2**64 - 1)


def likeness_keys(text: Shingled) -> tuple[int, ...]:
    """Return the keys of a text, 64 bits each, which mean nothing under another secret.

    Four in general; fewer where no three pieces without a common word are left, and none of a short text.
    """
    if text.words < MIN_WORDS or len(text.hashes) < MIN_PIECES:
        return ()
    bands, is_taken = np.arange(KEYS), np.zeros((KEYS, len(text.hashes)), np.bool_)
    keys, is_whole = np.zeros(KEYS, np.uint64), np.ones(KEYS, np.bool_)
    for orders, factors in zip(_BY_MINIMUM, _FACTORS, strict=True):
        ranked = mixed(text.hashes ^ orders)
        ranked[is_taken] = _TAKEN
        smallest = ranked.argmin(axis=1)
        minima = ranked[bands, smallest]
        is_whole &= minima != _TAKEN
        keys += minima * factors
        is_taken |= np.abs(text.firsts - text.firsts[smallest][:, np.newaxis]) < SHINGLE_WORDS
    return tuple(mixed(keys)[is_whole].tolist())
