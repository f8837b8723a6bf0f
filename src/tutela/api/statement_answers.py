"""What is answered about statements of reasons and the EU Transparency Database."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from tutela.api.answers import Told
from tutela.core.reasons import Automation, Ground, Origin
from tutela.core.statement_states import DelayStep, StatementState
from tutela.core.statements import DelayBasis, StatementCode

_AT = "2026-03-02T09:00:00Z"
_ID, _DECISION = "sta_01m7zt3q2xw9c5r8k4n6v0b1hd", "dec_01m7zt3q2xw9c5r8k4n6v0b1he"
_REASONS = {
    "restrictions": [{"measure": "remove", "on": "item", "countries": [], "lasts_seconds": None}],
    "origin": "own_initiative", "automated_detection": False, "automated_decision": "not_automated",
    "ground": "incompatible", "legal_ground": None, "category": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    "keywords": ["KEYWORD_OTHER"], "redress": {"appeal_days": 183, "out_of_court": "https://...", "court": True},
}  # fmt: skip
_STATEMENT = {
    "id": _ID, "decision": _DECISION, "code": "item_removed", "clause": "house.spam", "automated": False,
    "policy_version": "2026-11-22", "state": "due", "late": False, "tell_at": _AT, "delay_basis": None, "told_at": None,
    "delivered_at": None, "delivered_how": None,
}  # fmt: skip
_WHOLE = {**_STATEMENT, "account": "user-7", "reasons": _REASONS}
_TEXT = {
    "language": "en", "title": "Why we took this step", "greeting": "We tell you what was done, why, and ...",
    "sections": [{"title": "What was done", "sentences": ["Something that you posted was removed."]}],
    "policy": "Version of our rules: 2026-11-22.", "plain": "Why we took this step\n\n...",
}  # fmt: skip


class Restriction(Told):
    """One thing that was done."""

    measure: str
    on: str
    countries: Annotated[list[str], Field(description="Where it holds, ISO 3166-1 alpha-2; empty: everywhere.")]
    lasts_seconds: Annotated[int | None, Field(description="Null: until a decision ends it.")]


class Redress(Told):
    """What somebody may do who does not agree."""

    appeal_days: int
    out_of_court: Annotated[str | None, Field(description="Where certified bodies are listed.")]
    court: bool


class Reasons(Told):
    """Every element of Article 17(3) of the Digital Services Act, as codes."""

    restrictions: list[Restriction]
    origin: Origin
    automated_detection: bool
    automated_decision: Automation
    ground: Ground
    legal_ground: str | None
    category: Annotated[str, Field(description="In the words of the EU Transparency Database, as `keywords`.")]
    keywords: list[str]
    redress: Annotated[Redress | None, Field(description="Null where nothing was taken away.")]


class Tracked(Told):
    """How a statement stands."""

    id: str
    decision: str
    code: StatementCode
    clause: str
    automated: bool
    policy_version: str
    state: StatementState
    late: Annotated[bool, Field(description="It could be told a day ago, and nobody said that it was.")]
    tell_at: datetime
    delay_basis: DelayBasis | None
    told_at: Annotated[datetime | None, Field(description="When `statement.due` was sent of it.")]
    delivered_at: datetime | None
    delivered_how: str | None
    example: ClassVar[Any] = _STATEMENT


class StatementOfReasons(Tracked):
    """A statement with its reasons."""

    account: Annotated[str, Field(description="Your own identifier of whoever is told.")]
    reasons: Reasons
    example: ClassVar[Any] = _WHOLE


class StatementPage(Told):
    """A page of statements."""

    statements: list[StatementOfReasons]
    next: str | None
    example: ClassVar[Any] = {"statements": [_WHOLE], "next": None}


class Section(Told):
    """A heading with its sentences."""

    title: str
    sentences: list[str]


class StatementText(Told):
    """A statement in words."""

    language: str
    title: str
    greeting: str
    sections: list[Section]
    policy: str
    plain: Annotated[str, Field(description="All of it as plain text.")]


class DelayLine(Told):
    """What was done with a delay; for people who decide."""

    at: datetime
    by: str
    step: DelayStep
    basis: DelayBasis | None
    reason: str
    tell_at: datetime


class StatementInWords(StatementOfReasons):
    """A statement with its text."""

    text: StatementText
    delays: list[DelayLine]
    example: ClassVar[Any] = {**_WHOLE, "text": _TEXT, "delays": []}


class EuStopped(Told):
    """That the database refused us as such."""

    fault: Literal["auth", "config"]
    at: datetime


class EuLack(Told):
    """What keeps the channel from being switched on."""

    place: str | None
    message: str
    remedy: str | None


class EuRefusal(Told):
    """A record that the database refused."""

    puid: str
    statement: str
    errors: str | None


class EuDatabase(Told):
    """How the channel to the EU Transparency Database stands, and the records on their way."""

    environment: Literal["production", "test"]
    url: str | None
    terms_url: str | None
    has_token: bool
    enabled: bool
    off_because: str | None
    stopped: EuStopped | None
    answered_at: datetime | None
    tested_at: datetime | None
    missing: list[EuLack]
    waiting: int
    stored: int
    refused: int
    oldest_waiting: datetime | None
    refusals: list[EuRefusal]
    example: ClassVar[Any] = {
        "environment": "test", "url": "https://sandbox.example", "terms_url": "https://forum.example/terms",
        "has_token": True, "enabled": True, "off_because": None, "stopped": None, "answered_at": _AT,
        "tested_at": _AT, "missing": [], "waiting": 2, "stored": 40, "refused": 0, "oldest_waiting": _AT,
        "refusals": [],
    }  # fmt: skip
