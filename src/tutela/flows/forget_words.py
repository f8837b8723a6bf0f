"""Delete entries of banks of words that must not be held any more."""

from dataclasses import dataclass
from typing import Final

from tutela.core.licences import has_lapsed
from tutela.core.word_banks import WordBank
from tutela.ports.clock import Clock
from tutela.ports.word_banks import WordBanks

BY: Final = "system"
AT_ONCE: Final = 10_000


@dataclass(frozen=True, slots=True)
class ForgetWords:
    """Forget what has ended, and everything of a list that may not be kept and whose licence is over.

    Neither is looked for from its very end on, whether this runs or not.
    """

    banks: WordBanks
    clock: Clock

    def __call__(self) -> int:
        """Delete it, and return how many entries."""
        now = self.clock.now()
        lapsed = [bank for bank in self.banks.all() if has_lapsed(bank, now)]
        return self.banks.forget_ended(now) + sum(map(self._emptied, lapsed))

    def _emptied(self, bank: WordBank) -> int:
        total = 0
        while page := self.banks.page(bank.id, None, AT_ONCE):
            total += self.banks.remove(bank, [entry.id for entry in page], BY)
        return total
