"""The compiled comparison finds what the plain one finds."""

import random

import numpy as np
import pytest

from tutela.adapters.rescan.kernel import compare_compiled
from tutela.core.matching import Words, to_words
from tutela.core.rescans import Met, compare_plainly

rng = np.random.default_rng(7)
PROBED = 20_000  # so many members are probed and not scanned, at the usual thresholds
SCANNED = 50  # from here on so few are scanned


def words(count: int) -> Words:
    """Make hashes that have nothing in common."""
    return rng.integers(0, 2**64, (count, 4), dtype=np.uint64)


def flipped(value: bytes, bits: list[int]) -> bytes:
    """Turn bits over."""
    return (int.from_bytes(value, "little") ^ sum(1 << bit for bit in bits)).to_bytes(32, "little")


def same(left: Met, right: Met) -> bool:
    """Compare answers."""
    return all(np.array_equal(getattr(left, name), getattr(right, name)) for name in Met.__slots__)


def spread(dice: random.Random, count: int) -> list[int]:
    """Choose bits so that the nearest band is as far as it can be: the hardest case for bands."""
    order = dice.sample(range(16), 16)
    within = [dice.sample(range(16), 16) for _ in range(16)]
    return [16 * order[n % 16] + within[order[n % 16]][n // 16] for n in range(count)]


@pytest.mark.parametrize("limit", range(64))
def test_every_threshold_gives_the_same_as_the_plain_comparison(limit: int) -> None:
    """Neighbours at and around the threshold, spread evenly, crowded and at random; duplicates; all-zero hashes."""
    dice = random.Random(limit)  # noqa: S311  # test material
    stored = words(40)
    planted = [
        flipped(value.tobytes(), bits)
        for value in stored[:20]
        for distance in (max(limit - 1, 0), limit, limit + 1)
        for bits in (spread(dice, distance), dice.sample(range(256), distance), list(range(distance)))
    ]
    stored = np.concatenate([stored, stored[:5], np.zeros((3, 4), np.uint64)])
    near = to_words(planted)
    members = np.concatenate([words(PROBED if limit < SCANNED else 2000), near, near[:30], np.zeros((7, 4), np.uint64)])

    found = compare_compiled(stored, members, limit)

    assert same(found, compare_plainly(stored, members, limit))
    assert found.pairs >= 20 * 6 + 21


@pytest.mark.parametrize(("stored", "members"), [(0, 0), (0, 5), (5, 0), (1, 1), (300, 40)])
def test_few_and_none_give_the_same(stored: int, members: int) -> None:
    """A scan in place of probes."""
    left, right = words(stored), words(members)

    assert same(compare_compiled(left, right, 63), compare_plainly(left, right, 63))


def test_a_crowd_of_flat_pictures_gives_the_same() -> None:
    """Their buckets hold everybody, so those hashes are compared with all."""
    flat = np.zeros((2000, 4), np.uint64)
    flat[::3, 1] = 5
    members = np.concatenate([words(PROBED), flat])
    stored = np.concatenate([flat[:300], words(300)])

    assert same(compare_compiled(stored, members, 31), compare_plainly(stored, members, 31))
