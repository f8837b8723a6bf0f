"""What an entry asks for: terms together, near each other, beside others, in a language, by a pattern."""

from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.words import Context, Hit, Keyword, KeywordBank, KeywordKind, Step
from tutela.core.words.keyword_bank import MAX_HITS
from tutela.core.words.keyword_index import InsideIndex, LettersIndex, PhraseIndex
from tutela.core.words.keyword_patterns import MAX_PATTERNS, Patterns
from tutela.core.words.keyword_verdict import MAX_HITS_OF_ENTRY
from tutela.core.words.keywords import MAX_TERM_CHARACTERS, MAX_TERMS, check
from tutela.errors import BadInput

ALL_OF, NEAR, PATTERN = KeywordKind.ALL_OF, KeywordKind.NEAR, KeywordKind.PATTERN
WORDS = " ".join(["lake"] * 12)


def ids(entry: Keyword, text: str, language: str | None = None, *others: Keyword) -> list[object]:
    """Return what hits of one entry, or of some."""
    return [hit.entry_id for hit in KeywordBank([entry, *others]).find(text, language).hits]


NEEDS = [
    (Keyword(1, ("blorvex", "quimzat")), "a quimzat", 1),
    (Keyword(1, ("blorvex", "quimzat")), "blorvex quimzat blorvex", 3),
    (Keyword(1, ("blorvex", "quimzat"), ALL_OF), f"quimzat {WORDS} bl0rvex", 1),
    (Keyword(1, ("blorvex", "quimzat"), ALL_OF), "quimzat quimzat", 0),
    (Keyword(1, ("blorvex", "quimzat"), NEAR, within_words=3), "quimzat by the blorvex", 1),
    (Keyword(1, ("blorvex", "quimzat"), NEAR, within_words=3), "quimzat by the lake blorvex", 0),
    (Keyword(1, ("blorvex", "quimzat"), NEAR, within_words=1), "blorvex quimzat, quimzat blorvex", 2),
    (Keyword(1, ("blorvex", "quimzat", "vlorix"), NEAR, within_words=4), "vlorix a quimzat b blorvex", 1),
    (Keyword(1, ("blorvex", "quimzat", "vlorix"), NEAR, within_words=3), "vlorix a quimzat b blorvex", 0),
    (Keyword(1, ("blorvex",), contexts=(Context(("boat", "oar"), 2),)), "the blorvex and oar", 1),
    (Keyword(1, ("blorvex",), contexts=(Context(("boat", "oar"), 2),)), "the blorvex and an oar", 0),
    (Keyword(1, ("blorvex",), contexts=(Context(("boat",), 2), Context(("oar",), 2))), "boat blorvex", 0),
    (Keyword(1, ("blorvex",), contexts=(Context(("boat",), 2, is_refused=True),)), "boat blorvex", 0),
    (Keyword(1, ("blorvex",), contexts=(Context(("boat",), 2, is_refused=True),)), "boat in a blorvex", 0 + 1),
    (Keyword(1, ("blorvex",), contexts=(Context(("red boat",), 2),)), "r3d b0at blorvex", 1),
    (Keyword(1, ("robin",), is_common=True), "robin has a boat", 0),
    (Keyword(1, ("robin",), is_common=True, contexts=(Context(("boat",), 5),)), "robin has a boat", 1),
    (Keyword(1, ("robin", "boat"), NEAR, is_common=True), "robin has a boat", 1),
    (Keyword(1, (r"qx\d{3}",), PATTERN), "QX123 and qx9", 1),
    (Keyword(1, (r"\bred\W+boat\b",), PATTERN), "a R\u0435d  boat", 1),
    (Keyword(1, ("blorvex",), is_whole_word=False), "xxblorvexyy blorvex", 2),
]


@pytest.mark.parametrize(("entry", "text", "count"), NEEDS)
def test_an_entry_hits_as_often_as_it_is_meant(entry: Keyword, text: str, count: int) -> None:
    """One hit for each place, or for each set of places that it takes."""
    assert ids(entry, text) == [1] * count


def test_an_ordinary_word_hits_in_company_only() -> None:
    """Beside a hit of an entry that is no ordinary word; another ordinary one is no company."""
    robin, tulip, other = (
        Keyword("r", ("robin",), is_common=True), Keyword("t", ("tulip",), is_common=True), Keyword("b", ("blorvex",)),
    )  # fmt: skip

    assert ids(robin, "robin and tulip", None, tulip, other) == []
    assert ids(robin, "robin and a blorvex", None, tulip, other) == ["r", "b"]
    assert ids(robin, f"robin {WORDS} blorvex", None, tulip, other) == ["b"]


