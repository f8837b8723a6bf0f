"""Keywords are found in disguise, with what was needed; ordinary words that come near are let be."""

import pydoc_data.topics
import random
import string
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.words import Hit, Keyword, KeywordBank, Step
from tutela.core.words.disguises import Reading
from tutela.core.words.folding import MAX_GROWTH, Folded

S = Step

BANK = KeywordBank([
    Keyword("blorvex", ("blorvex",)),
    Keyword("vlorix", ("vlorix",)),
    Keyword("red boat", ("red boat",)),
    Keyword("pol", ("pol",)),
    Keyword("moon", ("moon",)),
    Keyword("filed", ("filed",)),
    Keyword("zat", ("zat",)),
    Keyword("qx", ("qx",)),
    Keyword("peche", ("p\xeache",), language="fr"),
    Keyword("mono", ("mono",), language="es"),
    Keyword("vilk", ("vilk",), language="tr"),
    Keyword("ubel", ("\xfcbelz",), language="de"),
    Keyword("lake boat", ("\u6e56\u8239",)),
    Keyword("cop latin", ("cop",)),
    Keyword("sop cyrillic", ("\u0441\u043e\u0440",)),
    Keyword("canoe", ("\U0001f6f6",)),
    Keyword("inside", ("grilx",), is_whole_word=False),
])  # fmt: skip


def found(text: str, language: str | None = None) -> dict[str, set[Step]]:
    """Return what is in a text, and the steps of each."""
    return {str(hit.entry_id): {used.step for used in hit.steps} for hit in BANK.find(text, language).hits}


HIT = [
    ("a blorvex!", "blorvex", set()),
    ("BloRvex", "blorvex", {S.CASE}),
    ("(blorvex)", "blorvex", set()),
    ("b l o r v e x", "blorvex", {S.SPACING}),
    ("b.l.o.r.v.e.x", "blorvex", {S.SPACING}),
    ("I b-l-o-r-v-e-x a", "blorvex", {S.SPACING}),
    ("b\U0001f6f6l\U0001f6f6orvex b l o r v e x", "blorvex", {S.SPACING}),
    ("b 1 0 r v 3 x", "blorvex", {S.SPACING, S.SIGN}),
    ("bl0rv3x", "blorvex", {S.SIGN}),
    ("b|orvex", "blorvex", {S.SIGN}),
    ("8lorv3x", "blorvex", {S.SIGN}),
    ("bIorvex", "blorvex", {S.SIGN, S.CASE}),
    ("v1or1x", "vlorix", {S.SIGN}),
    ("vl0r!x", "vlorix", {S.SIGN}),
    ("z@t", "zat", {S.SIGN}),
    ("blooorvex", "blorvex", {S.REPEAT}),
    ("fillled", "filed", {S.REPEAT}),
    ("bblloorrvveexx", "blorvex", {S.REPEAT}),
    ("mooooon", "moon", {S.REPEAT}),
    ("bl000rvex", "blorvex", {S.REPEAT, S.SIGN}),
    ("bl\u043erv\u0435x", "blorvex", {S.LOOKALIKE}),
    ("\uff42\uff4c\uff4f\uff52\uff56\uff45\uff58", "blorvex", {S.COMPATIBLE}),
    ("b\u200blorv\xadex", "blorvex", {S.INVISIBLE}),
    ("bl\xf3rv\xe9x", "blorvex", {S.ACCENT}),
    ("b\u0336l\u0336o\u0336r\u0336v\u0336e\u0336x", "blorvex", {S.INVISIBLE}),
    ("\U0001f1e7\U0001f1f1\U0001f1f4\U0001f1f7\U0001f1fb\U0001f1ea\U0001f1fd", "blorvex", {S.SPACING, S.LOOKALIKE}),
    ("\u249d\u24a7\u24aa\u24ad\u24b1\u24a0\u24b3", "blorvex", {S.SPACING, S.COMPATIBLE}),
    ("\u202eblorvex\u202c", "blorvex", set()),
    ("\ud800blorvex\udfff", "blorvex", set()),
    ("blorvex@lake.example", "blorvex", set()),
    ("#blorvex_now", "blorvex", set()),
    ("blorvex\U0001f1e9\U0001f1ea", "blorvex", set()),
    ("red   boat", "red boat", set()),
    ("r3d b0at", "red boat", {S.SIGN}),
    ("red-boat", "red boat", set()),
    ("r e d b o a t", "red boat", {S.SPACING}),
    ("p\xeache", "peche", set()),
    ("peche", "peche", {S.ACCENT}),
    ("UEBELZ", "ubel", {S.CASE}),
    ("\xfcbelz", "ubel", set()),
    ("V\u0130LK", "vilk", {S.CASE}),
    ("\u6211\u7684\u6e56\u8239\u5f88\u5927", "lake boat", set()),
    ("hi\U0001f6f6you", "canoe", set()),
    ("megrilxes", "inside", set()),
    ("xgr1lxx", "inside", {S.SIGN}),
    ("the cop came", "cop latin", set()),
    ("the c\u043ep came", "cop latin", {S.LOOKALIKE}),
    ("the \u0441\u043e\u0440 came", "cop latin", {S.LOOKALIKE, S.SCRIPT}),
    ("\u043d\u0430 \u0440\u0435\u043a\u0435 \u0441\u043e\u0440", "sop cyrillic", set()),
]


