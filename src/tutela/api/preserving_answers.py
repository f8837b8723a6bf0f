"""What is answered about keeping evidence, destroying it and handing it out."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Told

_AT, _LATER = "2026-11-26T12:00:00Z", "2027-02-28T00:00:00Z"
_PERSON, _OTHER = "per_01m7zt3q2xw9c5r8k4n6v0b1hd", "per_01m7zt3q2xw9c5r8k4n6v0b1he"
_MEDIA, _HOLD_ID = "med_01m7zt3q2xw9c5r8k4n6v0b1hd", "hld_01m7zt3q2xw9c5r8k4n6v0b1hd"
_HOLD = {
    "id": _HOLD_ID, "source": "police", "reference": "14 Js 7/26", "starts_at": _AT, "until": _LATER,
    "review_by": None, "released_at": None, "is_active": True, "contents": 3, "placed_by": _PERSON, "placed_at": _AT,
}  # fmt: skip
_DESTRUCTION = {
    "id": "dst_01m7zt3q2xw9c5r8k4n6v0b1hd", "basis": "two_people", "state": "proved", "reason": "the year is over",
    "proposed_by": _PERSON, "proposed_at": _AT, "agreed_by": _OTHER, "agreed_at": _AT, "destroyed_at": _AT,
    "proved_at": _AT,
}  # fmt: skip
_EXPORT = {
    "id": "exp_01m7zt3q2xw9c5r8k4n6v0b1hd", "state": "requested", "agency": "LKA 7", "reference": "14 Js 7/26",
    "key_kind": "age", "fingerprint": "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
    "requested_by": _PERSON, "requested_at": _AT, "approved_by": None, "approved_at": None, "made_at": None,
    "sha256": None, "size_bytes": None,
}  # fmt: skip


class Hold(Told):
    """What keeps evidence from being destroyed."""

    id: str
    source: str
    reference: str
    starts_at: datetime
    until: datetime | None
    review_by: datetime | None
    released_at: datetime | None
    is_active: bool
    contents: Annotated[int, Field(description="How many it keeps.")]
    placed_by: str
    placed_at: datetime
    example: ClassVar[Any] = _HOLD


class Holds(Told):
    """A page of holds."""

    holds: list[Hold]
    next: str | None
    example: ClassVar[Any] = {"holds": [_HOLD], "next": None}


class HoldStep(Told):
    """One line of a hold's history."""

    at: datetime
    by: str
    step: str
    reason: str


class Held(Told):
    """One content under a hold."""

    id: str
    part: Annotated[str, Field(description="`named`, or `context`: it lies beside what is named.")]


class HoldShown(Hold):
    """A hold with its history and the first hundred contents that it keeps."""

    history: list[HoldStep]
    keeps: list[Held]
    example: ClassVar[Any] = {
        **_HOLD,
        "history": [{"at": _AT, "by": _PERSON, "step": "placed", "reason": "their letter of today"}],
        "keeps": [{"id": _MEDIA, "part": "named"}],
    }


class Destruction(Told):
    """How far a destruction is."""

    id: str
    basis: str
    state: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    agreed_by: str | None
    agreed_at: datetime | None
    destroyed_at: datetime | None
    proved_at: datetime | None
    example: ClassVar[Any] = _DESTRUCTION


class Destructions(Told):
    """A page of destructions."""

    destructions: list[Destruction]
    next: str | None
    example: ClassVar[Any] = {"destructions": [_DESTRUCTION], "next": None}


class Kept(Told):
    """One thing that is kept as evidence."""

    id: str
    kind: Annotated[str, Field(description="A row of the table of retention.")]
    since: datetime | None
    until: datetime | None
    fate: Annotated[str, Field(description="What happens to it when nobody asks.")]
    against_limit: Annotated[bool, Field(description="A hold keeps it longer than the law of a region has it.")]
    example: ClassVar[Any] = {
        "id": _MEDIA, "kind": "evidence.reported", "since": _AT, "until": _LATER, "fate": "proposed",
        "against_limit": False,
    }  # fmt: skip


class KeptPage(Told):
    """A page of what is kept."""

    evidence: list[Kept]
    next: str | None
    example: ClassVar[Any] = {"evidence": [Kept.example], "next": None}


class Export(Told):
    """A package for an agency."""

    id: str
    state: str
    agency: str
    reference: str
    key_kind: str
    fingerprint: Annotated[str, Field(description="Compare it with what the agency says by another way.")]
    requested_by: str
    requested_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    made_at: datetime | None
    sha256: str | None
    size_bytes: int | None
    example: ClassVar[Any] = _EXPORT


class Exports(Told):
    """A page of packages."""

    exports: list[Export]
    next: str | None
    example: ClassVar[Any] = {"exports": [_EXPORT], "next": None}
