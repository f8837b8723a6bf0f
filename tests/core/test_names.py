"""A name is found however it is written, read by nobody, and means nothing alone."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b, sha256
from importlib import resources
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.ids import BankId
from tutela.core.keyed import Word
from tutela.core.names import (
    REVIEW_ONLY,
    Beside,
    Exemptions,
    LeftOut,
    NameContext,
    NameEntry,
    NameHit,
    NameIndex,
    name_key,
    parse_exemptions,
    variants_of,
    weigh,
)
from tutela.core.names.index import MAX_HITS, MAX_WORDS_LOOKED_AT
from tutela.core.policy import AccountCeiling, PropagationCeiling, ReportCeiling, VisibilityCeiling
from tutela.errors import BadInput, Misconfigured

SECRET, OTHER_SECRET = b"s" * 32, b"t" * 32
KEY, OTHER_KEY = name_key(SECRET), name_key(OTHER_SECRET)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BANK = BankId("bnk_names")
SHIPPED = tomllib.loads(resources.files("tutela.policy").joinpath("names.toml").read_text(encoding="utf-8"))

letters = st.text("abcdefghijklmnopqrstuvwxyzäöüéß", min_size=1, max_size=9).map(str.casefold)
names = st.lists(letters, min_size=2, max_size=5)
fillers = st.lists(st.sampled_from(["the", "boat", "lies", "on", "a", "quiet", "lake"]), max_size=30)
casings = st.sampled_from([str.upper, str.lower, str.title, str.swapcase])


def split(text: str) -> list[Word]:
    """Return the words of a text; the product's own folding is tested elsewhere."""
    return [(found[0].casefold(), *found.span()) for found in re.finditer(r"\w+", text)]


def fold(text: str) -> list[str]:
    """Return the folded words of a text."""
    return [word for word, _, _ in split(text)]


EXEMPTIONS = parse_exemptions(SHIPPED, fold=fold, place="names.toml")


def entry(name: str, entry_id: int | str = 1, *, is_distinctive: bool = False, **more: Any) -> NameEntry:
    """Return the entry of a name."""
    hashes = variants_of(name, KEY, fold, is_distinctive=is_distinctive)
    return replace(NameEntry(entry_id, BANK, "court order 7", NOW + timedelta(days=9), KEY.check, hashes), **more)


def index(*entries: NameEntry) -> NameIndex:
    """Return what looks for names."""
    return NameIndex.build(entries, KEY)


def spans(found: NameIndex, text: str, at: datetime = NOW) -> list[tuple[int | str, str]]:
    """Return which entries stand in a text, and where."""
    return [(hit.entry_id, text[hit.start : hit.end]) for hit in found.find(split(text), at).hits]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Orla Vantrell", "we saw Orla Vantrell at the lake", "Orla Vantrell"),
        ("Orla Vantrell", "VANTRELL, ORLA was there", "VANTRELL, ORLA"),
        ("Orla Vantrell", "#orlavantrell in a boat", "orlavantrell"),
        ("Orla Vantrell", "VantrellOrla", "VantrellOrla"),
        ("Orla Vantrell", "Orla Vantrell's boat", "Orla Vantrell"),
        ("Orla Vantrell", "Orla V. was there", None),
        ("Orla Vantrell", "Orla the great Vantrell", None),
        ("Orla Vantrell", "orlavantrells", None),
        ("Orla Mei Vantrell", "orla mei vantrell", "orla mei vantrell"),
        ("Orla Mei Vantrell", "orla vantrell", "orla vantrell"),
        ("Orla Mei Vantrell", "vantrell orla mei", "vantrell orla mei"),
        ("Orla Mei Vantrell", "orla mei", None),
        ("Dal Vantrell, Orla Mei", "orla dal vantrell", "orla dal vantrell"),
        ("Dal Vantrell, Orla Mei", "dal vantrell orla", "dal vantrell orla"),
        ("Dal Vantrell, Orla Mei", "dal vantrell", None),
        ("Ola Ode", "olaode", None),
        ("A B C D E F G", "so a b c d e it is", "a b c d e"),
        (",Orla Vantrell", "orla vantrell", "orla vantrell"),
        ("Orla Vantrell,", "orla vantrell", "orla vantrell"),
    ],
)
def test_a_name_is_found_however_it_is_written(name: str, text: str, expected: str | None) -> None:
    """Both orders, without middle names, without spaces where that is long enough; parts of it are not the name."""
    assert spans(index(entry(name)), text) == ([(1, expected)] if expected else [])


