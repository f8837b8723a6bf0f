"""What is answered about strikes, verifications and quotas; see `answers`."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Told

_AT = "2026-11-22T08:30:00Z"
_END = "2027-11-22T08:30:00Z"


class NextRung(Told):
    """What is met when the points reach this many; past the last rung, that one again."""

    points: int
    kind: str
    days: Annotated[float | None, Field(description="None when it lasts until a decision ends it.")]


class OnLadder(Told):
    """How many points count on one ladder now."""

    ladder: str
    points: int
    next: Annotated[NextRung | None, Field(description="None when the policy has this ladder no more.")]


class Strike(Told):
    """What one finding counts, as the policy said when it was made."""

    decision: str
    clause: str
    ladder: str
    points: Annotated[int, Field(description="When it was made. Zero for a warning.")]
    points_now: int
    warning: bool
    at: datetime
    less_at: Annotated[datetime | None, Field(description="When it next counts less; none when it counts no more.")]
    ends_at: datetime
    reversed_by: str | None


class Strikes(Told):
    """Everything that counts, or once counted, against an account: newest first."""

    id: str
    at: datetime
    points: int
    ladders: list[OnLadder]
    strikes: list[Strike]
    example: ClassVar[Any] = {
        "id": "user-7",
        "at": _AT,
        "points": 2,
        "ladders": [{"ladder": "people_shown", "points": 2, "next": {"points": 4, "kind": "suspend", "days": 14}}],
        "strikes": [
            {
                "decision": "dec_01m7zt3q2xw9c5r8k4n6v0b1hd",
                "clause": "adults.intimate",
                "ladder": "people_shown",
                "points": 2,
                "points_now": 2,
                "warning": False,
                "at": _AT,
                "less_at": _END,
                "ends_at": _END,
                "reversed_by": None,
            }
        ],
    }


class Verified(Told):
    """What came of a verification."""

    id: str
    kind: str
    at: datetime
    decision: Annotated[str | None, Field(description="By which locks ended; none where there was nothing to end.")]
    still_demanded: Annotated[list[str], Field(description="Verifications that still keep the account locked.")]
    new: bool
    example: ClassVar[Any] = {
        "id": "user-7",
        "kind": "email",
        "at": _AT,
        "decision": "dec_01m7zt3q2xw9c5r8k4n6v0b1hd",
        "still_demanded": [],
        "new": True,
    }
