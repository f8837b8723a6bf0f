"""What is answered about orders."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Told
from tutela.api.decision_answers import DecisionPlan

_AT, _PERSON = "2026-11-26T12:00:00Z", "per_01m7zt3q2xw9c5r8k4n6v0b1hd"
_ORDER = {
    "id": "ord_01m7zt3q2xw9c5r8k4n6v0b1hd", "kind": "act", "wish": "withhold", "state": "verified",
    "authority": "Landgericht Hamburg", "country": "DE", "reference": "324 O 7/26", "category": "protection_of_minors",
    "legal_basis": "§ 1004 BGB", "reasons": "The court holds so.", "redress": "Objection within two weeks.",
    "answer_to": "the court", "language": "de", "is_readable": True, "locations": [], "territory": ["DE"],
    "received_at": _AT, "due_at": None, "is_secret": False, "registered_at": _AT, "registered_by": _PERSON,
    "verified_at": _AT, "verified_by": _PERSON, "acknowledged_at": None, "effect_at": None, "told_at": None,
    "informed_at": None, "delay_until": None, "decisions": [], "hold": None,
}  # fmt: skip


class Order(Told):
    """An order, and how far it is."""

    id: str
    kind: str
    wish: Annotated[str, Field(description="What is to be done with what it names.")]
    state: str
    authority: str
    country: str
    reference: str
    category: str
    legal_basis: str
    reasons: str
    redress: str
    answer_to: str
    language: str
    is_readable: bool
    locations: list[str]
    territory: list[str]
    received_at: datetime
    due_at: datetime | None
    is_secret: bool
    registered_at: datetime
    registered_by: str
    verified_at: datetime | None
    verified_by: str | None
    acknowledged_at: datetime | None
    effect_at: datetime | None
    told_at: datetime | None
    informed_at: datetime | None
    delay_until: datetime | None
    decisions: list[str]
    hold: str | None
    example: ClassVar[Any] = _ORDER


class Orders(Told):
    """A page of orders."""

    orders: list[Order]
    next: str | None
    example: ClassVar[Any] = {"orders": [_ORDER], "next": None}


class OrderStep(Told):
    """One line of an order's history."""

    at: datetime
    by: str
    step: str
    note: str


class Missing(Told):
    """Something that the order lacks."""

    id: str
    words: str
    is_needed: Annotated[bool, Field(description="Nobody can act without it; the rest is waived with a reason.")]


class Conflict(Told):
    """Something that the order meets."""

    kind: str
    weight: Annotated[str, Field(description="`told`, `needs_reason` or `never`.")]
    order: str | None


class OrderShown(Order):
    """An order with its history, what it lacks, what it meets, and the drafts of two letters."""

    history: list[OrderStep]
    missing: list[Missing]
    conflicts: list[Conflict]
    items: list[str]
    accounts: list[str]
    receipt: str
    statement_of_effect: str
    example: ClassVar[Any] = {
        **_ORDER, "history": [{"at": _AT, "by": _PERSON, "step": "received", "note": ""}],
        "missing": [{"id": "answer_to", "words": "which authority is to be told of the effect", "is_needed": False}],
        "conflicts": [], "items": ["post-1001"], "accounts": [], "receipt": "Your order 324 O 7/26 …",
        "statement_of_effect": "Your order 324 O 7/26 …",
    }  # fmt: skip


class EffectForeseen(Told):
    """What giving effect would do."""

    conflicts: list[Conflict]
    plan: DecisionPlan | None
    example: ClassVar[Any] = {"conflicts": [], "plan": None}
