"""Banks of what is said: keywords, links, names, known texts. Beside `banks`, which know pictures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from tutela.core.ids import ClauseId, WordBankId, WordEntryId

MAX_WORD_BANKS: Final = 200
MAX_NAME_CHARACTERS: Final = 64


class WordBankKind(StrEnum):
    """What a bank holds, and so how it is compared."""

    KEYWORDS = "keywords"  #: see `core.words`
    LINKS = "links"  #: see `core.links`
    NAMES = "names"  #: of known victims; see `core.names`
    TEXTS = "texts"  #: scripts and adverts; see `core.similar`


MAX_ENTRIES: Final[Mapping[WordBankKind, int]] = {
    WordBankKind.KEYWORDS: 500_000,
    WordBankKind.LINKS: 5_000_000,
    WordBankKind.NAMES: 200_000,
    WordBankKind.TEXTS: 200_000,
}
"""In one bank: each process that looks at texts holds all of them in memory."""


@dataclass(frozen=True, slots=True)
class WordBank:
    """A curated list with a clause."""

    id: WordBankId
    name: str
    kind: WordBankKind
    clause_id: ClauseId  #: that what is found speaks of
    source: str  #: who answers for the list, in the operator's words
    created_at: datetime
    is_active: bool = True
    may_keep: bool = True  #: the licence allows keeping entries after it has ended
    licence_ends_at: datetime | None = None
    version: int = 1  #: one more with every change of the bank or its entries

    def is_asked(self, now: datetime) -> bool:
        """Return whether texts are compared with it now."""
        has_lapsed = self.licence_ends_at is not None and self.licence_ends_at <= now and not self.may_keep
        return self.is_active and not has_lapsed


@dataclass(frozen=True, slots=True)
class WordEntry:
    """One entry as it is stored: nobody reads out of it what it holds without a secret from outside the database."""

    id: WordEntryId
    bank_id: WordBankId
    mark: bytes = field(repr=False)  #: 16 bytes, keyed: the same entry has the same, once in a bank
    held: bytes = field(repr=False)  #: sealed (keywords), or keyed hashes (links, names, known texts)
    added_at: datetime
    ends_at: datetime | None = None  #: from then on it finds nothing
    category: str = ""  #: in the source's words; never what the entry holds
