"""What may be sent about keeping evidence, destroying it and handing it out."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints

from tutela.api.bodies import Body, Identifier, Moment
from tutela.flows.keep_exports import MOST_KEY_CHARACTERS
from tutela.flows.keep_holds import MOST_LETTERS, MOST_REASON

_MOST_NAMED = 1000  #: in one request; a case names more at once

Reference = Annotated[str, StringConstraints(min_length=1, max_length=MOST_LETTERS, strip_whitespace=True)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=MOST_REASON, strip_whitespace=True)]
Named = Annotated[list[Identifier], Field(max_length=_MOST_NAMED)]

_MEDIA, _CASE = "med_01m7zt3q2xw9c5r8k4n6v0b1hd", "cas_01m7zt3q2xw9c5r8k4n6v0b1he"
_LATER, _REASON = "2027-02-28T00:00:00Z", "their letter of today"


class NewHold(Body):
    """What is to be kept, for whom, and until when, or until when somebody looks again."""

    source: Literal["police", "court", "own"]
    reference: Reference
    reason: Reason
    media: Named = Field(default_factory=list)
    items: Named = Field(default_factory=list)
    cases: Named = Field(default_factory=list)
    reports: Named = Field(default_factory=list)
    until: Moment | None = None
    review_by: Moment | None = None
    example: ClassVar[Any] = {
        "source": "police", "reference": "14 Js 7/26", "reason": _REASON, "cases": [_CASE], "until": _LATER,
    }  # fmt: skip


class HoldExtended(Body):
    """Until when, and who asks."""

    until: Moment
    reason: Reason
    example: ClassVar[Any] = {"until": _LATER, "reason": "letter 8"}


class HoldReviewed(Body):
    """When somebody looks next, and who said that it is still wanted."""

    review_by: Moment
    reason: Reason
    example: ClassVar[Any] = {"review_by": _LATER, "reason": "they still need it"}


class Reasoned(Body):
    """Why."""

    reason: Reason
    example: ClassVar[Any] = {"reason": "letter 9: closed"}


class NewDestruction(Body):
    """What is to be destroyed, and why; `erasure` where somebody asks to be forgotten."""

    evidence: Annotated[list[Identifier], Field(min_length=1, max_length=_MOST_NAMED)]
    reason: Reason
    erasure: bool = False
    example: ClassVar[Any] = {"evidence": [_MEDIA], "reason": "the year is over"}


class OrderedDestruction(Body):
    """What an agency orders by law, and which holds the order ends."""

    evidence: Annotated[list[Identifier], Field(min_length=1, max_length=_MOST_NAMED)]
    agency: Reference
    reference: Reference
    received_at: Moment
    ends_holds: Named = Field(default_factory=list)
    reason: Reason
    example: ClassVar[Any] = {
        "evidence": [_MEDIA], "agency": "an agency", "reference": "2258B 7/26", "received_at": "2026-11-25T09:00:00Z",
        "ends_holds": [], "reason": _REASON,
    }  # fmt: skip


class NewExport(Body):
    """What is handed out, to whom, and encrypted to which key."""

    agency: Reference
    reference: Reference
    reason: Reason
    key: Annotated[str, StringConstraints(min_length=1, max_length=MOST_KEY_CHARACTERS)]
    media: Named = Field(default_factory=list)
    cases: Named = Field(default_factory=list)
    reports: Named = Field(default_factory=list)
    example: ClassVar[Any] = {
        "agency": "LKA 7", "reference": "14 Js 7/26", "reason": _REASON, "cases": [_CASE],
        "key": "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
    }  # fmt: skip
