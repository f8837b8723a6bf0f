"""The page of one account: what it may do, what happened, and who is around it."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import urlencode

from starlette.responses import Response

from tutela.console.review import review_page
from tutela.console.visits import Visit
from tutela.core.network_picture import MARGIN, WIDTH, picture_of
from tutela.core.timeline import EntryKind, Places, places_of, runs_of, said_places
from tutela.errors import BadInput
from tutela.flows.lay_out_account import DONE_TO_IT

MAX_ID_CHARACTERS = 500
STRIKES_SHOWN = 10

SHOWN: Mapping[str, Sequence[EntryKind]] = MappingProxyType(
    {"all": tuple(EntryKind), "done": DONE_TO_IT, "own": (EntryKind.ITEM, EntryKind.EVENT)}
)
"""What the list of what happened can be narrowed to."""


def account_page(visit: Visit) -> Response:
    """Show an account."""
    asked, principal = visit.request.query_params, visit.principal
    platform_id, shown = asked.get("id", ""), asked.get("show", "all")
    if not 0 < len(platform_id) <= MAX_ID_CHARACTERS:
        raise BadInput("say which account", place="id", remedy="Open it from a case, or find it (Ctrl-K).")
    shown = shown if shown in SHOWN else "all"
    laid = visit.house.lay_out_account(principal, platform_id, _places(asked.get("after", "")), SHOWN[shown])
    is_first = not asked.get("after")
    around = visit.house.lay_out_account.network(principal, platform_id) if is_first else None
    following = laid.timeline.following
    return review_page(
        visit,
        "account.html",
        laid=laid,
        runs=runs_of(laid.timeline.entries),
        around=around,
        picture=picture_of(around.network) if around and around.network.neighbours else None,
        picture_width=WIDTH,
        margin=MARGIN,
        names=visit.staff.names(principal),
        clauses=visit.house.policy.clauses,
        shown=shown,
        shows=list(SHOWN),
        is_first=is_first,
        address=f"/console/account?{urlencode({'id': platform_id})}",
        older=said_places(following) if following else "",
        strikes_shown=STRIKES_SHOWN,
    )


def _places(said: str) -> Places:
    try:
        return places_of(said)
    except ValueError:
        raise BadInput("this page of the list is not there", place="after", remedy="Begin at the first page.") from None
