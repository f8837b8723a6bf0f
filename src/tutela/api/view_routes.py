"""The routes of views of evidence."""

from tutela.api import view_answers, view_bodies, views
from tutela.api.route import Route

ROUTES = (
    Route(
        "GET",
        "/v1/cases/{id}/media",
        "cases",
        "The media of a case",
        work=views.read_case_media,
        answer=view_answers.CaseMedia,
        detail="What is missing, damaged, broken, or under a key that was destroyed says so, and is never left out.",
    ),
    Route(
        "POST",
        "/v1/cases/{id}/views",
        "evidence",
        "Ask for one look at evidence",
        work=views.grant_view,
        body=view_bodies.NewView,
        answer=view_answers.ViewGranted,
        statuses=(201,),
        detail="For whoever asks, in this session, for this content and this purpose, once, within minutes. It takes a "
        "session whose person proved a few minutes ago who they are: no key and no token will do. `look` is small, "
        "grey and blurred; `full_look` is all of it, a picture with the viewer written across it; `poster` is a still "
        "of the size of a stamp.",
    ),
    Route(
        "GET",
        "/v1/views/{token}",
        "evidence",
        "Look",
        serve=views.open_view,
        media_type="application/octet-stream",
        statuses=(200, 206),
        has_head=True,
        detail="Once. A film or another original may be asked for in parts for some minutes, by the same session; each "
        "part is one range of bytes (RFC 9110). Not kept by browsers, not shown in other sites, and files that could "
        "run anything are only handed over to be saved. What was sent is noted after it was. `Tutela-Overlay` is to be "
        "shown over an original: a film is not drawn anew. 410 when it was used, is over or was taken back; 416 with "
        "the size when the part is outside.",
    ),
    Route(
        "DELETE",
        "/v1/views/{token}",
        "evidence",
        "Give a look back",
        work=views.give_back,
        statuses=(204,),
        detail="What is still on its way is broken off within a megabyte.",
    ),
    Route(
        "GET",
        "/v1/media/{id}/views",
        "audit",
        "Who has looked at media",
        work=views.read_log,
        query=view_bodies.ViewsQuery,
        answer=view_answers.ViewLog,
        is_for_people=True,
        detail="With the bytes that were really sent. `seen_whole` is true only when one person was sent all of it at "
        "full size: never for a small form, and never for a near copy.",
    ),
    Route(
        "GET",
        "/v1/media/{id}/metadata",
        "metadata",
        "What a file says of its making",
        work=views.read_metadata,
        query=view_bodies.MetadataQuery,
        answer=view_answers.MediaMetadata,
        detail="EXIF. Every look is logged before it is told. The place is told to about ten kilometres unless "
        "`location=exact` asks for more, which is logged as well.",
    ),
)