def test_a_word_alone_is_looked_for_only_where_it_is_told_to_be_distinctive() -> None:
    """Otherwise everybody called so would be found."""
    with pytest.raises(BadInput, match="distinctive"):
        variants_of("Orla", KEY, fold)

    assert spans(index(entry("Quimzatrel", is_distinctive=True)), "ask Quimzatrel now") == [(1, "Quimzatrel")]


@pytest.mark.parametrize("name", ["", " , ", "...", "a " * 13])
def test_what_is_no_name_is_refused(name: str) -> None:
    """No word in it, or a whole sentence."""
    with pytest.raises(BadInput):
        variants_of(name, KEY, fold, is_distinctive=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"basis": " "},
        {"ends_at": NOW.replace(tzinfo=None)},
        {"variants": ()},
        {"variants": (b"orla",)},
        {"check": b""},
    ],
)
def test_an_entry_has_a_basis_and_an_end(wrong: dict[str, Any]) -> None:
    """Without them, or with bytes that are no hashes, there is no entry."""
    with pytest.raises(BadInput):
        entry("Orla Vantrell", **wrong)


def test_what_has_ended_finds_nothing() -> None:
    """From the very moment on."""
    found = index(entry("Orla Vantrell", ends_at=NOW))

    assert spans(found, "orla vantrell", NOW - timedelta(seconds=1)) == [(1, "orla vantrell")]
    assert spans(found, "orla vantrell", NOW) == []


def test_of_two_ways_that_overlap_the_longer_one_counts() -> None:
    """Once for each entry, also where a name is said twice."""
    found = index(entry("Orla Mei Vantrell", "long"), entry("Mei Vantrell", "short"))

    assert spans(found, "orla mei vantrell orla, mei vantrell") == [
        ("long", "orla mei vantrell"),
        ("short", "mei vantrell"),
        ("long", "orla, mei vantrell"),
        ("short", "mei vantrell"),
    ]


@settings(max_examples=150, deadline=None)
@given(names, fillers, fillers, casings)
def test_a_name_is_found_in_any_place_and_casing(
    name: list[str], before: list[str], after: list[str], casing: Any
) -> None:
    """And where it stands is told in characters of the original."""
    told = " ".join(name)
    text = " ".join([*before, casing(told), *after])
    words = split(text)
    hits = index(entry(told)).find(words, NOW).hits

    start = len(" ".join(before)) + bool(before)
    end = start + len(casing(told))
    if {*before, *after}.isdisjoint(name):
        assert any((hit.start, hit.end) == (start, end) for hit in hits)
    # Beside words of its own it may be met in its other order, a word earlier or later.
    assert any(hit.start < end and hit.end > start for hit in hits)
    assert all(hit.start == words[hit.first_word][1] for hit in hits)


@settings(max_examples=60, deadline=None)
@given(st.lists(names, min_size=1, max_size=8), st.lists(letters, max_size=40))
def test_the_index_finds_what_a_plain_comparison_finds(named: list[list[str]], words: list[str]) -> None:
    """Every stored way, at every place, against hashes that are compared one by one."""
    words = [*words, *named[0][::-1], *named[-1]]
    entries = [entry(" ".join(name), number) for number, name in enumerate(named)]
    expected = {
        (each.entry_id, first, size)
        for each in entries
        for first in range(len(words))
        for size in range(1, 6)
        if first + size <= len(words) and _hashed(words[first : first + size]) in {v[4:] for v in each.variants}
    }
    found = {
        (hit.entry_id, hit.first_word, hit.words) for hit in index(*entries).find(split(" ".join(words)), NOW).hits
    }

    assert found <= expected
    assert {owner for owner, _, _ in found} == {owner for owner, _, _ in expected}


def _hashed(words: Sequence[str]) -> bytes:
    return KEY.whole(KEY.words(words))


