"""Read what accounts have in common; see `ports.ties`."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Select, bindparam, func, literal, select, union_all

from tutela.adapters.db.event_tables import account_ties
from tutela.adapters.db.tables import item_media, items
from tutela.core.ids import AccountId
from tutela.core.ties import Tie, TieKind

OF_EACH_KIND = 8
"""Devices, links and conversations of one account that are followed."""

MEDIA = 16
"""Media that are followed: of its newest items."""

_NEWEST_ITEMS = 200
_CARRIERS = 200
"""Items with one media that are looked at, of the first as of the newest: one account may hold thousands of copies."""

_FIRST = item_media.c.item_id
_KEPT = (TieKind.DEVICE, TieKind.LINK, TieKind.CONVERSATION)
_SLOTS = {TieKind.MEDIA: MEDIA, **dict.fromkeys(_KEPT, OF_EACH_KIND)}


def _own(kind: TieKind) -> "Select[Any]":
    newest = (
        select(account_ties.c.kind, account_ties.c.value)
        .where(account_ties.c.account_id == bindparam("account"), account_ties.c.kind == kind.value)
        .order_by(account_ties.c.last_us.desc(), account_ties.c.value)
        .limit(OF_EACH_KIND)
        .subquery()
    )
    return select(newest)


def _own_media() -> "Select[Any]":
    newest = (
        select(items.c.id)
        .where(items.c.account_id == bindparam("account"))
        .order_by(items.c.id.desc())
        .limit(_NEWEST_ITEMS)
        .subquery()
    )
    found = (
        select(literal(TieKind.MEDIA.value).label("kind"), item_media.c.media_id.label("value"))
        .join_from(newest, item_media, item_media.c.item_id == newest.c.id)
        .group_by(item_media.c.media_id)
        .order_by(func.max(newest.c.id).desc(), item_media.c.media_id)
        .limit(MEDIA)
        .subquery()
    )
    return select(found)


def _carriers(value: BindParameter[str], order: ColumnElement[Any]) -> "Select[Any]":
    some = (
        select(items.c.account_id)
        .join_from(item_media, items, items.c.id == item_media.c.item_id)
        .where(item_media.c.media_id == value)
        .order_by(order)
        .limit(_CARRIERS)
        .subquery()
    )
    return select(some)


def _others(slot: int, kind: TieKind) -> "Select[Any]":
    value: BindParameter[str] = bindparam(f"{kind.value}_{slot}")
    if kind is TieKind.MEDIA:
        carriers = union_all(*(_carriers(value, order) for order in (_FIRST, _FIRST.desc())))
        each = carriers.subquery()
        who = select(each.c.account_id).distinct().order_by(each.c.account_id)
    else:
        who = (
            select(account_ties.c.account_id)
            .where(account_ties.c.kind == kind.value, account_ties.c.value == value)
            .order_by(account_ties.c.account_id)
        )
    found = who.limit(bindparam("limit")).subquery()
    return select(literal(kind.value).label("kind"), literal(slot).label("slot"), found.c.account_id)


_OWN = union_all(_own_media(), *map(_own, _KEPT))
_TIED = union_all(*(_others(slot, kind) for kind, slots in _SLOTS.items() for slot in range(slots)))
_NOTHING = {f"{kind.value}_{slot}": "" for kind, slots in _SLOTS.items() for slot in range(slots)}
"""What is asked in a place that is not needed: the statement stays one, and nothing is found there."""


class TieReads:
    """The part of `ports.store.Reader` about what accounts have in common."""

    _connection: Connection

    def ties_of_account(self, account_id: AccountId) -> list[Tie]:
        """Return what an account did something with lately, each once: some of each kind, the newest first."""
        found = self._connection.execute(_OWN, {"account": account_id})
        return [Tie(TieKind(kind), value) for kind, value in found]

    def accounts_tied(self, ties: Iterable[Tie], limit: int) -> dict[Tie, Sequence[AccountId]]:
        """Return who shares each of *ties*: *limit* accounts at most of each, the same ones every time."""
        by_kind: dict[TieKind, list[Tie]] = defaultdict(list)
        for tie in dict.fromkeys(ties):
            by_kind[tie.kind].append(tie)
        found: dict[Tie, list[AccountId]] = {tie: [] for each in by_kind.values() for tie in each}
        for some in _turns(by_kind):
            asked = {f"{kind.value}_{slot}": tie.value for (kind, slot), tie in some.items()}
            for kind, slot, account in self._connection.execute(_TIED, {**_NOTHING, **asked, "limit": limit}):
                found[some[TieKind(kind), slot]].append(AccountId(account))
        return dict(found)


def _turns(by_kind: dict[TieKind, list[Tie]]) -> list[dict[tuple[TieKind, int], Tie]]:
    """Return which tie is asked in which place, as many turns as it takes: one, of what one account has."""
    turns: list[dict[tuple[TieKind, int], Tie]] = []
    for kind, ties in by_kind.items():
        for place, tie in enumerate(ties):
            turn, slot = divmod(place, _SLOTS[kind])
            if turn == len(turns):
                turns.append({})
            turns[turn][kind, slot] = tie
    return turns
