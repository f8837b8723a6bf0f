"""What may be sent about statements of reasons and the EU Transparency Database."""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints

from tutela.api.bodies import Body, Moment
from tutela.core.statement_states import MOST_HOW, MOST_REASON
from tutela.core.statements import DelayBasis

Reason = Annotated[str, StringConstraints(min_length=1, max_length=MOST_REASON, strip_whitespace=True)]


class StatementsQuery(Body):
    """A page of statements, newest first."""

    cursor: Annotated[str, StringConstraints(max_length=200, pattern=r"^[A-Za-z0-9_-]+$")] | None = None
    limit: Annotated[int, Field(strict=False, ge=1, le=100)] = 50


class TextQuery(Body):
    """In which words."""

    language: Annotated[
        str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"), Field(description="As in en, or de.")
    ] = "en"
    audience: Annotated[
        Literal["adult", "teen"] | None, Field(description="For whom; by the age of the account where it is left out.")
    ] = None


class Delivered(Body):
    """How the platform told it, and when; now where no moment is given."""

    how: Annotated[
        str, StringConstraints(min_length=1, max_length=MOST_HOW), Field(description="A word, as in email or in_app.")
    ]
    at: Moment | None = None
    example: ClassVar[Any] = {"how": "email"}


class Delay(Body):
    """Until when telling waits, and why."""

    until: Moment
    basis: Annotated[DelayBasis, Field(strict=False)]
    reason: Reason
    example: ClassVar[Any] = {
        "until": "2026-05-01T09:00:00Z", "basis": "authority_asked", "reason": "letter 7 asks for it until May",
    }  # fmt: skip


class Release(Body):
    """Why it is told now."""

    reason: Reason
    example: ClassVar[Any] = {"reason": "letter 8: closed"}


class ExportQuery(Body):
    """Which records, by the day on which measures were applied; both days included."""

    since: Annotated[date, Field(strict=False)]
    until: Annotated[date, Field(strict=False)]
    format: Literal["jsonl", "csv"] = "jsonl"
