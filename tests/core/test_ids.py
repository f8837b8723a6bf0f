"""Where an identifier stands among its kind, as a number."""

from hypothesis import given
from hypothesis import strategies as st

from tutela.core.ids import from_place, to_place

identifiers = st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=25, max_size=25).map(lambda rest: f"mem_0{rest}")


@given(identifiers, identifiers)
def test_a_place_skips_nothing_and_fits_into_a_checkpoint(one: str, other: str) -> None:
    """It lies before its own identifier and behind every earlier place; in order, and within 63 bits."""
    place = to_place(one)

    assert from_place("member", place) < one
    assert 0 <= place < 2**63
    if to_place(other) < place:
        assert other < from_place("member", place)
