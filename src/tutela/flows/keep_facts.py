"""Keep what only platforms know of accounts: taken in, sealed under a key of the account's own, read, destroyed."""

from collections.abc import Callable
from dataclasses import dataclass

from tutela.core.filing.account_facts import AccountFacts, ToldFacts, facts_period
from tutela.core.filing.facts_file import facts_json, parse_facts, parts_told, stored_facts
from tutela.core.ids import AccountId
from tutela.core.permissions import Principal, demand, demand_one
from tutela.errors import Conflict, KeyMissing
from tutela.flows.keep_accounts import found
from tutela.ports.account_facts import FactsBook, FactsRecord, NewFacts, SealedFacts
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.keys import KeyRing
from tutela.ports.sealing import Seal
from tutela.ports.store import Store

KEY_BYTES = 32
"""Of the key that the facts of one account are sealed under, once."""


@dataclass(frozen=True, slots=True)
class FactsSeen:
    """How the facts of an account stand, and what they are for whom may read them."""

    platform_id: str
    record: FactsRecord
    facts: AccountFacts | None = None


@dataclass(frozen=True, slots=True)
class KeepFacts:
    """Take in, read and destroy facts."""

    store: Store
    book: FactsBook
    keys: KeyRing
    seal: Callable[[bytes], Seal]  #: what seals under a key
    clock: Clock
    entropy: Entropy

    def tell(self, principal: Principal, platform_id: str, sent: bytes) -> FactsSeen:
        """Store what a platform tells; it replaces what it told before. Idempotent but for the time of telling.

        Raises:
            tutela.errors.Forbidden: They tell nothing.
            tutela.errors.UnknownAccount: It was never recorded and never submitted anything.
            tutela.errors.BadInput: It is no JSON.
            tutela.errors.WrongFields: Fields are wrong, each named with what to do; nothing of it is taken.
            tutela.errors.Conflict: They were destroyed at the same moment.
        """
        demand(principal, "facts")
        facts, now = parse_facts(sent, self.clock.now()), self.clock.now()
        account_id = self._account(platform_id)
        held = self._sealed(account_id, self.book.record(account_id).series, facts)
        self.book.keep(NewFacts(account_id, held, parts_told(facts), now, principal.id))
        return FactsSeen(platform_id, self.book.record(account_id))

    def see(self, principal: Principal, platform_id: str) -> FactsSeen:
        """Return when facts were told and by whom; and what they are, for whom may draw up reports.

        Raises:
            tutela.errors.Forbidden: They neither tell facts nor draw up reports.
            tutela.errors.UnknownAccount: It was never recorded and never submitted anything.
            tutela.errors.KeyMissing: The key that opens them is not there.
        """
        demand_one(principal, ("facts", "reports"))
        account_id = self._account(platform_id)
        record = self.book.record(account_id)
        if record.held is None or not principal.may("reports"):
            return FactsSeen(platform_id, record)
        facts = self._opened(account_id, record.held)
        self.book.looked_at(account_id, principal.id)
        return FactsSeen(platform_id, record, facts)

    def read(self, account_id: AccountId) -> ToldFacts | None:
        """Return the facts of an account, for a report; none where nothing was told, or it was destroyed.

        Raises:
            tutela.errors.WrongKey: The keys at hand do not open them: they are not guessed, nor taken as missing.
        """
        record = self.book.record(account_id)
        if record.held is None or record.told_at is None:
            return None
        try:
            return ToldFacts(self._opened(account_id, record.held), record.told_at, record.told_by or "")
        except KeyMissing:
            if facts_period(account_id, record.held.series) in self.keys.periods():
                raise
            return None  # destroyed, and the row is taken out a moment later

    def erase(self, account_id: AccountId, by: str, is_held: Callable[[AccountId], bool]) -> bool:
        """Destroy the facts of an account, unless a hold keeps them. Irreversible, idempotent.

        The key is destroyed first: whatever of the rows is left in a file, a log or a backup opens no more.

        Args:
            account_id: Whose.
            by: Who has it destroyed.
            is_held: Whether a hold keeps what is known of that account.

        Returns:
            Whether there was anything.

        Raises:
            tutela.errors.Conflict: A hold keeps them.
        """
        record = self.book.record(account_id)
        if record.held is None:
            return False
        if is_held(account_id):
            raise Conflict("a hold keeps these facts", place="account", remedy="It ends before they are destroyed.")
        self.keys.destroy_period(facts_period(account_id, record.held.series))
        return self.book.forget(account_id, self.clock.now(), by) is not None

    def _account(self, platform_id: str) -> AccountId:
        with self.store.read() as reader:
            return found(reader, platform_id).id

    def _sealed(self, account_id: AccountId, series: int, facts: AccountFacts) -> SealedFacts:
        key, context = self.entropy.token(KEY_BYTES), account_id.encode()
        wrapped = self.keys.wrap(facts_period(account_id, series), key, context=context)
        return SealedFacts(series, wrapped, self.seal(key).seal(facts_json(facts), context=context))

    def _opened(self, account_id: AccountId, held: SealedFacts) -> AccountFacts:
        context = account_id.encode()
        key = self.keys.unwrap(facts_period(account_id, held.series), held.wrapped, context=context)
        return stored_facts(self.seal(key).unseal(held.sealed, context=context))
