"""What the desk says: every message in every language, no sentence in a template, and words that a child can read."""

import re
import string
from importlib import resources
from pathlib import Path

import pytest

from tutela.core.notices.branches import Branch
from tutela.public.words import ENGLISH, languages, texts

TEMPLATES = {
    each.name: each.read_text(encoding="utf-8")
    for each in resources.files("tutela.public").joinpath("templates").iterdir()
    if each.name.endswith(".html")
}
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TAG = re.compile(r"</?[a-z!][^>]*>", re.IGNORECASE)
READ_ALOUD = re.compile(r'\s(?:aria-label|title|placeholder|alt)="([^"]*)"')
TOLD = re.compile(r"""tell\(\s*"([\w.]+)"(?! ~)""")
STARTS = re.compile(r"""tell\("([\w.]+\.)" ~""")
CHOSEN = re.compile(r'tell\("([\w.]+)" if .*? else "([\w.]+)"')

MOST_GRADE = 6.0
"""Flesch-Kincaid: school years, so that about eleven years of age is the sixth."""

NOT_FOR_CHILDREN = frozenset({"countries", "figures"})
"""Names of lines and numbers for the country, and reports for whoever holds us to account."""

FOR_OTHERS = ("authority", "adult_intimate", "signature", "organisation")
"""Messages with these in their name are read by grown-ups alone, and one of them quotes a law."""

SENTENCE_END = re.compile(r"[.!?:]+(?:\s|$)")
WORD = re.compile(r"[A-Za-z][A-Za-z']*")


def parts(message: str) -> frozenset[str]:
    """Return the names of what is put into a message."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(message) if name is not None)


@pytest.mark.parametrize("language", languages())
def test_every_language_has_every_message_with_its_parts_and_no_other(language: str) -> None:
    """A translation is the same files: what is missing in one is named here."""
    english, other = texts(ENGLISH), texts(language)
    assert other.keys() == english.keys()
    for page, told in english.items():
        assert other[page].keys() == told.keys(), page
        for key, message in told.items():
            if key != "name":
                assert parts(other[page][key]) == parts(message), (page, key)
            assert other[page][key].strip(), (page, key)
            assert not re.search(r'[<>"]', other[page][key]), "a message is text: it may stand in an attribute"
    assert len(other["common"]["months"].split(" ")) == 12


def test_two_languages_are_complete() -> None:
    """The path to a third one is a folder of files."""
    assert {"en", "de"} <= set(languages())


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_template_holds_a_sentence_of_its_own(template: str) -> None:
    """No letters outside tags and expressions, nor in what is read aloud."""
    bare = JINJA.sub("", TEMPLATES[template])
    assert re.findall(r"[^\W\d_]{2,}", TAG.sub(" ", bare)) == []
    assert [said for said in READ_ALOUD.findall(bare) if re.search(r"[^\W\d_]", said)] == []


def test_every_message_is_told_somewhere_and_each_that_is_told_is_there() -> None:
    """By its name, by how its name begins, or by the way in behind it."""
    pages = texts(ENGLISH)
    kept = {f"{page}.{key}" for page, told in pages.items() for key in told}
    source = "".join(TEMPLATES.values()) + "".join(
        path.read_text(encoding="utf-8") for path in Path(str(resources.files("tutela.public"))).glob("*.py")
    )
    named = set(TOLD.findall(source)) | {each for pair in CHOSEN.findall(source) for each in pair}
    starts = tuple(STARTS.findall(source))
    assert {each for each in named - kept if not each.endswith((".", ".title"))} == set()
    ways = tuple(f"_{each.value}" for each in Branch)
    untold = {
        each
        for each in kept - named
        if not each.startswith((*starts, "countries.")) and not each.endswith(ways)
        and each not in {"common.name", "common.months"} and each not in {"common.direction", "common.moment"}
    }  # fmt: skip
    assert untold == set()


def syllables(word: str) -> int:
    """Return about how many syllables an English word has: groups of vowels, without a silent e."""
    word = word.lower().strip("'")
    groups = len(re.findall(r"[aeiouy]+", word))
    is_silent = word.endswith("e") and not word.endswith(("le", "ee", "ye")) and groups > 1
    is_short = word.endswith("ed") and not word.endswith(("ted", "ded")) and groups > 1
    return max(1, groups - is_silent - is_short)


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of a text. Source: Kincaid and others, 1975."""
    words = WORD.findall(text)
    sentences = max(1, len(SENTENCE_END.findall(text)))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def for_children(page: str) -> str:
    """Return all sentences of a page that a child may read."""
    told = [
        message if re.search(r"[.!?:]$", message) else f"{message}."
        for key, message in texts(ENGLISH)[page].items()
        if not any(each in key for each in FOR_OTHERS) and key != "months"
    ]
    return re.sub(r"\{\w+\}|Take It Down", "it", " ".join(told))


def test_the_measure_of_reading_tells_hard_words_from_easy_ones() -> None:
    """Of a nursery sentence and of one of a law."""
    assert grade("The cat sat on the mat. It was a good cat.") < 1
    law = "Providers shall expeditiously adjudicate substantiated notifications concerning intimate depictions."
    assert grade(law) > 15


@pytest.mark.parametrize("page", [each for each in texts(ENGLISH) if each not in NOT_FOR_CHILDREN])
def test_a_child_of_eleven_can_read_it(page: str) -> None:
    """Every page of the child's ways, all of its sentences together."""
    assert grade(for_children(page)) <= MOST_GRADE, page


def test_no_sentence_that_a_child_may_read_is_hard() -> None:
    """Not one: a page that is easy in all may hide a sentence that nobody understands."""
    hard = {
        (page, sentence): round(grade(sentence), 1)
        for page in texts(ENGLISH)
        if page not in NOT_FOR_CHILDREN
        for sentence in re.split(r"(?<=[.!?:])\s", for_children(page))
        if len(WORD.findall(sentence)) >= 8 and grade(sentence) > 9
    }
    assert hard == {}