@pytest.mark.parametrize(
    ("entry", "text", "is_hit"),
    [
        (None, None, True),
        (None, "fr", True),
        ("de", None, True),
        ("de", "de-AT", True),
        ("de-CH", "de", True),
        ("de", "fr", False),
    ],
)
def test_an_entry_of_a_language_is_asked_of_texts_in_it(entry: str | None, text: str | None, *, is_hit: bool) -> None:
    """And of texts of which it is not known."""
    assert bool(ids(Keyword(1, ("blorvex",), language=entry), "blorvex", text)) is is_hit


def test_a_hit_says_where_and_never_what() -> None:
    """Its spans are those of its terms; nothing in it is a word of the bank or of the text."""
    entry = Keyword("k-1", ("blorvex", "quimzat"), NEAR, category="one", weight=2.5)
    [hit] = KeywordBank([entry]).find("a bl0rvex, Quimzat!").hits

    assert (hit.entry_id, hit.start, hit.end, hit.category, hit.weight) == ("k-1", 2, 18, "one", 2.5)
    assert hit.spans == ((2, 9), (11, 18))
    assert [(used.step, used.start, used.end) for used in hit.steps] == [(Step.CASE, 11, 12), (Step.SIGN, 4, 5)]
    assert hit.is_disguised
    assert "orvex" not in repr(hit)
    assert set(Hit._fields) == {"entry_id", "start", "end", "spans", "steps", "category", "weight"}


def test_capitals_and_accents_are_no_disguise() -> None:
    """People write so."""
    [hit] = KeywordBank([Keyword(1, ("blorvex",))]).find("BLORV\xc9X").hits
    assert not hit.is_disguised


def test_hits_are_bounded_and_it_is_told() -> None:
    """Of one entry, and of all."""
    one = KeywordBank([Keyword(1, ("blorvex",))])
    many = KeywordBank(
        [
            Keyword(n, (f"blor{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10 % 10]}{'uvwxyz'[n // 100]}",))
            for n in range(300)
        ]
    )
    text = " ".join(entry.terms[0] for entry in many.entries)

    assert one.find("blorvex " * MAX_HITS_OF_ENTRY).is_complete
    assert (len(one.find("blorvex " * 50).hits), one.find("blorvex " * 50).is_complete) == (MAX_HITS_OF_ENTRY, False)
    assert (len(many.find(text).hits), many.find(text).is_complete) == (MAX_HITS, False)


def test_a_pattern_that_is_everywhere_else_is_bounded() -> None:
    """And told as not complete."""
    answer = KeywordBank([Keyword(1, ("q[0-9]",), PATTERN)]).find("q1 " * 10_000)
    assert (len(answer.hits), answer.is_complete) == (MAX_HITS_OF_ENTRY, False)


@pytest.mark.parametrize("bits", range(8, 24, 2))
def test_no_pattern_is_missed_when_all_together_take_too_much_memory(bits: int) -> None:
    """RE2 says nothing when it gives up; then each is asked alone."""
    patterns = Patterns([rf"(?:[a-q][^u-z]{{13}})x{n}" for n in range(40)] + ["blorvex"], memory_bytes=1 << bits)
    places = list(patterns.find("\xe4 blorvex " + "abcdefgabcdefgh" * 3_000))

    assert [(place.number, place.start, place.end) for place in places] == [(40, 2, 9)]


WRONG = [
    (Keyword(1, ()), "term"), (Keyword(1, ("...",)), "term"), (Keyword(1, ("q",)), "term"), (Keyword(1, ("",)), "term"),
    (Keyword(1, ("blorvex" * 40,)), "term"), (Keyword(1, ("a b " * 20,)), "term"), (Keyword(1, ("\u200b",)), "term"),
    (Keyword(1, tuple(f"blorvex{n}" for n in range(MAX_TERMS + 1))), "term"),
    (Keyword(1, ("blorvex", "BLORVEX"), ALL_OF), "term"), (Keyword(1, ("blorvex",), NEAR), "term"),
    (Keyword(1, ("blorvex",), within_words=0), "within_words"),
    (Keyword(1, ("blorvex",), language="German"), "language"),
    (Keyword(1, ("blorvex",), weight=float("nan")), "weight"), (Keyword(1, ("blorvex",), weight=-1), "weight"),
    (Keyword(1, ("blorvex",), category="x" * 65), "category"), (Keyword(1, ("blorvex(",), PATTERN), "term"),
    (Keyword(1, ("(blorvex)?",), PATTERN), "term"), (Keyword(1, ("blorvex" * 200,), PATTERN), "term"),
    (Keyword(1, ("blorvex",), contexts=(Context(()),)), "context"),
    (Keyword(1, ("blorvex",), contexts=(Context(("!",)),)), "context"),
    (Keyword(1, ("blorvex",), contexts=(Context(("boat",), 1_000),)), "context"),
    (Keyword(1, ("blorvex",), contexts=(Context(("boat",)),) * 9), "context"),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "place"), WRONG)