@pytest.mark.parametrize(("text", "entry", "steps"), HIT)
def test_a_disguise_is_seen_through(text: str, entry: str, steps: set[Step]) -> None:
    """And nothing more than was needed is told."""
    assert found(text)[entry] == steps


MISS = [
    "filled",
    "fiilled",
    "a\xef zat\xf6ri",
    "xblorvex",
    "blorvexes",
    "blorve",
    "blor vex",
    "bl orv ex",
    "blo.rvex",
    "b lorvex",
    "b l o r v e",
    "bl0rv3",
    "blorvez",
    "pool",
    "poll",
    "the pools",
    "mon",
    "mooon tide".replace("ooo", "o"),
    "spoltern",
    "zatori",
    "azat",
    "b0at",
    "red the boat",
    "redboat",
    "boat red",
    "p\xe9ch\xe9",
    "v\u0131lk",
    "VILK",
    "q x",
    "q.x",
    "9x",
    "24t",
    "2@7",
    "p0",
    "a b c d e f g",
    "1 2 3",
    "10 12 x",
    "z a",
    "A-1 B-2",
    "\u043d\u0430 \u0440\u0435\u043a\u0435 cop".replace("cop", "\u0441op\u0430"),
    "megr ilxes",
    "C3PO",
    "8107v3x",
    "10rv3x",
    "\u6e56 a \u8239",
    "b\u1f60",
    "mo\u0142o",
    "pol2",
    "2pol",
]


@pytest.mark.parametrize("text", MISS)
def test_what_only_comes_near_is_let_be(text: str) -> None:
    """Parts of words, doubled letters as ordinary words have them, serial numbers, other words with other accents."""
    assert found(text) == {}


def test_a_letter_of_its_own_is_not_the_one_below_its_mark() -> None:
    """In Spanish, or in a Spanish text, n with a tilde is no n."""
    assert found("un mo\xf1o", "es") == {}
    assert found("un mo\xf1o") == {}
    assert KeywordBank([Keyword(1, ("mono",))]).find("un mo\xf1o", "es-MX").hits == ()
    assert KeywordBank([Keyword(1, ("mono",))]).find("un mo\xf1o").hits != ()


def test_a_word_of_another_script_is_not_read_as_latin_among_its_own() -> None:
    """In a Russian sentence it is a Russian word; in a Latin one it is a disguise."""
    russian = "\u043d\u0430 \u0440\u0435\u043a\u0435 \u0441\u043e\u0440"
    assert set(found(russian)) == {"sop cyrillic"}
    assert set(found("the cop came")) == {"cop latin"}


# --------------------------------------------------------------------------------------------------------------- laws

TERMS = ("blorvex", "quimzat", "vlorix fenb", "dwarkop")
LAW_BANK = KeywordBank([Keyword(number, (term,)) for number, term in enumerate(TERMS)])
LEET = {"a": "4@", "b": "8", "e": "3", "i": "1!", "l": "1|", "o": "0", "s": "5$", "t": "7+", "z": "2"}
LOOKS = {"a": "\u0430", "e": "\u0435", "o": "\u043e", "p": "\u0440", "c": "\u0441", "x": "\u0445"}


def _letters(term: str, draw: random.Random, change: Callable[[str], str], share: float) -> str:
    return "".join(change(letter) if letter != " " and draw.random() < share else letter for letter in term)


