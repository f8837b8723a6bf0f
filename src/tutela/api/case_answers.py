"""What is answered about cases; see `answers`."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Told
from tutela.api.decision_answers import Undo
from tutela.core.case_states import CaseState, Clock, Move
from tutela.core.cases import Purpose

_AT = "2026-11-22T08:30:00Z"
_CASE = {
    "id": "cas_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "account": "user-7",
    "clause": "cse.depiction",
    "reason": "near_match",
    "opened_at": _AT,
    "due_at": "2026-11-23T08:30:00Z",
    "items": ["post-1001"],
    "item_count": 1,
    "state": "claimed",
    "version": 2,
    "language": "de",
    "kind": "post",
    "in_danger": False,
    "overdue": False,
    "holder": "key_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "yours": True,
    "until": "2026-11-22T08:45:00Z",
    "seconds_left": 900,
    "reminds": None,
    "clocks": ["lease", "due"],
    "answers": 0,
    "decision": None,
    "purpose": None,
    "moves": ["renew", "release", "skip", "hand_over", "decide", "decide_part", "hold", "ask_second", "raise_danger"],
    "undo": None,
    "undo_until": None,
}
_NOTE = {"id": "nte_01m7zt3q2xw9c5r8k4n6v0b1hd", "by": "per_01m7zt3q2xw9c5r8k4n6v0b1hd", "at": _AT, "text": "Seen."}


class Case(Told):
    """What a person must look at, by when, and what you may do with it now."""

    id: str
    account: str
    clause: str
    reason: str
    opened_at: datetime
    due_at: datetime
    items: Annotated[list[str], Field(description="The first hundred.")]
    item_count: int
    state: CaseState
    version: Annotated[int, Field(description="Changes with all but a renewal; send it with a decision.")]
    language: Annotated[str, Field(description="Of the first item in it; `und` where nobody said it.")]
    kind: Annotated[str, Field(description="Of the first item in it; `account` where none is.")]
    in_danger: bool
    overdue: bool
    holder: Annotated[str | None, Field(description="Who works on it, or put it on hold.")]
    yours: bool
    until: Annotated[datetime | None, Field(description="When the lease or the hold ends.")]
    seconds_left: int | None
    reminds: Annotated[str | None, Field(description="Who wanted to be reminded of it by now.")]
    clocks: Annotated[list[Clock], Field(description="Which clocks run.")]
    answers: Annotated[int, Field(description="How many were given, where two people must agree.")]
    decision: Annotated[str | None, Field(description="That ended it.")]
    purpose: Annotated[
        Purpose | None, Field(description="What it was for, once it has ended: `work`, a `sample` or a `golden` case.")
    ]
    moves: Annotated[list[Move], Field(description="What you may do with it now.")]
    undo: Undo
    undo_until: Annotated[
        datetime | None,
        Field(description="Until when you may take back what you did to it last; told where one case is read."),
    ]
    example: ClassVar[Any] = _CASE


class Cases(Told):
    """A page of cases: danger first, then the one due first."""

    cases: list[Case]
    next: str | None
    example: ClassVar[Any] = {"cases": [_CASE], "next": None}


class NextCase(Told):
    """The case that is yours now; none when there is nothing for you."""

    case: Case | None
    example: ClassVar[Any] = {"case": _CASE}


class Note(Told):
    """What somebody wrote for the others who work on a case."""

    id: str
    by: str
    at: datetime
    text: str
    example: ClassVar[Any] = _NOTE


class Notes(Told):
    """A page of notes, oldest first."""

    notes: list[Note]
    all: Annotated[bool, Field(description="False where some are kept from you until you have answered yourself.")]
    next: str | None
    example: ClassVar[Any] = {"notes": [_NOTE], "all": True, "next": None}


class Queue(Told):
    """How one queue stands."""

    clause: str
    language: str
    kind: str
    depth: Annotated[int, Field(description="Cases that have not ended.")]
    claimed: int
    overdue: int
    in_danger: int
    oldest_due_at: datetime | None


class Queues(Told):
    """Every queue in which there is anything."""

    queues: list[Queue]
    example: ClassVar[Any] = {
        "queues": [
            {
                "clause": "cse.depiction",
                "language": "de",
                "kind": "post",
                "depth": 12,
                "claimed": 2,
                "overdue": 0,
                "in_danger": 0,
                "oldest_due_at": _AT,
            }
        ]
    }


class OwnAccounts(Told):
    """The accounts that you said are your own."""

    accounts: list[str]
    example: ClassVar[Any] = {"accounts": ["user-7"]}
