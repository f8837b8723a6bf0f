"""What is answered about appeals."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Told
from tutela.api.decision_answers import EntriesThatGo, Granted, ItemTold, Message, ReversalPlan

_AT, _DUE = "2026-11-26T12:00:00Z", "2026-12-03T12:00:00Z"
_ID, _DECISION = "apl_01m7zt3q2xw9c5r8k4n6v0b1hd", "dec_01m7zt3q2xw9c5r8k4n6v0b1hd"
_APPEAL = {
    "id": _ID, "decision": _DECISION, "statement": "sta_01m7zt3q2xw9c5r8k4n6v0b1hd", "account": "user-7",
    "opened_at": _AT, "state": "open", "late": False, "in_time_until": "2027-05-26T12:00:00Z", "why_set_aside": None,
    "new_facts": False, "outcome": None, "decided_at": None, "decided_by_people": False, "repeats": None,
    "due_at": _DUE, "out_of_court": [],
}  # fmt: skip


class OutOfCourt(Told):
    """A body that settles disputes outside the house."""

    name: str
    url: str
    country: str
    languages: list[str]
    about: str


class AppealBase(Told):
    """How an appeal stands, without who it is of."""

    id: str
    decision: str
    statement: str | None
    opened_at: datetime
    state: Annotated[str, Field(description="`open`, `set_aside`, `decided` or `withdrawn`.")]
    late: bool
    in_time_until: Annotated[datetime | None, Field(description="Null where nobody had been told yet.")]
    why_set_aside: Annotated[str | None, Field(description="Why nobody decides it unless a person accepts it.")]
    new_facts: bool
    outcome: Annotated[str | None, Field(description="`upheld`, `partly`, `overturned`, or `overtaken`: decided anew.")]
    decided_at: datetime | None
    decided_by_people: Annotated[
        bool, Field(description="False where an earlier outcome, or another decision, answers it.")
    ]
    repeats: Annotated[str | None, Field(description="The appeal whose outcome answers this one.")]


class Appeal(AppealBase):
    """How an appeal stands: what the one who appealed may be told. Nobody who works on it is named."""

    account: str
    due_at: Annotated[datetime | None, Field(description="By when it is to be answered; null when it is.")]
    out_of_court: Annotated[list[OutOfCourt], Field(description="Where to go after the outcome.")]
    example: ClassVar[Any] = _APPEAL


class Appeals(Told):
    """A page of appeals."""

    appeals: list[Appeal]
    next: str | None
    example: ClassVar[Any] = {"appeals": [_APPEAL], "next": None}


class Words(Told):
    """What they wrote."""

    text: str
    has_contact: bool
    new_facts: bool


class PolicyThen(Told):
    """The clause as it was worded then; without words where no version is kept."""

    version: str
    title: str | None
    adult: str | None
    is_current: bool


class Part(Told):
    """Whom it concerns."""

    id: str
    role: str | None


class ReasonThen(Told):
    """What was found."""

    code: str
    line: str


class SeenMatch(Told):
    """What a bank had said by then."""

    bank: str | None
    kind: str
    signal: str
    distance: int
    threshold: int
    clause: str
    at: datetime


class SeenFire(Told):
    """What a rule had said."""

    rule: str
    version: str
    because: str
    at: datetime


class DecisionThen(Told):
    """What was decided and seen, as it was then, without who did."""

    id: str
    at: datetime
    automated: bool
    source: str
    clause: str | None
    policy: PolicyThen
    reason: ReasonThen | None
    accounts: list[Part]
    reversed_by: str | None
    matches: list[SeenMatch]
    fires: list[SeenFire]


class StatementThen(Told):
    """What was told."""

    id: str
    code: str
    clause: str
    tell_at: datetime
    delayed_for: str | None


class GivenAnswer(Told):
    """What somebody came to."""

    place: int
    by: str
    at: datetime
    outcome: str
    ends: list[str]
    reason: ReasonThen
    unfounded: bool


class AppealShown(Appeal):
    """All that an appeal is decided from."""

    standing: str
    holder: str | None
    until: datetime | None
    version: int
    barred: Annotated[str | None, Field(description="Why whoever asks may not decide it.")]
    people: Annotated[int, Field(description="How many have to agree.")]
    words: Words
    decision_shown: DecisionThen
    statements: list[StatementThen]
    measures: Annotated[list[Granted], Field(description="What the decision holds now.")]
    plan: Annotated[ReversalPlan | None, Field(description="What overturning would do.")]
    answers: Annotated[list[GivenAnswer], Field(description="Those that whoever asks may read.")]
    history: Annotated[list[AppealBase], Field(description="Others of the account against the same decision.")]
    example: ClassVar[Any] = {
        **_APPEAL, "standing": "received", "holder": None, "until": None, "version": 1, "barred": None, "people": 1,
        "words": {"text": "It was a quotation.", "has_contact": False, "new_facts": False},
        "decision_shown": {
            "id": _DECISION, "at": _AT, "automated": False, "source": "person", "clause": "house.spam",
            "policy": {"version": "2026-11-22", "title": "Spam", "adult": "No spam.", "is_current": True},
            "reason": {"code": "reported", "line": ""}, "accounts": [{"id": "user-7", "role": "actor"}],
            "reversed_by": None, "matches": [], "fires": [],
        },
        "statements": [], "measures": [], "plan": None, "answers": [], "history": [],
    }  # fmt: skip


class OutcomePlan(Told):
    """What an answer would do, if it stands; or, without `dry_run`, whether it does."""

    dry_run: bool
    appeal: str
    outcome: str
    decided: Annotated[bool, Field(description="False while another person has to answer.")]
    people: int
    ends: list[Granted]
    stays: list[Granted]
    items: list[ItemTold]
    messages: list[Message]
    bank_entries: list[EntriesThatGo]
    strikes: Annotated[int, Field(description="That count no more.")]
    cannot_undo: list[str]
    example: ClassVar[Any] = {
        "dry_run": True, "appeal": _ID, "outcome": "overturned", "decided": False, "people": 1, "ends": [],
        "stays": [], "items": [{"id": "post-1001", "answer": "publish", "before": "refuse"}], "messages": [],
        "bank_entries": [], "strikes": 1, "cannot_undo": [],
    }  # fmt: skip


class ConductStep(Told):
    """What was done about misuse, with what was weighed."""

    step: str
    at: datetime
    by: str
    until: datetime | None
    unfounded: int
    decided: int
    gravity: str
    intent: str
    reason: str


class Conduct(Told):
    """How somebody's appeals went, and what was done about it."""

    account: str
    decided: int
    unfounded: Annotated[int, Field(description="Manifestly, of those decided within the period.")]
    suspended_until: datetime | None
    why_not_warned: str | None
    why_not_suspended: str | None
    steps: list[ConductStep]
    example: ClassVar[Any] = {
        "account": "user-7", "decided": 4, "unfounded": 3, "suspended_until": None, "why_not_warned": None,
        "why_not_suspended": "nobody is suspended without a warning before", "steps": [],
    }  # fmt: skip


class LinksRevoked(Told):
    """Which generation of links holds from now on."""

    generation: int
    example: ClassVar[Any] = {"generation": 1}
