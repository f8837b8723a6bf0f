"""Say how an order stands: one wording for API and command line."""

from typing import Any

from tutela.core.orders import Conflict
from tutela.flows.keep_orders import OrderSeen
from tutela.ports.orders import StoredOrder


def order_told(stored: StoredOrder) -> dict[str, Any]:
    """Return an order as it is told."""
    order, progress = stored.order, stored.progress
    seen = progress.verification
    return {
        "id": order.id, "kind": order.kind.value, "wish": order.wish.value, "state": progress.state.value,
        "authority": order.authority, "country": order.country, "reference": order.reference,
        "category": order.category.name.lower(), "legal_basis": order.legal_basis, "reasons": order.reasons,
        "redress": order.redress, "answer_to": order.answer_to, "language": order.language,
        "is_readable": order.is_readable, "locations": list(order.locations), "territory": sorted(order.territory),
        "received_at": order.received_at, "due_at": order.due_at, "is_secret": order.is_secret,
        "registered_at": stored.registered_at, "registered_by": stored.registered_by,
        "verified_at": None if seen is None else seen.at, "verified_by": None if seen is None else seen.by,
        "acknowledged_at": progress.acknowledged_at, "effect_at": progress.effect_at, "told_at": progress.told_at,
        "informed_at": progress.informed_at, "delay_until": progress.delay_until,
        "decisions": list(progress.decisions), "hold": progress.hold_id,
    }  # fmt: skip


def seen_told(seen: OrderSeen) -> dict[str, Any]:
    """Return an order with its history, what it lacks, what it meets, and the drafts of two letters."""
    return {
        **order_told(seen.stored),
        "history": [{"at": e.at, "by": e.by, "step": e.kind.value, "note": e.note} for e in seen.history],
        "missing": [{"id": e.id, "words": e.words, "is_needed": e.is_needed} for e in seen.missing],
        "conflicts": [conflict_told(each) for each in seen.conflicts],
        "items": list(seen.items), "accounts": list(seen.accounts),
        "receipt": seen.receipt, "statement_of_effect": seen.effect,
    }  # fmt: skip


def conflict_told(each: Conflict) -> dict[str, Any]:
    """Return something that an order meets."""
    return {"kind": each.kind.value, "weight": each.weight.value, "order": each.order_id}
