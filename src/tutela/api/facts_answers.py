"""What is answered about facts of accounts."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Told

_AT = "2026-11-22T08:30:00Z"
_STATUS: dict[str, Any] = {
    "id": "user-7",
    "told_at": _AT,
    "told_by": "key_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "parts": ["person", "ip_events"],
    "asked_at": _AT,
    "asked_of": 1,
    "destroyed_at": None,
    "facts": None,
}


class AccountFactsTold(Told):
    """When facts of an account were told, and what they are for whom draws up reports."""

    id: str
    told_at: datetime | None
    told_by: Annotated[str | None, Field(description="Identifier of the key.")]
    parts: Annotated[list[str], Field(description="Names of the fields that were told.")]
    asked_at: Annotated[datetime | None, Field(description="When the platform was last asked by webhook.")]
    asked_of: Annotated[int, Field(description="Of how many endpoints.")]
    destroyed_at: datetime | None
    facts: Annotated[dict[str, Any] | None, Field(description="Only with the scope `reports`; that is recorded.")]
    example: ClassVar[Any] = _STATUS


class Asked(Told):
    """Of how many endpoints facts are wanted now."""

    asked_of: Annotated[int, Field(description="0: no webhook has `account.facts_wanted` among its events.")]
    example: ClassVar[Any] = {"asked_of": 1}
