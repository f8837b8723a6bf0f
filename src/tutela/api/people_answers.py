"""What is answered about people."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from tutela.api.answers import Told
from tutela.core.permissions import StaffRole
from tutela.core.sessions import EndBecause

_AT = "2026-11-22T08:30:00Z"
_LATER = "2026-11-22T09:00:00Z"
_PERSON: dict[str, Any] = {
    "id": "per_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "login": "grace",
    "name": "Grace",
    "roles": ["reviewer"],
    "state": "here",
    "second_factor": True,
    "created_at": _AT,
    "ended_at": None,
}
_SESSION: dict[str, Any] = {
    "id": "ses_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "created_at": _AT,
    "seen_at": _AT,
    "ends_at": _LATER,
    "network": "192.0.2.0/24",
    "strong": True,
    "is_this": True,
    "ended_at": None,
    "ended_because": None,
}
_TOKEN: dict[str, Any] = {
    "id": "key_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "name": "nightly figures",
    "scopes": ["read"],
    "created_at": _AT,
    "revoked_at": None,
}


class Person(Told):
    """Somebody who works here, or did."""

    id: str
    login: str
    name: str
    roles: list[StaffRole]
    state: Annotated[Literal["invited", "here", "left"], Field(description="invited: never came in.")]
    second_factor: Annotated[bool, Field(description="Whether there is a passkey, or codes of an app.")]
    created_at: datetime
    ended_at: datetime | None
    example: ClassVar[Any] = _PERSON


class People(Told):
    """Everybody, oldest first."""

    people: list[Person]
    example: ClassVar[Any] = {"people": [_PERSON]}


class Invited(Told):
    """Somebody who may come in now, and how."""

    person: Person
    secret: Annotated[str, Field(description="Of the link `/console/invitation/...`; not shown again.")]
    ends_at: datetime
    example: ClassVar[Any] = {
        "person": {**_PERSON, "state": "invited", "second_factor": False},
        "secret": "2b5vYzq1Yc0a3p5m8wq4l6k9",
        "ends_at": "2026-11-25T08:30:00Z",
    }


class Session(Told):
    """Somebody signed in, in one browser."""

    id: str
    created_at: datetime
    seen_at: Annotated[datetime, Field(description="To the minute.")]
    ends_at: Annotated[datetime, Field(description="By itself, when it is not used any more.")]
    network: str
    strong: Annotated[bool, Field(description="Whether a second factor was shown.")]
    is_this: Annotated[bool, Field(description="Whether it is the one that asks.")]
    ended_at: datetime | None
    ended_because: EndBecause | None
    example: ClassVar[Any] = _SESSION


class Sessions(Told):
    """Sessions of one person, the last used first."""

    sessions: list[Session]
    example: ClassVar[Any] = {"sessions": [_SESSION]}


class Ended(Told):
    """How many sessions were ended."""

    ended: int
    example: ClassVar[Any] = {"ended": 2}


class Token(Told):
    """A token of one's own."""

    id: str
    name: str
    scopes: list[str]
    created_at: datetime
    revoked_at: datetime | None
    example: ClassVar[Any] = _TOKEN


class TokenWithSecret(Token):
    """A token with its secret, which is not shown again."""

    secret: str
    example: ClassVar[Any] = {**_TOKEN, "secret": "tutela_..."}


class Tokens(Told):
    """Tokens of one's own, oldest first."""

    tokens: list[Token]
    example: ClassVar[Any] = {"tokens": [_TOKEN]}


class Me(Told):
    """Who asks, and what they may do at this moment."""

    id: str
    kind: Literal["service", "person"]
    scopes: list[str]
    proven_at: Annotated[datetime | None, Field(description="When a person last proved who they are, in this session.")]
    example: ClassVar[Any] = {
        "id": _PERSON["id"], "kind": "person", "scopes": ["cases", "decide", "detections", "evidence", "read"],
        "proven_at": _AT,
    }  # fmt: skip
