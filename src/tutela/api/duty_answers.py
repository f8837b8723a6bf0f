"""What is answered about what incidents owe to authorities."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from tutela.api.answers import Told

_CASE = "cas_01m7zt3q2xw9c5r8k4n6v0b1hg"
_AT = "2026-03-02T09:00:00Z"
_SHEET = {
    "imagery": "real", "explicitness": "unknown", "child": "unknown", "traits": [], "suspects": ["US"],
    "children": [], "published": [], "by": "per_01m7zt3q2xw9c5r8k4n6v0b1hd", "at": _AT,
}  # fmt: skip
_LINE = {
    "authority": "ncmec", "obligation": "must", "row": "us-csam", "reason": "Apparent child pornography.",
    "source": "18 U.S.C. 2258A(a)", "due_at": "2026-03-03T09:00:00Z", "is_limit": False, "files": "api",
    "final": True, "concerned": True, "open": True, "late": False, "filed": False, "declined": None, "taken": None,
    "by_hand": [], "filings": [],
}  # fmt: skip
_DUTIES = {
    "case": _CASE, "found_at": _AT, "due_at": "2026-03-03T09:00:00Z", "settled": False, "ended": False,
    "version": 4, "table": "2026-11-22", "sheet": _SHEET, "duties": [_LINE],
    "unmet": [
        {
            "authority": "ncmec", "sentence": "It must be told, and nobody has it.",
            "remedy": "File it, or name who does.",
        }
    ],
}  # fmt: skip


class Sheet(Told):
    """What was said of an incident."""

    imagery: str
    explicitness: str
    child: str
    traits: list[str]
    suspects: list[str]
    children: list[str]
    published: list[str]
    by: Annotated[str | None, Field(description="Null before anybody said anything.")]
    at: datetime | None
    example: ClassVar[Any] = _SHEET


class Declined(Told):
    """That somebody decided not to tell."""

    by: str
    at: datetime
    reason: str


class Taken(Told):
    """That somebody has it in hand."""

    by: str
    due_at: datetime


class ByHand(Told):
    """That somebody told it where there is no interface."""

    by: str
    at: datetime
    reference: str


class OnItsWay(Told):
    """How far a report is."""

    report: str
    environment: str
    phase: str
    authority_report: str | None
    counts: Annotated[bool, Field(description="Finished, in production. A test never counts.")]


class Duty(Told):
    """What one authority is owed, and what was done about it."""

    authority: str
    obligation: Literal["must", "may", "none"]
    row: Annotated[str, Field(description="Of the table of duties, by which it was decided.")]
    reason: str
    source: str
    due_at: datetime | None
    is_limit: Annotated[bool, Field(description="The time is law; otherwise it is a target of ours.")]
    files: Literal["api", "hand"]
    final: Annotated[bool, Field(description="False: no person has found it yet.")]
    concerned: Annotated[bool, Field(description="Its law binds the operator here, or the operator lists it.")]
    open: bool
    late: bool
    filed: bool
    declined: Declined | None
    taken: Taken | None
    by_hand: list[ByHand]
    filings: list[OnItsWay]


class Unmet(Told):
    """What keeps the case open."""

    authority: str
    sentence: str
    remedy: str


class Duties(Told):
    """Everything that an incident owes."""

    case: str
    found_at: Annotated[datetime | None, Field(description="Null where no person has found it yet.")]
    due_at: datetime | None
    settled: Annotated[bool, Field(description="Nothing is owed any more: the case ends by itself.")]
    ended: bool
    version: Annotated[int, Field(description="Of the case.")]
    table: str
    sheet: Sheet
    duties: list[Duty]
    unmet: list[Unmet]
    example: ClassVar[Any] = _DUTIES


class OwedPage(Told):
    """Incidents that are found and have not ended."""

    cases: list[Duties]
    next: str | None
    example: ClassVar[Any] = {"cases": [_DUTIES], "next": None}


class HandValue(Told):
    """One value of a report, with its place in it."""

    place: str
    value: str


class HandLine(Told):
    """One thing that is asked for; no values where it is not known."""

    label: str
    values: list[HandValue]


class HandSection(Told):
    """Some lines under one title."""

    title: str
    lines: list[HandLine]


class HandForm(Told):
    """A report in the order of an authority that takes it by hand."""

    authority: str
    source: Annotated[str, Field(description="Where the order was read.")]
    text: Annotated[str, Field(description="All of it as plain text.")]
    sections: list[HandSection]
    example: ClassVar[Any] = {
        "authority": "nca", "source": "SI 2026/268 Schedule 1", "text": "== Who reports\nName: Ada\n",
        "sections": [
            {
                "title": "Who reports",
                "lines": [{"label": "Name", "values": [{"place": "reporter.person.first_name", "value": "Ada"}]}],
            }
        ],
    }  # fmt: skip


class DutyTable(Told):
    """The table of duties in use, and whether the operator's counsel confirmed it."""

    version: str
    checksum: str
    confirmed: bool
    confirmed_version: str | None
    confirmed_by: str | None
    confirmed_at: datetime | None
    example: ClassVar[Any] = {
        "version": "2026-11-22", "checksum": "0" * 64, "confirmed": False, "confirmed_version": None,
        "confirmed_by": None, "confirmed_at": None,
    }  # fmt: skip
