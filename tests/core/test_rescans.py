"""What each stored hash met is what comparing each with each finds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.matching import Words, to_words
from tutela.core.rescans import compare_plainly, met_by_all

HASHES = st.lists(
    st.one_of(
        st.binary(min_size=32, max_size=32),
        st.sampled_from([bytes(32), b"\xff" * 32]),
        st.integers(0, 255).map(lambda bit: (1 << bit).to_bytes(32)),
        st.integers(0, 64).map(lambda bits: ((1 << bits) - 1).to_bytes(32)),
    ),
    max_size=30,
)


def each_with_each(stored: list[bytes], members: list[bytes], limit: int) -> dict[int, tuple[int, int, int]]:
    """Return the nearest member of each row, its distance, and how many are near: as slowly and plainly as can be."""
    found = {}
    for row, value in enumerate(stored):
        distances = [(int.from_bytes(value) ^ int.from_bytes(each)).bit_count() for each in members]
        near = [(distance, number) for number, distance in enumerate(distances) if distance <= limit]
        if near:
            found[row] = (min(near)[1], min(near)[0], len(near))
    return found


@given(stored=HASHES, members=HASHES, limit=st.integers(0, 63))
def test_the_nearest_and_the_number_of_pairs_are_those_of_brute_force(
    stored: list[bytes], members: list[bytes], limit: int
) -> None:
    """Duplicates, all-zero hashes and empty sets among them; the first of several nearest is named."""
    met = compare_plainly(to_words(stored), to_words(members), limit)
    told = zip(met.members.tolist(), met.distances_bits.tolist(), met.counts.tolist(), strict=True)

    expected = each_with_each(stored, members, limit)
    assert dict(zip(met.rows.tolist(), told, strict=True)) == expected
    assert met.rows.tolist() == sorted(expected)
    assert met.pairs == sum(count for _, _, count in expected.values())


@given(stored=HASHES, members=HASHES, cut=st.integers(0, 30))
def test_members_cut_into_blocks_meet_the_same(stored: list[bytes], members: list[bytes], cut: int) -> None:
    """However they are cut."""
    words = to_words(stored), to_words(members)
    whole = compare_plainly(*words, 31)
    first, second = compare_plainly(words[0], words[1][:cut], 31), compare_plainly(words[0], words[1][cut:], 31)
    moved = type(second)(second.rows, second.members + cut, second.distances_bits, second.counts)

    assert _same(met_by_all([first, moved]), whole)


def test_many_alike_are_counted_without_being_listed() -> None:
    """Nine million pairs of flat pictures in a few megabytes."""
    flat: Words = np.zeros((3000, 4), np.uint64)

    met = compare_plainly(flat, flat, 0)

    assert (len(met), met.pairs, met.members.max()) == (3000, 3000**2, 0)


def _same(left: object, right: object) -> bool:
    return all(
        np.array_equal(getattr(left, name), getattr(right, name))
        for name in ("rows", "members", "distances_bits", "counts")
    )
