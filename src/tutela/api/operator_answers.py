"""What is answered to an operator: policy, profile, checklist, status, health."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from tutela.api.answers import Told


class Clause(Told):
    """One rule of conduct in plain words."""

    id: str
    version: str
    kind: Literal["content", "behaviour"]
    title: str
    adult: str
    teen: str
    severity: Literal["low", "medium", "high", "critical"]
    zero_tolerance: bool


class Policy(Told):
    """The policy in force."""

    version: str
    clauses: list[Clause]
    example: ClassVar[Any] = {
        "version": "2026-11-22",
        "clauses": [
            {
                "id": "ops.unscanned",
                "version": "2026-11-22",
                "kind": "content",
                "title": "Not looked at yet",
                "adult": "We could not open this file, so we could not check it.",
                "teen": "We couldn't open this file to check it.",
                "severity": "medium",
                "zero_tolerance": False,
            }
        ],
    }


class Basis(Told):
    """Why detection may run beyond public channels."""

    region: str
    channel: str
    technique: str
    legal_basis: str
    reference: str
    starts_at: Annotated[datetime, Field(alias="from")]
    ends_at: Annotated[datetime | None, Field(alias="to")]


class Profile(Told):
    """Who runs this."""

    country: str
    user_regions: list[str]
    services: list[str]
    has_encrypted_channels: bool
    people: str
    authorities: list[str]
    lists: list[str]
    on_call: str
    is_report_only: bool
    is_small_enterprise: Annotated[
        bool, Field(description="Micro or small, and so exempt from Articles 20 to 28 of the Digital Services Act.")
    ] = False
    transient_hours: float
    bases: list[Basis]
    example: ClassVar[Any] = {
        "country": "DE",
        "user_regions": ["DE", "AT"],
        "services": ["public"],
        "has_encrypted_channels": False,
        "people": "team",
        "authorities": [],
        "lists": [],
        "on_call": "The duty phone",
        "is_report_only": False,
        "is_small_enterprise": False,
        "transient_hours": 24.0,
        "bases": [],
    }


class ChecklistLine(Told):
    """One thing that must be done before anybody is protected."""

    line: str
    done: bool


class Checklist(Told):
    """Everything that must be done."""

    lines: list[ChecklistLine]
    example: ClassVar[Any] = {"lines": [{"line": "lists_connected", "done": False}]}


class IndexState(Told):
    """How far one index has come."""

    name: Literal["known", "stored"]
    entries: int
    version: int
    lag: Annotated[int, Field(description="Changes committed that it does not answer for yet.")]
    segments: Annotated[int, Field(description="Parts that are searched one after the other.")]
    tail: Annotated[int, Field(description="Entries that are in no segment yet.")]
    changed_at: Annotated[datetime | None, Field(description="When a change last became live in this process.")]
    scrubbed_at: Annotated[datetime | None, Field(description="When all files had last been compared, whole.")]
    damaged: Annotated[int, Field(description="Files found to be damaged since the start.")]


class JobState(Told):
    """How one background job is going."""

    name: str
    failures: int


class Overdue(Told):
    """Measures of a machine that no person has looked at in time."""

    measures: int
    oldest: Annotated[datetime | None, Field(description="When the first of them should have been looked at.")]


class QuotaUsed(Told):
    """What a machine did today because of one bank."""

    bank: str
    kind: str
    used: int
    held: Annotated[int, Field(description="Matches that were only held because nothing was left.")]
    daily: int


class Quota(Told):
    """How many measures of one kind a machine may set in a day because of one bank."""

    kind: str
    covers: str
    daily: int
    customary: int
    highest: int


class Quotas(Told):
    """All quotas, and what of them was used today."""

    version: str
    quotas: list[Quota]
    used: list[QuotaUsed]
    example: ClassVar[Any] = {
        "version": "2026-11-25",
        "quotas": [
            {
                "kind": "lock_pending_decision",
                "covers": "accounts locked until a person decides",
                "daily": 50,
                "customary": 100,
                "highest": 10000,
            }
        ],
        "used": [{"bank": "example-list", "kind": "lock_pending_decision", "used": 50, "held": 3, "daily": 50}],
    }


class WebhookStock(Told):
    """How many webhooks and deliveries there are."""

    active: int
    off: Annotated[int, Field(description="Switched off, or gone: nothing is sent there.")]
    waiting: int
    dead: Annotated[int, Field(description="Given up after days; a person must look, and send them again.")]
    oldest_waiting_at: datetime | None


class CaseAlarms(Told):
    """What the clocks say of all open cases."""

    overdue: int
    oldest_due_at: datetime | None
    unclaimed: Annotated[int, Field(description="Overdue, or due within two hours, and nobody works on them.")]
    in_danger: Annotated[int, Field(description="Somebody is in danger, and nobody works on it.")]
    reminders: Annotated[int, Field(description="On hold until a moment that has come.")]


class OnCallStock(Told):
    """Whether somebody would come if somebody were in danger now."""

    on_call: int
    nobody_on_call: Annotated[bool, Field(description="There is nobody whom a page could be for.")]
    nobody_from: Annotated[datetime | None, Field(description="When nobody is on call next, within seven days.")]
    unreachable: Annotated[int, Field(description="People who would be woken and whom no channel leads to.")]
    pages: Annotated[int, Field(description="About a danger that is not over.")]
    unacknowledged: Annotated[int, Field(description="Nobody has said that they have it.")]
    unsent: Annotated[int, Field(description="No channel took the last one.")]


class Status(Told):
    """How the system is doing."""

    counts: dict[str, int]
    open_cases: int
    overdue: Overdue
    cases: CaseAlarms
    danger: OnCallStock
    quotas: list[QuotaUsed]
    changes: int
    indexes: list[IndexState]
    jobs: list[JobState]
    webhooks: WebhookStock
    example: ClassVar[Any] = {
        "counts": {"items": 2, "media": 1},
        "open_cases": 0,
        "overdue": {"measures": 0, "oldest": None},
        "cases": {"overdue": 0, "oldest_due_at": None, "unclaimed": 0, "in_danger": 0, "reminders": 0},
        "danger": {
            "on_call": 1,
            "nobody_on_call": False,
            "nobody_from": "2026-11-29T08:00:00Z",
            "unreachable": 0,
            "pages": 0,
            "unacknowledged": 0,
            "unsent": 0,
        },
        "quotas": [],
        "changes": 0,
        "indexes": [
            {
                "name": "known",
                "entries": 0,
                "version": 0,
                "lag": 0,
                "segments": 0,
                "tail": 0,
                "changed_at": None,
                "scrubbed_at": None,
                "damaged": 0,
            }
        ],
        "jobs": [{"name": "feed_index", "failures": 0}],
        "webhooks": {"active": 1, "off": 0, "waiting": 0, "dead": 0, "oldest_waiting_at": None},
    }


class Live(Told):
    """The process answers."""

    status: Literal["live"]
    example: ClassVar[Any] = {"status": "live"}


class Ready(Told):
    """Whether questions can be answered, and why not."""

    ready: bool
    reasons: list[str]
    example: ClassVar[Any] = {"ready": True, "reasons": []}
