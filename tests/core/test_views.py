"""Grants of views: once, for one person in one session, in time; and which form of a content they are for."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import make
from make import AT
from tutela.core.content import EvidenceState, ScanState
from tutela.core.ids import CaseId, PersonId, SessionId, ViewId
from tutela.core.units import Duration
from tutela.core.views import (
    RENDERED_MAX_BYTES,
    Grant,
    MediaState,
    Purpose,
    Rendition,
    ViewLimits,
    ViewReason,
    check_proof,
    check_use,
    rendition_of,
    state_of,
)
from tutela.errors import GrantExpired, GrantNotYours, GrantRefused, GrantRevoked, GrantUsed, MustProve

LIMITS = ViewLimits(Duration(minutes=5), Duration(minutes=10), Duration(minutes=5))
ME, HERE = PersonId("per_1"), SessionId("ses_1")
MINUTE = timedelta(minutes=1)


def grant(**fields: object) -> Grant:
    """Return a grant that nobody has used."""
    made = Grant(
        ViewId("vew_1"), ME, HERE, make.media().id, CaseId("cas_1"), Purpose.FULL_LOOK, ViewReason.DECIDE, AT,
        AT + LIMITS.grant.delta,
    )  # fmt: skip
    return replace(made, **fields)  # type: ignore[arg-type]  # of any field


OPENED = grant(opened_at=AT, ends_at=AT + LIMITS.use.delta, rendition=Rendition.ORIGINAL)
DRAWN = replace(OPENED, rendition=Rendition.WATERMARKED)


@pytest.mark.parametrize(
    ("made", "person", "session", "later", "refused"),
    [
        (grant(), ME, HERE, 0, None),
        (grant(), ME, HERE, 4.9, None),
        (grant(), ME, HERE, 5, GrantExpired),
        (grant(), ME, HERE, -1, GrantExpired),
        (grant(), PersonId("per_2"), HERE, 0, GrantNotYours),
        (grant(), ME, SessionId("ses_2"), 0, GrantNotYours),
        (grant(revoked_at=AT), ME, HERE, 0, GrantRevoked),
        (grant(revoked_at=AT), PersonId("per_2"), HERE, 0, GrantNotYours),
        (OPENED, ME, HERE, 9.9, None),
        (OPENED, ME, HERE, 10, GrantUsed),
        (OPENED, ME, SessionId("ses_2"), 1, GrantNotYours),
        (replace(OPENED, revoked_at=AT), ME, HERE, 1, GrantRevoked),
        (DRAWN, ME, HERE, 0, GrantUsed),
    ],
)
def test_a_grant_is_for_one_use_of_one_person_in_one_session(
    made: Grant, person: PersonId, session: SessionId, later: float, refused: type[GrantRefused] | None
) -> None:
    """Each refusal is an error of its own; to a stranger nothing is told but that it is not theirs."""
    now = AT + later * MINUTE
    if refused is None:
        check_use(made, person, session, now)
        return
    with pytest.raises(refused) as raised:
        check_use(made, person, session, now)
    assert type(raised.value) is refused


@given(
    st.sampled_from([grant(), OPENED, DRAWN]), st.sampled_from([ME, PersonId("per_2")]),
    st.sampled_from([HERE, SessionId("ses_2")]), st.integers(-20, 20), st.booleans(),
)  # fmt: skip
def test_nothing_is_sent_after_the_end_or_to_anybody_else(
    made: Grant,
    person: PersonId,
    session: SessionId,
    minutes: int,
    is_revoked: bool,  # noqa: FBT001 - Hypothesis'
) -> None:
    """By any order of calls: whoever is let through is the one it was made for, and it was not over."""
    made = replace(made, revoked_at=AT) if is_revoked else made
    now = AT + minutes * MINUTE
    try:
        check_use(made, person, session, now)
    except GrantRefused:
        return
    assert (person, session, is_revoked) == (ME, HERE, False)
    assert not made.is_over(now)
    assert made.opened_at is None or made.rendition is Rendition.ORIGINAL


@pytest.mark.parametrize(("minutes", "is_fresh"), [(0, True), (4.9, True), (5, False), (-1, False), (None, False)])
def test_a_look_takes_a_proof_that_is_minutes_old(minutes: float | None, is_fresh: bool) -> None:  # noqa: FBT001 - of the table
    """None, an old one, and one of the future, which a clock that was set back makes, are all refused."""
    proven_at = None if minutes is None else AT - minutes * MINUTE
    if is_fresh:
        check_proof(proven_at, AT, LIMITS)
        return
    with pytest.raises(MustProve):
        check_proof(proven_at, AT, LIMITS)


PICTURE = make.media(media_type="image/jpeg", width=10, height=10, size_bytes=1000)


@pytest.mark.parametrize(
    ("media", "purpose", "rendition"),
    [
        (PICTURE, Purpose.LOOK, Rendition.FILTERED),
        (PICTURE, Purpose.POSTER, Rendition.POSTER),
        (PICTURE, Purpose.FULL_LOOK, Rendition.WATERMARKED),
        (PICTURE, Purpose.METADATA, None),
        (replace(PICTURE, size_bytes=RENDERED_MAX_BYTES + 1), Purpose.LOOK, None),
        (replace(PICTURE, size_bytes=RENDERED_MAX_BYTES + 1), Purpose.FULL_LOOK, Rendition.ORIGINAL),
        (make.media(size_bytes=1000), Purpose.LOOK, None),
        (make.media(size_bytes=1000), Purpose.POSTER, None),
        (make.media(size_bytes=1000), Purpose.FULL_LOOK, Rendition.ORIGINAL),
    ],
)
def test_a_picture_is_drawn_and_all_else_is_sent_as_it_is(
    media: object, purpose: Purpose, rendition: Rendition | None
) -> None:
    """Small forms of what is no picture do not exist: nothing is ever shown in full because it cannot be blurred."""
    assert rendition_of(purpose, media) is rendition  # type: ignore[arg-type]  # a Media


def test_the_mark_names_the_viewer_and_the_moment() -> None:
    """What stands over a picture leads back to one look."""
    assert OPENED.mark == "per_1 2026-03-02T09:00Z"


@pytest.mark.parametrize(
    ("fields", "fault", "state"),
    [
        ({}, None, MediaState.WHOLE),
        ({}, MediaState.DAMAGED, MediaState.DAMAGED),
        ({"content_id": None}, MediaState.DAMAGED, MediaState.ABSENT),
        ({"evidence": EvidenceState.REPORT_ONLY}, None, MediaState.ABSENT),
        ({"evidence": EvidenceState.PLATFORM_HOLD}, None, MediaState.ABSENT),
        ({"scan": ScanState.UNSCANNABLE, "failure": "truncated"}, None, MediaState.BROKEN),
        ({"scan": ScanState.UNSCANNABLE, "failure": "not_an_image"}, None, MediaState.WHOLE),
    ],
)
def test_what_cannot_be_seen_has_a_state_of_its_own(
    fields: dict[str, Any], fault: MediaState | None, state: MediaState
) -> None:
    """A film is no broken picture, and what was never kept is not missing."""
    kept = {"evidence": EvidenceState.SEALED, "content_id": "c"}
    assert state_of(make.media(**{**kept, **fields}), fault) is state
