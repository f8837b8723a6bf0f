"""What may be sent about reports of figures."""

from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints

from tutela.api.bodies import Body
from tutela.flows.report_figures import MOST_RECIPIENTS, MOST_TEXT

PeriodLabel = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}(-H[12])?$")]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=MOST_TEXT, strip_whitespace=True)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
Count = Annotated[int, Field(ge=0, le=MOST_RECIPIENTS)]


class PeriodAsked(Body):
    """Of which period: a year, or a half of one."""

    period: PeriodLabel
    example: ClassVar[Any] = {"period": "2025-H2"}


class Correction(PeriodAsked):
    """Of which period, and what was wrong; everybody reads it."""

    reason: Reason
    example: ClassVar[Any] = {"period": "2025", "reason": "two appeals of December were decided in March"}


class Identification(Body):
    """Who provides which service, and how the provider is reached."""

    provider: Line
    service: Line
    contact: Line
    is_very_large: bool = False
    example: ClassVar[Any] = {"provider": "Lakes Ltd", "service": "Lakes", "contact": "desk@lakes.example"}


class QualitativeText(Body):
    """One text of the qualitative part."""

    text: Annotated[str, StringConstraints(max_length=MOST_TEXT)]
    example: ClassVar[Any] = {"text": "Known pictures are compared by hash; people decide."}


class MonthlyRecipients(Body):
    """How many people used the service in a month: `TOTAL`, and by Member State."""

    counts: Annotated[dict[str, Count], Field(max_length=28)]
    example: ClassVar[Any] = {"counts": {"TOTAL": 120000, "DE": 40000}}


class Moderators(Body):
    """Who moderates: employed, contracted, and how many with each language."""

    internal: Count
    external: Count = 0
    by_language: Annotated[dict[str, Count], Field(max_length=50)] = Field(default_factory=dict)
    example: ClassVar[Any] = {"internal": 3, "external": 0, "by_language": {"de": 2, "en": 3}}


class Disputes(Body):
    """What came of disputes before certified bodies: `total`, `upheld`, `partly`, `overturned` and so on."""

    counts: Annotated[dict[str, Count], Field(max_length=6)]
    example: ClassVar[Any] = {"counts": {"total": 2, "upheld": 1, "overturned": 1}}
