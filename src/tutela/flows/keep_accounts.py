"""Record what a platform knows about accounts, and say what an account may do."""

from dataclasses import dataclass
from datetime import datetime

from tutela.core.content import Account, Age
from tutela.core.ids import AccountId
from tutela.core.measures import Measure, MeasureKind, Subject
from tutela.core.statements import Statement
from tutela.errors import UnknownAccount
from tutela.ports.clock import Clock
from tutela.ports.desk import Desk
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader, Store

STATEMENTS_TOLD = 100


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """What is in force on an account now, and what its holder may be told now."""

    account: Account
    measures: tuple[Measure, ...]
    statements: tuple[Statement, ...]

    def of(self, kind: MeasureKind) -> tuple[Measure, ...]:
        """Return the measures of *kind*."""
        return tuple(measure for measure in self.measures if measure.kind is kind)

    @property
    def may_post(self) -> bool:
        """Return whether nothing keeps the account from posting."""
        return not self.of(MeasureKind.LOCK_PENDING_DECISION) and not self.of(MeasureKind.SUSPEND)

    @property
    def suspended_until(self) -> datetime | None:
        """Return when the last suspension ends, or none when one has no end (or there is none)."""
        ends = [measure.ends_at for measure in self.of(MeasureKind.SUSPEND)]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None


@dataclass(frozen=True, slots=True)
class KeepAccounts:
    """Keep what is known about accounts."""

    store: Store
    desk: Desk
    clock: Clock
    entropy: Entropy

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
        return AccountStanding(account, tuple(m for m in standing.measures if m.holds_at(now)), tuple(told))


def found(reader: Reader, platform_id: str) -> Account:
    """Return the account of that platform id.

    Raises:
        tutela.errors.UnknownAccount: It was never recorded and never submitted anything.
    """
    account = reader.accounts_by_platform_id([platform_id]).get(platform_id)
    if account is None:
        raise UnknownAccount(place="id", remedy="Record it with PUT /v1/accounts/{id}.")
    return account
