"""What is answered about reports until they are approved."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Told

_AT = "2026-11-22T08:30:00Z"


class DraftSource(Told):
    """Where a field comes from, or all below it."""

    origin: str
    at: datetime
    by: str | None = None


class DraftProblem(Told):
    """One thing that is wrong, or should be read."""

    rule: str
    place: str
    sentence: str
    remedy: str
    blocking: bool


class DraftFile(Told):
    """One file that goes along."""

    key: str
    md5: str
    relevance: str
    viewed: Annotated[bool, Field(description="Somebody was sent all of it at full size; from the log of views.")]
    exif_viewed: bool
    details: Annotated[dict[str, Any], Field(description="What else is told of it.")]


class DraftDocument(Told):
    """One document as it would be sent."""

    name: str
    xml: Annotated[str | None, Field(description="None where it cannot be written yet: the problems say why.")]


class DraftCriterion(Told):
    """What the meter says of one criterion."""

    id: str
    weight: int
    share: float
    wanted: list[str]


class Draft(Told):
    """A report with all that it says, as the authority would read it, and what is missing."""

    id: str
    version: int
    authority: str
    cases: list[str]
    kind: str
    corrects: str | None
    state: str
    urgent: bool
    kind_chosen: Annotated[bool, Field(description="A person has chosen the kind of incident.")]
    report: Annotated[dict[str, Any], Field(description="By the names of docs/reference/report.md.")]
    files: list[DraftFile]
    sources: Annotated[dict[str, DraftSource], Field(description="By place; the nearest above a field is its own.")]
    problems: list[DraftProblem]
    percent: Annotated[int, Field(description="How complete it is.")]
    meter: list[DraftCriterion]
    documents: list[DraftDocument]
    moved: Annotated[list[str], Field(description="Places whose texts lie whole in a file beside it.")]
    created_at: datetime
    created_by: str
    prepared_at: datetime | None
    prepared_by: str | None
    approved_at: datetime | None
    approved_by: str | None
    reason: Annotated[str | None, Field(description="Why it is sent although it says less than it should.")]
    example: ClassVar[Any] = {
        "id": "rep_01m7zt3q2xw9c5r8k4n6v0b1hd",
        "version": 1,
        "authority": "ncmec",
        "cases": ["cas_01m7zt3q2xw9c5r8k4n6v0b1hd"],
        "kind": "original",
        "corrects": None,
        "state": "draft",
        "urgent": False,
        "kind_chosen": False,
        "report": {"incident": {"kind": "Online Enticement of Children for Sexual Acts", "at": None}},
        "files": [],
        "sources": {"incident.kind": {"origin": "computed", "at": _AT}},
        "problems": [
            {
                "rule": "incident_time",
                "place": "incident.at",
                "sentence": "Nobody has said when it happened.",
                "remedy": "Enter the time, and say what it stands for: of the upload, the last message, the detection.",
                "blocking": True,
            }
        ],
        "percent": 41,
        "meter": [{"id": "times", "weight": 14, "share": 0.0, "wanted": ["the time of the incident"]}],
        "documents": [{"name": "report", "xml": None}],
        "moved": [],
        "created_at": _AT,
        "created_by": "per_01m7zt3q2xw9c5r8k4n6v0b1hd",
        "prepared_at": None,
        "prepared_by": None,
        "approved_at": None,
        "approved_by": None,
        "reason": None,
    }


class ReportMade(Told):
    """How a report stands after somebody did something to it."""

    id: str
    version: int
    state: str
    kind: str
    remarks: Annotated[list[DraftProblem], Field(description="What keeps nothing back and should be read.")]
    example: ClassVar[Any] = {
        "id": "rep_01m7zt3q2xw9c5r8k4n6v0b1hd",
        "version": 2,
        "state": "prepared",
        "kind": "original",
        "remarks": [],
    }
