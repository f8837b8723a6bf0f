"""What an order must contain, and what of it this one lacks: each by its name, never a silent refusal.

Source: Regulation (EU) 2022/2065 Article 9(2) and Article 10(2). Other orders are asked for what is needed to act on
them lawfully, and their redress where their law gives one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tutela.core.orders.kinds import Order, OrderKind, Wish

_ACT, _TELL = OrderKind.ACT, OrderKind.INFORMATION
_EVERY = frozenset(OrderKind)
_EUROPEAN = frozenset({_ACT, _TELL})


@dataclass(frozen=True, slots=True)
class Element:
    """One thing that an order must contain."""

    id: str
    words: str  #: as it is asked for
    kinds: frozenset[OrderKind]
    is_there: Callable[[Order], bool]
    sources: Mapping[OrderKind, str]
    is_needed: bool = False  #: without it nobody can act; the rest can be waived with a reason


def _is_located(order: Order) -> bool:
    return bool(order.locations or order.items or order.accounts)


def _is_found(order: Order) -> bool:
    return order.wish is Wish.TELL or bool(order.items or order.accounts)


def _has_territory(order: Order) -> bool:
    return bool(order.territory) or order.wish in {Wish.REMOVE, Wish.RESTORE}


ELEMENTS = (
    Element(
        "legal_basis", "the legal basis in Union or national law", _EVERY, lambda o: bool(o.legal_basis.strip()),
        {_ACT: "Article 9(2)(a)(i)", _TELL: "Article 10(2)(a)(i)"},
    ),
    Element(
        "reasons", "a statement of reasons that names the provision", _EVERY, lambda o: bool(o.reasons.strip()),
        {_ACT: "Article 9(2)(a)(ii)", _TELL: "Article 10(2)(a)(iv)"},
    ),
    Element(
        "authority", "what identifies the issuing authority, with an address that can be called back", _EVERY,
        lambda o: bool(o.authority.strip()), {_ACT: "Article 9(2)(a)(iii)", _TELL: "Article 10(2)(a)(ii)"},
        is_needed=True,
    ),
    Element(
        "location", "exact addresses, or other information by which the content or the recipient is found", _EVERY,
        _is_located, {_ACT: "Article 9(2)(a)(iv)", _TELL: "Article 10(2)(a)(iii)"}, is_needed=True,
    ),
    Element(
        "found", "an address that leads to content or an account on this service", _EVERY, _is_found,
        {_ACT: "Article 9(2)(a)(iv)"}, is_needed=True,
    ),
    Element(
        "redress", "how the provider and the recipient can seek redress", _EUROPEAN, lambda o: bool(o.redress.strip()),
        {_ACT: "Article 9(2)(a)(v)", _TELL: "Article 10(2)(a)(v)"},
    ),
    Element(
        "answer_to", "which authority is to be told of the effect", _EUROPEAN, lambda o: bool(o.answer_to.strip()),
        {_ACT: "Article 9(2)(a)(vi)", _TELL: "Article 10(2)(a)(vi)"},
    ),
    Element(
        "territory", "the territory in which it holds, no wider than it must be",
        frozenset({_ACT, OrderKind.REMOVAL_NOTICE}), _has_territory, {_ACT: "Article 9(2)(b)"}, is_needed=True,
    ),
    Element(
        "language", "a text in a language that the provider has declared, or its essential parts translated", _EVERY,
        lambda o: bool(o.language) and o.is_readable, {_ACT: "Article 9(2)(c)", _TELL: "Article 10(2)(c)"},
    ),
)  # fmt: skip
"""Every element, in the order in which they are told."""


def missing(order: Order) -> tuple[Element, ...]:
    """Return what *order* lacks of what an order of its kind must contain."""
    return tuple(each for each in ELEMENTS if order.kind in each.kinds and not each.is_there(order))
