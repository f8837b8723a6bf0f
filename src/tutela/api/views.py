"""Look at evidence: ask for one look, take it, and read who has looked."""

from typing import Any

from starlette.responses import Response

from tutela.api import view_bodies as bodies
from tutela.api.calls import Call, answer
from tutela.api.paging import from_cursor, to_cursor
from tutela.api.view_stream import ViewResponse
from tutela.core.ids import CaseId, MediaId
from tutela.core.view_log import LoggedView
from tutela.core.views import RENDITIONS, MediaState, Purpose, Rendition, rendition_of, state_of
from tutela.flows.grant_view import Granted
from tutela.flows.open_view import Opened, PartAsked
from tutela.ports.views import CaseMedia, ViewFilter

SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""Nothing in it runs, loads or is framed, whatever a browser takes it for."""

_ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "image/avif": "avif",
    "video/mp4": "mp4", "video/webm": "webm", "video/ogg": "ogv", "audio/mp4": "m4a", "audio/mpeg": "mp3",
    "audio/wav": "wav",
}  # fmt: skip


def grant_view(call: Call) -> Response:
    """Grant one look."""
    call.no_query()
    asked = call.body(bodies.NewView)
    granted = call.house.evidence.grant(
        call.caller, CaseId(call.part("id")), MediaId(asked.media), Purpose(asked.purpose), asked.reason
    )
    return answer(_granted(granted), 201)


async def open_view(call: Call) -> Response:
    """Send what was granted; asked with HEAD, only say what it would be."""
    call.no_query()
    headers = call.request.headers
    asked = PartAsked(headers.get("range"), headers.get("if-range"))
    verbs, token = call.house.evidence.open, call.part("token")
    if call.request.method == "HEAD":
        ahead = await call.shared.in_thread(verbs.look_ahead, call.caller, token, asked)
        response = Response(status_code=_status(ahead), headers=_headers(ahead))
        if ahead.size_bytes is None:
            del response.headers["content-length"]  # only drawing it would tell
        return response
    opened = await call.shared.in_thread(verbs, call.caller, token, asked)
    return ViewResponse(call, opened, _headers(opened), _status(opened))


def give_back(call: Call) -> Response:
    """End a grant of one's own."""
    call.no_query()
    call.house.evidence.keep.give_back(call.caller, call.part("token"))
    return Response(status_code=204)


def read_log(call: Call) -> Response:
    """Tell who has looked at a content."""
    page = call.query(bodies.ViewsQuery)
    media_id = MediaId(call.part("id"))
    keep = call.house.evidence.keep
    before = None if page.cursor is None else from_cursor(page.cursor)
    found = keep.page(call.caller, ViewFilter(media_id=media_id, before=before, limit=page.limit + 1))
    seen = keep.seen(call.caller, media_id)  # after the page: a view listed as sent whole is then never denied here
    shown = found[: page.limit]
    body = {
        "media": media_id,
        "seen_whole": bool(seen.whole_by),
        "seen_whole_by": sorted(seen.whole_by),
        "metadata_seen": seen.was_metadata_seen,
        "views": [view_body(each) for each in shown],
        "next": to_cursor(shown[-1].grant.id) if len(found) > len(shown) else None,
    }
    return answer(body)


def read_metadata(call: Call) -> Response:
    """Tell what a file says of its making."""
    asked = call.query(bodies.MetadataQuery)
    read = call.house.evidence.metadata(
        call.caller, MediaId(call.part("id")), asked.reason, is_exact=asked.location == "exact"
    )
    place = read.metadata.location
    body = {
        "view": read.view_id,
        "media": read.media.id,
        "tags": [{"name": name, "value": value} for name, value in read.metadata.tags],
        "location": None if place is None else {"latitude": place.latitude, "longitude": place.longitude},
        "location_is_exact": read.is_exact,
    }
    return answer(body)


def read_case_media(call: Call) -> Response:
    """Tell which media lie in a case, and what is wrong with them."""
    call.no_query()
    found = call.house.evidence.grant.media_of(call.caller, CaseId(call.part("id")))
    return answer({"media": [_in_case(each) for each in found]})


def view_body(view: LoggedView) -> dict[str, Any]:
    """Return one view as it is told."""
    grant = view.grant
    return {
        "id": grant.id,
        "person": grant.person_id,
        "session": grant.session_id,
        "media": grant.media_id,
        "case": grant.case_id,
        "purpose": grant.purpose.value,
        "reason": grant.reason.value,
        "granted_at": grant.granted_at,
        "expires_at": grant.expires_at,
        "opened_at": grant.opened_at,
        "revoked_at": grant.revoked_at,
        "rendition": grant.rendition.value if grant.rendition else None,
        "size_bytes": view.size_bytes,
        "width": view.width,
        "height": view.height,
        "sent": [(each.start, each.end) for each in view.spans],
    }


def _granted(granted: Granted) -> dict[str, Any]:
    grant, media = granted.grant, granted.media
    return {
        "id": grant.id,
        "token": granted.token,
        "url": f"/v1/views/{granted.token}",
        "media": media.id,
        "case": grant.case_id,
        "purpose": grant.purpose.value,
        "rendition": granted.rendition.value,
        "media_type": media.media_type,
        "size_bytes": media.size_bytes,
        "width": media.width,
        "height": media.height,
        "granted_at": grant.granted_at,
        "expires_at": grant.expires_at,
        "overlay": {"text": grant.mark, "must_be_shown": granted.rendition is Rendition.ORIGINAL},
    }


def _in_case(each: CaseMedia) -> dict[str, Any]:
    media = each.media
    state = state_of(media, each.fault)
    can_be_opened = state in {MediaState.WHOLE, MediaState.BROKEN}
    return {
        "id": media.id,
        "state": state.value,
        "evidence": media.evidence.value,
        "media_type": media.media_type,
        "size_bytes": media.size_bytes,
        "width": media.width,
        "height": media.height,
        "purposes": [p.value for p in RENDITIONS if can_be_opened and rendition_of(p, media) is not None],
    }


def _status(opened: Opened) -> int:
    return 206 if opened.span else 200


def _headers(opened: Opened) -> dict[str, str]:
    """Return what keeps it from being kept, run, framed, guessed at or named after anybody's file."""
    how = "inline" if opened.is_inline else "attachment"
    ending = _ENDINGS.get(opened.media_type, "bin")
    headers = {
        "Content-Type": opened.media_type,
        "Content-Disposition": f'{how}; filename="{opened.media.id}.{ending}"',
        "Cache-Control": "no-store",
        "Content-Security-Policy": SANDBOX,
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Tutela-Rendition": opened.rendition.value,
    }
    if opened.size_bytes is not None:
        span = opened.span
        headers["Content-Length"] = str(span.end - span.start if span else opened.size_bytes)
    if opened.rendition is Rendition.ORIGINAL:
        headers |= {"Accept-Ranges": "bytes", "ETag": opened.etag, "Tutela-Overlay": opened.grant.mark}
        if opened.span:
            headers["Content-Range"] = f"bytes {opened.span.start}-{opened.span.end - 1}/{opened.size_bytes}"
    else:
        headers["Accept-Ranges"] = "none"
    return headers
