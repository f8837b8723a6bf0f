"""Known texts are found edited and inside others, as often as is said; nothing stored can be read."""

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b
from math import comb, sqrt
from statistics import fmean
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.keyed import Word
from tutela.core.similar import (
    KnownTexts,
    Sketch,
    TextMatch,
    likeness,
    likeness_keys,
    shingled,
    sketch_of,
    text_key,
)
from tutela.core.similar.clusters import KEYS
from tutela.core.similar.columns import LEADING, MAX_CANDIDATES, MAX_LED_TO
from tutela.core.similar.known import MAX_MATCHES
from tutela.core.similar.shingles import MAX_WORDS
from tutela.core.similar.sketch import SKETCH
from tutela.errors import MalformedHash, Misconfigured

KEY, OTHER_KEY = text_key(b"s" * 32), text_key(b"t" * 32)
ADVERT = (
    "Spend a calm weekend by lake Tarvo with us. Every garden path leads down to a small wooden boat. "
    "Write to Marek today and ask for the blue cabin. It costs 80 crowns a night and breakfast is free. "
    "Look at lake-tarvo.example before all the cabins are gone."
)
SMALL_TALK = (
    "good morning everybody, my brother painted the old fence yesterday and now he wonders whether rain will come",
    "does anybody know when the ferry leaves on sunday, the board at the harbour was empty when we walked past it",
)


def split(text: str) -> list[Word]:
    """Return the words of a text; the product's own folding is tested elsewhere."""
    return [(found[0].casefold(), *found.span()) for found in re.finditer(r"\w+", text)]


def dice(seed: int) -> random.Random:
    """Return chance that is the same each time."""
    return random.Random(seed)  # noqa: S311  # no secret depends on it


def sketch(text: str, key: Any = KEY) -> Sketch:
    """Return what is stored of a text."""
    return sketch_of(shingled(split(text), key), key.check)


def known(*texts: str) -> KnownTexts:
    """Return known texts, numbered from 0."""
    return KnownTexts.build([(number, sketch(text)) for number, text in enumerate(texts)], KEY.check)


def found(texts: KnownTexts, text: str, **more: Any) -> tuple[TextMatch, ...]:
    """Return the matches of a message."""
    words = split(text)
    return texts.find(shingled(words, KEY), words, **more).matches


def written(draw: random.Random, count: int) -> list[str]:
    """Return invented words, no two the same."""
    return ["".join(draw.choices("abcdefghijklmnop", k=7)) + "qrstuv"[n % 6] for n in range(count)]


def edited(words: Sequence[str], draw: random.Random, changes: int) -> list[str]:
    """Return a text with some words replaced."""
    changed = list(words)
    for place in draw.sample(range(len(changed)), changes):
        changed[place] = "z" + changed[place]
    return changed


def pieces(words: Sequence[str]) -> set[tuple[str, ...]]:
    """Return the pieces of a text, in plain Python."""
    return {tuple(words[first : first + 3]) for first in range(len(words) - 2)}


LETTERS = str.maketrans("0123456789", "abcdefghij")
_SENTENCES = ADVERT.split(". ")


@pytest.mark.parametrize(
    ("text", "at_least"),
    [
        (ADVERT, 1.0),
        (ADVERT.upper(), 1.0),
        (ADVERT.replace("80", "1200"), 1.0),
        (ADVERT.replace("Marek", "Jolanta"), 0.9),
        (ADVERT.replace("lake-tarvo.example", "boats.quimzat.example"), 0.8),
        (ADVERT.replace("Marek", "Jolanta").replace("80", "75").replace("Tarvo", "Quimzat"), 0.75),
        (ADVERT.replace("calm", "calm and quiet").replace("small ", "").replace("breakfast", "the breakfast"), 0.7),
        (". ".join(_SENTENCES[::-1]), 0.75),
        (" ".join((*SMALL_TALK, ADVERT, *SMALL_TALK)), 1.0),
        (" ".join((SMALL_TALK[0], *_SENTENCES[:3], SMALL_TALK[1])), 0.6),
        (ADVERT.replace(" ", " \n* "), 1.0),
    ],
)
def test_a_known_text_is_found_edited_and_inside_others(text: str, at_least: float) -> None:
    """Words put in, taken out or changed, sentences in another order, other names, prices and links."""
    [match] = found(known(ADVERT, "a boat " * 20), text)

    assert match.entry_id == 0
    assert at_least <= match.contained <= 1
    assert 0 <= match.start < match.end <= len(text)


