"""The routes of webhooks."""

from tutela.api import webhook_answers, webhook_bodies, webhooks
from tutela.api.route import Route

_SCOPE = "webhooks"

ROUTES = (
    Route("GET", "/v1/webhooks", _SCOPE, "List webhooks", work=webhooks.list_webhooks, answer=webhook_answers.Webhooks),
    Route(
        "POST",
        "/v1/webhooks",
        _SCOPE,
        "Register a webhook",
        work=webhooks.add_webhook,
        body=webhook_bodies.NewWebhook,
        answer=webhook_answers.WebhookWithSecret,
        statuses=(201,),
        detail="What changes from now on is sent there in batches, signed after Standard Webhooks: kinds and ids of "
        "what changed, and nothing else. With `account.facts_wanted` among `events` it is asked for facts of accounts, "
        "too. The secret is shown once. Only https, and no address inside unless the operator "
        "allows it. At most 32.",
    ),
    Route(
        "GET", "/v1/webhooks/{id}", _SCOPE, "Read a webhook", work=webhooks.read_webhook, answer=webhook_answers.Webhook
    ),
    Route(
        "PATCH",
        "/v1/webhooks/{id}",
        _SCOPE,
        "Change a webhook",
        work=webhooks.change_webhook,
        body=webhook_bodies.WebhookChange,
        answer=webhook_answers.Webhook,
        detail="Switched on again, it is told everything that changed meanwhile, each subject once. What waits is "
        "tried at once.",
    ),
    Route(
        "DELETE",
        "/v1/webhooks/{id}",
        _SCOPE,
        "Remove a webhook",
        work=webhooks.remove_webhook,
        statuses=(204,),
        detail="With its deliveries; what is on its way may still arrive.",
    ),
    Route(
        "POST",
        "/v1/webhooks/{id}/rotate",
        _SCOPE,
        "Make a new secret",
        work=webhooks.rotate_secret,
        answer=webhook_answers.WebhookWithSecret,
        detail="For a day each request carries a signature by the new secret and one by that before.",
    ),
    Route(
        "POST",
        "/v1/webhooks/{id}/test",
        _SCOPE,
        "Send a ping",
        work=webhooks.ping_webhook,
        answer=webhook_answers.Tested,
        detail="Once, now, of the type `webhook.ping`; the answer says what came of it. Where it arrives, what waits "
        "is sent at once.",
    ),
    Route(
        "GET",
        "/v1/webhooks/{id}/deliveries",
        _SCOPE,
        "List deliveries",
        work=webhooks.list_deliveries,
        query=webhook_bodies.DeliveriesQuery,
        answer=webhook_answers.Deliveries,
        detail="With the last tries of each. `state=dead` is the list of those that nobody tries again.",
    ),
    Route(
        "POST",
        "/v1/webhooks/{id}/deliveries/{delivery}/resend",
        _SCOPE,
        "Send one delivery again",
        work=webhooks.resend_delivery,
        answer=webhook_answers.Resent,
        detail="Under the same `webhook-id`, with all tries before it; one that waits is tried at once.",
    ),
    Route(
        "POST",
        "/v1/webhooks/{id}/resend",
        _SCOPE,
        "Send everything again that is dead",
        work=webhooks.resend_dead,
        answer=webhook_answers.Resent,
        detail="In its order, and before anything newer.",
    ),
)
