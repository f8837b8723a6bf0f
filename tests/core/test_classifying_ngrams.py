"""A text becomes the same numbers everywhere: whoever trains a model has to make them too."""

import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.classifying.ngrams import MAX_TEXT_CHARACTERS, features_of
from tutela.core.classifying.setup import NgramSpec

SMALL = NgramSpec(2, 3, 64)


def test_the_form_is_as_it_is_written_down() -> None:
    """By hand: ` a b ` has four pairs and three triples, ` a` and ` b` among them."""
    row = np.zeros(64, np.float32)
    for gram in (" a", "a ", " b", "b ", " a ", "a b", " b "):
        row[zlib.crc32(gram.encode()) % 64] += 1
    row = np.sqrt(row)
    assert features_of("A  b\n", SMALL) == pytest.approx(row / np.linalg.norm(row))


def test_vectors_for_others() -> None:
    """Part of the form: the buckets of a word of one letter that is not ASCII, each once."""
    grams = [" \u00fc", "\u00fc ", " \u00fc "]
    buckets = sorted(zlib.crc32(each.encode()) % 64 for each in grams)
    assert np.flatnonzero(features_of("U\u0308", SMALL)).tolist() == buckets


@settings(deadline=None)
@given(st.text(max_size=60))
def test_a_row_has_length_one_or_nothing(text: str) -> None:
    """Whatever the text; and case, width and blanks make no difference."""
    row = features_of(text, SMALL)
    assert row.dtype == np.float32
    assert np.linalg.norm(row) == pytest.approx(1.0 if text.split() else 0.0, abs=1e-5)
    assert (features_of(f"  {text}\t", SMALL) == row).all()


def test_a_long_text_is_looked_at_up_to_its_bound() -> None:
    """And half a character does no harm."""
    text = "boat " * MAX_TEXT_CHARACTERS
    assert (features_of(text, SMALL) == features_of(text[:MAX_TEXT_CHARACTERS], SMALL)).all()
    assert np.isfinite(features_of("\ud800 lake", SMALL)).all()
