"""List golden cases, for those who keep them: nobody else may know which they are."""

from collections.abc import Iterable
from dataclasses import dataclass

from tutela.core.looks import Golden
from tutela.core.permissions import Principal, demand
from tutela.ports.store import Store


@dataclass(frozen=True, slots=True)
class GoldenPage:
    """Some of them, and where the next begin."""

    golden: tuple[Golden, ...]
    names: dict[str, str]  #: of the accounts in their answers, as the platform calls them
    following: str | None


@dataclass(frozen=True, slots=True)
class ListGolden:
    """List golden cases. Whoever may is given none; see `GiveGolden`."""

    store: Store

    def __call__(self, principal: Principal, after: str, limit: int, *, with_withdrawn: bool = False) -> GoldenPage:
        """Return the next ones after the id *after*."""
        demand(principal, "quality")
        with self.store.read() as reader:
            found = reader.golden_page(after, limit + 1, with_withdrawn=with_withdrawn)
        page = found[:limit]
        names = self.names(principal, page)
        return GoldenPage(tuple(page), names, page[-1].id if len(found) > limit else None)

    def names(self, principal: Principal, golden: Iterable[Golden]) -> dict[str, str]:
        """Return how the platform calls the accounts in the answers of golden cases."""
        demand(principal, "quality")
        accounts = {account_id for each in golden for account_id in each.answer.roles}
        with self.store.read() as reader:
            return {str(each): account.platform_id for each, account in reader.accounts_by_id(accounts).items()}
