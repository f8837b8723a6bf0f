"""What is answered about reports to authorities and the channels that they take."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from tutela.api.answers import Told
from tutela.core.filing.answers import Fault
from tutela.core.filing.channel import OffBecause
from tutela.core.filing.states import Environment, Phase, Step
from tutela.core.filing.wire_words import Feature
from tutela.ports.reports import ReportKind, ReportState

_AT = "2026-11-26T12:00:00Z"
_ID = "rep_01m7zt3q2xw9c5r8k4n6v0b1hd"
_LINE: dict[str, Any] = {
    "id": _ID,
    "authority": "ncmec",
    "cases": ["cas_01m7zt3q2xw9c5r8k4n6v0b1hd"],
    "account": None,
    "kind": "original",
    "corrects": None,
    "state": "approved",
    "version": 3,
    "urgent": False,
    "files": 2,
    "created_at": _AT,
    "created_by": "per_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "prepared_at": _AT,
    "prepared_by": "per_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "approved_at": _AT,
    "approved_by": "per_01m7zt3q2xw9c5r8k4n6v0b1he",
    "overridden": False,
    "environment": "test",
    "phase": "finished",
    "authority_report_id": "900000001",
    "finished_at": _AT,
}
_WAY: dict[str, Any] = {
    "phase": "finished",
    "files_sent": 2,
    "attempts": 0,
    "restarts": 0,
    "fault": "none",
    "next_at": None,
    "expires_at": None,
    "stopped": False,
    "given_up_by": None,
    "maybe_open": 0,
    "maybe_doubled": 0,
    "verified": True,
    "missing": [],
    "surplus": [],
    "seen_by": None,
}
_CHANNEL: dict[str, Any] = {
    "authority": "ncmec",
    "environment": "test",
    "enabled": True,
    "off_because": None,
    "stopped": None,
    "url": "https://test.authority.example/ispws",
    "url_of": "test",
    "has_credentials": True,
    "credentials_of": "test",
    "has_reporter": True,
    "approvers": 1,
    "least_complete_percent": 60,
    "schema_url": "https://authority.example/ispws/xsd",
    "may_classify": False,
    "status": {"at": _AT, "ok": True, "fault": "none", "http_status": 200, "code": 0, "failure": None,
               "seen_from": "198.51.100.7"},
    "status_ok_at": _AT,
    "tested": {"report": _ID, "at": _AT},
    "xsd": None,
    "missing": [],
}  # fmt: skip


class ReportLine(Told):
    """A report without what it says."""

    id: str
    authority: str
    cases: list[str]
    account: str | None
    kind: ReportKind
    corrects: Annotated[str | None, Field(description="The earlier one, of a correction.")]
    state: Annotated[ReportState, Field(description="From `approved` on, `phase` tells how far it is.")]
    version: int
    urgent: bool
    files: int
    created_at: datetime
    created_by: str
    prepared_at: datetime | None
    prepared_by: str | None
    approved_at: datetime | None
    approved_by: str | None
    overridden: Annotated[bool, Field(description="Sent although it could say more, with a reason.")]
    environment: Annotated[Environment | None, Field(description="A test never counts as filed.")]
    phase: Phase | None
    authority_report_id: str | None
    finished_at: datetime | None
    example: ClassVar[Any] = _LINE


class Reports(Told):
    """A page of reports, newest first."""

    reports: list[ReportLine]
    next: str | None
    example: ClassVar[Any] = {"reports": [_LINE], "next": None}


class Way(Told):
    """How far a report is on its way."""

    phase: Phase
    files_sent: int
    attempts: Annotated[int, Field(description="Failures in a row.")]
    restarts: Annotated[int, Field(description="How often it was withdrawn and begun anew.")]
    fault: Annotated[Fault, Field(description="What the trouble is, or was last.")]
    next_at: Annotated[datetime | None, Field(description="Not before.")]
    expires_at: Annotated[datetime | None, Field(description="When the authority forgets it, while it is open.")]
    stopped: Annotated[bool, Field(description="It waits for the channel.")]
    given_up_by: str | None
    maybe_open: Annotated[int, Field(description="Reports of unknown number that expire by themselves.")]
    maybe_doubled: Annotated[int, Field(description="Files that may be there twice.")]
    verified: Annotated[bool | None, Field(description="Whether the authority named exactly what was sent.")]
    missing: list[str]
    surplus: list[str]
    seen_by: Annotated[str | None, Field(description="Who has taken note of how it ended.")]


class Report(ReportLine):
    """A report with its way to the authority."""

    way: Annotated[Way | None, Field(description="From its approval on.")]
    example: ClassVar[Any] = {**_LINE, "way": _WAY}


class ReportStep(Told):
    """One line of the log."""

    number: int
    at: datetime
    note: Annotated[str, Field(description="A code of ours, such as `upload.done`; `upload.asked` before it is sent.")]
    step: Step | None
    file: Annotated[int | None, Field(description="Which of the files, from 1.")]
    http_status: int | None
    code: Annotated[int | None, Field(description="Of the authority.")]
    request_id: Annotated[str | None, Field(description="Asked for by the authority's support.")]
    failure: Annotated[str | None, Field(description="Why there was no answer.")]
    by: Annotated[str | None, Field(description="A person who did this.")]


class ReportSteps(Told):
    """Every step of a report, oldest first."""

    steps: list[ReportStep]
    example: ClassVar[Any] = {
        "steps": [
            {"number": 1, "at": _AT, "note": "submit.asked", "step": "submit", "file": None, "http_status": None,
             "code": None, "request_id": None, "failure": None, "by": None},
            {"number": 2, "at": _AT, "note": "submit.done", "step": "submit", "file": None, "http_status": 200,
             "code": 0, "request_id": "0f3a", "failure": None, "by": None},
        ]
    }  # fmt: skip


class ChannelStatus(Told):
    """What came of asking whether the authority knows us."""

    at: datetime
    ok: bool
    fault: Fault
    http_status: int | None
    code: int | None
    failure: str | None
    seen_from: Annotated[str | None, Field(description="The address from which the authority says that it is asked.")]


class ChannelStop(Told):
    """That the authority refused us as such."""

    fault: Fault
    at: datetime


class ChannelTest(Told):
    """The report that was filed to its end in the test environment."""

    report: str
    at: datetime


class ChannelSchema(Told):
    """The schema that the operator downloaded."""

    sha256: str
    at: datetime
    source: Literal["file", "authority"]
    knows: Annotated[list[Feature], Field(description="Additions of 2026 that may be sent.")]
    unknown_to_us: list[str]
    unknown_to_them: list[str]
    seen: Annotated[bool, Field(description="Somebody has taken note of what it says differently.")]


class ChannelMissing(Told):
    """What keeps a channel from being switched on."""

    place: str
    message: str
    remedy: str


class FilingChannel(Told):
    """The channel to an authority, without its credentials and without who reports."""

    authority: str
    environment: Environment
    enabled: bool
    off_because: Annotated[
        OffBecause | None, Field(description="restored: a backup does not know what was filed since.")
    ]
    stopped: ChannelStop | None
    url: str | None
    url_of: Environment | None
    has_credentials: bool
    credentials_of: Environment | None
    has_reporter: bool
    approvers: int
    least_complete_percent: int
    schema_url: str | None
    may_classify: bool
    status: ChannelStatus | None
    status_ok_at: datetime | None
    tested: ChannelTest | None
    xsd: Annotated[ChannelSchema | None, Field(description="The schema that the operator downloaded.")]
    missing: list[ChannelMissing]
    example: ClassVar[Any] = _CHANNEL


class FilingChannels(Told):
    """All channels, by authority."""

    channels: list[FilingChannel]
    example: ClassVar[Any] = {"channels": [_CHANNEL]}
