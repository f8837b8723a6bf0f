"""Switch banks on and off, for people. Reversible; what was decided or found by one stays until a person looks."""

from dataclasses import dataclass

from tutela.core.permissions import Principal, demand
from tutela.flows.keep_banks import BankChange, KeepBanks
from tutela.flows.keep_word_banks import KeepWordBanks, WordBankChange
from tutela.flows.oversee_banks import KEEPING, WORDS


@dataclass(frozen=True, slots=True)
class SwitchBanks:
    """Switch banks."""

    banks: KeepBanks
    words: KeepWordBanks

    def media(self, principal: Principal, name: str, *, is_active: bool) -> None:
        """Have a bank of media be asked, or not.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.UnknownBank: There is none of that name.
        """
        demand(principal, KEEPING)
        self.banks.change(name, BankChange(is_active=is_active), by=principal.id)

    def of_words(self, principal: Principal, name: str, *, is_active: bool) -> None:
        """Have a bank of words be asked, or not.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.UnknownBank: There is none of that name.
            tutela.errors.Conflict: It was changed at the same moment.
        """
        demand(principal, WORDS)
        self.words.change(name, WordBankChange(is_active=is_active), principal.id)