@settings(deadline=None)
@given(names)
def test_what_is_stored_says_nothing_without_the_secret(name: list[str]) -> None:
    """No word, no hash that anybody could compute; under another secret everything is different."""
    stored = entry(" ".join(name))
    blob = b"".join((*stored.variants, stored.check))
    told = [" ".join(name), "".join(name), *name]

    assert not any(word.encode() in blob for word in told if len(word.encode()) > 3)
    for text in told:
        for plain in (sha256(text.encode()), blake2b(text.encode()), blake2b(text.encode(), digest_size=16)):
            assert plain.digest()[:16] not in stored.variants
            assert all(each[4:] != plain.digest()[:16] for each in stored.variants)
    assert not {each[4:] for each in stored.variants} & {v[4:] for v in variants_of(" ".join(name), OTHER_KEY, fold)}
    assert "variants" not in repr(stored)


def test_names_under_another_secret_are_refused_and_not_silently_missed() -> None:
    """An index that finds nothing must not look like one that has nothing to find."""
    foreign = entry("Orla Vantrell", variants=variants_of("Orla Vantrell", OTHER_KEY, fold))

    assert spans(index(foreign), "orla vantrell") == []
    with pytest.raises(Misconfigured, match="another secret"):
        NameIndex.build([replace(foreign, check=OTHER_KEY.check)], KEY)


def test_a_short_secret_is_refused() -> None:
    """It could be guessed, and with it every name."""
    with pytest.raises(Misconfigured, match="32"):
        name_key(b"s" * 31)


def test_nothing_is_found_in_nothing() -> None:
    """No words, or no names."""
    assert index().find(split("orla vantrell"), NOW).hits == ()
    assert index(entry("Orla Vantrell")).find([], NOW).hits == ()
    assert index(entry("Orla Vantrell")).find([], NOW).is_complete


def test_a_huge_message_is_looked_at_up_to_a_bound() -> None:
    """And the answer says that it is not complete."""
    found = index(entry("Orla Vantrell"))
    long = [("boat", 0, 4)] * MAX_WORDS_LOOKED_AT

    assert found.find(long, NOW).is_complete
    assert not found.find([*long, *split("orla vantrell")], NOW).is_complete
    assert len(found.find([*split("orla vantrell"), *long], NOW).hits) == 1


def test_a_message_full_of_names_is_looked_at_up_to_a_bound() -> None:
    """However often a name is repeated, and however many begin alike."""
    found = index(*(entry(f"Orla Vantrell {'abcdefghij'[n // 10]}{'abcdefghij'[n % 10]}", n) for n in range(100)))
    hits = found.find(split("orla vantrell aa " * 6_000), NOW)

    assert not hits.is_complete
    assert 0 < len(hits.hits) <= MAX_HITS + 1


@settings(deadline=None)
@given(st.lists(st.text(max_size=5), max_size=8))
def test_any_words_can_be_looked_at(texts: list[str]) -> None:
    """Also those that have no form in UTF-8."""
    words = [(text + "\ud800", 0, 1) for text in texts]

    assert index(entry("Orla Vantrell")).find(words, NOW).is_complete


# ------------------------------------------------------------------------------------------------------------- context

KEYWORD = frozenset({Beside.KEYWORD})


def weighed(text: str, **context: Any) -> tuple[bool, list[LeftOut]]:
    """Return whether there is a signal, and why names were left out."""
    words = split(text)
    hits = index(entry("Orla Vantrell")).find(words, NOW).hits
    found = weigh(hits, words, NameContext(**{"beside": KEYWORD, **context}), EXEMPTIONS)
    return found.signal is not None, [reason for _, reason in found.left_out]


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("orla vantrell", {}, (True, [])),
        ("orla vantrell", {"beside": frozenset({Beside.MEDIA})}, (True, [])),
        ("orla vantrell", {"beside": frozenset({Beside.LINK})}, (True, [])),
        ("orla vantrell", {"beside": frozenset()}, (False, [LeftOut.ALONE])),
        ("a boat", {}, (False, [])),
        ("vantrell, orla", {"author_words": ("orla", "m", "vantrell")}, (False, [LeftOut.DISPLAY_NAME])),
        ("orlavantrell", {"author_words": ("orla", "vantrell")}, (False, [LeftOut.DISPLAY_NAME])),
        ("orla vantrell", {"author_words": ("orla",)}, (True, [])),
        ("hi, my name is Orla Vantrell", {}, (False, [LeftOut.INTRODUCTION])),
        ("I'm Orla Vantrell", {}, (False, [LeftOut.INTRODUCTION])),
        ("ich heiße Orla Vantrell", {}, (False, [LeftOut.INTRODUCTION])),
        ("i am Orla Vantrell's neighbour", {}, (True, [])),
        ("i am looking for Orla Vantrell", {}, (True, [])),
        ("i am Orla Vantrell. ask orla vantrell", {}, (True, [LeftOut.INTRODUCTION])),
        ("Missing person: Orla Vantrell", {}, (False, [LeftOut.OFFICIAL_ALERT])),
        ("Orla Vantrell, missing since May", {}, (False, [LeftOut.OFFICIAL_ALERT])),
        ("orla vantrell is missing", {}, (True, [])),
        ("see orla vantrell", {"link_hosts": ("www.MissingKids.org",)}, (False, [LeftOut.OFFICIAL_ALERT])),
        ("see orla vantrell", {"link_hosts": ("missingkids.org.example",)}, (True, [])),
        ("see orla vantrell", {"link_hosts": ("notmissingkids.org",)}, (True, [])),
        ("see orla vantrell", {"link_hosts": ("",)}, (True, [])),
    ],
)
def test_a_name_counts_where_something_stands_beside_it(
    text: str, context: dict[str, Any], expected: tuple[bool, list[LeftOut]]
) -> None:
    """And not of people who name themselves, nor where somebody is searched for."""
    assert weighed(text, **context) == expected


