"""What may be sent about webhooks."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from tutela.api.bodies import Body, Cursor, Line
from tutela.core.addresses import MAX_URL_CHARACTERS
from tutela.core.webhooks import EVENTS, DeliveryState

MAX_DELIVERIES = 100
"""In one page: each comes with its last tries."""

WebhookEvent = Literal["standing.changed", "account.facts_wanted", "notifier.message", "statement.due"]
Address = Annotated[str, StringConstraints(min_length=1, max_length=MAX_URL_CHARACTERS)]


class NewWebhook(Body):
    """Where changes are to be sent."""

    url: Address
    name: Line = ""
    from_start: bool = False  #: tell everything that ever changed, instead of what changes from now on
    #: changes of standing where it is left out; `account.facts_wanted` goes to whom can answer it,
    #: `notifier.message` to whom can tell a user that there is something to read
    events: Annotated[list[WebhookEvent], Field(min_length=1, max_length=len(EVENTS))] | None = None
    example: ClassVar[Any] = {"url": "https://forum.example/tutela", "name": "forum"}


class WebhookChange(Body):
    """What is to be different about a webhook."""

    url: Address | None = None
    name: Line | None = None
    active: bool | None = None
    events: Annotated[list[WebhookEvent], Field(min_length=1, max_length=len(EVENTS))] | None = None
    example: ClassVar[Any] = {"active": True}

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError(f"name at least one of {', '.join(type(self).model_fields)}")
        return self


class DeliveriesQuery(Body):
    """Which deliveries, and where the page begins."""

    state: DeliveryState | None = None
    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_DELIVERIES)] = 50
