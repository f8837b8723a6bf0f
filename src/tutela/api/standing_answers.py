"""What is answered about the standing of an account; see `answers`."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from tutela.api.answers import Told

_AT = "2026-11-22T08:30:00Z"
_DUE = "2026-11-23T08:30:00Z"


class Lock(Told):
    """Why somebody is out for now, and how they get in again. Help and appeal stay open."""

    reason: Annotated[
        Literal["pending_decision", "verification"],
        Field(description="Only a person's decision ends the first; the second ends when all is recorded."),
    ]
    verifications: Annotated[list[str], Field(description="To be recorded: phone, email, identity, age.")]
    since: datetime
    review_by: Annotated[datetime | None, Field(description="By when a person looks.")]
    decisions: Annotated[list[str], Field(description="What an appeal is against.")]


class Suspension(Told):
    """That somebody is out."""

    since: datetime
    until: Annotated[datetime | None, Field(description="Null when it has no end.")]
    permanent: bool
    decisions: Annotated[list[str], Field(description="What an appeal is against.")]


class Withheld(Told):
    """That the account and its items are hidden in one country."""

    country: str
    legal_bases: list[str]


class Cover(Told):
    """What is laid over every item of the account."""

    reasons: list[str]
    openable: bool


class Statement(Told):
    """What the holder of the account may be told now, in the platform's own words for the code."""

    id: str
    code: str
    clause: str
    tell_at: datetime
    decision: str
    automated: bool
    appeal: Annotated[str | None, Field(description="Where its holder appeals, without an account here; give it away.")]


class Standing(Told):
    """What an account may do now, and how far it and its items reach, in neutral words."""

    id: str
    may_post: bool
    may_message: Literal["everyone", "adults_only", "nobody"]
    may_message_minors: Annotated[bool, Field(description="Whoever is not known to be an adult is a minor.")]
    may_log_in: bool
    may_advertise: bool
    read_only: bool
    locked: Lock | None
    suspended: Suspension | None
    hidden_in: list[Withheld]
    profile_hidden: bool
    reach: Literal["normal", "lowered", "followers_only", "nobody"]
    excluded_from: Annotated[list[str], Field(description="Surface groups on which nothing of it appears.")]
    protected: Annotated[bool, Field(description="Strangers cannot reach it; show it where help is.")]
    age_gated: Annotated[bool, Field(description="Shown to known adults only.")]
    cover: Cover | None
    earning: Annotated[Literal["normal", "escrow"], Field(description="Escrow comes back if all is cleared.")]
    ads: Annotated[bool, Field(description="Whether advertisements may run beside its items.")]
    warnings: int
    always: Annotated[list[str], Field(description="Verbs that stay possible under everything.")]
    statements: Annotated[list[Statement], Field(description="What its holder may be told by now.")]
    valid_until: Annotated[datetime | None, Field(description="Ask again then; null means until the next change.")]
    table_version: str
    example: ClassVar[Any] = {
        "id": "user-7",
        "may_post": False,
        "may_message": "nobody",
        "may_message_minors": False,
        "may_log_in": True,
        "may_advertise": False,
        "read_only": False,
        "locked": {
            "reason": "pending_decision",
            "verifications": [],
            "since": _AT,
            "review_by": _DUE,
            "decisions": ["dec_01m7zt3q2xw9c5r8k4n6v0b1hd"],
        },
        "suspended": None,
        "hidden_in": [],
        "profile_hidden": False,
        "reach": "normal",
        "excluded_from": ["recommendations", "search", "trends", "notifications", "embed", "ads"],
        "protected": False,
        "age_gated": False,
        "cover": None,
        "earning": "escrow",
        "ads": False,
        "warnings": 0,
        "always": ["appeal", "get_help", "report"],
        "statements": [],
        "valid_until": None,
        "table_version": "2026-11-26",
    }
