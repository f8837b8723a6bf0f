"""Ask platforms, by webhook, for what only they know of accounts that a report will be about, and of nobody else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import structlog

from tutela.core.filing.account_facts import FRESH_FOR
from tutela.core.ids import AccountId, DecisionId, ItemId
from tutela.core.permissions import Principal, demand
from tutela.core.units import Duration
from tutela.core.webhooks import FACTS_WANTED, MOST_ACCOUNTS_WANTED, FactsWanted, body_of_facts_wanted
from tutela.flows.keep_accounts import found
from tutela.ports.account_facts import Ask, FactsBook, FoundFor
from tutela.ports.clock import Clock
from tutela.ports.store import Reader, Store
from tutela.ports.webhooks import Notice

BY_ITSELF = "finding"
"""Who asked, where a finding did."""

MOST_FOUND = 500
"""Rows of accounts and findings that are read at once; the others follow a moment later."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AskForFacts:
    """Ask for facts."""

    store: Store
    book: FactsBook
    clock: Clock
    undo: Duration  #: how long a finding may be taken back: nothing leaves before

    def __call__(self) -> int:
        """Ask for what findings need and is missing or old; return about how many accounts.

        Asked once a day as long as it is missing. Where no endpoint wants to be asked, nothing is noted as asked.
        """
        now = self.clock.now()
        wanted = self.book.wanted(now, now - self.undo.delta, MOST_FOUND)[:MOST_ACCOUNTS_WANTED]
        if not wanted:
            return 0
        with self.store.read() as reader:
            accounts = [FactsWanted(each.platform_id, _items(reader, each)) for each in wanted]
        asked = Ask([each.account_id for each in wanted], self._notice(accounts), now, BY_ITSELF, now - FRESH_FOR)
        told = self.book.ask(asked)
        if told:
            _log.info("facts_wanted", accounts=len(wanted), endpoints=told)
        return len(wanted) if told else 0

    def by_hand(self, principal: Principal, platform_id: str, items: Sequence[str] = ()) -> int:
        """Ask for the facts of one account now, whatever is there; return how many endpoints are asked.

        Raises:
            tutela.errors.Forbidden: They draw up no reports.
            tutela.errors.UnknownAccount: It was never recorded and never submitted anything.
        """
        demand(principal, "reports")
        now = self.clock.now()
        with self.store.read() as reader:
            account = found(reader, platform_id)
            named = tuple(items) or _found_items(reader, account.id)
        return self.book.ask(Ask([account.id], self._notice([FactsWanted(platform_id, named)]), now, principal.id))

    def _notice(self, accounts: Sequence[FactsWanted]) -> Notice:
        return Notice(FACTS_WANTED, body_of_facts_wanted(accounts, self.clock.now()), len(accounts))


def _items(reader: Reader, wanted: FoundFor) -> tuple[str, ...]:
    """Return what an account posted of the items that findings are about."""
    return _of_account(reader, wanted.account_id, wanted.decision_ids)


def _found_items(reader: Reader, account_id: AccountId) -> tuple[str, ...]:
    cases = [case.id for case in reader.open_cases([account_id]).values()]
    ids = [each for case_id in cases for each in reader.all_case_items(case_id, MOST_FOUND)]
    return _named(reader, account_id, ids)


def _of_account(reader: Reader, account_id: AccountId, decision_ids: Iterable[DecisionId]) -> tuple[str, ...]:
    answers = reader.answers_by(decision_ids)
    return _named(reader, account_id, [each.item_id for each in answers])


def _named(reader: Reader, account_id: AccountId, item_ids: Iterable[ItemId]) -> tuple[str, ...]:
    stored = reader.items_by_id(item_ids).values()
    own = sorted(each.item.platform_id for each in stored if each.item.account_id == account_id)
    return tuple(name for name, _ in groupby(own))
