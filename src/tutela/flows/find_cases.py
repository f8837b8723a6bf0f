"""Find open cases by whatever somebody has at hand: the case itself, an account or an item."""

from collections.abc import Sequence
from dataclasses import dataclass

from tutela.core.ids import PREFIXES, AccountId, CaseId, ItemId
from tutela.core.permissions import Principal, demand
from tutela.flows.move_case import CaseWork
from tutela.ports.store import Reader

MAX_CHARACTERS = 200
SHORTEST_BEGINNING = 3
"""Characters of a name with which others are found: with fewer there are too many."""

MOST_BEGINNING = 20
"""Accounts that are named: whoever sees more writes more of the name."""


@dataclass(frozen=True, slots=True)
class FoundCases:
    """What is known under a name."""

    cases: Sequence[CaseId] = ()  #: open ones, or the very case that was named, the one due first
    account: str | None = None  #: the platform's own id of whom they are about, where that was named or posted it
    beginning: Sequence[str] = ()  #: accounts that begin so, where nothing is called just that


@dataclass(frozen=True, slots=True)
class FindCases:
    """Find cases."""

    work: CaseWork

    def __call__(self, principal: Principal, name: str) -> FoundCases:
        """Return what *name*, an identifier of ours or of the platform, stands for; nothing where it is unknown.

        Raises:
            tutela.errors.Forbidden: They do not work on cases.
        """
        demand(principal, "cases")
        name = name.strip()
        if not 0 < len(name) <= MAX_CHARACTERS:
            return FoundCases()
        with self.work.store.read() as reader:
            case_id = CaseId(name)
            if name.startswith(PREFIXES["case"]) and reader.case_of(case_id) is not None:
                return FoundCases([case_id])
            found = _about(reader, name)
            if found.account is None and len(name) >= SHORTEST_BEGINNING:
                return FoundCases(beginning=reader.accounts_beginning(name, MOST_BEGINNING))
            return found


def _about(reader: Reader, name: str) -> FoundCases:
    account = reader.accounts_by_platform_id([name]).get(name) or reader.accounts_by_id([AccountId(name)]).get(
        AccountId(name)
    )
    if account is None:
        stored = reader.items_by_platform_id([name]).get(name) or reader.items_by_id([ItemId(name)]).get(ItemId(name))
        if stored is None:
            return FoundCases()
        account = reader.accounts_by_id([stored.item.account_id])[stored.item.account_id]
    cases = sorted(reader.open_cases([account.id]).values(), key=lambda each: (each.due_at, each.id))
    return FoundCases([each.id for each in cases], account.platform_id)
