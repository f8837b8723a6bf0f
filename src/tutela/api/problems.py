"""One shape for every error (RFC 9457), by the table in `tutela.statuses`. What was sent is never repeated."""

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from starlette.responses import Response

from tutela import errors
from tutela.errors import BadInput, TutelaError
from tutela.statuses import STATUS, status_of

TYPE_BASE = "urn:tutela:problem:"
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 2
MAX_PLACES = 20
"""Places named in one answer; a batch of broken items would otherwise be answered by a book."""


class MalformedRequest(BadInput):
    """What was sent could not be read as the JSON or form that it should be."""


class InvalidRequest(BadInput):
    """What was sent does not have the shape that this route takes."""

    def __init__(self, places: "list[dict[str, str]]") -> None:
        """Name the places; the first one is in the sentence."""
        super().__init__(place=places[0]["place"] if places else None)
        self.places = places


class UnsupportedMediaType(BadInput):
    """This route does not take that content type or encoding."""


class NotFound(BadInput):
    """There is nothing at this address."""


class MethodNotAllowed(BadInput):
    """This address does not take that method."""


class TooSlow(BadInput):
    """Nothing more came of the body, and nothing of it was kept."""


class TooManyRequests(errors.Unavailable):
    """Too many requests are waiting."""


class Broken(TutelaError):  # noqa: N818  # the name is told as the problem's type
    """Something went wrong in Tutela; the log holds more under this request id."""


_STATUS: Mapping[type[TutelaError], int] = {
    **STATUS,
    MalformedRequest: 400,
    UnsupportedMediaType: 415,
    NotFound: 404,
    MethodNotAllowed: 405,
    TooSlow: 408,
    TooManyRequests: 429,
}
"""Those of the tree, and of what only this face has."""

_NAMEABLE = re.compile(r"[A-Za-z][A-Za-z_]{0,29}|[a-z]+[0-9]{1,3}", re.ASCII)
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def body_of(error: TutelaError, request_id: str) -> dict[str, Any]:
    """Return the problem of *error*. A server's own failure tells its class and nothing of its circumstances."""
    status = status_of(error, _STATUS)
    is_ours = status == HTTPStatus.INTERNAL_SERVER_ERROR
    shown = Broken() if is_ours else error
    problem: dict[str, Any] = {
        "type": TYPE_BASE + _kebab(type(shown).__name__),
        "title": (type(shown).__doc__ or "").strip().splitlines()[0],
        "status": status,
        "detail": shown.detail,
    }
    if shown.place:
        problem["place"] = shown.place
    if shown.remedy:
        problem["remedy"] = shown.remedy
    problem["request_id"] = request_id
    if isinstance(shown, errors.CaseMoved):
        problem["why"], problem["changed"] = shown.why, shown.changed
    if isinstance(shown, errors.ReportMoved):
        problem["report"] = shown.changed
    if isinstance(shown, InvalidRequest | errors.Refused | errors.WrongFields):
        problem["errors"] = shown.places[:MAX_PLACES]
    return problem


def response_to(error: TutelaError, request_id: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer that tells *error*."""
    body = body_of(error, request_id)
    more = dict(headers or {})
    if body["status"] == HTTPStatus.UNAUTHORIZED:
        more["WWW-Authenticate"] = 'Bearer realm="tutela"'
    if isinstance(error, errors.RangeOutside):
        more["Content-Range"] = f"bytes */{error.size_bytes}"
    if body["status"] in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        more["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return Response(orjson.dumps(body), status_code=body["status"], headers=more, media_type=MEDIA_TYPE)


def invalid(error: ValidationError, *, prefix: Iterable[str] = ()) -> BadInput:
    """Return what a failed validation says: places and messages, never the values."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    if found and found[0]["type"] == "json_invalid":
        # The parser's message holds what it expected and where, and nothing of what was there.
        return MalformedRequest(found[0]["msg"].removeprefix("Invalid JSON: "), place="body")
    return InvalidRequest([_told(each, tuple(prefix)) for each in found[:MAX_PLACES]])


def _told(each: ErrorDetails, prefix: tuple[str, ...]) -> dict[str, str]:
    message = "there is no such field" if each["type"] == "extra_forbidden" else each["msg"]
    return {"place": ".".join((*prefix, *map(_name, each["loc"]))) or "body", "message": message}


def _name(part: int | str) -> str:
    """Return one step of a place: a field's name may be content when the sender made it up."""
    if isinstance(part, int) or _NAMEABLE.fullmatch(part):
        return str(part)
    return "(a name that is not repeated here)"


def _kebab(name: str) -> str:
    return _WORDS.sub("-", name).lower()
