"""What is answered about notices."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Told

_AT = "2026-11-26T09:00:00Z"
_ID = "ntc_01m7zt3q2xw9c5r8k4n6v0b1hd"


class NoticeReceipt(Told):
    """The receipt, at once."""

    id: str
    code: Annotated[str, Field(description="Opens the status page. Give it to whoever told you; it is stored nowhere.")]
    received_at: Annotated[datetime, Field(description="The clocks run from this moment.")]
    missing: Annotated[list[str], Field(description="What a request about an adult lacks; it is taken all the same.")]
    is_queued: Annotated[bool, Field(description="Many came from one source: it is looked at a little later.")]
    example: ClassVar[Any] = {
        "id": _ID, "code": "7Q2XM-4K9TD-0HJ3V-WR8NB", "received_at": _AT, "missing": [], "is_queued": False,
    }  # fmt: skip


_NOTICE: dict[str, Any] = {
    "id": _ID,
    "branch": "it_shows_me",
    "kind": "depicted_person",
    "is_enrolled": False,
    "clause": "cse.depiction",
    "received_at": _AT,
    "state": "under_review",
    "language": "en",
    "country": "DE",
    "channel": "platform",
    "is_urgent": False,
    "valid_at": _AT,
    "missing": [],
    "items": ["itm_01m7zt3q2xw9c5r8k4n6v0b1hd"],
    "cases": ["cas_01m7zt3q2xw9c5r8k4n6v0b1hd"],
    "merged_into": None,
    "merged": 0,
    "outcome": None,
    "answered_at": None,
    "copies": None,
    "wants_call_back": False,
    "due_at": "2026-11-27T09:00:00Z",
}


class NoticeTold(Told):
    """A notice, for whom works with them: what was told stays sealed."""

    id: str
    branch: str
    kind: str
    is_enrolled: bool
    clause: str
    received_at: datetime
    state: str
    language: str
    country: str
    channel: Annotated[str, Field(description="How whoever told it wants to hear of it.")]
    is_urgent: bool
    valid_at: datetime | None
    missing: list[str]
    items: Annotated[list[str], Field(description="What it is about, as far as it was found: our own ids.")]
    cases: list[str]
    merged_into: Annotated[str | None, Field(description="The earlier notice that says the same.")]
    merged: Annotated[int, Field(description="Later ones that say the same.")]
    outcome: str | None
    answered_at: datetime | None
    copies: Annotated[int | None, Field(description="Other items that went with it.")]
    wants_call_back: bool
    due_at: datetime | None
    example: ClassVar[Any] = _NOTICE


class NoticePage(Told):
    """Notices, the newest first."""

    notices: list[NoticeTold]
    next: str | None
    example: ClassVar[Any] = {"notices": [_NOTICE], "next": None}
