"""What is answered, for the reference and the tests; at run time answers are built as plain values and encoded once.

Longer than a module should be: shapes that most groups of routes share. What one group answers is in its `*_answers`.
"""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

_AT = "2026-11-22T08:30:00Z"
_DUE = "2026-11-23T08:30:00Z"
_PROBLEM = {
    "type": "urn:tutela:problem:unknown-media",
    "title": "There is no media of that identifier.",
    "status": 404,
    "detail": "There is no media of that identifier.",
    "place": "media",
    "remedy": "Upload it first with POST /v1/media.",
    "request_id": "req_5f2a90c1d4b7e836",
}


class Told(BaseModel):
    """What every answer has in common."""

    model_config = ConfigDict(extra="forbid")
    example: ClassVar[Any] = None


class Place(Told):
    """One place of a request that cannot be used."""

    place: str
    message: str


class CaseChange(Told):
    """How a case stands, for whoever thought that it stood otherwise."""

    state: str
    version: int
    yours: bool
    due_at: datetime
    reason: str
    in_danger: bool
    decision: Annotated[str | None, Field(description="That ended it.")]
    items_added: Annotated[list[str], Field(description="Laid into it since; the first hundred.")]
    moves: list[str]


class TypedPlace(Told):
    """A place of a report that somebody typed in."""

    place: str
    by: str | None
    at: datetime


class ReportChange(Told):
    """How a report that is not as it was stands now."""

    version: int
    state: str
    prepared_by: str | None
    typed: Annotated[list[TypedPlace], Field(description="What was typed last, newest first.")]


class Problem(Told):
    """What is wrong (RFC 9457). Never repeats what was sent."""

    type: str
    title: str
    status: int
    detail: str
    place: str | None = None
    remedy: str | None = None
    request_id: str
    errors: list[Place] | None = None
    why: Annotated[str | None, Field(description="Of a case that is not as it was: a code for screens.")] = None
    changed: Annotated[CaseChange | None, Field(description="How the case stands now.")] = None
    report: Annotated[ReportChange | None, Field(description="How the report stands now.")] = None
    example: ClassVar[Any] = _PROBLEM


class Answer(Told):
    """What to do with one item. `hold` and `refuse` both mean: do not show it to anybody."""

    id: str
    answer: Literal["publish", "hold", "refuse"]
    decision: str | None
    notice: Annotated[
        Literal["under_review", "not_available"] | None, Field(description="All that the author may be told.")
    ]
    scanned: Annotated[bool, Field(description="False where no recorded basis allows looking for known material.")]
    new: Annotated[bool, Field(description="False when this item was submitted before.")]
    example: ClassVar[Any] = {
        "id": "post-1001",
        "answer": "publish",
        "decision": None,
        "notice": None,
        "scanned": True,
        "new": True,
    }


class RejectedItem(Told):
    """One item of a batch that could not be used; the others went in."""

    id: str
    error: Problem


class Answers(Told):
    """One answer for each item, in order."""

    results: list[Answer | RejectedItem]
    example: ClassVar[Any] = {"results": [Answer.example, {"id": "post-1002", "error": _PROBLEM}]}


class SeenHash(Told):
    """One picture hash that was computed, without the hash."""

    rendering: str
    quality: int


class Media(Told):
    """One content as it was received and looked at."""

    id: str
    sha256: str | None
    sha1: str | None
    md5: str | None
    size_bytes: int | None
    scan: Literal["pending", "scanned", "hash_only", "unscannable"]
    evidence: Literal["none", "received", "sealed", "platform_hold", "report_only", "destroyed"]
    media_type: str | None
    width: int | None
    height: int | None
    pdq: list[SeenHash]
    failure: str | None = None
    example: ClassVar[Any] = {
        "id": "med_01m7zt3q2xw9c5r8k4n6v0b1hd",
        "sha256": "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        "sha1": "00112233445566778899aabbccddeeff00112233",
        "md5": "00112233445566778899aabbccddeeff",
        "size_bytes": 204_800,
        "scan": "scanned",
        "evidence": "received",
        "media_type": "image/jpeg",
        "width": 1600,
        "height": 1004,
        "pdq": [{"rendering": "frame:0", "quality": 100}],
        "failure": None,
    }


