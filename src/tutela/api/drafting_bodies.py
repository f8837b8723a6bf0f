"""What may be sent about reports until they are approved."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from tutela.api.bodies import Body, Identifier
from tutela.core.filing.editing import MOST_CHANGES
from tutela.flows.correct_report import LONGEST_WHY
from tutela.flows.prepare_report import LONGEST_REASON
from tutela.ports.reports import MAX_CASES

Place = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[a-z0-9_.]+$")]
Version = Annotated[int, Field(ge=1)]


class NewReport(Body):
    """About which case a report is to be drawn up; several only where they are one and the same."""

    cases: Annotated[list[Identifier], Field(min_length=1, max_length=MAX_CASES)]
    authority: Literal["ncmec"] = "ncmec"
    batch: bool = False  #: one file that many accounts shared, with their identifiers alone
    example: ClassVar[Any] = {"cases": ["cas_01m7zt3q2xw9c5r8k4n6v0b1hd"]}


class ReportEdit(Body):
    """What is to be different in a draft, by places such as `incident.at` or `suspects.0.person.first_name`."""

    version: Version
    set: Annotated[dict[Place, Any], Field(max_length=MOST_CHANGES)] = Field(default_factory=dict)
    clear: Annotated[list[Place], Field(max_length=MOST_CHANGES)] = Field(default_factory=list)
    override: bool = False  #: type over what the platform told: that is recorded
    example: ClassVar[Any] = {
        "version": 1,
        "set": {"incident.kind": "enticement", "note": "What was seen first-hand, and what is inferred."},
        "clear": ["suspects.0.profile_bio"],
        "override": True,
    }

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.set and not self.clear:
            raise ValueError("name what to set or to clear")
        if set(self.set) & set(self.clear):
            raise ValueError("a place is set or cleared, not both")
        return self


class ReportVersion(Body):
    """As which a report was read."""

    version: Version
    example: ClassVar[Any] = {"version": 2}


class ReportReady(Body):
    """That somebody prepares or approves a report."""

    version: Version
    reason: Annotated[str, StringConstraints(max_length=LONGEST_REASON)] | None = None  #: where it says too little
    example: ClassVar[Any] = {"version": 2, "reason": "The platform knows no more of this account."}


class NewCorrection(Body):
    """Why an earlier report is corrected."""

    why: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_WHY)]
    example: ClassVar[Any] = {"why": "The time of the upload was wrong by a day."}
