"""Build the app of the machine face: every route of the table, one shape of error, one edge around all."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Path

from tutela.api import pages
from tutela.api.callers import Callers
from tutela.api.calls import Call, Shared, answer
from tutela.api.edge import SCOPE_KEY, Edge
from tutela.api.keys import CheckedKeys
from tutela.api.metrics import Metrics
from tutela.api.openapi import document
from tutela.api.problems import InvalidRequest, MethodNotAllowed, NotFound, response_to
from tutela.api.reading import read_json
from tutela.api.rooms import HouseLike
from tutela.api.route import ANY_KEY, OPEN, SIGNED_IN, Route
from tutela.api.routes import ROUTES
from tutela.api.watch import ChangeWatch
from tutela.core.permissions import Principal, demand_one
from tutela.core.sessions import demand_session
from tutela.errors import BadInput, Forbidden, TutelaError

Endpoint = Callable[[Request], Awaitable[Response]]


def create_app(house: HouseLike) -> Starlette:
    """Return the app for a started house."""
    watch = ChangeWatch(house.store, house.changed)
    shared = Shared(house, Callers(CheckedKeys(house.keep_keys), house.staff, house.settings), Metrics(), watch)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        watch.close()

    app = Starlette(lifespan=lifespan)
    app.router.redirect_slashes = False  # it would answer before the key is asked for, with the sender's Host in it
    app.state.shared = shared
    for route in ROUTES:
        methods = [route.method, "HEAD"] if route.has_head else [route.method]
        app.routes.append(_path(methods, route.path, _endpoint(shared, route), route.summary))
    for path, work in _pages().items():
        endpoint = _endpoint(shared, Route("GET", path, OPEN, path, work=work))
        app.routes.append(_path(["GET"], path, endpoint, path))
    app.add_exception_handler(TutelaError, _on_error)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(ValidationError, _on_invalid)
    app.add_middleware(Edge, metrics=shared.metrics)
    return app


def _path(methods: list[str], path: str, endpoint: Endpoint, name: str) -> Path:
    made = Path(path, endpoint, methods=methods, name=name)
    made.methods = set(methods)  # the framework lets every GET answer HEAD; ours says so where it does
    return made


def _endpoint(shared: Shared, route: Route) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        exchange = request.scope[SCOPE_KEY]
        exchange.template = route.path
        call = Call(shared, request, exchange.request_id)
        if route.scope != OPEN:
            call.principal = await shared.callers.principal(request, shared.in_thread)
            _admit(call.principal, route)
        if route.serve is not None:
            return await route.serve(call)
        if route.body is not None:
            call.raw = await read_json(request, shared.house.settings.request_max_bytes)
        return await shared.in_thread(_worked, route, call)

    return endpoint


def _admit(principal: Principal, route: Route) -> None:
    if route.scope == SIGNED_IN:
        demand_session(principal)
    elif route.scope != ANY_KEY:
        demand_one(principal, [scope for scope in (route.scope, route.other_scope) if scope])
    if route.is_for_people and principal.person_id is None:
        raise Forbidden(f"this takes a person who has the scope {route.scope}, and no key of a service")


def _worked(route: Route, call: Call) -> Response:
    if route.work is None:
        raise NotFound
    return route.work(call)


def _pages() -> dict[str, Callable[[Call], Response]]:
    return {"/": pages.first_page, "/docs": pages.reference_page, "/openapi.json": _openapi}


def _openapi(call: Call) -> Response:
    call.no_query()
    return answer(_document())


@cache
def _document() -> dict[str, Any]:
    return document()


async def _on_error(request: Request, error: Exception) -> Response:
    told = error if isinstance(error, TutelaError) else BadInput()
    return response_to(told, request.scope[SCOPE_KEY].request_id)


async def _on_http(request: Request, error: Exception) -> Response:
    """Answer what the framework itself refuses, in our shape and without its words."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    headers = dict(getattr(error, "headers", None) or {})
    told: dict[int, BadInput] = {404: NotFound(), 405: MethodNotAllowed()}
    return response_to(told.get(status, BadInput()), request.scope[SCOPE_KEY].request_id, headers)


async def _on_invalid(request: Request, error: Exception) -> Response:
    del error  # its words quote the input
    places = [{"place": "body", "message": "it does not have the shape that this route takes"}]
    return response_to(InvalidRequest(places), request.scope[SCOPE_KEY].request_id)
