"""Values that would hit what nobody meant are noticed, and the worst of them refused."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.banks import SignalType
from tutela.core.suspicion import WORDS, Suspicion, is_refused, suspicion_of

PDQ, MD5 = SignalType.PDQ, SignalType.MD5
EMPTY = hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        (PDQ, "0" * 64, Suspicion.FLAT),
        (PDQ, "f" * 64, Suspicion.FLAT),
        (MD5, "0" * 32, Suspicion.FLAT),
        (PDQ, "0" * 60 + "8421", Suspicion.ALMOST_FLAT),
        (PDQ, "7fff" * 16, Suspicion.ALMOST_FLAT),
        (PDQ, "00ff" * 16, Suspicion.REPETITIVE),
        (PDQ, "0123" * 8 + "4567" * 8, Suspicion.REPETITIVE),
        (MD5, "ab" * 16, Suspicion.REPETITIVE),
        (MD5, hashlib.md5(b"", usedforsecurity=False).hexdigest(), Suspicion.EMPTY),
        (SignalType.SHA1, hashlib.sha1(b"", usedforsecurity=False).hexdigest(), Suspicion.EMPTY),
        (SignalType.SHA256, EMPTY, Suspicion.EMPTY),
        (PDQ, EMPTY, None),
        (MD5, hashlib.md5(b"a meadow", usedforsecurity=False).hexdigest(), None),
    ],
)
def test_what_is_odd_about_a_value(kind: SignalType, value: str, found: Suspicion | None) -> None:
    """The gravest is named; the digest of no bytes is no picture hash."""
    assert suspicion_of(kind, value) is found


@given(st.binary(min_size=1, max_size=40))
def test_the_digest_of_any_content_is_not_odd(content: bytes) -> None:
    """No file is warned of for what is in it."""
    assert suspicion_of(SignalType.SHA256, hashlib.sha256(content).hexdigest()) is None
    assert suspicion_of(PDQ, hashlib.sha256(content).hexdigest()) is None


def test_only_a_flat_picture_hash_is_refused() -> None:
    """A digest of zeros hits nothing at all; a flat picture hash everything."""
    assert [is_refused(PDQ, each * 64) for each in "0f"] == [True, True]
    assert not is_refused(MD5, "0" * 32)
    assert not is_refused(PDQ, "00ff" * 16)
    assert set(WORDS) == set(Suspicion)
