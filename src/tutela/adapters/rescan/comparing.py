"""Compare one shard with one block, compiled where it is worth the compiler: what every worker runs."""

from tutela.core.matching import Words
from tutela.core.rescans import Met, compare_plainly

PLAIN_COMPARISONS = 200_000_000
"""Below it numpy is done before numba is loaded."""


def compare(stored: Words, members: Words, max_distance_bits: int) -> Met:
    """Return what each stored hash met; the same whichever way it is computed."""
    if len(stored) * len(members) <= PLAIN_COMPARISONS:
        return compare_plainly(stored, members, max_distance_bits)
    from tutela.adapters.rescan.kernel import compare_compiled  # noqa: PLC0415  # only for large work: see there

    return compare_compiled(stored, members, max_distance_bits)
