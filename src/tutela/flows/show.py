"""Show: what may this viewer see of these items and accounts, on this surface?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tutela.core.content import Account
from tutela.core.measures import Subject
from tutela.core.onlookers import Onlooker, age_of, countries_of
from tutela.ports.clock import Clock
from tutela.ports.store import Reader, Store, Tie
from tutela_client.see import STRICTEST, Seen, see_account, see_all
from tutela_client.table import EffectTable
from tutela_client.verdict import Verdict
from tutela_client.viewer import Viewer

_NOT_STORED = "\0not-stored"
"""Who looks with an account that nobody knows here: equal to no id of ours, and not anonymous either."""


@dataclass(frozen=True, slots=True)
class Look:
    """One question. Whatever is named is named as the platform does."""

    onlooker: Onlooker
    surface: str
    items: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    ties: Mapping[str, Tie] = field(default_factory=dict)  #: to items, where there is something to say
    account_ties: Mapping[str, Tie] = field(default_factory=dict)
    is_explained: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A verdict for everything that was asked about."""

    items: Mapping[str, Verdict]
    accounts: Mapping[str, Verdict]
    unknown: tuple[str, ...]  #: items that were never submitted: absent
    unknown_accounts: tuple[str, ...]  #: accounts of which nothing is known: nothing can be in force on them


@dataclass(frozen=True, slots=True)
class Show:
    """Answer from one read, with as many statements for five hundred items as for one."""

    store: Store
    clock: Clock
    effects: EffectTable

    def __call__(self, look: Look) -> Shown:
        """Return a verdict for each item and account of *look*."""
        now = self.clock.now()
        with self.store.read() as reader:
            stored, viewer = read_viewer(reader, look.onlooker, now, also=look.accounts)
            seen = _items(reader, look, viewer, now) if look.items else {}
            accounts = _accounts(reader, look, stored, now) if look.accounts else {}
        verdicts = see_all(
            viewer, look.surface, list(seen.values()), now=now, table=self.effects, is_explained=look.is_explained
        )
        told = dict(zip(seen, verdicts, strict=True))
        return Shown(
            {name: told.get(name, STRICTEST) for name in look.items},
            {name: self._of_account(viewer, look, each, now) for name, each in accounts.items()},
            tuple(name for name in look.items if name not in told),
            tuple(name for name in look.accounts if name not in stored),
        )

    def everywhere(self, look: Look, surfaces: Iterable[str]) -> dict[str, Verdict]:
        """Return the verdict about the first item of *look* on each surface, from one read."""
        now = self.clock.now()
        with self.store.read() as reader:
            _, viewer = read_viewer(reader, look.onlooker, now)
            seen = list(_items(reader, look, viewer, now).values())[:1]
        verdicts = {
            surface: see_all(viewer, surface, seen, now=now, table=self.effects, is_explained=look.is_explained)
            for surface in surfaces
        }
        return {surface: next(iter(found), STRICTEST) for surface, found in verdicts.items()}

    def _of_account(self, viewer: Viewer, look: Look, account: Seen, now: datetime) -> Verdict:
        return see_account(viewer, look.surface, account, now=now, table=self.effects, is_explained=look.is_explained)


def read_viewer(
    reader: Reader, onlooker: Onlooker, now: datetime, *, also: Iterable[str] = (), with_choices: bool = True
) -> tuple[dict[str, Account], Viewer]:
    """Return the accounts that exist of those named, by the platform's ids, and the viewer that *onlooker* is.

    Items name their authors by our own id, so the viewer and the accounts that they mute are named like that as well;
    a viewer whom nobody knows here equals no author.
    """
    name = onlooker.account
    named = {*also, *(() if name is None else (name,))}
    stored, choices = reader.looking(name if with_choices else None, named, now) if named else ({}, ())
    account = None if name is None else stored.get(name)
    viewer = Viewer(
        account=account.id if account is not None else None if name is None else _NOT_STORED,
        age=age_of(onlooker.age, None if account is None else account.age.band).value,
        countries=countries_of(onlooker.countries, account),
        choices=choices,
    )
    return stored, viewer


def _items(reader: Reader, look: Look, viewer: Viewer, now: datetime) -> dict[str, Seen]:
    return reader.seen(look.items, viewer, now, ties=look.ties, is_explained=look.is_explained)


def _accounts(reader: Reader, look: Look, stored: Mapping[str, Account], now: datetime) -> dict[str, Seen]:
    known = {name: stored[name] for name in look.accounts if name in stored}
    held = reader.holdings((Subject.account(account.id) for account in known.values()), now)
    seen = {}
    for name in look.accounts:
        itself = known[name].id if name in known else name
        relation = look.account_ties.get(name, Tie()).relation
        holdings = held.get(Subject.account(known[name].id)) if name in known else None
        seen[name] = Seen(itself, itself, relation, by_author=holdings)
    return seen