def test_a_possessive_that_is_one_word_is_no_introduction() -> None:
    """Whether the words keep the apostrophe or not."""
    words = [("i", 0, 1), ("am", 2, 4), ("orla", 5, 9), ("vantrell's", 10, 20), ("uncle", 21, 26)]
    hits = index(entry("Orla Vantrell")).find(words, NOW).hits

    assert weigh(hits, words, NameContext(KEYWORD), EXEMPTIONS).signal is not None


@settings(deadline=None)
@given(
    fillers, st.sets(st.sampled_from(Beside)), st.lists(letters, max_size=3), st.lists(st.text(max_size=20), max_size=2)
)
def test_a_name_alone_opens_nothing_and_no_name_goes_beyond_a_review(
    filler: list[str], beside: set[Beside], author: list[str], hosts: list[str]
) -> None:
    """Whatever else is known; and each hit is either in the signal or left out with a reason."""
    words = split(" ".join([*filler, "orla vantrell", *filler]))
    hits = index(entry("Orla Vantrell")).find(words, NOW).hits
    context = NameContext(frozenset(beside), author_words=tuple(author), link_hosts=tuple(hosts))
    found = weigh(hits, words, context, EXEMPTIONS)

    assert beside or found.signal is None
    assert not weigh((), words, context, EXEMPTIONS).signal
    signalled = found.signal.hits if found.signal else ()
    assert sorted((*signalled, *(hit for hit, _ in found.left_out)), key=_place) == sorted(hits, key=_place)
    if found.signal:
        assert found.signal.ceiling == REVIEW_ONLY


def _place(hit: NameHit) -> int:
    return hit.first_word


def test_review_only_is_a_case_and_nothing_else() -> None:
    """No hold, no restriction, no draft."""
    assert REVIEW_ONLY.visibility is VisibilityCeiling.CASE
    assert REVIEW_ONLY.account is AccountCeiling.NONE
    assert REVIEW_ONLY.propagation is PropagationCeiling.NONE
    assert REVIEW_ONLY.report is ReportCeiling.NONE


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"alerts": {"en": ["..."]}}, "no word"),
        ({"alerts": {"en": []}}, "not empty"),
        ({"alerts": "missing"}, "table"),
        ({"introductions": {"en": "i am"}}, "list"),
        ({"official_host": []}, "official_hosts"),
        ({"official_hosts": [7]}, "list"),
        ({"version": ""}, "text"),
    ],
)
def test_a_file_of_exemptions_says_where_it_is_wrong(change: dict[str, Any], message: str) -> None:
    """Nothing unknown, nothing empty."""
    with pytest.raises(Misconfigured, match=message):
        parse_exemptions({**SHIPPED, **change}, fold=fold, place="names.toml")


def test_without_exemptions_nothing_is_left_out_but_what_is_alone() -> None:
    """They are data, and an operator may have none."""
    words = split("my name is orla vantrell")
    hits = index(entry("Orla Vantrell")).find(words, NOW).hits

    assert weigh(hits, words, NameContext(KEYWORD), Exemptions()).signal is not None
