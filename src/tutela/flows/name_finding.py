"""Read what a finding is about by the platform's own names; what is not there is named by its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tutela.core.content import Account, Media
from tutela.core.findings import Ask, Decider, Delay, Facts, Finding
from tutela.core.ids import AccountId, CaseId, ClauseId, DecisionId, ItemId, MediaId
from tutela.core.measures import MeasureKind, Subject, SubjectKind
from tutela.core.permissions import Principal
from tutela.core.roles import Role
from tutela.core.subjects import named
from tutela.errors import BadInput, UnknownAccount, UnknownItem, UnknownMedia
from tutela.ports.committer import StoredItem
from tutela.ports.store import Reader
from tutela_client.scope import EVERYTHING, Scope


@dataclass(frozen=True, slots=True)
class On:
    """A subject by the platform's own name of it; media by ours."""

    kind: SubjectKind
    id: str


@dataclass(frozen=True, slots=True)
class OnCase:
    """Which case a decision is about, as whoever decides last saw it."""

    principal: Principal
    case_id: CaseId
    version: int | None = None  #: none where it does not matter what was laid into it since


@dataclass(frozen=True, slots=True)
class AskedMeasure:
    """One measure that is asked for."""

    kind: MeasureKind
    on: On
    scope: Scope = EVERYTHING
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A finding as a person puts it."""

    clause: str
    facts: Facts
    decider: Decider
    measures: tuple[AskedMeasure, ...]
    parts: tuple[tuple[str, Role], ...] = ()  #: of accounts
    replaces: str | None = None
    delay: Delay | None = None
    on_case: OnCase | None = None


@dataclass(frozen=True, slots=True)
class Things:
    """What a finding is about, as it is stored."""

    items: Mapping[ItemId, StoredItem]
    accounts: Mapping[AccountId, Account]
    media: Mapping[MediaId, Media]


def resolve(reader: Reader, asked: Asked) -> tuple[Finding, Things]:
    """Return the finding in our own ids, and everything it is about: its items with their authors and media too.

    Raises:
        tutela.errors.UnknownItem: It was never submitted; as with accounts and media, its place is named.
        tutela.errors.UnknownAccount: It was never recorded.
        tutela.errors.UnknownMedia: It was never uploaded.
        tutela.errors.BadInput: A subject cannot be what it is said to be.
    """
    found = _Found(reader, asked)
    asks = tuple(
        Ask(each.kind, found.subject(each.on, f"measures.{at}.on"), each.scope, each.starts_at, each.ends_at)
        for at, each in enumerate(asked.measures)
    )
    roles = _roles(found.accounts, asked.parts)
    replaces = DecisionId(asked.replaces) if asked.replaces else None
    finding = Finding(ClauseId(asked.clause), asked.facts, asked.decider, roles, asks, replaces, asked.delay)
    return finding, found.things()


def roles_of(reader: Reader, parts: Sequence[tuple[str, Role]]) -> dict[AccountId, Role]:
    """Return the part of each account, by our own ids.

    Raises:
        tutela.errors.UnknownAccount: One was never recorded; its place is named.
        tutela.errors.BadInput: One is named twice.
    """
    return _roles(reader.accounts_by_platform_id(platform_id for platform_id, _ in parts), parts)


def _roles(accounts: Mapping[str, Account], parts: Sequence[tuple[str, Role]]) -> dict[AccountId, Role]:
    roles: dict[AccountId, Role] = {}
    for at, (platform_id, role) in enumerate(parts):
        account_id = _known(accounts, platform_id, f"accounts.{at}")
        if account_id in roles:
            raise BadInput("this account is named twice", place=f"accounts.{at}", remedy="An account has one part.")
        roles[account_id] = role
    return roles


def _known(accounts: Mapping[str, Account], platform_id: str, place: str) -> AccountId:
    account = accounts.get(platform_id)
    if account is None:
        raise UnknownAccount(place=place, remedy="Record it with PUT /v1/accounts/{id}.")
    return account.id


class _Found:
    """What the platform's names stand for, read at once."""

    def __init__(self, reader: Reader, asked: Asked) -> None:
        self._reader = reader
        names = {kind: [each.on.id for each in asked.measures if each.on.kind is kind] for kind in SubjectKind}
        self._items = reader.items_by_platform_id(names[SubjectKind.ITEM])
        self._media = reader.media_by_id(MediaId(each) for each in names[SubjectKind.MEDIA])
        accounts = [*names[SubjectKind.ACCOUNT], *(platform_id for platform_id, _ in asked.parts)]
        self.accounts = reader.accounts_by_platform_id(accounts)

    def subject(self, on: On, place: str) -> Subject:
        if on.kind is SubjectKind.ITEM:
            stored = self._items.get(on.id)
            if stored is None:
                raise UnknownItem(place=place, remedy="Submit it first.")
            return Subject.item(stored.item.id)
        if on.kind is SubjectKind.ACCOUNT:
            return Subject.account(_known(self.accounts, on.id, place))
        if on.kind is SubjectKind.MEDIA:
            if MediaId(on.id) not in self._media:
                raise UnknownMedia(place=place, remedy="Media is named by its id here, as GET /v1/items/{id} tells it.")
            return Subject.media(MediaId(on.id))
        try:
            return named(on.kind, on.id)
        except ValueError as error:
            raise BadInput(str(error), place=place) from None

    def things(self) -> Things:
        """Return all of it, with the authors and media of the items."""
        items = {stored.item.id: stored for stored in self._items.values()}
        authors = {stored.item.account_id for stored in items.values()}
        known = {account.id: account for account in self.accounts.values()}
        accounts = {**known, **self._reader.accounts_by_id(authors - known.keys())}
        carried = {media_id for stored in items.values() for media_id in stored.item.media_ids}
        media = {**self._media, **self._reader.media_by_id(carried - self._media.keys())}
        return Things(items, accounts, media)
