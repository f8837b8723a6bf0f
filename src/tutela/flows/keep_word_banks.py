"""Create and change banks of words, list what is in them without saying what it is, and take entries out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from tutela.core.ids import ClauseId, WordBankId, WordEntryId
from tutela.core.licences import LicenceState, licence_of
from tutela.core.policy import Policy
from tutela.core.word_banks import MAX_NAME_CHARACTERS, WordBank, WordBankKind, WordEntry
from tutela.errors import BadInput, UnknownBank, UnknownWordEntry
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.word_banks import WordBanks, WordBankSize

MAX_SOURCE_CHARACTERS: Final = 200
MAX_REMOVED_AT_ONCE: Final = 10_000
_NAME: Final = re.compile(rf"[a-z0-9][a-z0-9._-]{{0,{MAX_NAME_CHARACTERS - 1}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class NewWordBank:
    """What an operator says about a bank of words."""

    name: str
    kind: WordBankKind
    clause_id: str
    source: str
    may_keep: bool = True
    licence_ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WordBankChange:
    """What is to be changed; what is none stays as it is."""

    is_active: bool | None = None
    source: str | None = None
    may_keep: bool | None = None
    licence_ends_at: datetime | None = None
    is_licence_open: bool = False  #: the licence has no end any more

    def of(self, bank: WordBank) -> WordBank:
        """Return *bank* as it will be.

        Raises:
            tutela.errors.BadInput: The source or the end cannot be.
        """
        ends_at = bank.licence_ends_at if self.licence_ends_at is None else _utc(self.licence_ends_at)
        return replace(
            bank,
            is_active=bank.is_active if self.is_active is None else self.is_active,
            source=bank.source if self.source is None else _source(self.source),
            may_keep=bank.may_keep if self.may_keep is None else self.may_keep,
            licence_ends_at=None if self.is_licence_open else ends_at,
        )


@dataclass(frozen=True, slots=True)
class KeepWordBanks:
    """Keep banks. Nobody reads out of them what an entry holds: there is no such verb."""

    banks: WordBanks
    policy: Policy
    clock: Clock
    entropy: Entropy

    def create(self, new: NewWordBank, by: str) -> WordBank:
        """Create a bank, in which there is nothing yet.

        Raises:
            tutela.errors.BadInput: Name, clause, source or end cannot be; the place is named.
            tutela.errors.Conflict: There is one of that name, or there are too many.
        """
        if not _NAME.fullmatch(new.name):
            raise BadInput("a bank's name is 1 to 64 of a-z, 0-9, dot, dash, underscore", place="name")
        if new.clause_id not in self.policy.clauses:
            remedy = "GET /v1/policy and docs/reference/policy.md list them."
            raise BadInput("there is no clause of that id", place="clause", remedy=remedy)
        bank = WordBank(
            id=WordBankId(self.entropy.new_id("word_bank")),
            name=new.name,
            kind=new.kind,
            clause_id=ClauseId(new.clause_id),
            source=_source(new.source),
            created_at=self.clock.now(),
            may_keep=new.may_keep,
            licence_ends_at=_utc(new.licence_ends_at) if new.licence_ends_at else None,
        )
        self.banks.create(bank, by)
        return bank

    def sizes(self) -> list[WordBankSize]:
        """Return each bank with how much it holds, by name."""
        return self.banks.sizes(self.clock.now())

    def size(self, name: str) -> WordBankSize:
        """Return a bank with how much it holds.

        Raises:
            tutela.errors.UnknownBank: There is none of that name.
        """
        found = next((each for each in self.sizes() if each.bank.name == name), None)
        if found is None:
            raise UnknownBank(place="bank", remedy="GET /v1/word-banks and `tutela words list` list them.")
        return found

    def find(self, name: str) -> WordBank:
        """Return a bank.

        Raises:
            tutela.errors.UnknownBank: There is none of that name.
        """
        found = next((each for each in self.banks.all() if each.name == name), None)
        if found is None:
            raise UnknownBank(place="bank", remedy="GET /v1/word-banks and `tutela words list` list them.")
        return found

    def change(self, name: str, change: WordBankChange, by: str) -> WordBank:
        """Switch a bank on or off, or change what is said about it.

        Raises:
            tutela.errors.UnknownBank: There is none of that name.
            tutela.errors.BadInput: The source or the end cannot be.
            tutela.errors.Conflict: It was changed at the same moment.
        """
        bank = self.find(name)
        return self.banks.change(bank, change.of(bank), "changed", by)

    def page(self, name: str, after: WordEntryId | None, limit: int) -> Sequence[WordEntry]:
        """Return the next entries: ids, categories and days, and nothing that tells what they are.

        Raises:
            tutela.errors.UnknownBank: There is none of that name.
        """
        return self.banks.page(self.find(name).id, after, limit)

    def remove(self, name: str, entry_id: WordEntryId, by: str) -> None:
        """Take an entry out for good.

        Raises:
            tutela.errors.UnknownBank: There is none of that name.
            tutela.errors.UnknownWordEntry: There is no such entry in it.
        """
        if not self.remove_all(name, [entry_id], by):
            raise UnknownWordEntry(place="entry")

    def remove_all(self, name: str, entry_ids: Sequence[WordEntryId], by: str) -> int:
        """Take entries out for good; return how many there were.

        Raises:
            tutela.errors.UnknownBank: There is none of that name.
        """
        return self.banks.remove(self.find(name), entry_ids, by)

    def has_alarm(self) -> bool:
        """Return whether the licence of a bank that is asked is over, or ends within thirty days."""
        now = self.clock.now()
        banks = (bank for bank in self.banks.all() if bank.is_active)
        return any(licence_of(bank, now) is not LicenceState.OPEN for bank in banks)


def _source(told: str) -> str:
    source = told.strip()
    if not 0 < len(source) <= MAX_SOURCE_CHARACTERS or not source.isprintable():
        raise BadInput(f"say who answers for the list, in {MAX_SOURCE_CHARACTERS} characters", place="source")
    return source


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise BadInput("a moment needs its offset from UTC, as in 2027-01-31T00:00:00Z", place="licence_ends_at")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise BadInput("a licence ends within the years 1 to 9999", place="licence_ends_at") from None
