"""The OpenAPI document, made from the table of routes and the models beside it."""

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from tutela import errors
from tutela.api import answers
from tutela.api.problems import MEDIA_TYPE as PROBLEM
from tutela.api.problems import (
    InvalidRequest,
    MalformedRequest,
    TooManyRequests,
    TooSlow,
    UnsupportedMediaType,
    body_of,
)
from tutela.api.route import ANY_KEY, OPEN, SIGNED_IN, Route
from tutela.api.routes import ROUTES
from tutela.api.version import product_version
from tutela.core.permissions import PEOPLE_ONLY, SCOPES
from tutela.errors import TutelaError
from tutela.flows.keep_sessions import SESSION_COOKIE

_REASONS = {
    200: "Done",
    201: "Made",
    202: "Kept, and not done yet",
    204: "Done; there is nothing to tell",
    206: "A part of it",
    400: "No readable body",
    401: "No valid key",
    403: "Whoever asks may not do that",
    404: "There is no such thing",
    408: "The body stopped half way",
    409: "It contradicts what is there",
    410: "It was used, is over, or was taken back",
    413: "Too large",
    415: "A type or encoding that is not taken",
    416: "The part that is asked for is not in it",
    422: "It has another shape; every place is named",
    429: "Too many requests are waiting",
    500: "Something broke in Tutela",
    503: "Not known now; nothing was guessed",
}
_SIGNED_IN = "A person who is signed in; no key."
_PART = re.compile(r"\{(\w+)\}")
_Mode = Literal["validation", "serialization"]


def document() -> dict[str, Any]:
    """Return the whole document."""
    asked: list[tuple[type[BaseModel], _Mode]] = [(each.body, "validation") for each in ROUTES if each.body]
    told: list[tuple[type[BaseModel], _Mode]] = [(each.answer, "serialization") for each in ROUTES if each.answer]
    problem: tuple[type[BaseModel], _Mode] = (answers.Problem, "serialization")
    refs, schemas = models_json_schema(
        list(dict.fromkeys((*asked, *told, problem))), ref_template="#/components/schemas/{model}"
    )
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, refs)
        if route.has_head:
            paths[route.path]["head"] = _head_of(route, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tutela",
            "version": product_version(),
            "description": "Known abuse material is recognised by hash, hidden, sealed and answered for.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [
            {"name": scope, "description": f"Keys and people with this scope may {what}."}
            for scope, what in SCOPES.items()
        ]
        + [{"name": ANY_KEY, "description": "Any valid key."}, {"name": OPEN, "description": "No key is needed."}],
        "paths": paths,
        "components": {
            "schemas": schemas.get("$defs", {}),
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "An API key, tutela_..."},
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": SESSION_COOKIE,
                    "description": "A person's session; a change carries the token of the page in X-CSRF-Token.",
                },
            },
        },
    }


def _tags() -> list[dict[str, str]]:
    told = {scope: f"Whoever has this scope may {what}." for scope, what in SCOPES.items()}
    told |= {ANY_KEY: "Any valid key, and anybody who is signed in.", OPEN: "No key is needed."}
    told[SIGNED_IN] = _SIGNED_IN
    return [{"name": name, "description": each} for name, each in told.items()]


def _operation(route: Route, refs: Any) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _operation_id(route),
        "summary": route.summary,
        "description": " ".join(filter(None, (route.detail, _who(route)))),
        "tags": [route.scope],
        "parameters": _parameters(route),
        "responses": _responses(route, refs),
        "security": _security(route.scope),
        "x-scope": route.scope,
    }
    if content := _request(route, refs):
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _head_of(route: Route, refs: Any) -> dict[str, Any]:
    """Return the operation that tells what *route* would send: the same answers, all without a body."""
    operation = _operation(route, refs)
    bare = {status: {"description": each["description"]} for status, each in operation["responses"].items()}
    told = "Tells what GET would send, and sends nothing of it."
    return {**operation, "operationId": f"head_{operation['operationId']}", "description": told, "responses": bare}


def _security(scope: str) -> list[dict[str, list[str]]]:
    session: dict[str, list[str]] = {"session": []}
    if scope == OPEN:
        return []
    return [session] if scope == SIGNED_IN or scope in PEOPLE_ONLY else [{"key": []}, session]


