"""Lay out an account: what it may do, what is known of it, what happened, and who is around it.

What would tell somebody the first answer of a case that they may still answer is left out, here as on the case (P3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tutela.core.account_standing import StandingWords, words_of
from tutela.core.cases import Case
from tutela.core.content import Account, AgeBand
from tutela.core.ids import AccountId
from tutela.core.measures import Measure, Subject
from tutela.core.network import Network, network_of
from tutela.core.permissions import Principal, demand
from tutela.core.strikes import Strike
from tutela.core.ties import CROWD
from tutela.core.timeline import EntryKind, Places, TimelinePage, merged
from tutela.errors import NotForYou
from tutela.flows.keep_accounts import found
from tutela.ports.clock import Clock
from tutela.ports.events import Label
from tutela.ports.store import Reader, Store
from tutela_client.table import EffectTable

PAGE_ENTRIES = 40
DONE_TO_IT = (EntryKind.FIRE, EntryKind.CASE, EntryKind.FINDING, EntryKind.MEASURE, EntryKind.STATEMENT)
"""What rules and people did, without what the account did itself."""


@dataclass(frozen=True, slots=True)
class AccountLayout:
    """An account as it is laid before somebody."""

    account: Account
    at: datetime
    words: StandingWords
    measures: tuple[Measure, ...]  #: on the account, in force
    strikes: tuple[Strike, ...]
    labels: tuple[Label, ...]
    cases: tuple[Case, ...]  #: open ones, the one due first
    timeline: TimelinePage
    is_held: bool = (
        False  #: by what is kept from whoever looks until they have answered: that it holds is told, no more
    )


@dataclass(frozen=True, slots=True)
class AccountNetwork:
    """Who is around an account, by name, with the cases that are open about them."""

    network: Network
    names: Mapping[AccountId, str]  #: the platform's own
    cases: Mapping[AccountId, Sequence[Case]]  #: open ones
    ages: Mapping[AccountId, AgeBand]


@dataclass(frozen=True, slots=True)
class LayOutAccount:
    """Lay out an account."""

    store: Store
    clock: Clock
    effects: EffectTable

    def __call__(
        self, principal: Principal, platform_id: str, places: Places | None = None,
        kinds: Sequence[EntryKind] = tuple(EntryKind),
    ) -> AccountLayout:  # fmt: skip
        """Return an account with what is in force on it, and one page of what happened.

        Args:
            principal: Who asks.
            platform_id: The platform's own id of the account.
            places: Where the page before ended; none for the first.
            kinds: What is told of what happened.

        Raises:
            tutela.errors.Forbidden: They do not work on cases.
            tutela.errors.UnknownAccount: There is none of that identifier.
            tutela.errors.NotForYou: It is an account of theirs.
        """
        with self.store.read() as reader:
            account, now = self._theirs(reader, principal, platform_id), self.clock.now()
            kept = reader.decisions_kept_from(account.id, principal.id)
            subject = Subject.account(account.id)
            standing = reader.standings([subject])[subject]
            strikes = reader.strikes([account.id]).get(account.id, ())
            labels = reader.labels([account.id], now).get(account.id, [])
            cases = reader.open_cases([account.id]).values()
            behind = places or {}
            entries = {
                kind: reader.entries_of(account.id, kind, behind.get(kind), kept, now, PAGE_ENTRIES + 1)
                for kind in kinds
            }
        held = tuple(each for each in standing.measures if each.holds_at(now) and each.decision_id not in kept)
        return AccountLayout(
            account=account,
            at=now,
            words=words_of(held, now, self.effects),
            measures=held,
            strikes=tuple(each for each in strikes if each.decision_id not in kept),
            labels=tuple(labels),
            cases=tuple(sorted(cases, key=lambda each: (each.due_at, each.id))),
            timeline=merged(entries, behind, PAGE_ENTRIES),
            is_held=any(each.holds_at(now) and each.decision_id in kept for each in standing.measures),
        )

    def network(self, principal: Principal, platform_id: str) -> AccountNetwork:
        """Return who shares what with an account. It tells of cases that are open, and of no measure.

        Raises:
            tutela.errors.Forbidden: They do not work on cases.
            tutela.errors.UnknownAccount: There is none of that identifier.
            tutela.errors.NotForYou: It is an account of theirs.
        """
        with self.store.read() as reader:
            account = self._theirs(reader, principal, platform_id)
            ties = reader.ties_of_account(account.id)
            network = network_of(account.id, reader.accounts_tied(ties, CROWD + 2))
            around = [each.account_id for each in network.neighbours]
            known = reader.accounts_by_id(around).values()
            names, ages = {each.id: each.platform_id for each in known}, {each.id: each.age.band for each in known}
            cases: dict[AccountId, list[Case]] = {}
            for each in reader.open_cases(around).values():
                cases.setdefault(each.account_id, []).append(each)
        return AccountNetwork(network, names, cases, ages)

    def _theirs(self, reader: Reader, principal: Principal, platform_id: str) -> Account:
        demand(principal, "cases")
        account = found(reader, platform_id)
        if account.id in reader.own_accounts(principal.id):
            raise NotForYou("nobody looks through an account of their own", place="account")
        return account
