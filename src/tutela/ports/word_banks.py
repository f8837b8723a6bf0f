"""Banks of words as they are stored."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tutela.core.ids import WordBankId, WordEntryId
from tutela.core.word_banks import WordBank, WordEntry


@dataclass(frozen=True, slots=True)
class WordBankSize:
    """How much a bank holds."""

    bank: WordBank
    entries: int
    ended: int  #: of them, whose end has come


class WordBanks(Protocol):
    """Keep banks and entries. Each change is one transaction with an audit entry: ids and counts, never contents."""

    def stamp(self) -> int:
        """Return a number that is larger after every change of any bank: whoever holds what is compiled asks often."""
        ...

    def all(self) -> list[WordBank]:
        """Return every bank, by name."""
        ...

    def sizes(self, now: datetime) -> list[WordBankSize]:
        """Return how much each holds, by name."""
        ...

    def entries(self, bank_id: WordBankId) -> Iterator[WordEntry]:
        """Yield every entry, in the order of their ids, read in pages."""
        ...

    def page(self, bank_id: WordBankId, after: WordEntryId | None, limit: int) -> list[WordEntry]:
        """Return the next entries, in the order of their ids."""
        ...

    def marked(self, bank_id: WordBankId, marks: Iterable[bytes]) -> Mapping[bytes, WordEntryId]:
        """Return which of these entries the bank has already, each with its id."""
        ...

    def create(self, bank: WordBank, by: str) -> None:
        """Store a new bank.

        Raises:
            tutela.errors.Conflict: There is one of this name, or there are as many as there may be.
        """
        ...

    def change(self, before: WordBank, after: WordBank, what: str, by: str) -> WordBank:
        """Store what was changed about a bank, and return it in its new version.

        Raises:
            tutela.errors.Conflict: It was changed at the same moment.
        """
        ...

    def add(self, bank: WordBank, entries: Sequence[WordEntry], by: str) -> int:
        """Store entries that are not there yet, and return how many; of others end and category are renewed.

        What is held of one that is there is renewed too, where it was made for the id that it has.

        Raises:
            tutela.errors.BadInput: The bank would hold more than its kind may; nothing is stored.
            tutela.errors.UnknownBank: There is none any more.
        """
        ...

    def remove(self, bank: WordBank, entry_ids: Sequence[WordEntryId], by: str) -> int:
        """Delete entries for good, and return how many there were."""
        ...

    def forget_ended(self, before: datetime) -> int:
        """Delete entries whose end came before a moment, and return how many."""
        ...
