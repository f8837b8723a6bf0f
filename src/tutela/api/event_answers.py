"""What is answered about events; see `answers`."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Problem, Told

_AT = "2026-11-22T08:30:00Z"
_OBSERVATION = {
    "id": "event-1001",
    "event": "evt_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "recorded": True,
    "new": True,
    "withheld": [],
    "decision": None,
}
_KIND = {
    "name": "gift_card",
    "says": "a gift card was sent",
    "attributes": {"amount": "number"},
    "has_recipient": True,
    "is_contact": True,
    "is_communication": False,
    "is_refusal": False,
    "is_notice": False,
    "ships": False,
}
_LABEL = {
    "account": "user-7",
    "label": "registered_school",
    "list": False,
    "set_by": "per_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "because": "a registered school, checked by telephone",
    "since": _AT,
    "ends_at": None,
}
_BASIS = {
    "region": "DE",
    "channel": "private",
    "technique": "behaviour",
    "legal_basis": "the law that allows it",
    "reference": "assessment 7",
    "from": _AT,
    "to": None,
    "in_force": True,
    "lapses_soon": False,
}


class Observation(Told):
    """What is told about one event."""

    id: str
    event: Annotated[str | None, Field(description="Our own identifier; none where nothing was recorded.")]
    recorded: Annotated[bool, Field(description="False where no basis lets anybody look (P12).")]
    new: bool
    withheld: Annotated[list[str], Field(description="Techniques without a basis: what they show was not looked at.")]
    decision: Annotated[str | None, Field(description="That came of it at once.")]
    example: ClassVar[Any] = _OBSERVATION


class NotObserved(Told):
    """An event that could not be used; the others went in."""

    id: str
    error: Problem


class Observations(Told):
    """What is told about each event, in order."""

    results: list[Observation | NotObserved]
    example: ClassVar[Any] = {"results": [_OBSERVATION]}


class EventKind(Told):
    """One kind of event."""

    name: str
    says: str
    attributes: dict[str, str]
    has_recipient: bool
    is_contact: bool
    is_communication: bool
    is_refusal: bool
    is_notice: bool
    ships: bool


class EventKinds(Told):
    """Every kind of event."""

    kinds: list[EventKind]
    example: ClassVar[Any] = {"kinds": [_KIND]}


class Label(Told):
    """A label, or that an account is on a list."""

    account: str
    label: str
    list: bool
    set_by: Annotated[str, Field(description="`rule:` and its name, or a person or key.")]
    because: str
    since: datetime
    ends_at: datetime | None
    example: ClassVar[Any] = _LABEL


class Labels(Told):
    """Labels in force."""

    labels: list[Label]
    next: str | None = None
    example: ClassVar[Any] = {"labels": [_LABEL], "next": None}


class Basis(Told):
    """Why something may be looked at beyond public channels."""

    region: str
    channel: str
    technique: str
    legal_basis: str
    reference: str
    starts_at: Annotated[datetime, Field(alias="from")]
    ends_at: Annotated[datetime | None, Field(alias="to")]
    in_force: bool
    lapses_soon: bool


class Unwatched(Told):
    """A kind of channel of this service in which a technique is not used."""

    channel: str
    technique: str
    regions: Annotated[list[str], Field(description="Of users, without a basis in force; `*` for all.")]


class Bases(Told):
    """The register of bases, and where nothing is looked at for want of one (P12)."""

    bases: list[Basis]
    unwatched: list[Unwatched]
    example: ClassVar[Any] = {
        "bases": [_BASIS],
        "unwatched": [{"channel": "private", "technique": "text", "regions": ["DE"]}],
    }
