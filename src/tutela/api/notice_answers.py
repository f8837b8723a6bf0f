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


class NoticeStatusTold(Told):
    """How a notice stands, for whoever holds the code: of items alone, and never of an account."""

    received_at: datetime
    state: str
    outcome: Annotated[str | None, Field(description="What became of it, once people have decided.")]
    answered_at: datetime | None
    items: Annotated[list[str], Field(description="What was done about each item, in no order that says which.")]
    copies: Annotated[int | None, Field(description="Other items with the same picture, or nearly the same.")]
    missing: list[str]
    language: str
    example: ClassVar[Any] = {
        "received_at": _AT, "state": "answered", "outcome": "removed", "answered_at": _AT, "items": ["removed"],
        "copies": 4, "missing": [], "language": "en",
    }  # fmt: skip


class WordsTold(Told):
    """What somebody told, at one time."""

    links: list[str]
    names: list[str]
    items: list[str]
    words: str
    age_said: str
    relation: str
    signature: str
    organisation: str
    reference: str
    is_danger: bool
    digests: Annotated[int, Field(description="How many pictures they sent digests of.")]
    told_at: datetime | None


class NoticeOpened(Told):
    """A notice with what was told; that somebody read it is recorded."""

    notice: NoticeTold
    told: Annotated[list[WordsTold], Field(description="The first telling, then what was added; none once forgotten.")]
    example: ClassVar[Any] = {
        "notice": _NOTICE,
        "told": [
            {
                "links": [], "names": [], "items": ["post-1001"], "words": "This picture shows me. I am 14.",
                "age_said": "13_15", "relation": "", "signature": "", "organisation": "", "reference": "",
                "is_danger": False, "digests": 0, "told_at": None,
            }
        ],
    }  # fmt: skip


_NOTIFIER: dict[str, Any] = {
    "id": "nfr_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "kind": "hotline",
    "name": "A hotline",
    "country": "DE",
    "enrolled_at": _AT,
    "enrolled_by": "per_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "checked_by": "called +49 30 1, from the directory",
    "ended_at": None,
}


class NotifierTold(Told):
    """Somebody who is, or was, enrolled."""

    id: str
    kind: str
    name: str
    country: str
    enrolled_at: datetime
    enrolled_by: str
    checked_by: str
    ended_at: datetime | None
    example: ClassVar[Any] = _NOTIFIER


class NotifierEnrolled(NotifierTold):
    """Somebody who was enrolled now, with their key."""

    key: Annotated[str, Field(description="Shown once: they hand notices in with it.")]
    example: ClassVar[Any] = {**_NOTIFIER, "key": "tutela_..."}


class Notifiers(Told):
    """Everybody who was ever enrolled, newest first."""

    notifiers: list[NotifierTold]
    example: ClassVar[Any] = {"notifiers": [_NOTIFIER]}
