"""Tell platforms what changed: make batches, send them, and try again for days.

What is to be done is read from the tables each time. A delivery is claimed before it is sent, by one update that one
process wins; a claim runs out, so that what a dead process held is sent by a living one, under the same identifier.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from tutela.core.ids import DeliveryId
from tutela.core.units import Duration
from tutela.core.webhooks import (
    BATCH_CHANGES,
    DeliveryState,
    Failure,
    Outcome,
    Settled,
    body_of_batch,
    is_ripe,
    settle,
)
from tutela.errors import TakenOver, VaultError
from tutela.flows.follow_changes import changed_after
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.keys import KeyRing
from tutela.ports.store import Store
from tutela.ports.webhooks import Attempt, Claimed, Deliveries, Head, Lease, NewBatch, Post, Sender, Webhook

KEYS_PERIOD = "webhooks"
"""Under which key of the ring the secrets lie. It is never destroyed by retention."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Deliver:
    """Deliver at least once, in the order of each endpoint; no endpoint waits for another."""

    store: Store
    deliveries: Deliveries
    sender: Sender
    keys: KeyRing
    clock: Clock
    entropy: Entropy
    holder: str  #: this process, and no other that ever was
    lease: Duration  #: longer than a request may take
    batch_changes: int = BATCH_CHANGES  #: that are told in one request at most

    def begin(self) -> list[Claimed]:
        """Claim what is due, and what has changed since the last batch of an endpoint that has nothing waiting."""
        begun = (self._begin(head) for head in self.deliveries.heads(self.clock.now()))
        return [claimed for claimed in begun if claimed is not None]

    def carry(self, claimed: Claimed, must_end: Callable[[], bool]) -> None:
        """Send what was claimed, then what is due of the same event to the same endpoint, until *must_end*."""
        following: Claimed | None = claimed
        while following is not None:
            self.finish(following)
            following = None if must_end() else self._next_of(claimed)

    def finish(self, claimed: Claimed) -> None:
        """Send what was claimed and store what came of it."""
        at = self.clock.now()
        outcome = self._sent(claimed, at)
        now = self.clock.now()
        try:
            if outcome.failure is Failure.STOPPED:
                self.deliveries.give_back(claimed, now)
                return
            dice = int.from_bytes(self.entropy.token(4)) / 2**32
            settled = settle(outcome, claimed.delivery.tries, now, dice)
            self.deliveries.settle(claimed, Attempt(claimed.delivery.attempts, at, outcome), settled)
        except TakenOver:
            _log.warning("webhook_taken_over", webhook=claimed.webhook.id, delivery=claimed.delivery.id)
            return
        _tell(claimed, outcome, settled)

    def _next_of(self, claimed: Claimed) -> Claimed | None:
        lane = claimed.webhook.id, claimed.delivery.event
        heads = self.deliveries.heads(self.clock.now())
        head = next((head for head in heads if (head.webhook.id, head.event) == lane), None)
        return None if head is None else self._begin(head)

    def _begin(self, head: Head) -> Claimed | None:
        if head.delivery_id is None:
            return self._make(head.webhook)
        return self.deliveries.claim(head.delivery_id, self._lease()) if head.is_due else None

    def _make(self, webhook: Webhook) -> Claimed | None:
        with self.store.read() as reader:
            held_from = reader.held_from(self.clock.now())
            stretch = changed_after(reader, webhook.cursor, self.batch_changes, held_from)
        batch, lease = stretch.batch, self._lease()
        if not batch.changes:
            if batch.following != batch.after:
                self.deliveries.make(webhook, batch.following, None, lease)
            return None
        if not is_ripe(webhook.batched_at, lease.now, is_full=stretch.is_full):
            return None
        new = NewBatch(DeliveryId(self.entropy.new_id("delivery")), batch, body_of_batch(batch, lease.now))
        return self.deliveries.make(webhook, batch.following, new, lease)

    def _sent(self, claimed: Claimed, at: datetime) -> Outcome:
        try:
            secrets = secrets_of(claimed.webhook, self.keys, at)
        except VaultError:
            return Outcome(failure=Failure.NO_KEY)
        delivery = claimed.delivery
        return self.sender.send(Post(claimed.webhook.url, delivery.id, at, delivery.body, secrets))

    def _lease(self) -> Lease:
        now = self.clock.now()
        return Lease(self.holder, now, now + self.lease.delta)


def secrets_of(webhook: Webhook, keys: KeyRing, now: datetime) -> tuple[str, ...]:
    """Return the secrets to sign with: the newest, and for a while the one before.

    Raises:
        tutela.errors.KeyMissing: The key that opens them is not there.
    """
    wrapped = [webhook.secret]
    if webhook.previous is not None and webhook.previous_until is not None and now < webhook.previous_until:
        wrapped.append(webhook.previous)
    return tuple(keys.unwrap(KEYS_PERIOD, each, context=webhook.id.encode()).decode() for each in wrapped)


def _tell(claimed: Claimed, outcome: Outcome, settled: Settled) -> None:
    told = {"webhook": claimed.webhook.id, "delivery": claimed.delivery.id, "tries": claimed.delivery.tries}
    failure = outcome.failure.value if outcome.failure else None
    if settled.is_gone:
        _log.error("webhook_gone", **told)
    if settled.state is DeliveryState.DEAD:
        _log.error("webhook_dead", status=outcome.status, failure=failure, **told)
    elif settled.state is DeliveryState.WAITING:
        _log.warning("webhook_failed", status=outcome.status, failure=failure, **told)
    else:
        _log.info("webhook_delivered", ms=outcome.milliseconds, **told)
