"""What is answered about banks, their members and imports."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Ceiling, Told

_AT = "2026-11-22T08:30:00Z"
_CEILING = {
    "visibility": "seal",
    "account": "lock_pending_decision",
    "propagation": "identical_sealed",
    "report": "draft",
}


class Bank(Told):
    """A bank of known signals."""

    id: str
    name: str
    clause: str
    material: str
    verification: str
    source: str
    threshold_bits: int
    ceiling: Ceiling
    active: bool
    may_keep: bool
    may_share: bool
    brake_accounts: Annotated[int, Field(description="Accounts that a member hits in full within the window.")]
    brake_window_hours: int
    licence_ends_at: datetime | None
    licence: Annotated[str, Field(description="open, ending (30 days), ended, or lapsed: it is not asked any more.")]
    created_at: datetime
    example: ClassVar[Any] = {
        "id": "bnk_01m7zt3q2xw9c5r8k4n6v0b1hd",
        "name": "example-list",
        "clause": "cse.depiction",
        "material": "apparent_csam",
        "verification": "several_analysts",
        "source": "The national hotline",
        "threshold_bits": 31,
        "ceiling": _CEILING,
        "active": True,
        "may_keep": True,
        "may_share": False,
        "brake_accounts": 20,
        "brake_window_hours": 24,
        "licence_ends_at": None,
        "licence": "open",
        "created_at": _AT,
    }


class Banks(Told):
    """A page of banks by name."""

    banks: list[Bank]
    next: str | None
    example: ClassVar[Any] = {"banks": [Bank.example], "next": None}


class Said(Told):
    """One opinion of a member."""

    by: Annotated[str, Field(description="`source`, the id of a key, or `name:` and the name that was given.")]
    own: bool
    opinion: str
    classification: str | None
    at: datetime
    owed: Annotated[bool, Field(description="The source of the list has not been told yet.")]


class Member(Told):
    """One signal of a bank."""

    id: str
    type: str
    value: str
    classification: str | None
    tags: list[str]
    added_at: datetime
    opinions: list[Said]
    disputed: Annotated[bool, Field(description="Two different people of yours said no.")]
    braked: Annotated[bool, Field(description="It hit many accounts, and only holds items until it is released.")]
    example: ClassVar[Any] = {
        "id": "mem_01m7zt3q2xw9c5r8k4n6v0b1hd",
        "type": "md5",
        "value": "00112233445566778899aabbccddeeff",
        "classification": None,
        "tags": [],
        "added_at": _AT,
        "opinions": [
            {
                "by": "key_01m7zt3q2xw9c5r8k4n6v0b1hd",
                "own": True,
                "opinion": "negative",
                "classification": "a landscape",
                "at": _AT,
                "owed": True,
            }
        ],
        "disputed": False,
        "braked": False,
    }


class Members(Told):
    """A page of members, the oldest first."""

    members: list[Member]
    next: str | None
    example: ClassVar[Any] = {"members": [Member.example], "next": None}


class HitsOfBank(Told):
    """What a bank hit, ever."""

    items: int
    accounts: int
    last_at: datetime | None


class HitsOfMember(Told):
    """What one member hit, ever; where several matched alike, the one that stood for its bank."""

    id: str
    items: int
    accounts: int
    last_at: datetime
    braked: bool


class MatchesJudged(Told):
    """What people found in cases in which a match of the bank lies, each case once; an exact one before a near one."""

    confirmed: Annotated[int, Field(description="Cases in which what the bank says was found, and stands.")]
    overturned: Annotated[int, Field(description="Cases in which something else was found, or nothing; or reversed.")]
    precision: Annotated[float | None, Field(description="Confirmed of both; null where nobody decided.")]
    at_least: Annotated[float | None, Field(description="What the precision is at least, in 95 of 100 cases.")]


class Statistics(Told):
    """What a bank holds and hits; its members by the items they hit."""

    bank: str
    active: Annotated[dict[str, int], Field(description="Active members by type.")]
    removed: int
    disputed: int
    braked: int
    feedback_owed: int
    hits: HitsOfBank
    judged: Annotated[dict[str, MatchesJudged], Field(description="By kind of match: `exact_digest`, `near`.")]
    members: list[HitsOfMember]
    next: str | None
    example: ClassVar[Any] = {
        "bank": "example-list",
        "active": {"pdq": 1, "md5": 1, "sha1": 0, "sha256": 0},
        "removed": 0,
        "disputed": 0,
        "braked": 0,
        "feedback_owed": 0,
        "hits": {"items": 1, "accounts": 1, "last_at": _AT},
        "judged": {
            "exact_digest": {"confirmed": 12, "overturned": 0, "precision": 1.0, "at_least": 0.757},
            "near": {"confirmed": 0, "overturned": 0, "precision": None, "at_least": None},
        },
        "members": [
            {"id": "mem_01m7zt3q2xw9c5r8k4n6v0b1hd", "items": 1, "accounts": 1, "last_at": _AT, "braked": False}
        ],
        "next": None,
    }


class MemberError(Told):
    """One signal that could not be banked."""

    place: str
    message: str


class AddedMembers(Told):
    """What came of adding members."""

    added: int
    known: int
    opinions: Annotated[int, Field(description="Opinions of the source that are new or other than before.")]
    errors: list[MemberError]
    example: ClassVar[Any] = {"added": 1, "known": 0, "opinions": 0, "errors": []}


class RemovedMembers(Told):
    """What came of taking members out."""

    removed: int
    unknown: Annotated[int, Field(description="Were not in this bank.")]
    errors: list[MemberError]
    example: ClassVar[Any] = {"removed": 1, "unknown": 0, "errors": []}


class BankedPicture(Told):
    """The signals that one content was banked as."""

    added: int
    known: int
    media_type: str | None
    failure: str | None
    signals: list["Signal"]
    example: ClassVar[Any] = {
        "added": 4,
        "known": 0,
        "media_type": "image/png",
        "failure": None,
        "signals": [{"type": "md5", "value": "00112233445566778899aabbccddeeff"}],
    }


class Signal(Told):
    """A signal."""

    type: str
    value: str


class RowError(Told):
    """One row that could not be used."""

    line: int
    message: str


class Hits(Told):
    """What the new members match among everything submitted before."""

    media: int
    items: int
    accounts: int


class ImportReport(Told):
    """What came of an import, or would."""

    id: Annotated[str, Field(alias="import")]
    preview: bool
    read: int
    added: int
    known: int
    rejected: int
    opinions: int
    suspicious: Annotated[int, Field(description="Values that hardly come of a picture or file; they go in.")]
    repeated: Annotated[int, Field(description="Rows with the value of a row before.")]
    errors: list[RowError]
    warnings: list[RowError]
    hits: Hits
    would_brake: Annotated[int, Field(description="Members that hit more accounts at once than the bank allows.")]
    example: ClassVar[Any] = {
        "import": "imp_01m7zt3q2xw9c5r8k4n6v0b1hd",
        "preview": False,
        "read": 3,
        "added": 2,
        "known": 0,
        "rejected": 1,
        "opinions": 0,
        "suspicious": 0,
        "repeated": 0,
        "errors": [{"line": 4, "message": "This digest is exactly 32 hex digits."}],
        "warnings": [],
        "hits": {"media": 0, "items": 0, "accounts": 0},
        "would_brake": 0,
    }


class Import(Told):
    """How far an import came."""

    id: str
    bank: str
    started_at: datetime
    ended_at: datetime | None
    read: int
    added: int
    known: int
    rejected: int


class Imports(Told):
    """A page of imports, the newest first."""

    imports: list[Import]
    next: str | None
    example: ClassVar[Any] = {
        "imports": [
            {
                "id": "imp_01m7zt3q2xw9c5r8k4n6v0b1hd",
                "bank": "example-list",
                "started_at": _AT,
                "ended_at": _AT,
                "read": 3,
                "added": 2,
                "known": 0,
                "rejected": 1,
            }
        ],
        "next": None,
    }
