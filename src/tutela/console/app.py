"""Answer visits: know who it is, refuse what is not theirs, run the page in a thread."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from importlib import resources
from urllib.parse import parse_qs

import anyio
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from tutela.console.file_form import read_file_form
from tutela.console.refusals import refused
from tutela.console.rooms import HouseLike
from tutela.console.site import check_from_here, site_of
from tutela.console.table import ANY_SESSION, FULL, MUST_BE_PROVEN, OPEN, PAGES, Page
from tutela.console.visits import MAX_COOKIE_CHARACTERS, Visit, plain_page
from tutela.core.permissions import demand_one
from tutela.core.sessions import Hold
from tutela.core.visitors import visitor_of
from tutela.errors import BadInput, Forbidden, MustProve, NoPage, TooLarge, TutelaError, Unauthenticated
from tutela.flows.keep_sessions import CSRF_HEADER, SESSION_COOKIE, Held

MAX_FILE_BYTES = 64 * 1024 * 1024
"""Of a picture that is only hashed: it is held in memory."""

MAX_FIELDS = 100
MAX_THREADS = 16
"""Their own: many sign-ins at once keep no platform waiting."""

SCRIPT = "text/javascript"
STATIC = {
    "console.css": "text/css", "passkey.js": SCRIPT, "review.js": SCRIPT, "rules.js": SCRIPT, "poll.js": SCRIPT,
    "words.js": SCRIPT,
}  # fmt: skip

Endpoint = Callable[[Request], Awaitable[Response]]


def console_routes(house: HouseLike) -> list[Route]:
    """Return the routes of all pages, to be put beside those of the machine face."""
    threads = anyio.CapacityLimiter(MAX_THREADS)
    routes = [
        Route(page.path, _endpoint(house, page, threads), methods=[page.method], name=page.path) for page in PAGES
    ]
    static = [Route(f"/console/static/{name}", _static(name), methods=["GET"]) for name in STATIC]
    nowhere = Route(NOWHERE.path, _endpoint(house, NOWHERE, threads), methods=["GET"], name=NOWHERE.path)
    return [*routes, *static, nowhere]


def _no_page(visit: Visit) -> Response:
    """Say that there is no such page, with the menu of whoever is signed in."""
    with suppress(TutelaError):
        visit.held = _held(visit)
    visit.error = NoPage()
    return visit.page("problem.html")


NOWHERE = Page("GET", "/console/{rest:path}", OPEN, _no_page)
"""Behind all others."""


def _endpoint(house: HouseLike, page: Page, threads: anyio.CapacityLimiter) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        if "tutela" in request.scope:  # for the log: the page's own path, never what was asked for
            request.scope["tutela"].template = page.path
        form: Mapping[str, list[str]] = {}
        file = b""
        try:
            if page.takes_file and request.headers.get("content-type", "").startswith("multipart/"):
                # Whoever is not signed in has no file taken into memory, and is refused below.
                if await anyio.to_thread.run_sync(_is_awaited, house, page, request, limiter=threads):
                    form, file = await read_file_form(request, min(MAX_FILE_BYTES, house.settings.upload_max_bytes))
            elif page.method == "POST":
                form = await _form(request, page.most_bytes)
        except TutelaError as error:
            return plain_page(error)
        return await anyio.to_thread.run_sync(_answered, house, page, request, form, file, limiter=threads)

    return endpoint


def _answered(
    house: HouseLike, page: Page, request: Request, form: Mapping[str, list[str]], file: bytes
) -> Response:  # fmt: skip
    try:
        visit = _visit(house, page, request, form)
        visit.file = file
    except TutelaError as error:
        return plain_page(error)
    if visit.site.domain != request.url.hostname and page.method == "GET":
        return visit.answer(RedirectResponse(f"{visit.site.origin}/console"))  # passkeys know names, not numbers
    try:
        _know(visit, page)
        return page.handler(visit)
    except TutelaError as error:
        return refused(visit, page, error)


def _visit(house: HouseLike, page: Page, request: Request, form: Mapping[str, list[str]]) -> Visit:
    settings, headers = house.settings, request.headers
    site = site_of(headers.get("host", ""), settings)
    if page.method == "POST":
        check_from_here(headers.get("sec-fetch-site"), headers.get("origin"), site)
    peer = request.client.host if request.client else ""
    forwarded = headers.getlist("x-forwarded-for")
    visitor = visitor_of(peer, headers.get("user-agent", ""), forwarded, settings.proxy_hops)
    return Visit(house, request, site, visitor, form)


def _is_awaited(house: HouseLike, page: Page, request: Request) -> bool:
    """Return whether the form comes from a page of ours and from somebody who has nothing left to prove."""
    try:
        return _held(_visit(house, page, request, {})).hold is Hold.FULL
    except TutelaError:
        return False


def _held(visit: Visit) -> Held:
    secret = visit.cookie(SESSION_COOKIE)
    if not 0 < len(secret) <= MAX_COOKIE_CHARACTERS:
        raise Unauthenticated
    return visit.staff.keep_sessions.check(secret, visit.visitor)


def _know(visit: Visit, page: Page) -> None:
    """Know the session, and refuse whoever may not open this page.

    Raises:
        tutela.errors.Unauthenticated: Nobody is signed in.
        tutela.errors.MustProve: A proof is missing.
        tutela.errors.Forbidden: It is not theirs, something is to be enrolled first, or the form is of another page.
    """
    if page.takes == OPEN:
        return
    held = visit.held = _held(visit)
    if page.method == "POST":
        token = visit.said("csrf") or visit.request.headers.get(CSRF_HEADER, "")
        if not visit.staff.secrets.is_csrf_token(held.secret, token):
            raise Forbidden("this form is of another session", place="csrf", remedy="Open the page anew.")
    if page.takes == ANY_SESSION:
        return
    if held.hold is Hold.MUST_PROVE:
        raise MustProve
    if page.takes == MUST_BE_PROVEN:
        return
    if held.hold is Hold.MUST_ENROL:
        raise Forbidden(place="second_factor")
    if page.takes != FULL:
        demand_one(held.principal, [page.takes, *page.or_takes])


async def _form(request: Request, most_bytes: int) -> Mapping[str, list[str]]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"application/x-www-form-urlencoded", ""}:
        raise BadInput("this takes the form of a page", place="Content-Type")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise TooLarge(f"this form may have {most_bytes} bytes at most", place="body")
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:  # no UTF-8, or too many fields
        raise BadInput("this form cannot be read", place="body") from None


def _static(name: str) -> Endpoint:
    content = resources.files("tutela.console").joinpath("static", name).read_bytes()
    headers = {"Cache-Control": "max-age=300", "X-Content-Type-Options": "nosniff"}

    async def endpoint(request: Request) -> Response:
        if "tutela" in request.scope:
            request.scope["tutela"].template = f"/console/static/{name}"
        return Response(content, media_type=STATIC[name], headers=headers)

    return endpoint
