"""How 256 bits are cut into bands, and which keys of each band must be probed so that nothing near is missed.

Two hashes within T = m r + a bits of each other, cut into the same m bands, agree within r bits in one of the first
a + 1 bands, or within r - 1 bits in one of the others: were every band further apart than that, the sum would exceed T.
So probing every key within that radius of the query's own keys finds each near hash at least once. Source: Norouzi,
Punjani, Fleet, "Fast exact search in Hamming space with multi-index hashing", 2014.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import comb
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tutela.core.matching import Numbers, Words
from tutela.core.units import HASH_BITS

Keys: TypeAlias = NDArray[np.uint32]

_WORD_BITS = 64
_BANDS_BELOW = ((500_000, 16), (1_500_000, 13), (5_000_000, 12))  # measured; bucket heads cost memory as well
_MAX_WIDTH_BITS = 24  # bucket heads of wider bands would take more memory than the hashes, at any count a machine holds


@dataclass(frozen=True, slots=True)
class Banding:
    """Bands from the first bit of the first word on; each band's buckets lie behind those of the band before."""

    widths: tuple[int, ...]

    @classmethod
    def of(cls, bands: int) -> "Banding":
        """Cut the bits into *bands* bands of nearly the same width, the wider ones first."""
        width, wider = divmod(HASH_BITS, bands)
        return cls(tuple(width + (band < wider) for band in range(bands)))

    @property
    def offsets(self) -> Numbers:
        """Return the bit at which each band begins."""
        return np.cumsum([0, *self.widths[:-1]], dtype=np.int64)

    @property
    def bases(self) -> Numbers:
        """Return at which bucket each band's buckets begin."""
        return np.cumsum([0, *(1 << width for width in self.widths[:-1])], dtype=np.int64)

    @property
    def buckets(self) -> int:
        """Return how many buckets all bands have."""
        return sum(1 << width for width in self.widths)

    def keys(self, band: int, words: Words) -> Keys:
        """Return the bits of one band of each hash, as a number."""
        width = self.widths[band]
        word, shift = divmod(sum(self.widths[:band]), _WORD_BITS)
        bits = words[:, word] << np.uint64(shift)
        if shift + width > _WORD_BITS:
            bits |= words[:, word + 1] >> np.uint64(_WORD_BITS - shift)
        return (bits >> np.uint64(_WORD_BITS - width)).astype(np.uint32)


def banding_for(count: int) -> Banding:
    """Return the bands for *count* hashes: about as wide as the logarithm of the count.

    Wider bands mean more keys to probe, and more bucket heads, and fewer hashes behind each.
    """
    fewest = -(-HASH_BITS // _MAX_WIDTH_BITS)
    return Banding.of(next((bands for below, bands in _BANDS_BELOW if count < below), fewest))


@dataclass(frozen=True, slots=True)
class ProbePlan:
    """For each band, the bits to flip in the query's own key: none, each one, each two, and so on."""

    flips: Numbers  #: all bands' one after the other, in ascending order within a band: neighbours share a cache line
    ends: Numbers  #: where each band's flips end
    radii: Numbers  #: how many bits are flipped at most in each band; -1 where a band is not probed


def probe_cost(banding: Banding, max_distance_bits: int, count: int) -> float:
    """Return how many keys are probed, and how many of *count* random hashes lie behind them, together.

    The plan is not made for that: at large distances it would be larger than the hashes.
    """
    keys, share = _probe_shape(banding, max_distance_bits)
    return keys + share * count


@lru_cache(maxsize=256)
def _probe_shape(banding: Banding, max_distance_bits: int) -> tuple[int, float]:
    radii = _radii(banding, max_distance_bits)
    sizes = [_ball(width, radius) for width, radius in zip(banding.widths, radii, strict=True)]
    return sum(sizes), sum(size / (1 << width) for size, width in zip(sizes, banding.widths, strict=True))


@lru_cache(maxsize=64)
def probe_plan(banding: Banding, max_distance_bits: int) -> ProbePlan:
    """Return what to probe to find everything within *max_distance_bits*."""
    radii = _radii(banding, max_distance_bits)
    flips = [_flips(width, radius) for width, radius in zip(banding.widths, radii, strict=True)]
    ends = np.cumsum([len(each) for each in flips], dtype=np.int64)
    return ProbePlan(frozen(np.concatenate(flips)), frozen(ends), frozen(np.array(radii, np.int64)))


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Return *array* closed to writing: the kernels are compiled for such arrays, which mapped files are as well."""
    array.setflags(write=False)
    return array


@lru_cache(maxsize=16)
def layout_of(banding: Banding) -> Numbers:
    """Return offsets, widths and bases of the bands as the kernels read them."""
    return frozen(np.stack([banding.offsets, np.array(banding.widths, np.int64), banding.bases]))


def _radii(banding: Banding, max_distance_bits: int) -> list[int]:
    radius, rest = divmod(max_distance_bits, len(banding.widths))
    return [radius if band <= rest else radius - 1 for band in range(len(banding.widths))]


def _ball(width: int, radius: int) -> int:
    return sum(comb(width, size) for size in range(min(radius, width) + 1))


def _flips(width: int, radius: int) -> Numbers:
    """Return every key of at most *radius* set bits; none below a radius of zero."""
    keys = [sum(1 << bit for bit in bits) for size in range(radius + 1) for bits in combinations(range(width), size)]
    return np.array(sorted(keys), np.int64)