def test_a_match_says_where_the_known_text_is() -> None:
    """In characters of the original."""
    text = f"{SMALL_TALK[0]}\n\n{ADVERT}\n\n{SMALL_TALK[1]}"
    [match] = found(known(ADVERT), text)
    said = text[match.start : match.end]

    assert said in ADVERT
    assert len(said) > len(ADVERT) * 0.8
    assert match.contained == 1
    assert match.likeness == pytest.approx(0.62, abs=0.1)


@pytest.mark.parametrize(
    "text",
    [
        *SMALL_TALK,
        "spend a calm weekend with a good book",
        "write to marek today and ask",
        "",
        "hi",
        "a " * 50,
        " ".join(ADVERT.split()[:12]),
    ],
)
def test_what_only_shares_a_phrase_is_not_found(text: str) -> None:
    """Also not what is short, or empty."""
    assert found(known(ADVERT), text) == ()


@pytest.mark.parametrize(
    ("short", "text", "is_found"),
    [
        ("see you at the lake", "See you, at the LAKE!", True),
        ("see you at the lake", "see you at the lake tomorrow", False),
        ("see you at the lake", "see you at lake", False),
        ("boat " * 30, "boat " * 30, True),
        ("boat " * 30, "boat " * 29, False),
        ("12345", "12345", True),
        ("12345", "54321", False),
        ("room 5", "room 6", False),
    ],
)
def test_a_short_text_is_known_only_when_it_is_the_same(short: str, text: str, *, is_found: bool) -> None:
    """Also one that says the same word again and again; numbers count in it."""
    matches = found(known(ADVERT, short), text)

    assert [match.entry_id for match in matches] == ([1] if is_found else [])


def test_the_best_matches_come_first_and_are_bounded() -> None:
    """Of a family of nearly identical known texts some are enough."""
    family = [ADVERT.replace("Marek", f"Marek{'abcdefghij'[n // 10]}{'abcdefghij'[n % 10]}") for n in range(100)]
    texts = known(*family)
    matches = found(texts, family[37])

    assert len(matches) == MAX_MATCHES
    assert matches[0].entry_id == 37
    assert [match.contained for match in matches] == sorted((match.contained for match in matches), reverse=True)


def test_a_phrase_that_very_many_known_texts_have_stays_cheap() -> None:
    """It leads to some of them; a message that holds too much is answered as incomplete."""
    draw = dice(3)
    families = [written(draw, 12) for _ in range(6)]
    texts = known(*(" ".join((*family, *written(draw, 3))) for family in families for _ in range(MAX_LED_TO + 20)))
    words = split(" ".join(word for family in families for word in family))
    answer = texts.find(shingled(words, KEY), words)

    assert len(families) * MAX_LED_TO > MAX_CANDIDATES
    assert len(answer.matches) == MAX_MATCHES
    assert not answer.is_complete


# --------------------------------------------------------------------------------------------------------------- laws

texts_of = st.lists(st.sampled_from(["lake", "boat", "garden", "path", "blue", "7", "ä"]), max_size=60).map(" ".join)


@settings(deadline=None)
@given(texts_of, texts_of)
def test_likeness_is_symmetric_and_that_of_a_text_with_itself_is_one(left: str, right: str) -> None:
    """Where both have few pieces it is the Jaccard coefficient itself."""
    if not left or not right:
        return
    one, other = sketch(left), sketch(right)

    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one) == 1
    assert 0 <= likeness(one, other) <= 1
    sets = [pieces(["0" if word.isdigit() else word for word in text.split()]) for text in (left, right)]
    if one.whole != other.whole and sets[0] | sets[1] and len(sets[0] | sets[1]) <= SKETCH:
        assert likeness(one, other) == pytest.approx(len(sets[0] & sets[1]) / len(sets[0] | sets[1]))


