"""Rows of webhooks as values, and back."""

from typing import Any

import orjson

from tutela.adapters.db import rows
from tutela.core.ids import DeliveryId, WebhookId
from tutela.core.webhooks import STANDING_CHANGED, DeliveryState, Failure, Outcome
from tutela.ports.webhooks import Attempt, Delivery, Lease, NewBatch, Notice, OffBecause, Webhook


def changeable(webhook: Webhook) -> dict[str, Any]:
    """Return what an operator may change of an endpoint."""
    return {
        "name": webhook.name, "url": webhook.url, "secret": webhook.secret, "previous": webhook.previous,
        "previous_until_us": rows.maybe_us(webhook.previous_until),
        "off_because": webhook.off_because.value if webhook.off_because else None,
        "events": orjson.dumps(webhook.events).decode(),
    }  # fmt: skip


def new_webhook(webhook: Webhook) -> dict[str, Any]:
    """Return the row of a new endpoint."""
    return {
        "id": webhook.id, "created_us": rows.to_us(webhook.created_at), "numbered": 0, "cursor": webhook.cursor,
        **changeable(webhook),
    }  # fmt: skip


def webhook_of(row: rows.Row) -> Webhook:
    """Return the endpoint of a row."""
    return Webhook(
        id=WebhookId(row["id"]),
        name=row["name"],
        url=row["url"],
        events=tuple(orjson.loads(row["events"])),
        cursor=row["cursor"],
        secret=bytes(row["secret"]),
        created_at=rows.from_us(row["created_us"]),
        previous=None if row["previous"] is None else bytes(row["previous"]),
        previous_until=None if row["previous_until_us"] is None else rows.from_us(row["previous_until_us"]),
        off_because=None if row["off_because"] is None else OffBecause(row["off_because"]),
        batched_at=None if row["batched_us"] is None else rows.from_us(row["batched_us"]),
    )


def new_delivery(webhook_id: WebhookId, number: int, new: NewBatch, lease: Lease) -> dict[str, Any]:
    """Return the row of a batch that is sent for the first time."""
    now_us = rows.to_us(lease.now)
    return {
        "id": new.delivery_id, "webhook_id": webhook_id, "number": number, "event": STANDING_CHANGED,
        "first_seq": new.batch.first_seq, "last_seq": new.batch.last_seq, "changes": len(new.batch.changes),
        "body": new.body, "state": DeliveryState.WAITING.value, "tries": 1, "attempts": 1, "next_us": now_us,
        "holder": lease.holder, "lease_us": rows.to_us(lease.until), "created_us": now_us,
    }  # fmt: skip


def new_notice(
    delivery_id: DeliveryId, webhook_id: WebhookId, number: int, notice: Notice, now_us: int
) -> dict[str, Any]:
    """Return the row of a notice that nobody has sent yet."""
    return {
        "id": delivery_id, "webhook_id": webhook_id, "number": number, "event": notice.event, "first_seq": 0,
        "last_seq": 0, "changes": notice.about, "body": notice.body, "state": DeliveryState.WAITING.value, "tries": 0,
        "attempts": 0, "next_us": now_us, "created_us": now_us,
    }  # fmt: skip


def delivery_of(row: rows.Row) -> Delivery:
    """Return the delivery of a row, with its body where the row has one."""
    return Delivery(
        id=DeliveryId(row["id"]),
        webhook_id=WebhookId(row["webhook_id"]),
        number=row["number"],
        event=row["event"],
        first_seq=row["first_seq"],
        last_seq=row["last_seq"],
        changes=row["changes"],
        state=DeliveryState(row["state"]),
        tries=row["tries"],
        attempts=row["attempts"],
        created_at=rows.from_us(row["created_us"]),
        next_at=rows.from_us(row["next_us"]),
        ended_at=None if row["ended_us"] is None else rows.from_us(row["ended_us"]),
        body=bytes(row.get("body", b"")),
    )


def attempt_row(delivery_id: DeliveryId, attempt: Attempt) -> dict[str, Any]:
    """Return the row of a try."""
    outcome = attempt.outcome
    return {
        "delivery_id": delivery_id, "number": attempt.number, "at_us": rows.to_us(attempt.at),
        "status": outcome.status, "failure": outcome.failure.value if outcome.failure else None,
        "milliseconds": outcome.milliseconds,
    }  # fmt: skip


def attempt_of(row: rows.Row) -> Attempt:
    """Return the try of a row."""
    failure = None if row["failure"] is None else Failure(row["failure"])
    outcome = Outcome(row["status"], failure, milliseconds=row["milliseconds"])
    return Attempt(row["number"], rows.from_us(row["at_us"]), outcome)
