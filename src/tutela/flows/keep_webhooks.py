"""Keep the endpoints of platforms: where they are, with which secrets they are signed to, whether they are sent to."""

import base64
from dataclasses import dataclass, replace

from tutela.core.addresses import parse_target
from tutela.core.ids import DeliveryId, WebhookId
from tutela.core.webhooks import (
    DEFAULT_EVENTS,
    EVENTS,
    ROTATION,
    SECRET_BYTES,
    SECRET_PREFIX,
    DeliveryState,
    Outcome,
    body_of_ping,
)
from tutela.errors import BadInput, UnknownDelivery, UnknownWebhook
from tutela.flows.deliver import KEYS_PERIOD, secrets_of
from tutela.flows.follow_changes import BEGINNING, newest
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.keys import KeyRing
from tutela.ports.store import Store
from tutela.ports.webhooks import Attempt, Deliveries, Delivery, OffBecause, Post, Sender, Webhook, Webhooks


@dataclass(frozen=True, slots=True)
class WebhookChange:
    """What is to be different; none leaves it."""

    name: str | None = None
    url: str | None = None
    is_active: bool | None = None
    events: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class KeepWebhooks:
    """Register, change, try and remove endpoints. A secret is shown when it is made, and never again."""

    store: Store
    webhooks: Webhooks
    deliveries: Deliveries
    sender: Sender
    keys: KeyRing
    clock: Clock
    entropy: Entropy
    allows_private: bool

    def add(
        self, name: str, url: str, by: str, *, from_start: bool = False, events: tuple[str, ...] = DEFAULT_EVENTS
    ) -> tuple[Webhook, str]:
        """Register an endpoint and return it with its secret.

        Args:
            name: For people.
            url: Where it is.
            by: Who asks.
            from_start: Tell it everything that ever changed, instead of what changes from now on.
            events: Which of `EVENTS` it is told.

        Raises:
            tutela.errors.BadInput: It is no address that anything is ever sent to, or an event is none.
            tutela.errors.Conflict: There are too many.
        """
        chosen = _events(events)
        parse_target(url, allows_private=self.allows_private)
        with self.store.read() as reader:
            cursor = BEGINNING if from_start else newest(reader)
        webhook_id = WebhookId(self.entropy.new_id("webhook"))
        secret, wrapped = self._new_secret(webhook_id)
        webhook = Webhook(webhook_id, name, url, chosen, cursor, wrapped, self.clock.now())
        self.webhooks.add(webhook, by)
        return webhook, secret

    def find(self, webhook_id: str) -> Webhook:
        """Return an endpoint.

        Raises:
            tutela.errors.UnknownWebhook: There is none, or it was removed.
        """
        found = next((each for each in self.webhooks.all() if each.id == webhook_id), None)
        if found is None:
            raise UnknownWebhook(place="id")
        return found

    def change(self, webhook_id: str, change: WebhookChange, by: str) -> Webhook:
        """Change an endpoint, and try at once what waits for it.

        Raises:
            tutela.errors.UnknownWebhook: There is none.
            tutela.errors.BadInput: It is no address that anything is ever sent to, or an event is none.
        """
        webhook = self.find(webhook_id)
        if change.url is not None:
            parse_target(change.url, allows_private=self.allows_private)
        off = webhook.off_because
        if change.is_active is not None:
            off = None if change.is_active else off or OffBecause.OPERATOR
        changed = replace(
            webhook,
            name=webhook.name if change.name is None else change.name,
            url=webhook.url if change.url is None else change.url,
            off_because=off,
            events=webhook.events if change.events is None else _events(change.events),
        )
        self.webhooks.change(webhook, changed, "changed", by)
        return changed

    def rotate(self, webhook_id: str, by: str) -> tuple[Webhook, str]:
        """Make a new secret and return it; what was the secret is signed with as well for a day.

        Raises:
            tutela.errors.UnknownWebhook: There is none.
        """
        webhook = self.find(webhook_id)
        secret, wrapped = self._new_secret(webhook.id)
        until = self.clock.now() + ROTATION.delta
        changed = replace(webhook, secret=wrapped, previous=webhook.secret, previous_until=until)
        self.webhooks.change(webhook, changed, "rotated", by)
        return changed, secret

    def remove(self, webhook_id: str, by: str) -> None:
        """Send nothing any more, and forget it with all its deliveries.

        Raises:
            tutela.errors.UnknownWebhook: There is none.
        """
        webhook = self.find(webhook_id)
        self.webhooks.change(webhook, replace(webhook, off_because=OffBecause.REMOVED), "removed", by)

    def test(self, webhook_id: str) -> Outcome:
        """Send a ping now, once, and return what came of it; where it arrives, what waits is sent at once.

        Raises:
            tutela.errors.UnknownWebhook: There is none.
            tutela.errors.KeyMissing: The key that opens its secret is not there.
        """
        webhook, now = self.find(webhook_id), self.clock.now()
        ping_id = self.entropy.new_id("delivery")
        outcome = self.sender.send(
            Post(webhook.url, ping_id, now, body_of_ping(now), secrets_of(webhook, self.keys, now))
        )
        if outcome.is_success:
            self.deliveries.hasten(webhook.id, now)
        return outcome

    def page(
        self, webhook_id: str, state: DeliveryState | None, before: int | None, limit: int
    ) -> list[tuple[Delivery, tuple[Attempt, ...]]]:
        """Return deliveries, newest first, each with its last tries.

        Raises:
            tutela.errors.UnknownWebhook: There is none.
        """
        return self.deliveries.page(self.find(webhook_id).id, state, before, limit)

    def send_again(self, webhook_id: str, delivery_id: str, by: str) -> None:
        """Send a delivery again, whatever became of it.

        Raises:
            tutela.errors.UnknownWebhook: There is no such endpoint.
            tutela.errors.UnknownDelivery: There is no such delivery to it, or it was forgotten.
        """
        webhook = self.find(webhook_id)
        if not self.deliveries.send_again(webhook.id, self.clock.now(), by, DeliveryId(delivery_id)):
            raise UnknownDelivery(place="delivery")

    def send_dead_again(self, webhook_id: str, by: str) -> int:
        """Send everything again that is dead; return how many deliveries.

        Raises:
            tutela.errors.UnknownWebhook: There is none.
        """
        return self.deliveries.send_again(self.find(webhook_id).id, self.clock.now(), by)

    def _new_secret(self, webhook_id: WebhookId) -> tuple[str, bytes]:
        secret = SECRET_PREFIX + base64.b64encode(self.entropy.token(SECRET_BYTES)).decode()
        return secret, self.keys.wrap(KEYS_PERIOD, secret.encode(), context=webhook_id.encode())


def _events(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return events once each, in their order."""
    if not wanted or set(wanted) - set(EVENTS):
        raise BadInput("There is no such event.", place="events", remedy=f"Name one or more of {', '.join(EVENTS)}.")
    return tuple(each for each in EVENTS if each in wanted)