def test_an_entry_that_cannot_be_meant_is_refused_without_being_repeated(entry: Keyword, place: str) -> None:
    """By its number and field."""
    with pytest.raises(BadInput) as alone:
        check(entry)
    with pytest.raises(BadInput) as second:
        KeywordBank([Keyword(0, ("quimzat",)), entry])

    assert alone.value.place == place
    assert second.value.place == f"entry 2, {place}"
    assert "orvex" not in str(second.value)
    assert second.value.__suppress_context__


def test_patterns_of_several_banks_are_asked_in_parts() -> None:
    """A thousand at a time; the first and the last of each part are found."""
    numbers = (0, MAX_PATTERNS - 1, MAX_PATTERNS, 2 * MAX_PATTERNS)
    bank = KeywordBank(Keyword(n, (f"blorvex{n}x",), PATTERN) for n in range(2 * MAX_PATTERNS + 1))
    found = bank.find(" ".join(f"blorvex{n}x" for n in numbers)).hits
    assert {hit.entry_id for hit in found} == set(numbers)


def test_an_empty_bank_has_nothing() -> None:
    """And answers so."""
    assert KeywordBank([]).find("blorvex").hits == ()
    assert len(KeywordBank([])) == 0


def test_a_term_is_found_at_its_full_length() -> None:
    """The longest there may be."""
    term = ("blorv " * 40)[:MAX_TERM_CHARACTERS].rsplit(" ", 25)[0]
    assert ids(Keyword(1, (term,)), f"the {term} lake") == [1]
    assert ids(Keyword(1, ("b" + "ax" * 99,)), f"the b{'ax' * 99} lake") == [1]


def test_entries_are_frozen_and_hold_what_is_said() -> None:
    """A bank is shared by threads."""
    assert {each.name for each in fields(Keyword)} >= {"id", "terms", "kind", "language", "is_common", "contexts"}


# ----------------------------------------------------------------------------------------------- against brute force

words = st.text("abx", min_size=1, max_size=3)
phrases = st.lists(words, min_size=1, max_size=3)


@settings(max_examples=300, deadline=None)
@given(st.lists(phrases, max_size=12), st.lists(words, max_size=20))
def test_phrases_are_where_brute_force_finds_them(forms: list[list[str]], text: list[str]) -> None:
    """By words; and inside them."""
    numbered = list(enumerate(forms))
    by_words = {
        (n, at, at + len(form)) for n, form in numbered for at in range(len(text)) if text[at : at + len(form)] == form
    }
    line = " ".join(text)
    inside = {
        (n, at, at + len(" ".join(form)))
        for n, form in numbered for at in range(len(line)) if line.startswith(" ".join(form), at)
    }  # fmt: skip

    assert set(PhraseIndex((form, n) for n, form in numbered).find(text)) == by_words
    assert set(InsideIndex((form, n, False) for n, form in numbered).find(text)) == inside
    whole = InsideIndex((form, n, True) for n, form in numbered).find(text)
    assert {(n, text_at(text, start)) for n, start, _ in whole} == {(n, at) for n, at, _ in by_words}


def text_at(text: list[str], start: int) -> int:
    """Return which word begins at a character."""
    return " ".join(text)[:start].count(" ")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text("abx", min_size=3, max_size=5), max_size=12), st.text("abx", max_size=40))
def test_letters_are_where_brute_force_finds_them(forms: list[str], text: str) -> None:
    """Anywhere among others; three letters only where there are no others."""
    places = {(n, at, at + len(form)) for n, form in enumerate(forms) for at in range(len(text) - len(form) + 1)}
    right = {(n, start, end) for n, start, end in places if text[start:end] == forms[n]}
    expected = {each for each in right if each[2] - each[1] > 3 or len(text) == 3}

    assert set(LettersIndex((form, n) for n, form in enumerate(forms)).find(text)) == expected


def test_a_huge_text_is_searched_in_pieces_and_nothing_is_lost_between() -> None:
    """A form over the border of two pieces is found once."""
    index = InsideIndex([(("blorvex",), 0, False)])
    for start in range((1 << 14) - 10, (1 << 14) + 3):
        text = ["a" * start + "blorvex" + "a" * 50]
        assert list(index.find(text)) == [(0, start, start + 7)]
