"""Search for many hashes, a few at a time."""

from collections.abc import Iterator, Sequence

from tutela.ports.index import NearHit, SignalIndex

QUERIES_AT_ONCE = 32
"""Each answer may hold everything that is stored: a list of near copies of one crowded picture must not fill memory."""


def search_in_turn(
    index: SignalIndex, queries: Sequence[Sequence[bytes]], *, max_distance_bits: int
) -> Iterator[list[NearHit]]:
    """Yield the answer to each query, in order; whoever folds each at once holds those of one batch at most.

    Raises:
        tutela.errors.IndexNotReady: Nothing was loaded yet.
    """
    for start in range(0, len(queries), QUERIES_AT_ONCE):
        yield from index.search(queries[start : start + QUERIES_AT_ONCE], max_distance_bits=max_distance_bits)
