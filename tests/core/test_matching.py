"""Exact search primitives against plain Python integers."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws import examples
from tutela.core import matching
from tutela.core.matching import distances_bits, in_order, joined, search_block, to_words
from tutela.errors import MalformedHash

HASHES = st.one_of(
    st.binary(min_size=32, max_size=32),
    st.sampled_from([bytes(32), b"\xff" * 32, b"\x80" + bytes(31), bytes(31) + b"\x01", b"\xf0" * 32]),
    st.builds(lambda bits: (bits).to_bytes(32, "big"), st.integers(0, 2**40)),
)


def by_hand(hashes: Sequence[bytes], queries: Sequence[bytes], limit: int) -> list[tuple[int, int, int]]:
    """Compare each with each, by Python's own integers."""
    return [
        (number, row, distance)
        for number, query in enumerate(queries)
        for row, value in enumerate(hashes)
        if (distance := (int.from_bytes(query, "big") ^ int.from_bytes(value, "big")).bit_count()) <= limit
    ]


def found(hashes: Sequence[bytes], queries: Sequence[bytes], limit: int) -> list[tuple[int, int, int]]:
    """Ask the product."""
    pairs = search_block(to_words(hashes), to_words(queries), limit)
    return list(zip(pairs.queries.tolist(), pairs.rows.tolist(), pairs.distances_bits.tolist(), strict=True))


@given(st.lists(HASHES, max_size=40), st.lists(HASHES, max_size=9), st.integers(0, 256))
def test_a_block_search_finds_what_plain_integers_find(hashes: list[bytes], queries: list[bytes], limit: int) -> None:
    """Same pairs, same distances, same order, at every threshold, with duplicates and all-zero hashes among them."""
    assert found(hashes, queries, limit) == by_hand(hashes, queries, limit)


@settings(max_examples=examples(20))
@given(st.integers(1, 7), st.lists(HASHES, min_size=1, max_size=30), st.lists(HASHES, min_size=1, max_size=4))
def test_the_size_of_a_block_changes_nothing(rows: int, hashes: list[bytes], queries: list[bytes]) -> None:
    """Rows keep their numbers across the borders of blocks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "_BLOCK_ROWS", rows)
        assert found(hashes, queries, 100) == by_hand(hashes, queries, 100)


def test_opposite_hashes_are_256_bits_apart_and_never_equal() -> None:
    """An eight-bit sum would wrap to a distance of zero: the strongest match there is."""
    assert distances_bits(to_words([bytes(32)]), to_words([b"\xff" * 32])).tolist() == [256]
    assert found([bytes(32)], [b"\xff" * 32], 255) == []


@pytest.mark.parametrize("limit", [*range(64)])
def test_the_threshold_is_inclusive_wherever_the_bits_lie(limit: int) -> None:
    """A hash at exactly the threshold is found, one bit further is not, for runs of bits at all places."""
    base = 0xA5 << 100
    for shift in (0, 1, 60, 130, 190):
        edge, beyond = (base ^ (((1 << bits) - 1) << shift) for bits in (limit, limit + 1))
        hashes = [edge.to_bytes(32, "big"), beyond.to_bytes(32, "big")]
        assert found(hashes, [base.to_bytes(32, "big")], limit) == [(0, 0, limit)]


def test_a_row_of_words_gives_its_hash_back() -> None:
    """The bytes that went in come out, whatever the byte order of the machine."""
    values = [bytes(range(32)), bytes(range(32, 64))]
    assert [row.tobytes() for row in to_words(values)] == values
    assert to_words([]).shape == (0, 4)


@pytest.mark.parametrize("value", [b"", bytes(31), bytes(33), bytes(64)])
def test_a_hash_of_another_length_is_refused(value: bytes) -> None:
    """Two short hashes must never be read as one."""
    with pytest.raises(MalformedHash):
        to_words([value])


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=40))
def test_ordering_keeps_each_pair_once(pairs: list[tuple[int, int]]) -> None:
    """Pairs found through several bands count once."""
    parts = [matching.Pairs(np.array([query]), np.array([row]), np.array([query + row])) for query, row in pairs]
    ordered = in_order(joined(parts))
    expected = [(query, row, query + row) for query, row in sorted(set(pairs))]
    assert list(zip(*(column.tolist() for column in _columns(ordered)), strict=True)) == expected


def _columns(pairs: matching.Pairs) -> list[np.ndarray]:
    return [pairs.queries, pairs.rows, pairs.distances_bits]
