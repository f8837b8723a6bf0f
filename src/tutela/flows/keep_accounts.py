"""Record what a platform knows about accounts, and say what an account may do."""

from dataclasses import dataclass

from tutela.core.account_standing import StandingWords, words_of
from tutela.core.content import Account, Age
from tutela.core.ids import AccountId
from tutela.core.measures import Subject
from tutela.core.statements import Statement
from tutela.errors import UnknownAccount
from tutela.ports.clock import Clock
from tutela.ports.desk import Desk
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader, Store
from tutela_client.table import EffectTable

STATEMENTS_TOLD = 100


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """What is in force on an account now, and what its holder may be told now."""

    account: Account
    words: StandingWords
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class KeepAccounts:
    """Keep what is known about accounts."""

    store: Store
    desk: Desk
    clock: Clock
    entropy: Entropy
    effects: EffectTable

    def record(self, platform_id: str, age: Age, regions: tuple[str, ...]) -> Account:
        """Store what the platform knows; it replaces what was known. Idempotent."""
        account_id = AccountId(self.entropy.new_id("account"))
        return self.desk.put_account(Account(account_id, platform_id, age, regions, self.clock.now()))

    def read(self, platform_id: str) -> Account:
        """Return an account.

        Raises:
            tutela.errors.UnknownAccount: It was never recorded and never submitted anything.
        """
        with self.store.read() as reader:
            return found(reader, platform_id)

    def standing(self, platform_id: str) -> AccountStanding:
        """Return what an account may do now.

        Raises:
            tutela.errors.UnknownAccount: It was never recorded and never submitted anything.
        """
        now = self.clock.now()
        with self.store.read() as reader:
            account = found(reader, platform_id)
            subject = Subject.account(account.id)
            standing = reader.standings([subject])[subject]
            told = reader.statements_told(account.id, now, STATEMENTS_TOLD)
        return AccountStanding(account, words_of(standing.measures, now, self.effects), tuple(told))


def found(reader: Reader, platform_id: str) -> Account:
    """Return the account of that platform id.

    Raises:
        tutela.errors.UnknownAccount: It was never recorded and never submitted anything.
    """
    account = reader.accounts_by_platform_id([platform_id]).get(platform_id)
    if account is None:
        raise UnknownAccount(place="id", remedy="Record it with PUT /v1/accounts/{id}.")
    return account
