"""What is answered about answers to cases; see `answers`."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Told
from tutela.api.decision_answers import (
    DecisionPlan,
    EntriesThatGo,
    Granted,
    ItemTold,
    Message,
    Part,
    Reason,
    Undo,
    UndoUntil,
)
from tutela.core.case_states import CaseState
from tutela.core.looks import LookEnd
from tutela.core.remedies import Second

_CASE = "cas_01m7zt3q2xw9c5r8k4n6v0b1hd"
_WHY = {"reason": "clears", "message": "a suspicion is cleared that a match, agreeing signals or a claim supports"}


class WhyTwo(Told):
    """Why one person alone may not."""

    reason: str
    message: str


class Ending(Told):
    """What ends with a suspicion."""

    measures: list[Granted]
    held: Annotated[bool, Field(description="Beside these ends what only holds until the case is decided.")]
    stays: Annotated[list[Granted], Field(description="Held by other decisions.")]
    items: list[ItemTold]
    messages: list[Message]
    bank_entries: list[EntriesThatGo]
    elsewhere: Annotated[
        int, Field(description="Items of others with the same media that stay hidden, each by a decision of its own.")
    ]
    cannot_undo: list[str]


class EntriesMade(Told):
    """What an answer did with entries of your own banks."""

    entered: int
    supported: Annotated[int, Field(description="There already by another decision: they rest on both from now on.")]
    out: int


class Answer(Told):
    """What an answer leads to, or has led to."""

    dry_run: bool
    case: str
    version: Annotated[int | None, Field(description="Of the case now; send it with the answer.")] = None
    answer: str | None = None
    settled: bool | None = None
    state: CaseState | None = None
    people: Annotated[int | None, Field(description="How many it takes, or stand behind it.")]
    second: Second | None = None
    single_operator: bool | None = None
    why_two: list[WhyTwo]
    at_once: Annotated[
        list[Granted] | None, Field(description="Of a first answer that takes two: what holds until the second one.")
    ] = None
    notices: Annotated[
        int | None, Field(description="Of people outside, that are answered by it: they lie in no other open case.")
    ] = None
    somebody_may_be_second: Annotated[bool, Field(description="False: nobody else here may give the next answer.")]
    decision: str | None = None
    look: Annotated[
        LookEnd | None, Field(description="Set when this was a look for quality: how it ended, told once you answered.")
    ] = None
    bank_entries: Annotated[EntriesMade | None, Field(description="What it did with your own banks.")] = None
    undo: Undo = None
    undo_until: UndoUntil = None
    finding: DecisionPlan | None = None
    ends: Ending | None = None
    example: ClassVar[Any] = {
        "dry_run": False,
        "case": _CASE,
        "answer": "ans_01m7zt3q2xw9c5r8k4n6v0b1hd",
        "settled": False,
        "state": "awaiting_second",
        "people": None,
        "single_operator": False,
        "why_two": [_WHY],
        "somebody_may_be_second": True,
        "decision": None,
        "look": None,
        "bank_entries": {"entered": 0, "supported": 0, "out": 0},
    }


class GivenAnswer(Told):
    """One answer."""

    id: str
    series: Annotated[int, Field(description="How often the case was settled before.")]
    place: int
    by: str
    outsider: str | None
    at: datetime
    conclusion: str
    context: str | None
    clause: str
    reason: Reason
    accounts: list[Part]
    stands: Annotated[bool, Field(description="It settled its series.")]


class Settlement(Told):
    """What the answers of one series came to."""

    series: int
    at: datetime
    people: int
    single_operator: bool
    decision: str | None
    carried_out: bool


class Answers(Told):
    """The answers that you may read."""

    answers: list[GivenAnswer]
    all: Annotated[bool, Field(description="False where some are kept from you until you have answered yourself.")]
    settled: list[Settlement]
    example: ClassVar[Any] = {
        "answers": [
            {
                "id": "ans_01m7zt3q2xw9c5r8k4n6v0b1hd",
                "series": 0,
                "place": 1,
                "by": "per_01m7zt3q2xw9c5r8k4n6v0b1hd",
                "outsider": None,
                "at": "2026-11-22T08:30:00Z",
                "conclusion": "no_violation",
                "context": "news",
                "clause": "cse.depiction",
                "reason": {"code": "seen", "line": ""},
                "accounts": [],
                "stands": False,
            }
        ],
        "all": True,
        "settled": [],
    }