def _who(route: Route) -> str:
    if route.scope in {OPEN, ANY_KEY, SIGNED_IN}:
        return {OPEN: "No key is needed.", ANY_KEY: "Any valid key.", SIGNED_IN: _SIGNED_IN}[route.scope]
    other = f", or `{route.other_scope}`" if route.other_scope else ""
    return f"Needs the scope `{route.scope}`{other}."


def _operation_id(route: Route) -> str:
    words = re.sub(r"[{}]", "", route.path.removeprefix("/v1")).strip("/").replace("/", "_")
    return f"{route.method.lower()}_{words}"


def _request(route: Route, refs: Any) -> dict[str, Any]:
    content: dict[str, Any] = {each: {"schema": {"type": "string", "format": "binary"}} for each in route.raw}
    if route.body is not None:
        content["application/json"] = {"schema": refs[route.body, "validation"], "example": route.body.example}
    if route.has_form:
        files = {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1}
        parts = {"item": refs[route.body, "validation"], "media": files}
        content["multipart/form-data"] = {
            "schema": {"type": "object", "properties": parts, "required": ["item", "media"]},
            "encoding": {"item": {"contentType": "application/json"}},
        }
    return content


def _parameters(route: Route) -> list[dict[str, Any]]:
    text = {"type": "string", "minLength": 1, "maxLength": 200}
    found = [{"name": n, "in": "path", "required": True, "schema": text} for n in _PART.findall(route.path)]
    schema = route.query.model_json_schema()
    for name, field in schema.get("properties", {}).items():
        found.append({"name": name, "in": "query", "required": False, "schema": field})
    if route.is_repeatable:
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "Repeated within seven days, the same request is answered as the first was.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            }
        )
    return found


def _responses(route: Route, refs: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status in route.statuses:
        found[str(status)] = {"description": _REASONS[status], **_content(route, refs, status)}
    problem = {"schema": refs[answers.Problem, "serialization"]}
    for status in _failures(route):
        told = {PROBLEM: {**problem, "example": body_of(_EXAMPLES[status], _REQUEST_ID)}}
        found.setdefault(str(status), {"description": _REASONS[status], "content": told})
    return found


_EXAMPLES: Mapping[int, TutelaError] = {
    400: MalformedRequest("EOF while parsing an object at line 1 column 14", place="body"),
    401: errors.Unauthenticated(
        place="Authorization", remedy="Send `Authorization: Bearer` with a key of this system."
    ),
    403: errors.Forbidden("this takes the scope submit", place="Authorization"),
    404: errors.UnknownItem(place="id"),
    408: TooSlow(place="body", remedy="Send it again."),
    409: errors.DuplicateItem(place="id"),
    410: errors.GrantUsed(place="token", remedy="Ask for a new one: each look is one."),
    413: errors.TooLarge(),
    415: UnsupportedMediaType(
        "this route takes JSON", place="Content-Type", remedy="Send `Content-Type: application/json`."
    ),
    416: errors.RangeOutside(48213),
    422: InvalidRequest([{"place": "author.nmae", "message": "there is no such field"}]),
    429: TooManyRequests(),
    500: TutelaError(),
    503: errors.IndexNotReady(),
}
"""An error of each status, told as the server itself would tell it."""

_REQUEST_ID = "req_5f2a90c1d4b7e836"


def _content(route: Route, refs: Any, status: int) -> dict[str, Any]:
    if status == 204:  # noqa: PLR2004  # no content
        return {}
    if route.answer is None:
        return {"content": {route.media_type: {"schema": {"type": "string"}, "example": ""}}}
    told = {"schema": refs[route.answer, "serialization"], "example": route.answer.example}
    return {"content": {route.media_type: told}}


def _failures(route: Route) -> list[int]:
    if route.path == "/healthz":
        return [500]
    failures = {422, 429, 500, 503}
    if route.scope != OPEN:
        failures |= {401}
    if route.scope not in {OPEN, ANY_KEY}:
        failures |= {403}
    if "{" in route.path:
        failures |= {404}
    if route.has_head:
        failures |= {409, 410, 416}
    if route.body is not None or route.raw:
        failures |= {400, 408, 409, 413, 415}
    return sorted(failures)