class AccountAge(Told):
    """An age band and how it is known."""

    band: str
    provenance: str


class Account(Told):
    """An account as it is known."""

    id: str
    age: AccountAge
    regions: list[str]
    created_at: datetime
    example: ClassVar[Any] = {
        "id": "user-7",
        "age": {"band": "13_15", "provenance": "assured"},
        "regions": ["AT", "DE"],
        "created_at": _AT,
    }


class ItemMedia(Told):
    """One media of an item."""

    id: str
    scan: str
    evidence: str


class MeasureSubject(Told):
    """What a measure is on: ids of items and accounts are the platform's own."""

    kind: Literal["account", "item", "media", "tag"]
    id: str


class Measure(Told):
    """One measure that touches the item, in force or scheduled."""

    id: str
    kind: str
    subject: MeasureSubject
    clause: str
    starts_at: datetime
    ends_at: datetime | None
    review_by: datetime | None
    automated: bool


class Item(Told):
    """An item as it stands."""

    id: str
    author: str
    answer: Literal["publish", "hold", "refuse"]
    decision: str | None
    submitted_at: datetime
    kind: str
    media: list[ItemMedia]
    measures: list[Measure]
    example: ClassVar[Any] = {
        "id": "post-1001",
        "author": "user-7",
        "answer": "hold",
        "decision": "dec_01m7zt3q2xw9c5r8k4n6v0b1hd",
        "submitted_at": _AT,
        "kind": "post",
        "media": [{"id": "med_01m7zt3q2xw9c5r8k4n6v0b1hd", "scan": "scanned", "evidence": "sealed"}],
        "measures": [
            {
                "id": "msr_01m7zt3q2xw9c5r8k4n6v0b1hd",
                "kind": "hold",
                "subject": {"kind": "item", "id": "post-1001"},
                "clause": "cse.depiction",
                "starts_at": _AT,
                "ends_at": None,
                "review_by": _DUE,
                "automated": True,
            }
        ],
    }


class InForce(Told):
    """One measure that holds, has held or will hold: compare its times with your clock."""

    id: str
    kind: str
    starts_at: datetime
    ends_at: datetime | None
    scope: Annotated[dict[str, Any], Field(description="What narrows it; empty when nothing does.")]
    clause: Annotated[str | None, Field(description="Not said of what is sealed.")] = None
    decision: Annotated[str | None, Field(description="Not said of what is sealed.")] = None


class Change(Told):
    """One subject whose state changed, as it stands now: replace what you keep of it."""

    seq: int
    kind: Literal["item", "account", "conversation", "tag", "link", "device", "network"]
    id: str
    at: datetime
    own: Annotated[list[InForce], Field(description="On itself; of an item on its media as well.")]
    author: Annotated[str | None, Field(description="Of an item; what holds on the account is told of it.")] = None
    published: Annotated[bool | None, Field(description="Of an item: false keeps it absent, whatever else.")] = None
    inside: Annotated[
        list[InForce] | None, Field(description="Of an item: on what it quotes, with the media and authors of that.")
    ] = None


_HELD: dict[str, Any] = {"id": "msr_01", "kind": "quarantine", "starts_at": _AT, "ends_at": None, "scope": {}}


class Changes(Told):
    """Each changed subject once, in the order of their last changes. Pass `next` as `after`."""

    changes: list[Change]
    next: Annotated[str, Field(description="`seq`, or `seq.position` in the middle of a change that touches much.")]
    more: Annotated[bool, Field(description="Whether there was more to tell at once.")]
    feed: Annotated[str, Field(description="Another one after a restore: begin at 0 again.")]
    table_version: Annotated[str, Field(description="Of `/v1/effects`: read that again when it is another one.")]
    example: ClassVar[Any] = {
        "changes": [
            {
                "seq": 7, "kind": "item", "id": "post-1001", "at": _AT, "own": [_HELD], "author": "user-7",
                "published": False, "inside": [],
            }
        ],
        "next": "7",
        "more": False,
        "feed": "first",
        "table_version": "2026-11-25",
    }  # fmt: skip


