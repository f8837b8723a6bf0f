"""Say why a page or a form was refused: where to go first, or the page of the form with a sentence on top."""

from urllib.parse import quote

from starlette.responses import JSONResponse, Response

from tutela.console.site import HOME
from tutela.console.table import OPEN, PAGES, Page
from tutela.console.visits import Visit
from tutela.errors import Forbidden, MustProve, TutelaError, Unauthenticated
from tutela.statuses import status_of

SHOWN = frozenset(page.path for page in PAGES if page.method == "GET")
"""Paths that can be opened."""

WRITTEN = ("text", "line", "reason", "how")
"""Fields into which people write sentences of their own."""


def refused(visit: Visit, page: Page, error: TutelaError) -> Response:
    """Return what is shown in the place of what was asked for."""
    if page.path.endswith("/options") and not isinstance(error, MustProve):  # asked by a script
        told = {"error": f"{error.detail} {error.remedy or ''}".strip()}
        return visit.answer(JSONResponse(told, status_of(error)))
    elsewhere = _sent_on(visit, page, error)
    if elsewhere is not None:
        return elsewhere
    visit.error = error
    # Whoever may not open a page is not shown it with a sentence on top.
    is_theirs = not (isinstance(error, Forbidden) and not isinstance(error, Unauthenticated))
    if page.again is None or not is_theirs:
        return visit.page("problem.html")
    try:
        return page.again(visit)
    except TutelaError:  # what the form was about is not there, or not theirs: nothing is shown below the sentence
        return visit.page("problem.html")


def _sent_on(visit: Visit, page: Page, error: TutelaError) -> Response | None:
    """Return the way to what has to be done first, or none; what somebody wrote comes along on a page of its own."""
    must_prove, must_sign_in = isinstance(error, MustProve), visit.held is None and page.takes != OPEN
    if must_prove or must_sign_in:
        url = visit.request.url
        at = page_of(page, url.path)
        at = f"{at}?{url.query}" if page.method == "GET" and url.query else at
        if kept := kept_text(visit):
            return visit.page("ended.html", status_of(error), kept=kept, at=at, must_prove=must_prove)
        return visit.go(f"/console/{'prove' if must_prove else 'sign-in'}?next={quote(at)}")
    return visit.go("/console/security") if error.place == "second_factor" else None


def page_of(page: Page, path: str) -> str:
    """Return the page on which a form stands: the nearest above it that can be opened."""
    parts, said = page.path.split("/"), path.split("/")
    for count in range(len(parts), 2, -1):
        if "/".join(parts[:count]) in SHOWN:
            return "/".join(said[:count])
    return HOME


def kept_text(visit: Visit) -> str:
    """Return what somebody wrote into a form that was not taken: nobody writes it twice."""
    return next((text for name in WRITTEN if (text := visit.said(name).strip())), "")
