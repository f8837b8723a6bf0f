"""Wire banks of words."""

from functools import cached_property

from tutela.adapters.db.word_banks import DatabaseWordBanks
from tutela.adapters.keys.seal import KeySeal
from tutela.bootstrap.foundation import Foundation
from tutela.bootstrap.loading import load_exemptions
from tutela.flows.fill_word_bank import FillWordBank
from tutela.flows.forget_words import ForgetWords
from tutela.flows.keep_word_banks import KeepWordBanks
from tutela.flows.spot_words import SpotWords
from tutela.flows.word_engine import WordEngine
from tutela.flows.word_secrets import WordSecrets


class Wording(Foundation):
    """What is said, as far as it is known."""

    @cached_property
    def word_banks(self) -> DatabaseWordBanks:
        """Banks of words as they are stored."""
        return DatabaseWordBanks(self.engine, self.chain, self.clock, self._after_words)

    @cached_property
    def word_secrets(self) -> WordSecrets:
        """By what entries are sealed and hashed, and opened again."""
        return WordSecrets(self.keys, KeySeal)

    @cached_property
    def word_engine(self) -> WordEngine:
        """Keep the banks of words compiled."""
        return WordEngine(self.word_banks, self.word_secrets, self.clock)

    @cached_property
    def spot_words(self) -> SpotWords:
        """Spot in texts what the banks of words hold."""
        return SpotWords(self.word_engine, self.word_secrets, load_exemptions(), self.clock)

    def _after_words(self) -> None:
        """Do what is to be done at once after a bank of words was changed here."""

    @cached_property
    def keep_word_banks(self) -> KeepWordBanks:
        """Create and change banks of words."""
        return KeepWordBanks(self.word_banks, self.policy, self.clock, self.entropy)

    @cached_property
    def fill_word_bank(self) -> FillWordBank:
        """Put entries into banks of words."""
        return FillWordBank(self.keep_word_banks, self.word_secrets, self.clock, self.entropy)

    @cached_property
    def forget_words(self) -> ForgetWords:
        """Forget entries that must not be held any more."""
        return ForgetWords(self.word_banks, self.clock)
