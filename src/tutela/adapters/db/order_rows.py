"""Orders as rows, as their audit tells them, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from tutela.adapters.db.rows import Row, from_us, maybe_us, to_us
from tutela.core.audit import JSON
from tutela.core.dsa.words import Category
from tutela.core.ids import AccountId, DecisionId, HoldId, ItemId, NotifierId, OrderId
from tutela.core.orders import Order, OrderKind, OrderState, OrderStep, Progress, StepKind, Verification, Way, Wish
from tutela.ports.orders import StoredOrder

KINDS: Mapping[StepKind, str] = {step: f"staff:order:{step.value}" for step in StepKind}
"""What the audit calls each step."""

STAMPS = ("acknowledged_us", "effect_us", "told_us", "informed_us", "delay_us")


def order_row(order: Order, step: OrderStep) -> dict[str, Any]:
    """Return the row of a new order."""
    return {
        "id": order.id, "kind": order.kind.value, "wish": order.wish.value, "authority": order.authority,
        "country": order.country, "reference": order.reference, "received_us": to_us(order.received_at),
        "category": order.category.value, "legal_basis": order.legal_basis, "reasons": order.reasons,
        "redress": order.redress, "answer_to": order.answer_to, "language": order.language,
        "is_readable": order.is_readable, "locations": _json(order.locations),
        "territory": _json(sorted(order.territory)), "due_us": maybe_us(order.due_at), "is_secret": order.is_secret,
        "notifier_id": order.notifier_id, "registered_us": to_us(step.at), "registered_by": step.by, "version": 1,
        **progress_row(Progress()),
    }  # fmt: skip


def progress_row(progress: Progress) -> dict[str, Any]:
    """Return what of a row changes."""
    seen = progress.verification
    return {
        "state": progress.state.value,
        "verified_us": None if seen is None else to_us(seen.at), "verified_by": None if seen is None else seen.by,
        "verified_way": None if seen is None else seen.way.value, "is_real": None if seen is None else seen.is_real,
        "directory": None if seen is None else seen.directory, "spoken_to": None if seen is None else seen.spoken_to,
        "acknowledged_us": maybe_us(progress.acknowledged_at), "effect_us": maybe_us(progress.effect_at),
        "told_us": maybe_us(progress.told_at), "informed_us": maybe_us(progress.informed_at),
        "delay_us": maybe_us(progress.delay_until), "delay_basis": progress.delay_basis, "hold_id": progress.hold_id,
    }  # fmt: skip


def step_row(order_id: OrderId, number: int, step: OrderStep) -> dict[str, Any]:
    """Return the row of one line of a history."""
    return {
        "order_id": order_id, "number": number, "at_us": to_us(step.at), "by_whom": step.by, "what": step.kind.value,
        "note": step.note,
    }  # fmt: skip


def step_of(row: Row) -> OrderStep:
    """Return one line of a history."""
    return OrderStep(from_us(row["at_us"]), row["by_whom"], StepKind(row["what"]), row["note"])


def stored_order(row: Row, items: Sequence[str], accounts: Sequence[str], decisions: Sequence[str]) -> StoredOrder:
    """Return an order with all that is known of it."""
    order = Order(
        OrderId(row["id"]), OrderKind(row["kind"]), Wish(row["wish"]), row["authority"], row["country"],
        row["reference"], from_us(row["received_us"]), Category(row["category"]), row["legal_basis"], row["reasons"],
        row["redress"], row["answer_to"], row["language"], bool(row["is_readable"]),
        tuple(orjson.loads(row["locations"])), tuple(ItemId(each) for each in items),
        tuple(AccountId(each) for each in accounts), frozenset(orjson.loads(row["territory"])), _at(row["due_us"]),
        bool(row["is_secret"]), None if row["notifier_id"] is None else NotifierId(row["notifier_id"]),
    )  # fmt: skip
    registered_at = from_us(row["registered_us"])
    return StoredOrder(order, _progress(row, decisions), registered_at, row["registered_by"], row["version"])


def _progress(row: Row, decisions: Sequence[str]) -> Progress:
    return Progress(
        OrderState(row["state"]), _verification(row), _at(row["acknowledged_us"]), _at(row["effect_us"]),
        _at(row["told_us"]), _at(row["informed_us"]), _at(row["delay_us"]), row["delay_basis"],
        tuple(DecisionId(each) for each in decisions), None if row["hold_id"] is None else HoldId(row["hold_id"]),
    )  # fmt: skip


def _verification(row: Row) -> Verification | None:
    if row["verified_us"] is None:
        return None
    return Verification(
        row["verified_by"], from_us(row["verified_us"]), Way(row["verified_way"]), bool(row["is_real"]),
        row["directory"], row["spoken_to"],
    )  # fmt: skip


def payload(row: Mapping[str, Any]) -> dict[str, JSON]:
    """Return what the audit says of an order as it stands: no name, no reference, no word of it."""
    return {"order": row["kind"], **{key: row[key] for key in ("wish", "state", "received_us", *STAMPS)}}


def _at(value: int | None) -> Any:
    return None if value is None else from_us(value)


def _json(values: Sequence[str]) -> str:
    return orjson.dumps(list(values)).decode()
