"""Views of evidence: who may open what once, for which reason and until when, and why not (charter P5, P9).

A grant is for one person in one session, one content and one case, and for one use. The first byte opens it. From then
on it stays open for a short while, because a player asks for a film piece by piece; a picture is sent once and no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tutela.core.case_states import CaseState
from tutela.core.content import EvidenceState, Media, ScanState
from tutela.core.ids import CaseId, MediaId, PersonId, SessionId, ViewId
from tutela.core.units import Duration
from tutela.errors import GrantExpired, GrantNotYours, GrantRevoked, GrantUsed, MustProve

RENDERED_MAX_BYTES = 64 * 1024 * 1024
"""A larger picture is not rendered: the one process that decodes it holds it whole."""


class Purpose(StrEnum):
    """What somebody wants to see. Each look at anything takes a grant of its own."""

    LOOK = "look"  #: small, grey and blurred, of a film a grid of stills: enough for most decisions
    FULL_LOOK = "full_look"  #: all of it at full size
    POSTER = "poster"  #: a still of the size of a stamp, for lists
    METADATA = "metadata"  #: what the file says of its making; never granted, asked for directly


class ViewReason(StrEnum):
    """Why somebody looks: from a closed list, so that the audit may hold it and nobody describes anything in it."""

    DECIDE = "decide"
    SECOND_OPINION = "second_opinion"
    DANGER = "danger"
    REPORT = "report"
    APPEAL = "appeal"
    QUALITY = "quality"


DECIDING: Mapping[CaseState, ViewReason] = {
    CaseState.CLAIMED: ViewReason.DECIDE,
    CaseState.CLAIMED_SECOND: ViewReason.SECOND_OPINION,
    CaseState.CLAIMED_THIRD: ViewReason.SECOND_OPINION,
}
"""Why somebody looks who holds a case, by where it stands."""

HOLDERS_ONLY = frozenset({ViewReason.DECIDE, ViewReason.SECOND_OPINION})
"""Reasons that only whoever holds the case has."""


class Rendition(StrEnum):
    """In which form a content is sent."""

    FILTERED = "filtered"
    POSTER = "poster"
    WATERMARKED = "watermarked"  #: at full size, with the viewer and the moment in the picture itself
    ORIGINAL = "original"  #: the bytes as received; whoever shows them lays the mark over them

    @property
    def is_resumable(self) -> bool:
        """Return whether one use may take several requests: only what is the same bytes each time."""
        return self is Rendition.ORIGINAL


RENDITIONS: Mapping[Purpose, Rendition] = {
    Purpose.LOOK: Rendition.FILTERED,
    Purpose.POSTER: Rendition.POSTER,
    Purpose.FULL_LOOK: Rendition.WATERMARKED,
}
"""In which form a picture is sent. What is no picture is sent as it is; of a film a grid of stills may be drawn."""


class MediaState(StrEnum):
    """Whether there is anything to see. Each is a state of its own: what cannot be opened is never passed over."""

    WHOLE = "whole"
    ABSENT = "absent"  #: its bytes were never received here, or are gone as the law or the operator wanted
    MISSING = "missing"  #: recorded as kept, and not in the vault
    DAMAGED = "damaged"  #: in the vault, and not what was received
    KEY_DESTROYED = "key_destroyed"  #: nobody can open it any more
    BROKEN = "broken"  #: whole, and no decoder here can show it


NOT_KEPT = frozenset(EvidenceState) - {EvidenceState.RECEIVED, EvidenceState.SEALED}
"""Where no bytes are in the vault."""

_NO_PICTURE = "not_an_image"
"""Why a film or a text was not scanned: nothing is wrong with it."""


@dataclass(frozen=True, slots=True)
class ViewLimits:
    """For how long things hold."""

    grant: Duration  #: from a grant to its first byte
    use: Duration  #: from its first byte to its last
    proof: Duration  #: since somebody proved who they are


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave to look once."""

    id: ViewId
    person_id: PersonId
    session_id: SessionId
    media_id: MediaId
    case_id: CaseId | None  #: none for what is asked for directly
    purpose: Purpose
    reason: ViewReason
    granted_at: datetime
    expires_at: datetime
    opened_at: datetime | None = None
    ends_at: datetime | None = None  #: when its use is over, once it is opened
    rendition: Rendition | None = None  #: in which it was opened
    revoked_at: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Return whether nothing more may be sent by it."""
        return self.revoked_at is not None or now >= (self.ends_at or self.expires_at)

    @property
    def mark(self) -> str:
        """Return what stands over everything that is shown by it: the viewer, and the moment."""
        return f"{self.person_id} {(self.opened_at or self.granted_at):%Y-%m-%dT%H:%MZ}"


def state_of(media: Media, fault: MediaState | None) -> MediaState:
    """Return how *media* is known to be, with the *fault* that was found last when somebody wanted to see it."""
    if media.evidence in NOT_KEPT or media.content_id is None:
        return MediaState.ABSENT
    is_broken = media.scan is ScanState.UNSCANNABLE and media.failure not in {None, _NO_PICTURE}
    return fault or (MediaState.BROKEN if is_broken else MediaState.WHOLE)


def rendition_of(purpose: Purpose, media: Media, *, draws_films: bool = False) -> Rendition | None:
    """Return in which form *media* would be sent, or none where there is no such form.

    A film has a small form where stills of it can be drawn. Whether it is one is only known once it is opened.
    """
    is_picture = media.width is not None and media.height is not None and (media.media_type or "").startswith("image/")
    if is_picture and (media.size_bytes or 0) <= RENDERED_MAX_BYTES:
        return RENDITIONS.get(purpose)
    if purpose is Purpose.LOOK and draws_films and is_no_picture(media):
        return Rendition.FILTERED
    return Rendition.ORIGINAL if purpose is Purpose.FULL_LOOK else None


def is_no_picture(media: Media) -> bool:
    """Return whether *media* is whole and something else than a picture: a film, a text, a sound."""
    is_small = (media.size_bytes or 0) <= RENDERED_MAX_BYTES
    return media.width is None and media.failure == _NO_PICTURE and is_small


def check_proof(proven_at: datetime | None, now: datetime, limits: ViewLimits) -> None:
    """Refuse whoever has not proved a moment ago who they are.

    Raises:
        tutela.errors.MustProve: The last proof is too old, or comes of a clock that was set back, or there was none.
    """
    is_fresh = proven_at is not None and proven_at <= now < proven_at + limits.proof.delta
    if not is_fresh:
        raise MustProve(place="session", remedy="Prove who you are at /console/prove, and ask again.")


def check_use(grant: Grant, person_id: PersonId, session_id: SessionId, now: datetime) -> None:
    """Refuse a use that *grant* is not for.

    Raises:
        tutela.errors.GrantNotYours: Another person asks, or the same one in another session.
        tutela.errors.GrantRevoked: It was taken back.
        tutela.errors.GrantUsed: It was used, and its use is over.
        tutela.errors.GrantExpired: It was not used in time.
    """
    if (grant.person_id, grant.session_id) != (person_id, session_id):
        raise GrantNotYours(place="token")
    if grant.revoked_at is not None:
        raise GrantRevoked(place="token")
    if grant.opened_at is None:
        if not grant.granted_at <= now < grant.expires_at:
            raise GrantExpired(place="token", remedy="Ask for a new one.")
        return
    is_open = grant.rendition is not None and grant.rendition.is_resumable and not grant.is_over(now)
    if not is_open:
        raise GrantUsed(place="token", remedy="Ask for a new one: each look is one.")
