"""What is answered about webhooks."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from tutela.api.answers import Told
from tutela.core.webhooks import STANDING_CHANGED, DeliveryState, Failure

_AT = "2026-11-22T08:30:00Z"
_WEBHOOK: dict[str, Any] = {
    "id": "whk_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "name": "forum",
    "url": "https://forum.example/tutela",
    "events": [STANDING_CHANGED],
    "active": True,
    "off_because": None,
    "told_to": "7",
    "previous_secret_until": None,
    "created_at": _AT,
}
_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105  # the example of the standard's own documents


class Webhook(Told):
    """Where changes are sent."""

    id: str
    name: str
    url: str
    events: list[str]
    active: bool
    off_because: Annotated[Literal["operator", "gone"] | None, Field(description="gone: the receiver answered 410.")]
    told_to: Annotated[str, Field(description="Place in the change feed up to which batches were made.")]
    previous_secret_until: Annotated[datetime | None, Field(description="Signed with the secret before until then.")]
    created_at: datetime
    example: ClassVar[Any] = _WEBHOOK


class WebhookWithSecret(Webhook):
    """A webhook with its new secret, which is not shown again."""

    secret: str
    example: ClassVar[Any] = {**_WEBHOOK, "secret": _SECRET}


class Webhooks(Told):
    """All webhooks, oldest first."""

    webhooks: list[Webhook]
    example: ClassVar[Any] = {"webhooks": [_WEBHOOK]}


class Try(Told):
    """What came of one try."""

    number: int
    at: datetime
    status: Annotated[int | None, Field(description="Of the answer; nothing else of it is kept.")]
    failure: Annotated[Failure | None, Field(description="Why no answer counts.")]
    milliseconds: int


class Delivery(Told):
    """One batch on its way."""

    id: Annotated[str, Field(description="The `webhook-id` of every try.")]
    event: str
    changes: Annotated[int, Field(description="Subjects that changed, or accounts of which facts are wanted.")]
    first_seq: Annotated[int, Field(description="0 where it tells no changes.")]
    last_seq: int
    state: DeliveryState
    tries: Annotated[int, Field(description="Since it was made, or sent again.")]
    created_at: datetime
    next_at: Annotated[datetime | None, Field(description="Of the next try; none when there will be none.")]
    ended_at: datetime | None
    log: Annotated[list[Try], Field(description="The last hundred tries.")]


class Deliveries(Told):
    """A page of deliveries, newest first."""

    deliveries: list[Delivery]
    next: str | None
    example: ClassVar[Any] = {
        "deliveries": [
            {
                "id": "dlv_01m7zt3q2xw9c5r8k4n6v0b1hd",
                "event": STANDING_CHANGED,
                "changes": 2,
                "first_seq": 6,
                "last_seq": 7,
                "state": "waiting",
                "tries": 1,
                "created_at": _AT,
                "next_at": _AT,
                "ended_at": None,
                "log": [{"number": 1, "at": _AT, "status": 500, "failure": None, "milliseconds": 12}],
            }
        ],
        "next": None,
    }


class Resent(Told):
    """How many deliveries are sent again."""

    resent: int
    example: ClassVar[Any] = {"resent": 3}


class Tested(Told):
    """What came of a ping."""

    arrived: bool
    status: int | None
    failure: Failure | None
    milliseconds: int
    example: ClassVar[Any] = {"arrived": True, "status": 204, "failure": None, "milliseconds": 31}
