"""Any text is folded in linear time, and every folded character knows where it comes from."""

import sys
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.words import Folded, fold, words_of
from tutela.core.words.characters import FOLDS
from tutela.core.words.confusable_letters import LATIN_FOR, LOOKS_LIKE
from tutela.core.words.folding import MAX_GROWTH, MAX_MARKS

ODD = (
    "\u0300\u0301\u0307\u0323\u0327\u0345\u20d7\u0e33\u0e49\u093f\u094d\u0915\u09be\u09c7\u1100\u1161\u11a8\uac00"
    "\uff76\uff9e\u3099\u200b\u200d\u202e\xad\ufe0f\U0001f3fd\U0001f1e6\U0001f6f6\u0130\u0131iIjJ\xdf\ufb01\xb4\u1fb3"
    "\u1e9b\u212b\ufdfa\u0456\u0455\U0001f171\ud800\udc00\ufdd0\ufffe\ufffd\U0010ffff\U000e0041\u0640\u0627\u0654 .\n"
)
any_text = st.text(st.one_of(st.characters(exclude_categories=()), st.sampled_from(ODD)), max_size=40)

TABLE = [
    ("Blorvex", "blorvex"), ("\uff22\uff2c\uff4f\uff52\uff56\uff45\uff58", "blorvex"),
    ("bl\u043erv\u0435x", "blorvex"), ("\u212c\U0001d4c1orvex", "blorvex"), ("\U0001f171lorvex", "blorvex"),
    ("\u24d1\u24db\u24de", "blo"), ("\u1d1b\u1d07x\u1d1b", "text"), ("b\u200blor\xadv\u2060ex", "blorvex"),
    ("b\u0336l\u0336o\u0336", "blo"), ("\u202eblorvex\u202c", "blorvex"), ("Stra\xdfe", "strasse"),
    ("\u0130\u0131Ii", "iiii"), ("cafe\u0301", "caf\xe9"), ("caf\xe9", "caf\xe9"), ("\ufb01n", "fin"),
    ("\u0663\u0967", "31"), ("\u0939\u093f\u0928\u094d\u0926\u0940", "\u0939\u093f\u0928\u094d\u0926\u0940"),
    ("\u1112\u1161\u11ab", "\ud55c"), ("\uff76\uff9e", "\u30ac"), ("a\ud800b", "a\ufffdb"), ("", ""),
    ("\U0001f6f6\ufe0f", "\U0001f6f6"), ("\u0645\u0640\u0640\u0631", "\u0645\u0631"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "becomes"), TABLE)
def test_a_text_is_folded(text: str, becomes: str) -> None:
    """Case, other forms, what cannot be seen, lookalikes; marks of scripts that need them stay."""
    assert fold(text) == becomes


@settings(max_examples=500, deadline=None)
@given(any_text)
def test_folding_twice_is_folding_once(text: str) -> None:
    """So a keyword that was folded when it was stored still meets its text."""
    assert fold(fold(text)) == fold(text)


@settings(max_examples=500, deadline=None)
@given(any_text)
def test_each_folded_character_comes_from_a_place_in_the_original(text: str) -> None:
    """In order, inside, never empty; and together they are as many as there are."""
    read = Folded(text)
    spans = [read.span(place, place + 1) for place in range(len(read.text))]

    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before <= after for before, after in pairwise(spans))
    assert len(read.text) <= MAX_GROWTH * len(text)


@settings(max_examples=500, deadline=None)
@given(any_text)
def test_the_original_of_a_word_folds_to_it(text: str) -> None:
    """A span says where a word stands, whatever stands beside it."""
    for word in words_of(text):
        assert word.text in [other.text for other in words_of(text[word.start : word.end])]
    assert [word.text for word in words_of(text)] == Folded(text).words


def test_every_character_there_is_can_be_folded_and_stays_so() -> None:
    """In every plane, a small prime apart, and all of the first one."""
    for number in (*range(0x3000), *range(0x3000, sys.maxunicode + 1, 7)):
        once = fold(chr(number))
        assert fold(once) == once
        assert len(once) <= MAX_GROWTH


def test_no_text_fills_the_tables() -> None:
    """What is kept of characters that were met is bounded."""
    for start in range(0, sys.maxunicode, 0x4000):
        fold("".join(map(chr, range(start, min(start + 0x4000, sys.maxunicode + 1), 3))))

    assert len(FOLDS) <= 1 << 16


def test_thousands_of_marks_are_cut_before_they_are_sorted() -> None:
    """Sorting is what takes the square of their number."""
    text = "a" + "\u0301\u0323" * 50_000 + " b"
    read = Folded(text)

    assert len(read.text) <= MAX_MARKS + 3
    assert read.span(0, 1) == (0, 100_001)


def test_a_storm_of_invisible_characters_leaves_the_word() -> None:
    """Its span holds them all."""
    storm = "\u200b\u202e\ufeff" * 30_000
    [word] = words_of(storm.join("blorvex"))

    assert (word.text, word.start, word.end) == ("blorvex", 0, 7 + 6 * 90_000)


def test_a_picture_is_a_word_and_a_flag_is_letters_of_its_own() -> None:
    """So neither grows together with the word beside it."""
    words = words_of("blorvex\U0001f6f6\U0001f1e9\U0001f1eavex")

    assert [word.text for word in words] == ["blorvex", "\U0001f6f6", "d", "e", "vex"]


def test_lookalikes_are_those_of_unicode() -> None:
    """Each is in the table of the library, by itself or by its capital."""
    library = pytest.importorskip("confusable_homoglyphs.confusables").confusables_data
    for other, latin in LATIN_FOR.items():
        forms = {other, other.upper(), other.lower(), other.title()}
        shown = {each["c"].lower() for form in forms for each in library.get(form, ())}
        assert latin in shown, unicodedata.name(other)
    assert all(len(unicodedata.normalize("NFD", other)) == 1 for other in LATIN_FOR)
    assert sum(map(len, LOOKS_LIKE.values())) == len(LATIN_FOR)
