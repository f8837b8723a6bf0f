"""Find the items that a decision in bulk is about, by the platform's names of them or by a filter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tutela.core.content import tag_of
from tutela.core.ids import AccountId, ClauseId, ItemId
from tutela.core.policy import Policy
from tutela.errors import BadInput, TooLarge, UnknownAccount, UnknownClause, UnknownItem
from tutela.ports.decisions import ItemFilter
from tutela.ports.store import Reader

MAX_ITEMS = 100_000
"""Items that one filter may find. Whoever means more is asked to say so in parts, and to look at each."""


@dataclass(frozen=True, slots=True)
class AskedFilter:
    """A filter as a person puts it; what is not given does not narrow."""

    account: str | None = None
    tag: str | None = None
    clause: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def find_items(reader: Reader, names: Sequence[str], where: AskedFilter | None, policy: Policy) -> tuple[ItemId, ...]:
    """Return the items, each once: those of a list in its order, those of a filter in order of their id.

    Raises:
        tutela.errors.UnknownItem: One of the list was never submitted; its place is named.
        tutela.errors.UnknownAccount: The filter names an account that was never recorded.
        tutela.errors.UnknownClause: The filter names a clause that there is not.
        tutela.errors.TooLarge: The filter finds more than may be decided at once.
        tutela.errors.BadInput: The filter would look at everything.
    """
    if where is None:
        known = reader.item_ids(names)
        for at, name in enumerate(names):
            if name not in known:
                raise UnknownItem(place=f"items.{at}", remedy="Submit it first, or leave it out.")
        return tuple(dict.fromkeys(known[name] for name in names))
    found = reader.filtered(_filter(reader, where, policy), "", MAX_ITEMS + 1)
    if len(found) > MAX_ITEMS:
        raise TooLarge(f"it finds more than {MAX_ITEMS} items", place="filter", remedy="Narrow it by `since`, `until`.")
    return tuple(found)


def _filter(reader: Reader, where: AskedFilter, policy: Policy) -> ItemFilter:
    if where.account is None and where.tag is None and where.clause is None:
        raise BadInput("it would look at everything", place="filter", remedy="Name an account, a tag or a clause.")
    if where.clause is not None and where.clause not in policy.clauses:
        raise UnknownClause(place="filter.clause", remedy="GET /v1/policy lists them.")
    account_id: AccountId | None = None
    if where.account is not None:
        account = reader.accounts_by_platform_id([where.account]).get(where.account)
        if account is None:
            raise UnknownAccount(place="filter.account")
        account_id = account.id
    tag = None if where.tag is None else tag_of(where.tag)
    if tag == "":
        raise BadInput("a tag has nothing but its sign", place="filter.tag")
    clause_id = None if where.clause is None else ClauseId(where.clause)
    return ItemFilter(account_id, tag, clause_id, where.since, where.until)
