"""Read requests: bounded, strict, and never spooled."""

import asyncio
from collections.abc import AsyncIterator
from typing import TypeVar
from urllib.parse import unquote_to_bytes

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from tutela.api.problems import InvalidRequest, NotFound, TooSlow, UnsupportedMediaType, invalid
from tutela.errors import TooLarge

Model = TypeVar("Model", bound=BaseModel)

HOP_BYTES = 256 * 1024
"""Small chunks are grouped to this size before they go to a thread: a hop costs as much as hashing 50 KiB."""

IDLE_SECONDS = 60.0
"""How long a body may pause before its sender counts as gone."""

MAX_ID_CHARACTERS = 200


def content_type(request: Request) -> str:
    """Return the content type without its parameters, in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def check_encoding(request: Request) -> None:
    """Refuse compressed bodies: a small one can hold a large one.

    Raises:
        UnsupportedMediaType: There is a content encoding.
    """
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaType("a compressed body is not taken", place="Content-Encoding", remedy="Send it plain.")


def check_length(request: Request, max_bytes: int) -> None:
    """Refuse what says itself that it is too large, before a byte of it is read.

    Raises:
        tutela.errors.TooLarge: It does.
    """
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length) > max_bytes:
        raise TooLarge(f"the body may have {max_bytes} bytes at most", place="body")


async def arriving(request: Request) -> AsyncIterator[bytes]:
    """Yield the body as it comes, as long as it comes.

    Raises:
        TooSlow: Nothing came for `IDLE_SECONDS`: a sender that waits for ever would hold files and room for ever.
    """
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(IDLE_SECONDS):  # a third of the cost of anyio's, three times for each body
                chunk = await anext(stream, None)
        except TimeoutError:
            raise TooSlow(place="body", remedy="Send it again.") from None
        if chunk is None:
            return
        yield chunk


async def read_whole(request: Request, max_bytes: int) -> bytes:
    """Return the body.

    Raises:
        tutela.errors.TooLarge: It has more than *max_bytes*; reading stopped there.
    """
    check_length(request, max_bytes)
    body = bytearray()
    async for chunk in arriving(request):
        body += chunk
        if len(body) > max_bytes:
            raise TooLarge(f"the body may have {max_bytes} bytes at most", place="body")
    return bytes(body)


async def read_json(request: Request, max_bytes: int) -> bytes:
    """Return a JSON body, unparsed.

    Raises:
        UnsupportedMediaType: It says that it is something else.
        tutela.errors.TooLarge: It is.
    """
    check_encoding(request)
    kind = content_type(request)
    if kind not in {"application/json", ""} and not kind.endswith("+json"):
        remedy = "Send `Content-Type: application/json`; /v1/items also takes multipart/form-data."
        raise UnsupportedMediaType("this route takes JSON", place="Content-Type", remedy=remedy)
    return await read_whole(request, max_bytes)


def parse(model: type[Model], body: bytes) -> Model:
    """Return the value in a JSON body.

    Raises:
        MalformedRequest: It is no JSON.
        InvalidRequest: It has another shape; every place is named.
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise invalid(error) from None


def parse_query(model: type[Model], request: Request) -> Model:
    """Return the value in the query string.

    Raises:
        InvalidRequest: A parameter is unknown, doubled or of the wrong kind.
    """
    pairs = request.query_params.multi_items()
    values = dict(pairs)
    if len(values) != len(pairs):
        raise InvalidRequest([{"place": "query", "message": "a parameter is there twice"}])
    try:
        return model.model_validate_strings(values, strict=False)
    except ValidationError as error:
        raise invalid(error, prefix=("query",)) from None


def path_part(request: Request, name: str) -> str:
    """Return one part of the path, decoded: routes are matched encoded, so that an id may hold a slash.

    Raises:
        NotFound: It is no UTF-8, too long, or holds what no identifier holds.
    """
    try:
        value = unquote_to_bytes(request.path_params[name]).decode()
    except UnicodeDecodeError:
        raise NotFound from None
    if not value or len(value) > MAX_ID_CHARACTERS or any(ord(c) < ord(" ") or ord(c) == 127 for c in value):  # noqa: PLR2004  # DEL
        raise NotFound
    return value
