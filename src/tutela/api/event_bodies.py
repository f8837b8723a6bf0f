"""What may be sent about events."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints

from tutela.api.bodies import (
    MAX_LINKS_NAMED,
    MAX_REGIONS,
    Address,
    Author,
    Body,
    Channel,
    Identifier,
    Language,
    Line,
    Link,
    Moment,
    Region,
    Text,
)
from tutela.core.events import MAX_ATTRIBUTE_TEXT, MAX_ATTRIBUTE_TEXTS, MAX_ATTRIBUTES, MAX_KINDS

MAX_NUMBER = 1e15
"""Of an attribute, either way: sums stay exact enough."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
_AttributeText = Annotated[str, StringConstraints(max_length=MAX_ATTRIBUTE_TEXT, pattern=r"^[^\x00]*$")]
Attribute = (
    bool
    | Annotated[int, Field(ge=-MAX_NUMBER, le=MAX_NUMBER)]
    | Annotated[float, Field(ge=-MAX_NUMBER, le=MAX_NUMBER, allow_inf_nan=False)]
    | _AttributeText
    | Annotated[list[_AttributeText], Field(max_length=MAX_ATTRIBUTE_TEXTS)]
)


class Event(Body):
    """One thing that somebody did."""

    id: Identifier
    kind: Name
    author: Author
    recipient: Author | None = None  #: whom it was done to
    at: Moment | None = None  #: now, where it is left out
    channel: Channel | None = None  #: public where it is left out; what is written or sent to somebody must name it
    regions: Annotated[list[Region], Field(max_length=MAX_REGIONS, default_factory=list)]  #: of everybody else involved
    attributes: Annotated[
        dict[Name, Attribute], Field(max_length=MAX_ATTRIBUTES, default_factory=dict)
    ]  #: that the kind declares
    text: Text | None = None  #: read by rules, and kept only where the operator says so
    links: Annotated[list[Link], Field(max_length=MAX_LINKS_NAMED, default_factory=list)]
    language: Language | None = None
    device: Identifier | None = None  #: kept as a keyed hash: only whether two are the same can be told
    network: Address | None = None  #: as the device
    example: ClassVar[Any] = {
        "id": "event-1001",
        "kind": "message",
        "author": {"id": "user-7", "age": {"band": "adult", "provenance": "declared"}, "regions": ["DE"]},
        "recipient": {"id": "user-9", "age": {"band": "13_15", "provenance": "declared"}, "regions": ["DE"]},
        "channel": {"kind": "public", "conversation": "room-3"},
        "text": "Good morning",
    }


class EventBatch(Body):
    """Events, in the order in which they happened."""

    events: Annotated[list[Event], Field(min_length=1, max_length=500)]
    example: ClassVar[Any] = {"events": [Event.example]}


class EventKind(Body):
    """One kind of event that the platform declares."""

    name: Name
    says: Line = ""
    attributes: Annotated[
        dict[Name, Literal["boolean", "number", "text", "texts"]],
        Field(max_length=MAX_ATTRIBUTES, default_factory=dict),
    ]
    has_recipient: bool = False  #: it is done to somebody, who must be named
    is_contact: bool = (
        False  #: afterwards the two are no strangers any more; done to somebody, the channel must be named
    )
    is_communication: bool = False  #: the channel must be named
    is_refusal: bool = False  #: the author keeps the recipient away
    is_notice: bool = False  #: a participant tells of it: heard whatever the channel


class EventKinds(Body):
    """Every kind that the platform declares beside those that ship; it replaces what was declared."""

    kinds: Annotated[list[EventKind], Field(max_length=MAX_KINDS)]
    example: ClassVar[Any] = {
        "kinds": [{"name": "gift_card", "says": "a gift card was sent", "attributes": {"amount": "number"}}]
    }


class NewLabel(Body):
    """Why an account has a label, or is on a list, and until when."""

    because: Annotated[Line, Field(min_length=1)]
    ends_at: Moment | None = None
    example: ClassVar[Any] = {"because": "a registered school, checked by telephone"}
