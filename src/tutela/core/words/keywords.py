"""Entries of keyword banks. What is wrong with one is told without repeating it: lists of keywords are confidential."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tutela.core.words.characters import BASES, stands_alone
from tutela.core.words.disguises import NO_LETTERS, OWN_LETTERS
from tutela.core.words.folding import Folded
from tutela.core.words.keyword_patterns import check_pattern
from tutela.errors import BadInput

MAX_TERM_CHARACTERS: Final = 200
MAX_TERM_WORDS: Final = 16
MAX_TERMS: Final = 16
MAX_CONTEXTS: Final = 8
MAX_WITHIN_WORDS: Final = 100
MAX_CATEGORY_CHARACTERS: Final = 64
MAX_WEIGHT: Final = 1000.0

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})

EntryId = int | str


class KeywordKind(StrEnum):
    """How the terms of an entry are looked for."""

    PHRASE = "phrase"  #: any one of the terms
    ALL_OF = "all_of"  #: every term, anywhere in the text
    NEAR = "near"  #: every term, within some words
    PATTERN = "pattern"  #: one pattern of RE2, on the folded text


@dataclass(frozen=True, slots=True)
class Context:
    """Terms of which one must stand near, or none may."""

    terms: tuple[str, ...]
    within_words: int = 10  #: between the two, at most
    is_refused: bool = False  #: none of them may stand there


@dataclass(frozen=True, slots=True)
class Keyword:
    """One entry of a bank."""

    id: EntryId
    terms: tuple[str, ...]
    kind: KeywordKind = KeywordKind.PHRASE
    within_words: int = 10  #: of a `near` entry: words between the first of its terms and the last, at most
    language: str | None = None  #: BCP 47; asked only of texts in it, or in one that is not known
    is_whole_word: bool = True
    is_common: bool = False  #: also a first name or an ordinary word: never hits alone
    contexts: tuple[Context, ...] = ()
    category: str = ""
    weight: float = 1.0


def primary(language: str | None) -> str:
    """Return the language of a tag, without region and script; empty where none is known."""
    return (language or "").partition("-")[0].lower()


def own_letters(*languages: str | None) -> frozenset[str]:
    """Return the letters that are letters of their own in any of these languages."""
    return NO_LETTERS.union(*(OWN_LETTERS.get(primary(language), NO_LETTERS) for language in languages))


def forms_of(term: str, language: str | None) -> tuple[tuple[str, ...], ...]:
    """Return the words of a term as they are looked for; in German also as they are written without umlauts."""
    words = tuple(Folded(term).words)
    if primary(language) == "de":
        return tuple(dict.fromkeys((words, tuple(word.translate(_UMLAUTS) for word in words))))
    return (words,)


def without_accents(words: tuple[str, ...], own: frozenset[str]) -> tuple[str, ...]:
    """Return words as whoever leaves accents out types them."""
    return tuple("".join(sign if sign in own else BASES[ord(sign)] for sign in word) for word in words)


def check(entry: Keyword) -> None:
    """Refuse an entry that cannot be looked for as it is meant.

    Raises:
        tutela.errors.BadInput: Says which field and why; never repeats a term.
    """
    if not 1 <= len(entry.terms) <= MAX_TERMS:
        raise BadInput(f"an entry has 1 to {MAX_TERMS} terms", place="term")
    if entry.language is not None and not _LANGUAGE.fullmatch(entry.language):
        raise BadInput("a language is a tag as in en or pt-BR", place="language")
    if not 0 < entry.weight <= MAX_WEIGHT:  # and so also what is no number
        raise BadInput(f"a weight is above 0 and at most {MAX_WEIGHT:.0f}", place="weight")
    if len(entry.category) > MAX_CATEGORY_CHARACTERS:
        raise BadInput(f"a category has {MAX_CATEGORY_CHARACTERS} characters at most", place="category")
    _check_terms(entry)
    _check_contexts(entry)


def _check_terms(entry: Keyword) -> None:
    _check_within(entry.within_words, "within_words")
    if entry.kind is KeywordKind.PATTERN:
        if len(entry.terms) > 1 or entry.is_common:
            raise BadInput("a pattern stands alone, and is no common word", place="term")
        check_pattern(entry.terms[0])
        return
    for term in entry.terms:
        check_term(term, "term")
    if entry.kind in {KeywordKind.ALL_OF, KeywordKind.NEAR} and len({Folded(t).text for t in entry.terms}) < 2:  # noqa: PLR2004  # two make a pair
        raise BadInput("all_of and near take two different terms or more", place="term")


def _check_contexts(entry: Keyword) -> None:
    if len(entry.contexts) > MAX_CONTEXTS:
        raise BadInput(f"an entry has {MAX_CONTEXTS} contexts at most", place="context")
    for context in entry.contexts:
        _check_within(context.within_words, "context")
        if not 1 <= len(context.terms) <= MAX_TERMS:
            raise BadInput(f"a context has 1 to {MAX_TERMS} terms", place="context")
        for term in context.terms:
            check_term(term, "context")


def _check_within(words: int, place: str) -> None:
    if not 1 <= words <= MAX_WITHIN_WORDS:
        raise BadInput(f"a distance is 1 to {MAX_WITHIN_WORDS} words", place=place)


def check_term(term: str, place: str) -> None:
    """Refuse a term that is too long, or of which nothing, or one letter only, is left when it is folded.

    Raises:
        tutela.errors.BadInput: As said; with *place*, without the term.
    """
    if len(term) > MAX_TERM_CHARACTERS:
        raise BadInput(f"a term has {MAX_TERM_CHARACTERS} characters at most", place=place)
    words = Folded(term).words
    if not words:
        raise BadInput("there is no letter in a term", place=place)
    if len(words) > MAX_TERM_WORDS:
        raise BadInput(f"a term has {MAX_TERM_WORDS} words at most", place=place)
    if len(words) == 1 and len(words[0]) == 1 and not stands_alone(words[0]):
        raise BadInput("a term of one letter would hit everywhere", place=place)