class Ceiling(Told):
    """The most that a machine may do before a person looks."""

    visibility: Literal["none", "case", "hold", "seal"]
    account: Literal["none", "block_messaging", "lock_pending_decision"]
    propagation: Literal["none", "identical_held", "identical_sealed"]
    report: Literal["none", "draft"]


class Detection(Told):
    """One match that was noticed in an item."""

    id: str
    media: str
    bank: Annotated[str | None, Field(description="Null when it resembles media that is sealed here.")]
    signal_type: str
    match: Literal["exact_digest", "near"]
    distance_bits: int
    threshold_bits: int
    orientation: str
    rendering: str
    clause: str
    ceiling: Ceiling
    suppressed: bool
    members_hit: int
    at: datetime


class Detections(Told):
    """What was noticed, oldest first."""

    detections: list[Detection]
    example: ClassVar[Any] = {
        "detections": [
            {
                "id": "det_01m7zt3q2xw9c5r8k4n6v0b1hd",
                "media": "med_01m7zt3q2xw9c5r8k4n6v0b1hd",
                "bank": "example-list",
                "signal_type": "pdq",
                "match": "near",
                "distance_bits": 12,
                "threshold_bits": 31,
                "orientation": "original",
                "rendering": "frame:0",
                "clause": "cse.depiction",
                "ceiling": {"visibility": "hold", "account": "none", "propagation": "none", "report": "none"},
                "suppressed": False,
                "members_hit": 1,
                "at": _AT,
            }
        ]
    }


class Known(Told):
    """A bank knows the hash."""

    bank: str
    member: str
    distance_bits: int
    threshold_bits: int
    clause: str
    bounds: Annotated[
        list[Literal["braked", "disputed", "doubted", "retracted", "seed"]],
        Field(description="Why a match with it may do less than its bank; empty where nothing bounds it."),
    ]


class LookedUp(Told):
    """What the banks know about one hash; an empty list means that none of them knows it."""

    type: str
    matches: list[Known]


class Lookup(Told):
    """One result for each hash, in order, and the version of the banks that answered."""

    results: list[LookedUp]
    version: int
    lapsed: Annotated[list[str], Field(description="Banks that could not be asked: their licence is over.")]
    example: ClassVar[Any] = {
        "results": [
            {
                "type": "md5",
                "matches": [
                    {
                        "bank": "example-list",
                        "member": "mem_01m7zt3q2xw9c5r8k4n6v0b1hd",
                        "distance_bits": 0,
                        "threshold_bits": 0,
                        "clause": "cse.depiction",
                        "bounds": [],
                    }
                ],
            }
        ],
        "version": 41,
        "lapsed": [],
    }


class Copy(Told):
    """A stored media and one item that carries it; the item is null where nobody carries it."""

    media: str
    match: Literal["identical", "near"]
    distance_bits: int
    orientation: Annotated[str, Field(description="How it has to be turned to look like what was asked about.")]
    item: str | None
    account: str | None
    answer: Literal["publish", "hold", "refuse"] | None
    measures: Annotated[list[str], Field(description="Kinds in force on the item, its account and the media.")]


class CopiesOf(Told):
    """What is stored of one query: counts of the whole and a page, nearest first."""

    media: int
    items: int
    accounts: int
    complete: Annotated[bool, Field(description="False where there was more than one call takes up: ask it alone.")]
    copies: list[Copy]
    next: Annotated[str | None, Field(description="The cursor of this query for its next page.")]


class Copies(Told):
    """One result for each query, in order."""

    results: list[CopiesOf]
    example: ClassVar[Any] = {
        "results": [
            {
                "media": 1,
                "items": 1,
                "accounts": 1,
                "complete": True,
                "copies": [
                    {
                        "media": "med_01m7zt3q2xw9c5r8k4n6v0b1hd",
                        "match": "near",
                        "distance_bits": 12,
                        "orientation": "original",
                        "item": "post-1001",
                        "account": "user-7",
                        "answer": "publish",
                        "measures": [],
                    }
                ],
                "next": None,
            }
        ]
    }
