"""Answer visits of the desk. Nothing that somebody sends wrong ends without a page that says how to go on."""

import gzip
import traceback
from collections.abc import Awaitable, Callable, Mapping
from importlib import resources
from urllib.parse import parse_qs

import anyio
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, compile_path

from tutela.core.visitors import place_of
from tutela.errors import BadInput, NoPage, TooLarge, TutelaError, Unavailable
from tutela.public.figures import figures_page
from tutela.public.front import front_page
from tutela.public.problems import problem_page
from tutela.public.rooms import HouseLike
from tutela.public.table import PAGES, Page
from tutela.public.visits import HEADERS, Visit
from tutela.public.words import chosen, languages

MAX_FIELDS = 100
MAX_THREADS = 16
"""Their own: many visitors of the desk keep no platform and no reviewer waiting."""

STATIC = {"desk.css": "text/css", "desk.js": "text/javascript", "digest.js": "text/javascript"}

Endpoint = Callable[[Request], Awaitable[Response]]

_log = structlog.get_logger(__name__)


def desk_routes(house: HouseLike) -> list[Route]:
    """Return the routes of all pages; none where the desk is closed."""
    if not house.settings.desk_is_open:
        return []
    threads = anyio.CapacityLimiter(MAX_THREADS)
    routes = [_route(page.path_with_language, _endpoint(house, page, threads), page.method) for page in PAGES]
    static = [_route(f"/desk/static/{name}", _static(name), "GET") for name in STATIC]
    front = [
        _route("/desk", _endpoint(house, FRONT, threads), "GET"),
        # An address without a language, to be printed and linked to.
        _route("/desk/transparency", _endpoint(house, FIGURES, threads), "GET"),
    ]
    # Behind all others: no page, or one that is asked for in a way that it does not take.
    nowhere = _endpoint(house, NOWHERE, threads)
    return [*static, *front, *routes, Route("/desk{rest:path}", nowhere, methods=METHODS, name="/desk{rest:path}")]


METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def _route(path: str, endpoint: Endpoint, method: str) -> Route:
    return Route(path, endpoint, methods=[method], name=path)  # a page answers HEAD as it answers GET


def _no_page(visit: Visit) -> Response:
    """Lead an address without a language to the page in the visitor's own; messages and links of appeals have none."""
    path = str(visit.request.url.path).removeprefix("/desk")
    is_page = any(page.method == "GET" and compile_path(page.path)[0].fullmatch(path) for page in PAGES if page.path)
    return visit.go(visit.at(path)) if is_page and visit.request.method == "GET" else problem_page(visit, NoPage())


FRONT = Page("GET", "", front_page)
FIGURES = Page("GET", "/transparency", figures_page)
NOWHERE = Page("GET", "/{rest:path}", _no_page)


def _endpoint(house: HouseLike, page: Page, threads: anyio.CapacityLimiter) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        if "tutela" in request.scope:  # for the log: the page's own path, never what was asked for
            request.scope["tutela"].template = page.path_with_language
        form: Mapping[str, list[str]] = {}
        error: TutelaError | None = None
        try:
            form = await _form(request, page.most_bytes) if request.method == "POST" and page is not NOWHERE else {}
        except TutelaError as told:
            error = told
        return await anyio.to_thread.run_sync(_answered, house, page, request, form, error, limiter=threads)

    return endpoint


def _answered(
    house: HouseLike, page: Page, request: Request, form: Mapping[str, list[str]], error: TutelaError | None
) -> Response:
    visit = _visit(house, request, form)
    if error is None and request.path_params.get("language", visit.language) not in languages():
        return _no_page(visit)
    if error is not None:
        return problem_page(visit, error)
    try:
        return page.handler(visit)
    except TutelaError as told:
        _log.info("desk_refused", error=type(told).__name__, route=page.path_with_language)
        return problem_page(visit, told)
    except Exception as broken:  # noqa: BLE001  # process edge: whoever is frightened gets a page, never a record
        where = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(broken.__traceback__)[-3:]]
        _log.error("desk_broke", error=type(broken).__name__, route=page.path_with_language, where=where)
        return problem_page(visit, Unavailable())


def _visit(house: HouseLike, request: Request, form: Mapping[str, list[str]]) -> Visit:
    asked = str(request.path_params.get("language", "")) or request.url.path.split("/")[2:3]
    named = asked[0] if isinstance(asked, list) and asked else str(asked)
    language = named if named in languages() else chosen(request.headers.get("accept-language", ""))
    peer = request.client.host if request.client else ""
    place = place_of(peer, request.headers.getlist("x-forwarded-for"), house.settings.proxy_hops)
    is_from_here = request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
    return Visit(house, request, language, place, form, is_from_here)


async def _form(request: Request, most_bytes: int) -> Mapping[str, list[str]]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"application/x-www-form-urlencoded", ""}:
        raise BadInput("this takes the form of a page", place="Content-Type")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise TooLarge(place="body")
    try:
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:  # too many fields
        raise BadInput("this form cannot be read", place="body") from None


def _static(name: str) -> Endpoint:
    content = resources.files("tutela.public").joinpath("static", name).read_bytes()
    packed = gzip.compress(content, 9, mtime=0)
    headers = {**HEADERS, "Cache-Control": "max-age=300", "Vary": "Accept-Encoding"}

    async def endpoint(request: Request) -> Response:
        if "tutela" in request.scope:
            request.scope["tutela"].template = f"/desk/static/{name}"
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(packed, media_type=STATIC[name], headers={**headers, "Content-Encoding": "gzip"})
        return Response(content, media_type=STATIC[name], headers=headers)

    return endpoint
