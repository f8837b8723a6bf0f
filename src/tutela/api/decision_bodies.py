"""What may be sent about decisions: strict and bounded, as everything in `bodies`."""

from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints

from tutela.api.bodies import Body, Identifier, Line, Moment, Region, Word
from tutela.core.measures import MeasureKind, SubjectKind
from tutela.core.roles import Role
from tutela.core.statements import DelayBasis

MAX_MEASURES = 100
MAX_ACCOUNTS = 50
MAX_WORDS = 50

SubjectName = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^[^\x00-\x1f\x7f]+$")]


class Reason(Body):
    """What was found, in your own words: a code of yours, and a line for your own people only."""

    code: Word
    line: Line = ""


class On(Body):
    """What a measure is on, by your own name of it; media by the id that `GET /v1/items/{id}` tells."""

    kind: SubjectKind
    id: SubjectName


class MeasureScope(Body):
    """How far a measure reaches. Which kind takes which is in the reference of measures."""

    surfaces: Annotated[list[Word], Field(default_factory=list, max_length=MAX_WORDS)]
    actions: Annotated[list[Word], Field(default_factory=list, max_length=MAX_WORDS)]
    countries: Annotated[list[Region], Field(default_factory=list, max_length=250)]
    legal_basis: Line = ""
    audience: Annotated[str, StringConstraints(pattern="^(|minors)$")] = ""
    verification: Annotated[str, StringConstraints(pattern="^(|phone|email|identity|age)$")] = ""
    reason: Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_.-]{0,63})?$")] = ""
    closed: bool = False


class AskedMeasure(Body):
    """One measure that is asked for."""

    kind: MeasureKind
    on: On
    scope: MeasureScope | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None


class Part(Body):
    """What part an account has in what was found. Whoever is no actor is protected and loses nothing."""

    id: Identifier
    role: Role


class Delay(Body):
    """Why those concerned are not told yet, and until when."""

    until: Moment
    basis: DelayBasis


class NewDecision(Body):
    """What was found, about whom, and what is asked for. With `dry_run` nothing is written."""

    clause: Word
    reason: Reason
    accounts: Annotated[list[Part], Field(default_factory=list, max_length=MAX_ACCOUNTS)]
    measures: Annotated[list[AskedMeasure], Field(default_factory=list, max_length=MAX_MEASURES)]
    replaces: Identifier | None = None
    delay: Delay | None = None
    case: Identifier | None = None  #: that is decided: you hold it, and it moves with the decision
    case_version: Annotated[int, Field(ge=1)] | None = None  #: as you were shown it: 409 when more lies in it by now
    dry_run: bool = False
    example: ClassVar[Any] = {
        "clause": "house.spam",
        "reason": {"code": "reported", "line": "The same text in forty threads"},
        "accounts": [{"id": "user-7", "role": "actor"}],
        "measures": [{"kind": "limit_reach", "on": {"kind": "item", "id": "post-1001"}}],
        "dry_run": True,
    }


class NewReversal(Body):
    """Why a decision is undone. With `dry_run` nothing is written."""

    reason: Reason
    dry_run: bool = False
    example: ClassVar[Any] = {"reason": {"code": "mistaken", "line": "It is a quotation"}, "dry_run": True}
