"""Permit: may this account do that? The same measures refuse at write time what they hide at read time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tutela.core.content import Account, AgeBand
from tutela.core.measures import Subject, SubjectKind
from tutela.core.onlookers import Onlooker, age_of
from tutela.flows.show import read_viewer
from tutela.ports.clock import Clock
from tutela.ports.store import Store, Tie
from tutela_client.in_force import Holdings
from tutela_client.may import YES, Deed, Permission, Person, may
from tutela_client.see import Seen
from tutela_client.table import EffectTable


@dataclass(frozen=True, slots=True)
class Towards:
    """The account that something is done to, as the platform says."""

    account: str
    relation: str = "none"  #: of whoever acts to this account
    age: AgeBand | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """One question: who wants to do what, to what, with what."""

    actor: Onlooker
    verb: str
    item: str | None = None
    tie: Tie = field(default_factory=Tie)  #: of the actor to the item
    towards: Towards | None = None
    reaches: tuple[Towards, ...] = ()  #: everybody, where there may be more than one
    uses: tuple[Subject, ...] = ()  #: every measure on one of these reaches what is used
    surface: str = "detail"  #: where the item is seen
    is_explained: bool = False


@dataclass(frozen=True, slots=True)
class Permit:
    """Answer from one read; the ways to be heard need none."""

    store: Store
    clock: Clock
    effects: EffectTable

    def __call__(self, wanted: Wanted) -> Permission:
        """Return whether it may be done. An item that was never submitted is there for nobody."""
        if wanted.verb in self.effects.always:
            return YES  # whatever is in force, and also when nobody can read what is
        now = self.clock.now()
        towards = (*(() if wanted.towards is None else (wanted.towards,)), *wanted.reaches)
        names = [each.account for each in towards]
        with self.store.read() as reader:
            stored, actor = read_viewer(reader, wanted.actor, now, also=names, with_choices=False)
            accounts = [Subject.account(account.id) for account in stored.values()]
            held = reader.holdings((*accounts, *wanted.uses), now)
            items = () if wanted.item is None else (wanted.item,)
            ties = dict.fromkeys(items, wanted.tie)
            explained = wanted.is_explained
            seen = reader.seen(items, actor, now, ties=ties, is_explained=explained) if items else {}
        deed = Deed(
            verb=wanted.verb,
            by=_of(wanted.actor.account, stored, held),
            item=None if wanted.item is None else seen.get(wanted.item, Seen(wanted.item, is_published=False)),
            person=None if wanted.towards is None else _person(wanted.towards, stored, held),
            persons=tuple(_person(each, stored, held) for each in wanted.reaches),
            is_shared=any(place.kind is SubjectKind.CONVERSATION for place in wanted.uses),
            places=tuple(held[place] for place in wanted.uses if place in held),
            surface=wanted.surface,
        )
        return may(actor, deed, now=now, table=self.effects, is_explained=wanted.is_explained)


def _of(name: str | None, stored: Mapping[str, Account], held: Mapping[Subject, Holdings]) -> Holdings | None:
    account = None if name is None else stored.get(name)
    return None if account is None else held.get(Subject.account(account.id))


def _person(towards: Towards, stored: Mapping[str, Account], held: Mapping[Subject, Holdings]) -> Person:
    account = stored.get(towards.account)
    age = age_of(towards.age, None if account is None else account.age.band)
    name = towards.account if account is None else account.id
    return Person(name, age.value, towards.relation, _of(towards.account, stored, held))
