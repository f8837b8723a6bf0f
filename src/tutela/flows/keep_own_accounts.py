"""Remember which accounts of the platform are somebody's own, so that they never work on a case about one."""

from collections.abc import Sequence
from dataclasses import dataclass

from tutela.core.audit import AuditEvent
from tutela.core.permissions import Principal, demand
from tutela.errors import UnknownAccount
from tutela.flows.move_case import CaseWork
from tutela.ports.cases import OwnAccount
from tutela.ports.committer import Changeset


@dataclass(frozen=True, slots=True)
class KeepOwnAccounts:
    """State which accounts are one's own. Nobody takes back by themselves what keeps them from a case."""

    work: CaseWork

    def add(self, principal: Principal, platform_ids: Sequence[str]) -> None:
        """State that accounts are one's own.

        Raises:
            tutela.errors.UnknownAccount: One of them was never recorded; nothing was stated.
        """
        demand(principal, "cases")
        with self.work.store.read() as reader:
            known = reader.accounts_by_platform_id(platform_ids)
        for number, platform_id in enumerate(platform_ids):
            if platform_id not in known:
                raise UnknownAccount(place=f"accounts.{number}", remedy="Record it with PUT /v1/accounts/{id}.")
        now = self.work.clock.now()
        own = tuple(OwnAccount(principal.id, account.id, now) for account in known.values())
        event = AuditEvent("person:account:owned", principal.id, {"accounts": sorted(each.account_id for each in own)})
        self.work.committer.commit(Changeset(own_accounts=own, audit=(event,)))

    def read(self, principal: Principal) -> list[str]:
        """Return the accounts that *principal* stated, by the platform's own ids."""
        demand(principal, "cases")
        with self.work.store.read() as reader:
            accounts = reader.accounts_by_id(reader.own_accounts(principal.id))
        return sorted(account.platform_id for account in accounts.values())
