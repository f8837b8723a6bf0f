"""Views of evidence as rows and back."""

from collections.abc import Iterable
from typing import Any

from tutela.adapters.db.rows import Row, from_us, maybe_us, to_us
from tutela.core.audit import JSON
from tutela.core.ids import CaseId, MediaId, PersonId, SessionId, ViewId
from tutela.core.view_log import LoggedView, Span, union
from tutela.core.views import Grant, Purpose, Rendition, ViewReason


def grant_row(grant: Grant, token_mark: bytes | None) -> dict[str, Any]:
    """Return the row of a grant."""
    return {
        "id": grant.id,
        "token": token_mark,
        "person_id": grant.person_id,
        "session_id": grant.session_id,
        "media_id": grant.media_id,
        "case_id": grant.case_id,
        "purpose": grant.purpose.value,
        "reason": grant.reason.value,
        "granted_us": to_us(grant.granted_at),
        "expires_us": to_us(grant.expires_at),
        "opened_us": maybe_us(grant.opened_at),
        "ends_us": maybe_us(grant.ends_at),
        "revoked_us": maybe_us(grant.revoked_at),
        "rendition": grant.rendition.value if grant.rendition else None,
    }


def grant_of(row: Row) -> Grant:
    """Return the grant of a row."""
    opened, ends, revoked = (row[name] for name in ("opened_us", "ends_us", "revoked_us"))
    return Grant(
        id=ViewId(row["id"]),
        person_id=PersonId(row["person_id"]),
        session_id=SessionId(row["session_id"]),
        media_id=MediaId(row["media_id"]),
        case_id=CaseId(row["case_id"]) if row["case_id"] else None,
        purpose=Purpose(row["purpose"]),
        reason=ViewReason(row["reason"]),
        granted_at=from_us(row["granted_us"]),
        expires_at=from_us(row["expires_us"]),
        opened_at=None if opened is None else from_us(opened),
        ends_at=None if ends is None else from_us(ends),
        rendition=Rendition(row["rendition"]) if row["rendition"] else None,
        revoked_at=None if revoked is None else from_us(revoked),
    )


def view_of(row: Row, spans: Iterable[Span]) -> LoggedView:
    """Return a view with what was sent by it."""
    return LoggedView(grant_of(row), row["sha256"], row["size_bytes"], row["width"], row["height"], union(spans))


def granted_payload(row: Row) -> dict[str, JSON]:
    """Return what the audit is told of a new grant, so that its row can be held against it."""
    return {
        "by": row["person_id"],
        "session": row["session_id"],
        "media": row["media_id"],
        "case": row["case_id"],
        "purpose": row["purpose"],
        "reason": row["reason"],
        "at_us": row["granted_us"],
        "expires_us": row["expires_us"],
    }


def opened_payload(row: Row) -> dict[str, JSON]:
    """Return what the audit is told of an opening. A digest of evidence is content to whoever can look it up: none."""
    return {
        "by": row["person_id"],
        "at_us": row["opened_us"],
        "rendition": row["rendition"],
        "bytes": row["size_bytes"],
        "width": row["width"],
        "height": row["height"],
    }