@settings(deadline=None)
@given(texts_of, st.lists(texts_of.filter(bool), max_size=4))
def test_a_known_text_is_always_found_in_itself(text: str, others: list[str]) -> None:
    """Whatever else is known."""
    texts = known(*(others + [text] * bool(text)))
    matches = found(texts, text)

    if text:
        assert len(others) in {match.entry_id for match in matches if match.contained == 1}
    else:
        assert matches == ()


@settings(deadline=None)
@given(texts_of)
def test_what_is_stored_says_nothing_without_the_secret(text: str) -> None:
    """No word, no hash that anybody could compute; under another secret everything is different."""
    words = split(text)
    if not words:
        return
    blob = sketch(text).encode()
    other = sketch(text, OTHER_KEY)

    assert not any(word.encode() in blob for word, _, _ in words if len(word) > 3)
    assert blake2b(text.encode(), digest_size=16).digest()[:8] not in blob
    assert sketch(text).whole != other.whole
    assert likeness(sketch(text), other) == 0
    assert not set(likeness_keys(shingled(words, KEY))) & set(likeness_keys(shingled(words, OTHER_KEY)))


@settings(deadline=None)
@given(texts_of.filter(bool))
def test_what_is_encoded_is_decoded(text: str) -> None:
    """Byte for byte, in a bounded size."""
    blob = sketch(text).encode()

    assert Sketch.decode(blob) == sketch(text)
    assert len(blob) <= 153


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | texts_of.filter(bool).flatmap(
    lambda text: st.tuples(st.integers(0, 152), st.integers(0, 255)).map(lambda at: _broken(text, *at))
))  # fmt: skip
def test_any_bytes_are_a_sketch_or_are_refused(blob: bytes) -> None:
    """And what is read can be laid out and compared."""
    try:
        read = Sketch.decode(blob)
    except MalformedHash:
        return
    assert read.encode() == blob
    assert 0 <= likeness(read, sketch(ADVERT)) <= 1
    texts = KnownTexts.build([(0, replace(read, check=KEY.check))], KEY.check)
    assert len(found(texts, ADVERT)) <= 1


def _broken(text: str, place: int, byte: int) -> bytes:
    blob = bytearray(sketch(text).encode())
    blob[place % len(blob)] = byte
    return bytes(blob)


def test_texts_under_another_secret_are_refused_and_not_silently_missed() -> None:
    """A bank that finds nothing must not look like one that has nothing to find."""
    with pytest.raises(Misconfigured, match="another secret"):
        KnownTexts.build([(0, sketch(ADVERT, OTHER_KEY))], KEY.check)
    with pytest.raises(Misconfigured, match="32"):
        text_key(b"short")


def test_a_text_without_words_is_never_known() -> None:
    """It would be in everything."""
    with pytest.raises(MalformedHash):
        sketch("...")


def test_a_huge_message_is_looked_at_up_to_a_bound() -> None:
    """And the answer says that it is not complete."""
    words = [(f"w{n % 7919}x".translate(LETTERS), n, n + 1) for n in range(MAX_WORDS)]
    texts = known(ADVERT)

    assert texts.find(shingled(words, KEY), words).is_complete
    longer = [*split(ADVERT), *words]
    answer = texts.find(shingled(longer, KEY), longer)
    assert not answer.is_complete
    assert [match.entry_id for match in answer.matches] == [0]
    assert len(likeness_keys(shingled(longer, KEY))) == KEYS


@settings(deadline=None)
@given(st.lists(st.text(max_size=5), max_size=12))
def test_any_words_can_be_looked_at(texts: list[str]) -> None:
    """Also those that have no form in UTF-8."""
    words = [(text + "\ud800", 0, 1) for text in texts]

    assert known(ADVERT).find(shingled(words, KEY), words).matches == ()


# ------------------------------------------------------------------------------------------------------- what changes


