"""What may be sent about cases: strict and bounded, as everything in `bodies`."""

from typing import Annotated, Any, ClassVar

from pydantic import AwareDatetime, Field, StringConstraints

from tutela.api.bodies import Body, Identifier, Language, Line, PageQuery, Word
from tutela.api.decision_bodies import MAX_ACCOUNTS, Delay, Part, Reason
from tutela.core.case_moves import DangerOver, HoldReason, SkipReason
from tutela.core.case_states import ENDS, CaseState
from tutela.core.conclusions import Conclusion, Context

MAX_NOTE_CHARACTERS = 4000
MAX_OWN_ACCOUNTS = 50

_WAITING = "|".join(state.value for state in CaseState if state not in ENDS)
NoteText = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_NOTE_CHARACTERS, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")
]


class CasesQuery(PageQuery):
    """Which open cases; what is not given does not narrow."""

    status: Annotated[str, StringConstraints(pattern="^open$")] = "open"
    clause: Word | None = None
    language: Language | None = None
    kind: Word | None = None
    state: Annotated[str, StringConstraints(pattern=f"^({_WAITING})$")] | None = None
    account: Identifier | None = None
    mine: bool = False  #: only those that you work on, or put on hold


class NextAsked(Body):
    """From which queues; what is not given does not narrow."""

    clause: Word | None = None
    language: Language | None = None
    kind: Word | None = None
    example: ClassVar[Any] = {"clause": "house.spam", "language": "de"}


class NewAnswer(Body):
    """What you come to about a case that you hold. With `dry_run` nothing is written, and you are shown the plan."""

    conclusion: Conclusion
    reason: Reason
    context: Context | None = None
    clause: Word | None = None  #: the case's own where none is named
    accounts: Annotated[list[Part], Field(default_factory=list, max_length=MAX_ACCOUNTS)]
    version: Annotated[int, Field(ge=1)] | None = None  #: of the case, as you were shown it
    outsider: Line | None = None  #: who looked for somebody who works alone
    delay: Delay | None = None
    dry_run: bool = False
    example: ClassVar[Any] = {
        "conclusion": "violation",
        "reason": {"code": "seen", "line": "The same picture as on the list"},
        "accounts": [{"id": "user-7", "role": "actor"}],
        "version": 2,
        "dry_run": True,
    }


class Skipped(Body):
    """Why somebody would rather not decide this one."""

    reason: SkipReason
    example: ClassVar[Any] = {"reason": "language"}


class Held(Body):
    """Until when a case waits, and for what."""

    until: AwareDatetime
    reason: HoldReason
    example: ClassVar[Any] = {"until": "2026-11-23T08:30:00Z", "reason": "platform"}


class HandedOver(Body):
    """Who gets the case: the id of a person or key."""

    to: Identifier
    example: ClassVar[Any] = {"to": "key_01m7zt3q2xw9c5r8k4n6v0b1hd"}


class Danger(Body):
    """Whether somebody is in danger; where it ends, why."""

    in_danger: bool
    over: Annotated[
        DangerOver | None, Field(description="Why nobody is in danger any more: required where it ends.")
    ] = None
    example: ClassVar[Any] = {"in_danger": True}


class NewNote(Body):
    """What the others who work on a case should know."""

    text: NoteText
    example: ClassVar[Any] = {"text": "The same lake is in three older posts of theirs."}


class OwnAccounts(Body):
    """Accounts of the platform that are your own."""

    accounts: Annotated[list[Identifier], Field(min_length=1, max_length=MAX_OWN_ACCOUNTS)]
    example: ClassVar[Any] = {"accounts": ["user-7"]}
