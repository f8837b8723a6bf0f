"""What is answered about banks of words: never what an entry holds."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Told
from tutela.core.word_banks import WordBankKind

_AT = "2026-11-22T08:30:00Z"
_ENTRY = "wen_01m7zt3q2xw9c5r8k4n6v0b1hd"


class WordBank(Told):
    """A bank of words."""

    id: str
    name: str
    kind: WordBankKind
    clause: str
    source: str
    active: bool
    may_keep: bool
    licence_ends_at: datetime | None
    licence: Annotated[str, Field(description="open, ending (30 days), ended, or lapsed: what is in it is deleted.")]
    version: Annotated[int, Field(description="One more with every change of the bank or its entries.")]
    entries: int
    ended: Annotated[int, Field(description="Entries that find nothing any more, and are about to be deleted.")]
    created_at: datetime
    example: ClassVar[Any] = {
        "id": "wbk_01m7zt3q2xw9c5r8k4n6v0b1hd",
        "name": "hotline-links",
        "kind": "links",
        "clause": "cse.conversation",
        "source": "The national hotline",
        "active": True,
        "may_keep": True,
        "licence_ends_at": None,
        "licence": "open",
        "version": 3,
        "entries": 1200,
        "ended": 0,
        "created_at": _AT,
    }


class WordBanks(Told):
    """Every bank of words, by name."""

    word_banks: list[WordBank]
    example: ClassVar[Any] = {"word_banks": [WordBank.example]}


class WordEntry(Told):
    """One entry, without what it holds."""

    id: str
    kind: WordBankKind
    category: Annotated[str, Field(description="In the source's words.")]
    added_at: datetime
    ends_at: datetime | None


class WordEntries(Told):
    """A page of entries, in the order in which they were added."""

    entries: list[WordEntry]
    next: str | None
    example: ClassVar[Any] = {
        "entries": [{"id": _ENTRY, "kind": "links", "category": "boats", "added_at": _AT, "ends_at": None}],
        "next": None,
    }


class WordRowError(Told):
    """A row that was not taken, without what stood in it."""

    line: int
    column: Annotated[str, Field(description="Empty where the row as a whole is meant.")]
    message: str


class WordsReport(Told):
    """What came of a list, or would."""

    preview: bool
    rows: int
    added: int
    known: Annotated[int, Field(description="In the bank before: end and category are renewed.")]
    repeated: Annotated[int, Field(description="Find the same as a row before.")]
    rejected: int
    errors: Annotated[list[WordRowError], Field(description="The first hundred.")]
    example: ClassVar[Any] = {
        "preview": True,
        "rows": 1202,
        "added": 1200,
        "known": 0,
        "repeated": 1,
        "rejected": 1,
        "errors": [{"line": 17, "column": "link", "message": "neither a domain nor an address"}],
    }


class AddedWord(Told):
    """Under which id an entry is kept."""

    id: str
    added: Annotated[bool, Field(description="False where it was there: its end and category are renewed.")]
    example: ClassVar[Any] = {"id": _ENTRY, "added": True}


class RemovedWords(Told):
    """How many entries were taken out."""

    removed: int
    example: ClassVar[Any] = {"removed": 1}
