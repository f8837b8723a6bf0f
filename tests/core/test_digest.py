"""Digests are read strictly and made in one pass."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.signals.digest import DIGEST_HEX_DIGITS, StreamingDigests, digests_of, parse_digest
from tutela.errors import MalformedHash


@given(st.lists(st.binary(max_size=200), max_size=8))
def test_pieces_have_the_digests_of_the_whole(pieces: list[bytes]) -> None:
    """However the bytes arrive, the digests are those of the standard library over all of them."""
    streaming = StreamingDigests()
    for piece in pieces:
        streaming.update(piece)
    whole = b"".join(pieces)
    expected = {kind: hashlib.new(kind, whole, usedforsecurity=False).hexdigest() for kind in DIGEST_HEX_DIGITS}
    assert dict(streaming.digests().known()) == expected
    assert digests_of(whole) == streaming.digests()


@given(st.sampled_from(sorted(DIGEST_HEX_DIGITS)), st.binary(max_size=50))
def test_a_digest_is_read_in_either_case(kind: str, content: bytes) -> None:
    """Lists write both; we keep one."""
    digits = hashlib.new(kind, content, usedforsecurity=False).hexdigest()
    assert parse_digest(kind, digits.upper()) == parse_digest(kind, digits) == digits


@pytest.mark.parametrize("kind", sorted(DIGEST_HEX_DIGITS))
@pytest.mark.parametrize(
    "spoil", [lambda d: d + "\n", lambda d: " " + d, lambda d: d[:-1], lambda d: d[:-1] + "g", lambda _: ""]
)
def test_anything_but_the_digits_is_refused(kind: str, spoil) -> None:  # noqa: ANN001 - a lambda of the table
    """Nothing before, nothing after, no other length."""
    with pytest.raises(MalformedHash) as caught:
        parse_digest(kind, spoil("a" * DIGEST_HEX_DIGITS[kind]))
    assert caught.value.place == kind
    assert caught.value.remedy


def test_an_unknown_kind_is_refused() -> None:
    """A typo must not be stored as a digest nobody looks up."""
    with pytest.raises(MalformedHash, match="no digest of this kind"):
        parse_digest("sha512", "a" * 128)
