"""Buckets miss nothing that a full scan finds."""

import random
from itertools import pairwise

import numpy as np
import pytest

from tutela.adapters.index.buckets import Buckets
from tutela.core.matching import Pairs, Words, search_block, to_words

BANDS = [range(first, last) for first, last in pairwise(range(0, 257, 16))]


def random_words(count: int, seed: int) -> Words:
    """Make hashes that have nothing in common."""
    return np.random.default_rng(seed).integers(0, 2**64, (count, 4), dtype=np.uint64)


def flipped(value: bytes, bits: list[int]) -> bytes:
    """Turn bits over."""
    mask = sum(1 << bit for bit in bits)
    return (int.from_bytes(value, "little") ^ mask).to_bytes(32, "little")


def spread(dice: random.Random, count: int) -> list[int]:
    """Choose bits so that the nearest band is as far as it can be: the hardest case for buckets."""
    per_band = [dice.sample(band, 16) for band in BANDS]
    order = dice.sample(range(16), 16)
    return [per_band[order[number % 16]][number // 16] for number in range(count)]


def same(left: Pairs, right: Pairs) -> bool:
    """Compare answers."""
    return all(
        np.array_equal(getattr(left, name), getattr(right, name)) for name in ("queries", "rows", "distances_bits")
    )


@pytest.mark.parametrize("limit", range(40))
def test_every_near_hash_is_found_even_when_its_bits_are_spread_over_all_bands(limit: int) -> None:
    """Against a scan, with neighbours at and one beyond the threshold, spread evenly, crowded, and at random."""
    dice = random.Random(limit)  # noqa: S311 - test material
    queries = random_words(4, 1000 + limit)
    planted = [
        flipped(query.tobytes(), bits)
        for query in queries
        for distance in (max(limit - 1, 0), limit, limit + 1)
        for bits in (spread(dice, distance), dice.sample(range(256), distance), list(range(distance)))
    ]
    hashes = np.concatenate([random_words(9000, limit), to_words(planted)])
    answer = Buckets.build(hashes).search(hashes, queries, limit)
    scanned = search_block(hashes, queries, limit)
    assert len(scanned) >= 4 * 6
    assert answer is None or same(answer, scanned)
    assert answer is not None or limit > 31, "the usual thresholds are answered from buckets"


@pytest.mark.parametrize("limit", [48, 63, 64, 256])
def test_beyond_what_buckets_prove_a_scan_is_asked_for(limit: int) -> None:
    """An answer that might miss something is never given."""
    hashes = random_words(6000, 5)
    assert Buckets.build(hashes).search(hashes, hashes[:1], limit) is None


def test_a_crowded_bucket_is_left_to_the_scan() -> None:
    """Flat pictures share their keys: probing them costs more than comparing all, and nothing is cut off."""
    hashes = np.concatenate([random_words(3000, 6), np.zeros((3000, 4), np.uint64)])
    buckets = Buckets.build(hashes)
    assert buckets.search(hashes, np.zeros((8, 4), np.uint64), 31) is None
    assert buckets.search(hashes, random_words(8, 7), 31) is not None


def test_empty_buckets_answer_with_nothing() -> None:
    """No rows, no pairs, no error."""
    hashes = random_words(0, 1)
    answer = Buckets.build(hashes).search(hashes, random_words(8, 2), 31)
    assert answer is not None
    assert len(answer) == 0
