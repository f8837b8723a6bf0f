"""What is answered about clocks and messages."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Told

_AT, _TARGET, _LIMIT = "2026-11-26T09:00:00Z", "2026-11-26T13:00:00Z", "2026-12-26T09:00:00Z"
_ID = "ntc_01m7zt3q2xw9c5r8k4n6v0b1hd"
_CLOCK = {
    "subject": "notice", "id": _ID, "clock": "us.ca1394.decide", "round": 1, "started_at": _AT, "target_at": _TARGET,
    "limit_at": _LIMIT, "due_at": _TARGET, "left_seconds": 3600.0, "target_percent": 50, "limit_percent": 0,
    "is_late": False, "is_breached": False, "source": "California Civil Code 3273.65 to 3273.67 (AB 1394)",
}  # fmt: skip


class ClockTold(Told):
    """One clock that runs."""

    subject: Annotated[str, Field(description="`notice`, `appeal` or `order`.")]
    id: str
    clock: str
    round: Annotated[int, Field(description="Of one that begins anew whenever it was stopped.")]
    started_at: datetime
    target_at: Annotated[datetime | None, Field(description="May be missed, with a reason.")]
    limit_at: Annotated[datetime | None, Field(description="May not be missed.")]
    due_at: Annotated[datetime, Field(description="The target; the limit where that is all there is.")]
    left_seconds: Annotated[float, Field(description="Until it is due; negative when it is late.")]
    target_percent: Annotated[int, Field(description="0, 50, 80 or 100.")]
    limit_percent: int
    is_late: bool
    is_breached: Annotated[bool, Field(description="A limit was missed.")]
    source: Annotated[str, Field(description="The law, or that it is our own.")]


class ClockCountsTold(Told):
    """How all clocks that run stand."""

    running: int
    due_today: int
    late: int
    breached: int


class ClocksTold(Told):
    """Clocks that run, the first due first."""

    zone: Annotated[str, Field(description="Of every time in this answer.")]
    at: datetime
    counts: ClockCountsTold
    clocks: list[ClockTold]
    next: str | None
    example: ClassVar[Any] = {
        "zone": "UTC", "at": "2026-11-26T12:00:00Z",
        "counts": {"running": 1, "due_today": 1, "late": 0, "breached": 0}, "clocks": [_CLOCK], "next": None,
    }  # fmt: skip


class ClockFigureTold(Told):
    """What became of the clocks of one kind."""

    subject: str
    clock: str
    started: int
    running: int
    lapsed: Annotated[int, Field(description="Not needed any more, so neither kept nor missed.")]
    target_kept: int
    target_missed: Annotated[int, Field(description="Those that still run past it included.")]
    limit_kept: int
    limit_missed: int
    median_seconds: float | None


class ClockFiguresTold(Told):
    """Figures of the clocks that began in a period."""

    zone: str
    since: datetime
    until: datetime
    clocks: list[ClockFigureTold]
    example: ClassVar[Any] = {
        "zone": "UTC", "since": "2026-10-27T00:00:00Z", "until": "2026-11-26T00:00:00Z",
        "clocks": [{
            "subject": "notice", "clock": "eu.dsa.decision", "started": 12, "running": 1, "lapsed": 0,
            "target_kept": 10, "target_missed": 1, "limit_kept": 0, "limit_missed": 0, "median_seconds": 5400.0,
        }],
    }  # fmt: skip


class MessageTold(Told):
    """One message: ids and codes, no address and no word."""

    id: str
    about: Annotated[str, Field(description="`notice` or `appeal`.")]
    about_id: str
    kind: str
    channel: str
    made_at: datetime
    state: Annotated[
        str,
        Field(description="`waiting`, `sent`, `shown`, `bounced` or `expired`; the last three: only the page tells."),
    ]
    tries: int
    next_at: Annotated[datetime | None, Field(description="Of the next try, while it waits.")]
    ended_at: datetime | None
    failure: Annotated[str | None, Field(description="Of the last try.")]


class MessagesTold(Told):
    """Messages, the newest first."""

    messages: list[MessageTold]
    next: str | None
    example: ClassVar[Any] = {
        "messages": [{
            "id": "msg_01m7zt3q2xw9c5r8k4n6v0b1hd", "about": "notice", "about_id": _ID, "kind": "receipt",
            "channel": "email", "made_at": _AT, "state": "bounced", "tries": 1, "next_at": None, "ended_at": _AT,
            "failure": "bounced",
        }],
        "next": None,
    }  # fmt: skip
