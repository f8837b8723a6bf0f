"""What is answered about decisions in bulk."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Told
from tutela.core.measures import SubjectKind
from tutela.ports.decisions import BulkOutcome, BulkState

_AT = "2026-11-24T10:00:00Z"
_DECISION = "dec_01m7zt3q2xw9c5r8k4n6v0b1hd"
_OUTCOMES = {"decided": 2, "unchanged": 1, "refused": 0}
_BULK: dict[str, Any] = {
    "id": "blk_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "state": "done",
    "clause": "house.spam",
    "total": 3,
    "position": 3,
    "outcomes": _OUTCOMES,
    "at": _AT,
    "ended_at": _AT,
}
_FORESEEN: dict[str, Any] = {
    "count": 3,
    "looked_at": 3,
    "outcomes": _OUTCOMES,
    "accounts": 2,
    "grants": [{"on": "item", "kind": "remove", "count": 2}],
    "struck": 2,
    "messages": 2,
    "cases": 0,
    "reports": 0,
    "evidence_wanted": 0,
    "sample": [{"item": "post-7", "does": ["item: `remove`", "author is told: item_removed"]}],
    "refusals": [],
}


class BulkOutcomes(Told):
    """How many items came to what."""

    decided: int
    unchanged: Annotated[int, Field(description="All that was asked for held already.")]
    refused: int


class Bulk(Told):
    """How far a decision in bulk has come."""

    id: str
    state: BulkState
    clause: str
    total: int
    position: Annotated[int, Field(description="Items that were looked at so far, in order.")]
    outcomes: BulkOutcomes
    at: datetime
    ended_at: datetime | None
    example: ClassVar[Any] = _BULK


class BulkGrants(Told):
    """How many measures of one kind."""

    on: SubjectKind
    kind: str
    count: int


class BulkSample(Told):
    """What would come of one item, in words."""

    item: str
    does: list[str]


class BulkRefusal(Told):
    """Why one item cannot be decided so."""

    item: str
    place: str
    message: str


class ForeseenBulk(Told):
    """What a decision in bulk would do."""

    count: Annotated[int, Field(description="To be confirmed as `confirm_count`.")]
    looked_at: Annotated[int, Field(description="Of which the rest here tells: at most 10,000, the first ones.")]
    outcomes: BulkOutcomes
    accounts: Annotated[int, Field(description="Authors of what would be decided.")]
    grants: list[BulkGrants]
    struck: Annotated[int, Field(description="Accounts that it would count against: once each.")]
    messages: Annotated[int, Field(description="Statements of reasons.")]
    cases: int
    reports: Annotated[int, Field(description="Drafts; a person files.")]
    evidence_wanted: Annotated[int, Field(description="Media that would be asked for and held until they came.")]
    sample: list[BulkSample]
    refusals: Annotated[list[BulkRefusal], Field(description="The first ones.")]
    example: ClassVar[Any] = _FORESEEN


class NewBulk(Told):
    """What it would do (`dry_run`), or what was begun."""

    foreseen: ForeseenBulk | None
    bulk: Bulk | None
    example: ClassVar[Any] = {"foreseen": _FORESEEN, "bulk": None}


class BulkItem(Told):
    """One item, and what came of it; nothing yet where it was not looked at."""

    item: str
    outcome: BulkOutcome | None
    decision: str | None


class BulkProgress(Bulk):
    """How far it has come, with a page of its items in their order."""

    items: list[BulkItem]
    next: str | None
    example: ClassVar[Any] = {
        **_BULK,
        "items": [{"item": "post-7", "outcome": "decided", "decision": _DECISION}],
        "next": None,
    }
