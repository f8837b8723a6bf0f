"""Webhooks: where they go, how each delivery stands, and who sends."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from tutela.core.ids import DeliveryId, WebhookId
from tutela.core.webhooks import STANDING_CHANGED, Batch, DeliveryState, Outcome, Settled


class OffBecause(StrEnum):
    """Why nothing is sent to an endpoint."""

    OPERATOR = "operator"
    GONE = "gone"  #: it answered 410
    REMOVED = "removed"  #: and is forgotten as soon as its deliveries are


@dataclass(frozen=True, slots=True)
class Webhook:
    """One endpoint of a platform."""

    id: WebhookId
    name: str
    url: str = field(repr=False)  #: may hold what only the receiver should know
    events: tuple[str, ...]
    cursor: str  #: place in the change feed up to which batches were made
    secret: bytes = field(repr=False)  #: wrapped by the key ring
    created_at: datetime
    previous: bytes | None = field(default=None, repr=False)  #: the secret before, wrapped
    previous_until: datetime | None = None
    off_because: OffBecause | None = None
    batched_at: datetime | None = None  #: when the last batch was made

    @property
    def is_active(self) -> bool:
        """Return whether anything is sent."""
        return self.off_because is None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One batch on its way to one endpoint."""

    id: DeliveryId
    webhook_id: WebhookId
    number: int  #: of this endpoint; those of one event are sent in this order
    event: str
    first_seq: int  #: 0 where it tells no changes
    last_seq: int
    changes: int  #: or what else it is about, such as accounts
    state: DeliveryState
    tries: int  #: since it was made, or since somebody sent it again
    attempts: int  #: of all time
    created_at: datetime
    next_at: datetime  #: of the next try, while it waits
    ended_at: datetime | None = None
    body: bytes = field(default=b"", repr=False)  #: the same bytes at every try


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, in the log."""

    number: int
    at: datetime
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Lease:
    """Who sends, and until when it counts as alive."""

    holder: str
    now: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that one process alone sends now."""

    webhook: Webhook
    delivery: Delivery
    holder: str


@dataclass(frozen=True, slots=True)
class Head:
    """An active endpoint with the delivery of one event that is to go next."""

    webhook: Webhook
    delivery_id: DeliveryId | None = None  #: none when a batch may be made
    is_due: bool = False  #: its time has come, and nobody sends it
    event: str = STANDING_CHANGED


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A batch with the bytes that tell it."""

    delivery_id: DeliveryId
    batch: Batch
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told to every active endpoint that asked for such events."""

    event: str
    body: bytes = field(repr=False)
    about: int  #: how many accounts it is about


@dataclass(frozen=True, slots=True)
class WebhookStock:
    """How many there are."""

    active: int
    off: int  #: not counting what was removed
    waiting: int
    dead: int
    oldest_waiting_at: datetime | None


class Webhooks(Protocol):
    """Keep endpoints. Every write is one transaction with its own audit entry."""

    def add(self, webhook: Webhook, by: str) -> None:
        """Store a new one.

        Raises:
            tutela.errors.Conflict: There are `MAX_ENDPOINTS` already.
        """
        ...

    def all(self) -> list[Webhook]:
        """Return all that were not removed, oldest first."""
        ...

    def change(self, before: Webhook, after: Webhook, what: str, by: str) -> None:
        """Store name, address, secrets and whether it is on; what waits for it is due at once, all tries before it.

        Raises:
            tutela.errors.Conflict: It is no longer as it was *before*.
        """
        ...

    def stock(self) -> WebhookStock:
        """Return how many there are, with their deliveries."""
        ...


class Deliveries(Protocol):
    """Keep deliveries. Who no longer holds one writes nothing of it."""

    def heads(self, now: datetime) -> list[Head]:
        """Return, for each event of each active endpoint, the delivery that is to go next: the one made first."""
        ...

    def make(self, webhook: Webhook, following: str, new: NewBatch | None, lease: Lease) -> Claimed | None:
        """Move the endpoint's cursor on to *following*, store a batch and claim it; none when there is none.

        None as well, and nothing is written, when another process was quicker.
        """
        ...

    def claim(self, delivery_id: DeliveryId, lease: Lease) -> Claimed | None:
        """Claim a delivery; none when it is not due, not the next, held by another, or its endpoint is off."""
        ...

    def settle(self, claimed: Claimed, attempt: Attempt, settled: Settled) -> None:
        """Store what came of a try, and switch the endpoint off when its receiver is gone.

        Raises:
            tutela.errors.TakenOver: Another process has claimed it meanwhile.
        """
        ...

    def give_back(self, claimed: Claimed, now: datetime) -> None:
        """Let somebody else send it at once, as if nobody had claimed it."""
        ...

    def page(
        self, webhook_id: WebhookId, state: DeliveryState | None, before: int | None, limit: int
    ) -> list[tuple[Delivery, tuple[Attempt, ...]]]:
        """Return deliveries without their bodies, newest first, each with its last tries."""
        ...

    def send_again(self, webhook_id: WebhookId, now: datetime, by: str, delivery_id: DeliveryId | None = None) -> int:
        """Let one delivery, or all that are dead, wait again with all tries before them; return how many.

        One that waits already is due at once.
        """
        ...

    def hasten(self, webhook_id: WebhookId, now: datetime) -> None:
        """Let what waits for an endpoint be due at once: it answers again."""
        ...

    def forget(self, *, delivered_before: datetime, dead_before: datetime) -> int:
        """Delete some of what is over, and of endpoints that were removed; return how many deliveries."""
        ...


@dataclass(frozen=True, slots=True)
class Post:
    """What is sent, whither, and with which secrets it is signed."""

    url: str = field(repr=False)
    id: str
    at: datetime
    body: bytes = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)  #: each makes a signature


class Sender(Protocol):
    """Send one signed request to an address that is checked, and follow nothing."""

    def send(self, post: Post) -> Outcome:
        """Send *post* and return what came of it; never raises for anything that a receiver or the way there does."""
        ...

    def close(self) -> None:
        """Break off what is under way; everything from then on is `Failure.STOPPED`."""
        ...
