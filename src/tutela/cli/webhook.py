"""`tutela webhook`: where platforms are told what changed."""

from collections.abc import Mapping
from typing import Any

import click

from tutela.cli import FAILED
from tutela.cli.opening import Where, placed, table
from tutela.core.webhooks import DEFAULT_EVENTS, EVENTS, DeliveryState
from tutela.flows.keep_webhooks import WebhookChange
from tutela.ports.webhooks import Attempt, Delivery, Webhook

BY = "command line"


@click.group("webhook")
def webhook_command() -> None:
    """Register where platforms are told what changed; read and repeat deliveries."""


@webhook_command.command("add")
@click.argument("url")
@click.option("--name", default="", help="For people.")
@click.option("--event", "events", multiple=True, type=click.Choice(EVENTS), help="What it is told; may be repeated.")
@click.option(
    "--from-start", is_flag=True, help="Tell everything that ever changed, not only what changes from now on."
)
@placed
def add(where: Where, url: str, name: str, events: tuple[str, ...], *, from_start: bool) -> None:
    """Register an endpoint and print its secret, which is never shown again.

    A running server sends to it from then on: kinds and ids of what changed, signed after Standard Webhooks.

    \b
    tutela webhook add https://forum.example/tutela --name forum
    tutela webhook add https://forum.example/facts --event account.facts_wanted
    """  # noqa: D301  # \b is click's mark
    with where.house() as house:
        webhook, secret = house.keep_webhooks.add(name, url, BY, from_start=from_start, events=events or DEFAULT_EVENTS)
    where.tell({**_record(webhook), "secret": secret}, secret)
    if not where.as_json:
        click.echo(f"{webhook.id}: keep the secret; try it with `tutela webhook test {webhook.id}`", err=True)


@webhook_command.command("list")
@placed
def list_webhooks(where: Where) -> None:
    """List all endpoints, oldest first, and how many deliveries wait or are dead."""
    with where.house() as house:
        records, stock = [_record(each) for each in house.webhooks.all()], house.webhooks.stock()
    shown = [{**each, "state": each["off_because"] or "active", "name": each["name"] or "-"} for each in records]
    told = table(shown, ("id", "name", "state", "url"), empty="there is no webhook: nothing is sent anywhere")
    where.tell(records, f"{told}\n{stock.waiting} waiting, {stock.dead} dead" if records else told)


@webhook_command.command("change")
@click.argument("webhook_id")
@click.option("--url", help="Where it is from now on.")
@click.option("--name", help="For people.")
@click.option("--event", "events", multiple=True, type=click.Choice(EVENTS), help="All that it is told from now on.")
@click.option("--on/--off", "is_active", default=None, help="Send to it, or let everything wait.")
@placed
def change(
    where: Where, webhook_id: str, url: str | None, name: str | None, events: tuple[str, ...], *, is_active: bool | None
) -> None:
    """Change an endpoint. What waits is tried at once."""
    with where.house() as house:
        webhook = house.keep_webhooks.change(webhook_id, WebhookChange(name, url, is_active, events or None), BY)
    where.tell(_record(webhook), f"{webhook.id} is changed")


@webhook_command.command("rotate")
@click.argument("webhook_id")
@placed
def rotate(where: Where, webhook_id: str) -> None:
    """Make a new secret and print it; for a day what is sent is signed with the one before as well."""
    with where.house() as house:
        webhook, secret = house.keep_webhooks.rotate(webhook_id, BY)
    where.tell({**_record(webhook), "secret": secret}, secret)


@webhook_command.command("test")
@click.argument("webhook_id")
@placed
def send_ping(where: Where, webhook_id: str) -> None:
    """Send a ping, once, from here. The exit status is 1 when it does not arrive."""
    with where.house() as house:
        outcome = house.keep_webhooks.test(webhook_id)
    failure = outcome.failure.value if outcome.failure else None
    record = {"arrived": outcome.is_success, "status": outcome.status, "failure": failure}
    said = f"answered {outcome.status}" if outcome.status else f"failed: {failure}"
    where.tell(record, f"{'arrived' if outcome.is_success else 'did not arrive'}; {said}")
    if not outcome.is_success:
        click.get_current_context().exit(FAILED)


@webhook_command.command("deliveries")
@click.argument("webhook_id")
@click.option("--state", type=click.Choice([each.value for each in DeliveryState]), help="Only these.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@placed
def deliveries(where: Where, webhook_id: str, state: str | None, limit: int) -> None:
    """List deliveries, newest first, with the last try of each."""
    with where.house() as house:
        wanted = DeliveryState(state) if state else None
        found = house.keep_webhooks.page(webhook_id, wanted, None, limit)
    records = [_delivery(*each) for each in found]
    columns = ("id", "state", "changes", "tries", "last", "created_at")
    where.tell(records, table(records, columns, empty="there is none"))


@webhook_command.command("resend")
@click.argument("webhook_id")
@click.argument("delivery_id", required=False)
@placed
def resend(where: Where, webhook_id: str, delivery_id: str | None) -> None:
    """Send one delivery again, or all that are dead, under their old identifiers. A running server does it."""
    with where.house() as house:
        count = 1
        if delivery_id is None:
            count = house.keep_webhooks.send_dead_again(webhook_id, BY)
        else:
            house.keep_webhooks.send_again(webhook_id, delivery_id, BY)
    where.tell({"resent": count}, f"{count} are sent again")


@webhook_command.command("remove")
@click.argument("webhook_id")
@placed
def remove(where: Where, webhook_id: str) -> None:
    """Remove an endpoint with its deliveries, for good."""
    with where.house() as house:
        house.keep_webhooks.remove(webhook_id, BY)
    where.tell({"id": webhook_id, "removed": True}, f"{webhook_id} is removed")


def _record(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "name": webhook.name,
        "url": webhook.url,
        "events": list(webhook.events),
        "off_because": webhook.off_because.value if webhook.off_because else None,
        "created_at": webhook.created_at.isoformat(timespec="seconds"),
    }


def _delivery(delivery: Delivery, log: tuple[Attempt, ...]) -> Mapping[str, Any]:
    last = "-"
    if log:
        outcome = log[-1].outcome
        last = str(outcome.status) if outcome.status else str(outcome.failure)
    return {
        "id": delivery.id,
        "state": delivery.state.value,
        "changes": delivery.changes,
        "tries": delivery.tries,
        "last": last,
        "created_at": delivery.created_at.isoformat(timespec="seconds"),
    }
