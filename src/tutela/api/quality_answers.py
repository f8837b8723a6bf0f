"""What is answered about quality; see `answers`."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Told
from tutela.api.decision_answers import Part
from tutela.core.agreement import FEW, PairKind

_AT = "2026-11-22T08:30:00Z"
_GOLDEN = {
    "id": "gld_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "case": "cas_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "clause": "house.spam",
    "language": "de",
    "kind": "post",
    "answer": {"conclusion": "no_violation", "context": "news", "clause": "house.spam", "accounts": []},
    "reason": "A press photograph, as the agency confirmed",
    "by": "per_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "at": _AT,
    "withdrawn_by": None,
    "withdrawn_at": None,
    "withdrawn_for": None,
}


class HeldAnswer(Told):
    """What is held to be right."""

    conclusion: str
    context: str | None
    clause: str
    accounts: list[Part]


class Golden(Told):
    """A decided case by which others are measured."""

    id: str
    case: str
    clause: str
    language: str
    kind: str
    answer: HeldAnswer
    reason: str
    by: str
    at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    withdrawn_for: str | None
    example: ClassVar[Any] = _GOLDEN


class GoldenCases(Told):
    """A page of golden cases."""

    golden: list[Golden]
    next: str | None
    example: ClassVar[Any] = {"golden": [_GOLDEN], "next": None}


class Figure(Told):
    """How often two answers agree that were given blind to each other."""

    key: Annotated[str, Field(description="What is counted by: a clause, a kind or a reviewer.")]
    kind: PairKind
    of: Annotated[int, Field(description="Pairs.")]
    agreed: Annotated[int | None, Field(description=f"None of a colleague's fewer than {FEW}.")]
    few: Annotated[bool, Field(description=f"Fewer than {FEW}: no share is told.")]
    share: float | None
    low: Annotated[float | None, Field(description="Of the interval in which it lies in 95 of 100 cases.")]
    high: float | None
    alpha: Annotated[
        float | None, Field(description="Krippendorff's: 1 all agree, 0 as by chance; none where all said the same.")
    ]


class Samples(Told):
    """What became of the decisions of one person that were drawn within the time."""

    drawn: int
    waiting: int
    agreed: int
    differed: int
    unseen: Annotated[int, Field(description="Nobody looked in time, or the decision was reversed before.")]


class Agreement(Told):
    """A page of figures of agreement."""

    since: datetime
    until: datetime
    figures: list[Figure]
    samples: Annotated[Samples | None, Field(description="None among your own.")]
    next: str | None
    example: ClassVar[Any] = {
        "since": "2026-08-24T08:30:00Z",
        "until": _AT,
        "figures": [
            {
                "key": "house.spam",
                "kind": "sample",
                "of": 40,
                "agreed": 36,
                "few": False,
                "share": 0.9,
                "low": 0.7695,
                "high": 0.9604,
                "alpha": 0.7611,
            }
        ],
        "samples": {"drawn": 45, "waiting": 4, "agreed": 36, "differed": 4, "unseen": 1},
        "next": None,
    }
