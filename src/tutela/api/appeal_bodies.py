"""What may be sent about appeals."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints

from tutela.api.bodies import Body, Identifier, Language, Moment, PageQuery, Word
from tutela.core.appeals.appeal import MOST_WORDS
from tutela.flows.decide_appeal import MOST_LINE
from tutela.flows.keep_appeal_conduct import MOST_REASON

_DECISION, _MEASURE = "dec_01m7zt3q2xw9c5r8k4n6v0b1hd", "msr_01m7zt3q2xw9c5r8k4n6v0b1hd"
_Text = Annotated[str, StringConstraints(max_length=MOST_WORDS, pattern=r"^[^\x00]*$")]
_Email = Annotated[str, StringConstraints(min_length=3, max_length=254)]
_Line = Annotated[str, StringConstraints(max_length=MOST_LINE, pattern=r"^[^\x00]*$")]
_Reason = Annotated[str, StringConstraints(min_length=1, max_length=MOST_REASON, pattern=r"^[^\x00]*$")]
_Weight = Literal["low", "medium", "high"]


class NewAppeal(Body):
    """What a user of yours says against a decision. Nothing but the account and what is appealed is asked for."""

    account: Identifier
    decision: Identifier | None = None
    statement: Identifier | None = None
    text: _Text = ""
    email: _Email | None = None  #: where they want to hear of it; without one you tell them, by webhook
    language: Language | None = None
    new_facts: bool = False  #: after an outcome: what is not new is answered by that outcome
    example: ClassVar[Any] = {
        "account": "user-7", "decision": _DECISION, "text": "It was a quotation.", "language": "en",
    }  # fmt: skip


class AppealsQuery(PageQuery):
    """Which appeals."""

    account: Identifier | None = None
    decision: Identifier | None = None
    open: bool | None = None


class Answer(Body):
    """What a person came to. With `dry_run` it is only shown what that would do."""

    outcome: Literal["upheld", "partly", "overturned"]
    reason: Word
    line: _Line = ""
    ends: Annotated[list[Identifier], Field(default_factory=list, max_length=500)]  #: of one that is partly right
    unfounded: bool = False  #: manifestly; counts towards misuse
    version: Annotated[int, Field(ge=1)] | None = None  #: as it was shown: 409 when it has changed since
    dry_run: bool = False
    example: ClassVar[Any] = {"outcome": "partly", "reason": "context", "ends": [_MEASURE], "dry_run": True}


class Conduct(Body):
    """What is done about misuse of appeals, and what was weighed."""

    step: Literal["warn", "suspend", "lift"]
    gravity: _Weight
    intent: _Weight
    reason: _Reason
    until: Moment | None = None  #: of a suspension
    example: ClassVar[Any] = {
        "step": "warn", "gravity": "low", "intent": "high", "reason": "The same text against every decision.",
    }  # fmt: skip