def test_what_comes_and_goes_counts_at_once() -> None:
    """In the small part, and after both became one."""
    first = known(ADVERT, SMALL_TALK[0])
    second = first.changed([("new", sketch(SMALL_TALK[1]))], [0])
    third = second.changed([(1, sketch(ADVERT))])
    fourth = third.changed([], ["new", "never there"])

    for texts, expected in (
        (first, [[0], [1], []]),
        (second, [[], [1], ["new"]]),
        (third, [[1], [], ["new"]]),
        (fourth, [[1], [], []]),
    ):
        for each in (texts, texts.settled()):
            assert [[match.entry_id for match in found(each, text)] for text in (ADVERT, *SMALL_TALK)] == expected


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.dictionaries(st.integers(0, 5), texts_of.filter(bool), max_size=3), st.sets(st.integers(0, 5))),
        max_size=5,
    ),
    texts_of,
)  # fmt: skip
def test_changes_one_by_one_are_as_if_laid_out_at_once(steps: list[tuple[dict[int, str], set[int]]], text: str) -> None:
    """Whatever was put in, replaced and taken out, in whichever order."""
    texts, held = known(), dict[int, str]()
    for added, removed in steps:
        texts = texts.changed([(number, sketch(each)) for number, each in added.items()], removed)
        held = {number: each for number, each in held.items() if number not in removed} | added
    at_once = KnownTexts.build([(number, sketch(each)) for number, each in held.items()], KEY.check)

    expected = {match.entry_id: match for match in found(at_once, text)}
    assert {match.entry_id: match for match in found(texts, text)} == expected
    assert {match.entry_id: match for match in found(texts.settled(), text)} == expected


# ------------------------------------------------------------------------------------------------------ stated errors


def test_what_is_said_of_long_texts_is_right_on_average_and_as_far_off_as_is_said() -> None:
    """The standard error of a share *c* is at most sqrt(c (1 - c) / 32)."""
    draw = dice(11)
    off, allowed, likenesses = [], [], []
    for _ in range(400):
        text = written(draw, 200)
        message = [*written(draw, 30), *edited(text, draw, 22), *written(draw, 60)]
        share = len(pieces(text) & pieces(message)) / len(pieces(text))
        jaccard = len(pieces(text) & pieces(message)) / len(pieces(text) | pieces(message))
        [match] = found(known(" ".join(text)), " ".join(message), at_least=0.1)
        off.append(match.contained - share)
        likenesses.append(match.likeness - jaccard)
        allowed.append(share * (1 - share) / SKETCH)

    assert abs(fmean(off)) < 0.015
    assert sqrt(fmean(error**2 for error in off)) < 1.1 * sqrt(fmean(allowed))
    assert abs(fmean(likenesses)) < 0.02


@pytest.mark.parametrize(("changes", "seed"), [(40, 1), (60, 2), (80, 3)])
def test_no_more_is_overlooked_than_is_said(changes: int, seed: int) -> None:
    """Of texts of which a message holds a share *c*, (1 - c)^8 are not even compared."""
    draw = dice(seed)
    texts = [written(draw, 200) for _ in range(300)]
    columns = known(*(" ".join(text) for text in texts)).base
    missed, expected = 0, 0.0
    for row, text in enumerate(texts):
        message = edited(text, draw, changes)
        share = len(pieces(text) & pieces(message)) / len(pieces(text))
        expected += (1 - share) ** LEADING
        asked = shingled(split(" ".join(message)), KEY)
        rows, _ = columns.candidates((asked.hashes >> 32).astype("u4"))
        missed += row not in rows

    assert missed < expected + 4 * sqrt(expected + 1)
    assert missed > expected - 4 * sqrt(expected + 1)


