"""What may be sent about banks of words."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from tutela.api.bodies import BankName, Body, Identifier, Line, Link, Moment, Text, Word
from tutela.core.word_banks import WordBankKind
from tutela.core.word_rows import MAX_BASIS_CHARACTERS, MAX_CATEGORY_CHARACTERS, MAX_NAME_CHARACTERS
from tutela.core.words.keywords import (
    MAX_CONTEXTS,
    MAX_TERM_CHARACTERS,
    MAX_TERMS,
    MAX_WEIGHT,
    MAX_WITHIN_WORDS,
    KeywordKind,
)
from tutela.flows.keep_word_banks import MAX_REMOVED_AT_ONCE

Term = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TERM_CHARACTERS)]
Within = Annotated[int, Field(ge=1, le=MAX_WITHIN_WORDS)]
Category = Annotated[str, StringConstraints(max_length=MAX_CATEGORY_CHARACTERS)]


class NewWordBank(Body):
    """A bank of words: what it holds, under which clause, and who answers for it."""

    name: BankName
    kind: WordBankKind
    clause: Word
    source: Annotated[Line, Field(min_length=1)]
    may_keep: bool = True
    licence_ends_at: Moment | None = None
    example: ClassVar[Any] = {
        "name": "hotline-links", "kind": "links", "clause": "cse.conversation", "source": "The national hotline",
    }  # fmt: skip


class WordBankChange(Body):
    """What may be changed about a bank of words."""

    active: bool | None = None
    source: Annotated[Line, Field(min_length=1)] | None = None
    may_keep: bool | None = None
    licence_ends_at: Moment | None = None  #: null takes the end away
    example: ClassVar[Any] = {"active": False}

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        said = {name for name in self.model_fields_set if getattr(self, name) is not None or name == "licence_ends_at"}
        if not said:
            raise ValueError(f"name at least one of {', '.join(type(self).model_fields)}")
        return self


class WordContext(Body):
    """Terms of which one must stand near, or none may."""

    terms: Annotated[list[Term], Field(min_length=1, max_length=MAX_TERMS)]
    within_words: Within = 10
    refused: bool = False


class Keyword(Body):
    """A keyword: one term or several, and how they are looked for."""

    terms: Annotated[list[Term], Field(min_length=1, max_length=MAX_TERMS)]
    type: KeywordKind = KeywordKind.PHRASE
    within_words: Within = 10
    language: Annotated[str, StringConstraints(max_length=35)] | None = None
    whole_word: bool = True
    common: bool = False  #: also an ordinary word or a first name: never hits alone
    contexts: Annotated[list[WordContext], Field(max_length=MAX_CONTEXTS, default_factory=list)]
    weight: Annotated[float, Field(gt=0, le=MAX_WEIGHT)] = 1.0


class LinkToKnow(Body):
    """A link. Without a type, a host is known with all below it, and anything longer as that one address."""

    link: Link
    type: Literal["url", "host", "domain"] | None = None


class NameToKnow(Body):
    """A name, and why it may be held."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME_CHARACTERS)]
    basis: Annotated[str, StringConstraints(min_length=1, max_length=MAX_BASIS_CHARACTERS)]
    distinctive: bool = False  #: a single word is enough, since hardly anybody else is called so


class NewWordEntry(Body):
    """One entry: what it holds is one of keyword, link, name and text, as the bank's kind says."""

    keyword: Keyword | None = None
    link: LinkToKnow | None = None
    name: NameToKnow | None = None
    text: Text | None = None
    category: Category = ""
    ends_at: Moment | None = None  #: a name must have an end, at most two years away
    example: ClassVar[Any] = {
        "link": {"link": "boats.example", "type": "domain"}, "category": "boats", "ends_at": "2027-06-30T00:00:00Z",
    }  # fmt: skip

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        held = (self.keyword, self.link, self.name, self.text)
        if sum(each is not None for each in held) != 1:
            raise ValueError("name exactly one of keyword, link, name, text")
        return self


class WordRemovals(Body):
    """Entries to be taken out, by their ids."""

    entries: Annotated[list[Identifier], Field(min_length=1, max_length=MAX_REMOVED_AT_ONCE)]
    example: ClassVar[Any] = {"entries": ["wen_01m7zt3q2xw9c5r8k4n6v0b1hd"]}


class WordsQuery(Body):
    """Whether to write, or only to tell what a list would do; and an end for each row that says none."""

    preview: bool = False
    ends_at: Moment | None = None
