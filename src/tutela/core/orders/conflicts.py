"""What an order meets: other orders, what is sealed, how far it reaches. Found and told before anything is done.

An order never lifts or weakens what protects a child (P2): to restore that is refused whoever orders it, and whoever
decides under the clause can only be asked through a reversal of the ordinary kind.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tutela.core.ids import AccountId, ItemId, OrderId
from tutela.core.orders.kinds import Order, Wish
from tutela.core.orders.progress import OPEN, OrderState, Progress


class Weight(StrEnum):
    """What a conflict asks of whoever gives effect to an order."""

    TOLD = "told"  #: to be known
    NEEDS_REASON = "needs_reason"  #: somebody says why it is done all the same
    NEVER = "never"  #: nothing is done


class ConflictKind(StrEnum):
    """What an order meets."""

    RESTORES_PROTECTED = "restores_protected"  #: what was found, or may be, under a clause without tolerance
    RESTORES_SEALED = "restores_sealed"
    OPPOSITE = "opposite"  #: another order wants the opposite
    ANOTHER_SCOPE = "another_scope"  #: another one wants the same, in other countries or otherwise
    SAME = "same"  #: another one wants the same, there
    ALSO_KEPT = "also_kept"  #: it is to be removed, and another order wants it kept: what is sealed is kept
    BEYOND_COUNTRY = "beyond_country"  #: it reaches further than its authority's country, as every removal does


WEIGHTS: Mapping[ConflictKind, Weight] = {
    ConflictKind.RESTORES_PROTECTED: Weight.NEVER,
    ConflictKind.RESTORES_SEALED: Weight.NEVER,
    ConflictKind.OPPOSITE: Weight.NEEDS_REASON,
    ConflictKind.ANOTHER_SCOPE: Weight.TOLD,
    ConflictKind.SAME: Weight.TOLD,
    ConflictKind.ALSO_KEPT: Weight.TOLD,
    ConflictKind.BEYOND_COUNTRY: Weight.NEEDS_REASON,
}

_COUNTS = OPEN | {OrderState.EFFECTIVE}


@dataclass(frozen=True, slots=True)
class Named:
    """How things stand that an order names."""

    sealed: frozenset[ItemId] = frozenset()  #: absent for everybody, for whatever reason
    protected: frozenset[ItemId] = frozenset()  #: under a measure of a clause without tolerance


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that an order meets."""

    kind: ConflictKind
    order_id: OrderId | None = None  #: the other order
    items: tuple[ItemId, ...] = ()
    accounts: tuple[AccountId, ...] = ()

    @property
    def weight(self) -> Weight:
        """Return what it asks."""
        return WEIGHTS[self.kind]


def conflicts_of(order: Order, others: Iterable[tuple[Order, Progress]], named: Named) -> tuple[Conflict, ...]:
    """Return what *order* meets, the gravest first; *others* are orders that name the same."""
    found = [*_restored(order, named), *_beyond(order)]
    for other, progress in others:
        if other.id != order.id and progress.state in _COUNTS:
            found += _between(order, other)
    place = list(WEIGHTS)
    return tuple(sorted(found, key=lambda each: (place.index(each.kind), each.order_id or "")))


def _restored(order: Order, named: Named) -> list[Conflict]:
    if order.wish is not Wish.RESTORE:
        return []
    protected = tuple(each for each in order.items if each in named.protected)
    sealed = tuple(each for each in order.items if each in named.sealed - named.protected)
    found = [(ConflictKind.RESTORES_PROTECTED, protected), (ConflictKind.RESTORES_SEALED, sealed)]
    return [Conflict(kind, items=items) for kind, items in found if items]


def _beyond(order: Order) -> list[Conflict]:
    is_beyond = order.wish is Wish.REMOVE or bool(order.territory - {order.country})
    return [Conflict(ConflictKind.BEYOND_COUNTRY)] if order.hides and is_beyond else []


def _between(order: Order, other: Order) -> list[Conflict]:
    items = tuple(sorted(set(order.items) & set(other.items)))
    accounts = tuple(sorted(set(order.accounts) & set(other.accounts)))
    kind = _kind(order, other)
    return [Conflict(kind, other.id, items, accounts)] if kind is not None and (items or accounts) else []


def _kind(order: Order, other: Order) -> ConflictKind | None:
    wishes = {order.wish, other.wish}
    if Wish.TELL in wishes:
        return None  # telling about somebody changes nothing
    if Wish.RESTORE in wishes and (order.hides or other.hides):
        return ConflictKind.OPPOSITE
    if Wish.KEEP in wishes and Wish.REMOVE in wishes:
        return ConflictKind.ALSO_KEPT
    if order.hides and other.hides:
        is_same = order.wish is other.wish and order.territory == other.territory
        return ConflictKind.SAME if is_same else ConflictKind.ANOTHER_SCOPE
    return None