def odds(pieces_of_text: int, held: int) -> float:
    """Return how probably a text is found of which a message holds some pieces, with the usual threshold.

    Of the 32 pieces that are kept, half have to be there, and among those one of the eight that lead to the text.
    """
    total = 0.0
    for there in range(SKETCH // 2, SKETCH + 1):
        drawn = comb(held, there) * comb(pieces_of_text - held, SKETCH - there) / comb(pieces_of_text, SKETCH)
        total += drawn * (1 - comb(SKETCH - LEADING, there) / comb(SKETCH, there))
    return total


@pytest.mark.parametrize(
    ("held", "expected"), [(300, 0.013), (400, 0.161), (500, 0.570), (600, 0.911), (700, 0.995), (800, 1.0)]
)
def test_the_table_of_the_page_is_what_follows(held: int, expected: float) -> None:
    """Of a long text of a thousand pieces."""
    assert odds(1_000, held) == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize(("changes", "seed"), [(20, 1), (36, 2), (44, 3), (52, 4), (70, 5)])
def test_as_many_are_found_as_the_table_says(changes: int, seed: int) -> None:
    """From hardly edited to hardly recognisable."""
    draw = dice(seed)
    texts = [written(draw, 200) for _ in range(300)]
    all_of_them = known(*(" ".join(text) for text in texts))
    count, expected = 0, 0.0
    for row, text in enumerate(texts):
        message = edited(text, draw, changes)
        expected += odds(len(pieces(text)), len(pieces(text) & pieces(message)))
        count += row in {match.entry_id for match in found(all_of_them, " ".join(message))}

    assert abs(count - expected) < 4 * sqrt(300 * 0.25)


# ------------------------------------------------------------------------------------------------------------ clusters


@pytest.mark.parametrize(
    "text",
    ["", "hi", "good morning", "good morning to you all my dear friends at the lake", "ha " * 40, "we two " * 30],
)
def test_a_greeting_has_no_keys(text: str) -> None:
    """Nor has a text that repeats itself."""
    assert likeness_keys(shingled(split(text), KEY)) == ()


def test_keys_are_stable() -> None:
    """They are counted by for days, by several processes: a change here begins all counts anew."""
    keys = likeness_keys(shingled(split(ADVERT), KEY))

    assert len(set(keys)) == KEYS
    assert all(0 <= key < 2**64 for key in keys)
    assert keys == likeness_keys(shingled(split(ADVERT.upper().replace("80", "9")), text_key(b"s" * 32)))
    assert keys[0] == 92245798046325711


@pytest.mark.parametrize(("changes", "seed"), [(1, 1), (2, 2), (4, 3)])
def test_nearly_identical_texts_share_a_key_as_often_as_is_said(changes: int, seed: int) -> None:
    """With probability 1 - (1 - j^3)^4, where *j* is their Jaccard coefficient."""
    draw = dice(seed)
    shared, expected = 0, 0.0
    for _ in range(800):
        text = written(draw, 40)
        other = edited(text, draw, changes)
        jaccard = len(pieces(text) & pieces(other)) / len(pieces(text) | pieces(other))
        expected += 1 - (1 - jaccard**3) ** KEYS
        keys = [set(likeness_keys(shingled(split(" ".join(each)), KEY))) for each in (text, other)]
        shared += bool(keys[0] & keys[1])

    assert abs(shared - expected) < 4 * sqrt(800 * 0.25)


def test_many_accounts_with_one_script_come_to_one_key() -> None:
    """Each with another name, price and link in it: some key is carried by most of them."""
    draw = dice(5)
    carried: dict[int, int] = {}
    for _ in range(60):
        name, *_, host = written(draw, 2)
        text = ADVERT.replace("Marek", name).replace("80", str(draw.randint(10, 99))).replace("lake-tarvo", host)
        for key in likeness_keys(shingled(split(text), KEY)):
            carried[key] = carried.get(key, 0) + 1

    assert max(carried.values()) > 40


def test_texts_that_have_nothing_to_do_with_each_other_share_no_key() -> None:
    """Although they are made of the same few usual words, and all hold the same phrase."""
    draw = dice(6)
    usual = written(draw, 300)
    weights = [1 / (place + 2) for place in range(300)]
    seen: dict[int, int] = {}
    for _ in range(3_000):
        text = " ".join((*draw.choices(usual, weights, k=9), "hope you have a nice day", *draw.choices(usual, k=9)))
        for key in likeness_keys(shingled(split(text), KEY)):
            seen[key] = seen.get(key, 0) + 1

    assert max(seen.values()) <= 2