def _signs(term: str, draw: random.Random) -> str:
    places = [place for place, letter in enumerate(term) if letter in LEET and 0 < place < len(term) - 1]
    chosen = set(draw.sample(places, min(len(places), len(term) // 3)))
    return "".join(draw.choice(LEET[letter]) if place in chosen else letter for place, letter in enumerate(term))


DISGUISES: list[Callable[[str, random.Random], str]] = [
    lambda term, draw: _letters(term, draw, str.upper, 0.5),
    lambda term, draw: _letters(term, draw, lambda letter: LOOKS.get(letter, letter), 0.7),
    lambda term, draw: _letters(term, draw, lambda letter: letter + "\u200b\u2060", 0.5).rstrip("\u200b\u2060"),
    lambda term, draw: _letters(term, draw, lambda letter: chr(ord(letter) + 0xFEE0), 0.5),
    lambda term, draw: _letters(term, draw, lambda letter: letter + "\u0301" * draw.randint(1, 3), 0.5).rstrip(
        "\u0301"
    ),
    lambda term, draw: draw.choice((" ", ".", "-", " - ", "*")).join(term.replace(" ", "")),
    lambda term, draw: _letters(term, draw, lambda letter: letter * draw.randint(3, 5), 1),
    _signs,
]


@settings(max_examples=400, deadline=None)
@given(st.integers(0, len(TERMS) - 1), st.integers(0, len(DISGUISES) - 1), st.integers(0, 10**6), st.booleans())
def test_whatever_the_disguise_the_place_is_told(number: int, kind: int, seed: int, is_late: bool) -> None:  # noqa: FBT001  # drawn
    """The span is the whole of what was disguised, and taken alone it hits again."""
    draw = random.Random(seed)  # noqa: S311  # repeatable, and no secret
    disguised = DISGUISES[kind](TERMS[number], draw)
    before = "we rowed \u6e56 home, " if is_late else ""
    text = f"{before}{disguised} by the lake"
    [hit] = LAW_BANK.find(text).hits

    assert (hit.entry_id, hit.start, hit.end) == (number, len(before), len(before) + len(disguised))
    [again] = LAW_BANK.find(text[hit.start : hit.end]).hits
    assert (again.entry_id, again.start, again.end) == (number, 0, len(disguised))


any_text = st.text(
    st.one_of(
        st.sampled_from("blorvexquimzat fen01343|!@$\u0430\u043e\u0301\u200b\U0001f6f6.- "),
        st.characters(exclude_categories=()),
    ),
    max_size=60,
)


def _inside(hit: Hit) -> Iterator[tuple[int, int]]:
    yield hit.start, hit.end
    yield from hit.spans
    yield from ((used.start, used.end) for used in hit.steps)


@settings(max_examples=500, deadline=None)
@given(any_text)
def test_any_text_has_an_answer_and_every_span_lies_in_it(text: str) -> None:
    """Spans and steps of a hit are inside it, and it is inside the text."""
    for bank in (BANK, LAW_BANK):
        for hit in bank.find(text).hits:
            assert 0 <= hit.start < hit.end <= len(text)
            assert all(hit.start <= start < end <= hit.end for start, end in _inside(hit))


@settings(max_examples=300, deadline=None)
@given(any_text)
def test_a_reading_is_never_longer_than_the_text_allows(text: str) -> None:
    """What is looked at grows with the text and with nothing else."""
    reading = Reading(Folded(text))
    most = MAX_GROWTH * len(text)

    assert sum(map(len, reading.words)) <= most
    assert sum(map(len, reading.deep)) <= most
    assert sum(map(len, reading.single_runs())) <= most
    assert len(reading.deep) == len(reading.words) or (reading.words, reading.deep) == ([], [""])


LONG = 300_000
"""Characters: thrice as many as the longest text that a platform may send."""

HOSTILE = [
    "a", "b l o r v e x ", "bl0rv3x", "a ", "1", "$", "!a", "\u0301", "\u200b", "\u093e", "\U0001f6f6", "\u6e56",
    "bIorvex", "\u05d0\u202e", "1l",
]  # fmt: skip
SWELLING = "\ufdfa" * 50_000  # each is eighteen letters when it is folded


@pytest.mark.parametrize(
    "text",
    [*(unit * (LONG // len(unit)) for unit in HOSTILE), SWELLING, "blo" + "o" * LONG + "rvex"],
    ids=lambda text: ascii(text[:6]),
)
def test_a_text_longer_than_any_is_answered(text: str) -> None:
    """With bounded hits, and word when there may be more."""
    answer = BANK.find(text)

    assert len(answer.hits) <= 100
    assert all(len(hit.steps) <= 64 for hit in answer.hits)


# ------------------------------------------------------------------------------------------------------- false alarms


def test_harmless_pages_raise_no_alarm() -> None:
    """A bank of a thousand invented words, on Python's own manual: not one hit, disguised or plain."""
    draw = random.Random(11)  # noqa: S311  # repeatable, and no secret
    syllables = [a + b for a in "bdfgklmnprtvz" for b in "aeiou"]
    ends = [(draw.randint(2, 4), draw.choice("xzqk")) for _ in range(1_000)]
    terms = {"".join(draw.choice(syllables) for _ in range(count)) + end for count, end in ends}
    pages = list(pydoc_data.topics.topics.values())
    bank = KeywordBank([Keyword(term, (term,)) for term in sorted(terms)])
    words = {word.strip(string.punctuation).lower() for page in pages for word in page.split()}
    hits = [hit for page in pages for hit in bank.find(page).hits]

    assert not terms & words
    assert sum(map(len, pages)) > 400_000
    assert hits == []
