"""What is answered about views of evidence."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Told
from tutela.core.views import MediaState, Purpose, Rendition, ViewReason

_AT, _LATER = "2026-11-22T08:30:00Z", "2026-11-22T08:35:00Z"
_VIEW, _MEDIA = "vew_01m7zt3q2xw9c5r8k4n6v0b1hd", "med_01m7zt3q2xw9c5r8k4n6v0b1hd"
_PERSON, _CASE = "per_01m7zt3q2xw9c5r8k4n6v0b1hd", "cas_01m7zt3q2xw9c5r8k4n6v0b1hd"


class Overlay(Told):
    """What whoever shows the original lays over it: it is sent as received, and carries no mark of its own."""

    text: str
    must_be_shown: Annotated[bool, Field(description="False where the mark is in the picture itself.")]


class ViewGranted(Told):
    """One look, for whoever asked, in this session."""

    id: str
    token: Annotated[str, Field(description="Told once. Worth nothing to anybody else, and in no other session.")]
    url: str
    media: str
    case: str
    purpose: Purpose
    rendition: Annotated[Rendition, Field(description="An animation is sent as the original all the same.")]
    media_type: str | None
    size_bytes: int | None
    width: int | None
    height: int | None
    granted_at: datetime
    expires_at: datetime
    overlay: Overlay
    example: ClassVar[Any] = {
        "id": _VIEW,
        "token": "8f2c5d0a9b1e4f7386d5c2a1b0e9f8d7c6b5a4938271605f",
        "url": "/v1/views/8f2c5d0a9b1e4f7386d5c2a1b0e9f8d7c6b5a4938271605f",
        "media": _MEDIA,
        "case": _CASE,
        "purpose": "look",
        "rendition": "filtered",
        "media_type": "image/jpeg",
        "size_bytes": 48213,
        "width": 640,
        "height": 427,
        "granted_at": _AT,
        "expires_at": _LATER,
        "overlay": {"text": f"{_PERSON} 2026-11-22T08:30Z", "must_be_shown": False},
    }


class View(Told):
    """One grant, with what was really sent by it."""

    id: str
    person: str
    session: str
    media: str
    case: str | None
    purpose: Purpose
    reason: ViewReason
    granted_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    revoked_at: datetime | None
    rendition: Rendition | None
    size_bytes: Annotated[int | None, Field(description="Of what was to be sent, in this form.")]
    width: int | None
    height: int | None
    sent: Annotated[list[tuple[int, int]], Field(description="First byte, and the one behind the last.")]


_LOGGED: dict[str, Any] = {
    "id": _VIEW,
    "person": _PERSON,
    "session": "ses_01m7zt3q2xw9c5r8k4n6v0b1hd",
    "media": _MEDIA,
    "case": _CASE,
    "purpose": "full_look",
    "reason": "decide",
    "granted_at": _AT,
    "expires_at": _LATER,
    "opened_at": _AT,
    "revoked_at": None,
    "rendition": "watermarked",
    "size_bytes": 111339,
    "width": 640,
    "height": 427,
    "sent": [[0, 111339]],
}


class ViewLog(Told):
    """Who has looked at a content, newest first."""

    media: str
    seen_whole: Annotated[bool, Field(description="Somebody was sent all of it, at full size, under their own name.")]
    seen_whole_by: list[str]
    metadata_seen: bool
    views: list[View]
    next: str | None
    example: ClassVar[Any] = {
        "media": _MEDIA,
        "seen_whole": True,
        "seen_whole_by": [_PERSON],
        "metadata_seen": False,
        "views": [_LOGGED],
        "next": None,
    }


class Tag(Told):
    """One thing that the file says. Nobody has proved it."""

    name: str
    value: str


class Place(Told):
    """Where the file says that it was taken, in degrees."""

    latitude: float
    longitude: float


class MediaMetadata(Told):
    """What a file says of its making."""

    view: Annotated[str, Field(description="Under which this look is logged.")]
    media: str
    tags: list[Tag]
    location: Place | None
    location_is_exact: Annotated[bool, Field(description="Otherwise to about ten kilometres.")]
    example: ClassVar[Any] = {
        "view": _VIEW,
        "media": _MEDIA,
        "tags": [{"name": "Model", "value": "Camera 2"}, {"name": "DateTime", "value": "2026:11:20 10:00:00"}],
        "location": {"latitude": 52.5, "longitude": 13.4},
        "location_is_exact": False,
    }


class MediaInCase(Told):
    """One content that lies in a case."""

    id: str
    state: Annotated[MediaState, Field(description="As it was found last; `whole` also while nobody has looked.")]
    evidence: str
    media_type: str | None
    size_bytes: int | None
    width: int | None
    height: int | None
    purposes: Annotated[list[Purpose], Field(description="For which a view can be granted.")]


class CaseMedia(Told):
    """The media of a case. What cannot be opened is among them, and says so."""

    media: list[MediaInCase]
    example: ClassVar[Any] = {
        "media": [
            {
                "id": _MEDIA,
                "state": "whole",
                "evidence": "sealed",
                "media_type": "image/jpeg",
                "size_bytes": 48213,
                "width": 640,
                "height": 427,
                "purposes": ["look", "full_look", "poster"],
            }
        ]
    }
