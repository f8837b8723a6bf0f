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
        "created_at": _AT,
    }


class Banks(Told):
    """A page of banks by name."""

    banks: list[Bank]
    next: str | None
    example: ClassVar[Any] = {"banks": [Bank.example], "next": None}


class Member(Told):
    """One signal of a bank."""

    id: str
    type: str
    value: str
    classification: str | None
    tags: list[str]
    added_at: datetime


_MEMBER: dict[str, Any] = {
    "id": "mem_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "type": "md5",
    "value": "00112233445566778899aabbccddeeff",
    "classification": None,
    "tags": [],
    "added_at": _AT,
}


class Members(Told):
    """A page of members, the oldest first."""

    members: list[Member]
    next: str | None
    example: ClassVar[Any] = {"members": [_MEMBER], "next": None}


class MemberError(Told):
    """One signal that could not be banked."""

    place: str
    message: str


class AddedMembers(Told):
    """What came of adding members."""

    added: int
    known: int
    errors: list[MemberError]
    example: ClassVar[Any] = {"added": 1, "known": 0, "errors": []}


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
    errors: list[RowError]
    hits: Hits
    example: ClassVar[Any] = {
        "import": "imp_01m7zt3q2xw9c5r8k4n6v0b1hd",
        "preview": False,
        "read": 3,
        "added": 2,
        "known": 0,
        "rejected": 1,
        "errors": [{"line": 4, "message": "This digest is exactly 32 hex digits."}],
        "hits": {"media": 0, "items": 0, "accounts": 0},
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
