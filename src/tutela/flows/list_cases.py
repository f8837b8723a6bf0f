"""List open cases, and how the queues stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from tutela.core.case_states import CaseState
from tutela.core.permissions import Principal, demand
from tutela.errors import UnknownAccount
from tutela.flows.move_case import CaseSeen, CaseWork, actor_of, seen
from tutela.ports.cases import EVERY_QUEUE, CaseFilter, CasePlace, ListFilter, Queue


@dataclass(frozen=True, slots=True)
class AskedList:
    """Which open cases; what is not given does not narrow."""

    queue: CaseFilter = EVERY_QUEUE
    state: CaseState | None = None
    account: str | None = None  #: the platform's own id
    is_mine: bool = False  #: that whoever asks works on, or put on hold


@dataclass(frozen=True, slots=True)
class ListCases:
    """List open cases: danger first, then the one due first."""

    work: CaseWork

    def __call__(
        self, principal: Principal, asked: AskedList, after: CasePlace | None, limit: int
    ) -> Sequence[CaseSeen]:
        """Return the next *limit* cases.

        Raises:
            tutela.errors.UnknownAccount: There is no account of that name.
        """
        demand(principal, "detections")
        now = self.work.clock.now()
        with self.work.store.read() as reader:
            account_id = None
            if asked.account is not None:
                known = reader.accounts_by_platform_id([asked.account])
                if asked.account not in known:
                    raise UnknownAccount(place="query.account")
                account_id = known[asked.account].id
            wanted = ListFilter(now, asked.queue, asked.state, principal.id if asked.is_mine else None, account_id)
            found = reader.open_cases_page(after, limit, wanted if asked != AskedList() else None)
            actor = actor_of(reader, principal)
        return [seen(each, actor, now) for each in found]


@dataclass(frozen=True, slots=True)
class ListQueues:
    """Say how the queues stand."""

    work: CaseWork

    def __call__(self, principal: Principal) -> Sequence[Queue]:
        """Return every queue in which there is anything."""
        demand(principal, "cases")
        with self.work.store.read() as reader:
            return reader.case_queues(self.work.clock.now())
