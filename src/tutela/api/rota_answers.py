"""What is answered about the rota and pages."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from tutela.api.answers import Told

_AT = "2026-11-28T18:00:00Z"
_END = "2026-11-29T08:00:00Z"
_PERSON = "per_01m7zt3q2xw9c5r8k4n6v0b1hd"
_SHIFT = {
    "id": "shf_01m7zt3q2xw9c5r8k4n6v0b1he", "person": _PERSON, "starts_at": _AT, "ends_at": _END,
    "zone": "Europe/Berlin",
}  # fmt: skip
_NOW = {"on_call": [_PERSON], "following": [], "nobody_on_call": False, "unreachable": []}
_PAGE = {
    "id": "pag_01m7zt3q2xw9c5r8k4n6v0b1hf", "case": "cas_01m7zt3q2xw9c5r8k4n6v0b1hg", "notice": None, "raised_at": _AT,
    "is_loud": True, "acknowledged_at": None, "acknowledged_by": None, "ended_at": None, "woken": 1,
    "tries": [
        {"number": 1, "round": 1, "person": _PERSON, "at": _AT, "sent_by": ["webhook", "email"], "failure": None}
    ],
}  # fmt: skip


class Span(Told):
    """A stretch of time."""

    starts_at: datetime
    ends_at: datetime


class Shift(Span):
    """When somebody is on call, in UTC."""

    id: str
    person: str
    zone: Annotated[str, Field(description="In which it was written down.")]
    example: ClassVar[Any] = _SHIFT


class OnCallNow(Told):
    """Who is on call at this moment."""

    on_call: Annotated[list[str], Field(description="Whoever has been for longest first.")]
    following: Annotated[list[str], Field(description="Whose shift begins within seven days, the soonest first.")]
    nobody_on_call: Annotated[bool, Field(description="An alarm: nobody is there whom a page could be for.")]
    unreachable: Annotated[list[str], Field(description="Would be woken, and no channel leads to them.")]
    example: ClassVar[Any] = _NOW


class Rota(OnCallNow):
    """The shifts that have not ended, and what is wrong with the next seven days."""

    shifts: Annotated[list[Shift], Field(description="Of people who work here and may acknowledge a page.")]
    gaps: list[Span]
    overlaps: list[Span]
    example: ClassVar[Any] = {**_NOW, "shifts": [_SHIFT], "gaps": [{"starts_at": _END, "ends_at": _AT}], "overlaps": []}


class PageTry(Told):
    """One page to one person."""

    number: int
    round: Annotated[int, Field(description="Of those that went out together.")]
    person: Annotated[str | None, Field(description="Null where nobody was there whom it could be for.")]
    at: datetime
    sent_by: list[Literal["email", "webhook"]]
    failure: Annotated[str | None, Field(description="Of the last channel that did not take it.")]


class Page(Told):
    """A call for help about one case, or a notice that lies in none."""

    id: str
    case: str | None
    notice: Annotated[str | None, Field(description="That says that somebody is in danger, and lies in no case.")]
    raised_at: datetime
    is_loud: Annotated[bool, Field(description="People are woken, until somebody acknowledges or the danger is over.")]
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    ended_at: datetime | None
    woken: Annotated[int, Field(description="How often somebody was woken; the same person counts each time.")]
    tries: Annotated[list[PageTry], Field(description="The last hundred.")]
    example: ClassVar[Any] = _PAGE


class Pages(Told):
    """Pages whose danger is not over, oldest first."""

    pages: list[Page]
    next: Annotated[str | None, Field(description="The cursor of the next page of the list.")]
    example: ClassVar[Any] = {"pages": [_PAGE], "next": None}


class ChannelTest(Told):
    """What came of a test by one channel."""

    channel: Literal["email", "webhook"]
    arrived: bool
    failure: str | None


class PageTested(Told):
    """What came of a test; no channel where none is set up."""

    channels: list[ChannelTest]
    example: ClassVar[Any] = {"channels": [{"channel": "email", "arrived": False, "failure": "tls"}]}
