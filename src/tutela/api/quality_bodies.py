"""What may be sent about quality: strict and bounded, as everything in `bodies`."""

from typing import Annotated, Any, ClassVar

from pydantic import AwareDatetime, Field, StringConstraints

from tutela.api.bodies import Body, Identifier, PageQuery, Word
from tutela.api.case_bodies import NoteText
from tutela.api.decision_bodies import MAX_ACCOUNTS, Part
from tutela.core.agreement import PairKind
from tutela.core.conclusions import Conclusion, Context
from tutela.flows.read_agreement import By

_BY = "|".join(By)
_KINDS = "|".join(PairKind)


class NewGolden(Body):
    """A decided case, and the answer that is held to be right."""

    case: Identifier
    conclusion: Conclusion
    reason: NoteText  #: why it is held to be right, for those who keep golden cases
    context: Context | None = None
    clause: Word | None = None  #: the case's own where none is named
    accounts: Annotated[list[Part], Field(default_factory=list, max_length=MAX_ACCOUNTS)]
    example: ClassVar[Any] = {
        "case": "cas_01m7zt3q2xw9c5r8k4n6v0b1hd",
        "conclusion": "no_violation",
        "context": "news",
        "reason": "A press photograph, as the agency confirmed",
    }


class GoldenWithdrawn(Body):
    """Why it is held to be right no more."""

    reason: NoteText
    example: ClassVar[Any] = {"reason": "The agency has taken its word back"}


class GoldenQuery(PageQuery):
    """Which golden cases."""

    withdrawn: bool = False  #: those that were withdrawn, too


class OwnFigures(PageQuery):
    """Of which time, and which pairs; what is not given does not narrow."""

    since: AwareDatetime | None = None  #: ninety days before `until` where none is given
    until: AwareDatetime | None = None
    clause: Word | None = None
    kind: Annotated[str, StringConstraints(pattern=f"^({_KINDS})$")] | None = None


class FiguresQuery(OwnFigures):
    """What pairs are counted by, and of whom."""

    by: Annotated[str, StringConstraints(pattern=f"^({_BY})$")] = By.CLAUSE.value
    reviewer: Identifier | None = None
