"""What the demo prints about what happened."""

from tutela.sandbox.table import WIDTH, Posted, by_variant, speed
from tutela.sandbox.variants import variants


def test_a_row_counts_what_was_recognised_and_what_was_missed() -> None:
    """A picture that was recognised both ways counts once, as exact."""
    posted = [
        Posted("mirrored", "refuse", 0.1, is_exact=True, near_bits=0),
        Posted("mirrored", "hold", 0.1, is_exact=False, near_bits=10),
        Posted("mirrored", "hold", 0.1, is_exact=False, near_bits=20),
        Posted("mirrored", "publish", 0.1, is_exact=False, near_bits=None),
    ]

    row, total = by_variant(posted).splitlines()[2], by_variant(posted).splitlines()[-1]

    assert row.split() == ["mirrored", "4", "1", "2", "15", "1", "2", "1", "1"]
    assert total.split() == ["together", "4", "1", "2", "15", "1", "2", "1", "1"]


def test_the_table_can_be_read_in_a_hundred_columns() -> None:
    """However many were posted."""
    posted = [Posted(each.name, "hold", 0.1, is_exact=False, near_bits=30) for each in variants() for _ in range(10)]

    assert max(map(len, by_variant(posted).splitlines())) <= WIDTH


def test_speed_tells_the_median_and_the_slow_end() -> None:
    """In milliseconds that somebody waited."""
    assert speed([0.010] * 98 + [0.5, 0.5], 2.0) == ("50 pictures/s; authors waited 10 ms (p50), 500 ms (p99)")
