"""Webhooks: where platforms are told what changed, and how each delivery went."""

from typing import Any

from starlette.responses import Response

from tutela.api import webhook_bodies
from tutela.api.calls import Call, answer
from tutela.api.paging import from_cursor, to_cursor, wrong_cursor
from tutela.core.webhooks import DEFAULT_EVENTS, DeliveryState, Outcome
from tutela.flows.keep_webhooks import WebhookChange
from tutela.ports.webhooks import Attempt, Delivery, Webhook


def list_webhooks(call: Call) -> Response:
    """List the webhooks."""
    call.no_query()
    return answer({"webhooks": [_body(webhook) for webhook in call.house.webhooks.all()]})


def add_webhook(call: Call) -> Response:
    """Register a webhook."""
    call.no_query()
    asked = call.body(webhook_bodies.NewWebhook)
    events = DEFAULT_EVENTS if asked.events is None else tuple(asked.events)
    webhook, secret = call.house.keep_webhooks.add(
        asked.name, asked.url, call.caller.id, from_start=asked.from_start, events=events
    )
    return answer({**_body(webhook), "secret": secret}, 201)


def read_webhook(call: Call) -> Response:
    """Tell about one webhook."""
    call.no_query()
    return answer(_body(call.house.keep_webhooks.find(call.part("id"))))


def change_webhook(call: Call) -> Response:
    """Move, name, or switch a webhook."""
    call.no_query()
    asked = call.body(webhook_bodies.WebhookChange)
    change = WebhookChange(asked.name, asked.url, asked.active, None if asked.events is None else tuple(asked.events))
    return answer(_body(call.house.keep_webhooks.change(call.part("id"), change, call.caller.id)))


def remove_webhook(call: Call) -> Response:
    """Remove a webhook."""
    call.no_query()
    call.house.keep_webhooks.remove(call.part("id"), call.caller.id)
    return Response(status_code=204)


def rotate_secret(call: Call) -> Response:
    """Make a new secret."""
    call.no_query()
    webhook, secret = call.house.keep_webhooks.rotate(call.part("id"), call.caller.id)
    return answer({**_body(webhook), "secret": secret})


def ping_webhook(call: Call) -> Response:
    """Send a ping."""
    call.no_query()
    outcome = call.house.keep_webhooks.test(call.part("id"))
    return answer({"arrived": outcome.is_success, **_outcome(outcome)})


def list_deliveries(call: Call) -> Response:
    """List deliveries."""
    asked = call.query(webhook_bodies.DeliveriesQuery)
    before = _place(from_cursor(asked.cursor))
    found = call.house.keep_webhooks.page(call.part("id"), asked.state, before, asked.limit + 1)
    shown = found[: asked.limit]
    following = to_cursor(str(shown[-1][0].number)) if len(found) > len(shown) else None
    return answer({"deliveries": [_delivery(*each) for each in shown], "next": following})


def resend_delivery(call: Call) -> Response:
    """Send one delivery again."""
    call.no_query()
    call.house.keep_webhooks.send_again(call.part("id"), call.part("delivery"), call.caller.id)
    return answer({"resent": 1})


def resend_dead(call: Call) -> Response:
    """Send everything again that is dead."""
    call.no_query()
    return answer({"resent": call.house.keep_webhooks.send_dead_again(call.part("id"), call.caller.id)})


def _place(place: str) -> int | None:
    try:
        return int(place) if place else None
    except ValueError:
        raise wrong_cursor() from None


def _body(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "name": webhook.name,
        "url": webhook.url,
        "events": list(webhook.events),
        "active": webhook.is_active,
        "off_because": webhook.off_because.value if webhook.off_because else None,
        "told_to": webhook.cursor,
        "previous_secret_until": webhook.previous_until,
        "created_at": webhook.created_at,
    }


def _delivery(delivery: Delivery, log: tuple[Attempt, ...]) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "event": delivery.event,
        "changes": delivery.changes,
        "first_seq": delivery.first_seq,
        "last_seq": delivery.last_seq,
        "state": delivery.state.value,
        "tries": delivery.tries,
        "created_at": delivery.created_at,
        "next_at": delivery.next_at if delivery.state is DeliveryState.WAITING else None,
        "ended_at": delivery.ended_at,
        "log": [{"number": each.number, "at": each.at, **_outcome(each.outcome)} for each in log],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    failure = outcome.failure.value if outcome.failure else None
    return {"status": outcome.status, "failure": failure, "milliseconds": outcome.milliseconds}
