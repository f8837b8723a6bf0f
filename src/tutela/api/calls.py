"""One request on its way: what its handler gets, and how it gets to a thread."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ParamSpec, TypeVar

import anyio
import orjson
from starlette.requests import Request
from starlette.responses import Response

from tutela.api.bodies import NoQuery
from tutela.api.callers import Callers
from tutela.api.metrics import Metrics
from tutela.api.problems import InvalidRequest, TooManyRequests
from tutela.api.reading import Model, parse, parse_query, path_part
from tutela.api.rooms import HouseLike
from tutela.api.watch import ChangeWatch
from tutela.core.permissions import Principal
from tutela.errors import Unauthenticated
from tutela.ports.committer import IdempotentAnswer

P = ParamSpec("P")
T = TypeVar("T")

MAX_THREADS = 64
MAX_WAITING = 1000
"""Requests that may wait for a thread before callers are told to slow down."""

MAX_IMPORTS = 4
"""Imports hold a thread for as long as the sender takes: they have their own."""

MAX_KEY_CHARACTERS = 200
JSON = "application/json"


@dataclass(slots=True)
class Shared:
    """What all requests of one app share."""

    house: HouseLike
    callers: Callers
    metrics: Metrics
    watch: ChangeWatch
    threads: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(MAX_THREADS))
    uploading: int = 0  #: bodies that are too large for memory, on their way into the vault
    imports: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(MAX_IMPORTS))

    async def in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run *work* in a thread.

        Raises:
            TooManyRequests: Too many wait already.
        """
        if self.threads.statistics().tasks_waiting >= MAX_WAITING:
            raise TooManyRequests(remedy="Try again in a moment.")
        return await anyio.to_thread.run_sync(partial(work, *args, **kwargs), limiter=self.threads)


@dataclass(slots=True)
class Call:
    """One request, authorised, with what its handler needs."""

    shared: Shared
    request: Request
    request_id: str
    principal: Principal | None = None  #: none on open routes
    raw: bytes = b""  #: the JSON body, where the route takes one

    @property
    def house(self) -> HouseLike:
        """Return the house."""
        return self.shared.house

    @property
    def caller(self) -> Principal:
        """Return who asks."""
        if self.principal is None:
            raise Unauthenticated
        return self.principal

    def body(self, model: type[Model]) -> Model:
        """Return the parsed body."""
        return parse(model, self.raw)

    def query(self, model: type[Model]) -> Model:
        """Return the parsed query."""
        return parse_query(model, self.request)

    def no_query(self) -> None:
        """Refuse parameters where none means anything."""
        parse_query(NoQuery, self.request)

    def part(self, name: str) -> str:
        """Return one part of the path, decoded."""
        return path_part(self.request, name)

    def once(self, content: bytes) -> "Once | None":
        """Return which request this is when the caller may repeat it, or none.

        Args:
            content: What makes another request under the same key noticed.

        Raises:
            InvalidRequest: The header is not 1 to 200 printable ASCII characters.
        """
        key = self.request.headers.get("idempotency-key")
        if key is None:
            return None
        if not 0 < len(key) <= MAX_KEY_CHARACTERS or not key.isascii() or not key.isprintable():
            message = f"1 to {MAX_KEY_CHARACTERS} printable ASCII characters"
            raise InvalidRequest([{"place": "Idempotency-Key", "message": message}])
        asked = f"{self.request.method} {self.request.scope['path']}?{self.request.url.query}".encode()
        fingerprint = hashlib.sha256(asked + b"\0" + content).hexdigest()
        return Once(self.caller.id, key, fingerprint)


@dataclass(frozen=True, slots=True)
class Once:
    """Which request this is, so that a repetition is answered as the first was."""

    owner: str
    key: str
    fingerprint: str

    def answered(self, house: HouseLike, body: bytes) -> IdempotentAnswer:
        """Return the answer as it is kept."""
        return IdempotentAnswer(self.owner, self.key, self.fingerprint, body, house.clock.now())


Work = Callable[[Call], Response]
Serve = Callable[[Call], Awaitable[Response]]


def encode(value: Any) -> bytes:
    """Return *value* as JSON; times in UTC with a Z."""
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return the response that tells *value*."""
    return Response(encode(value), status_code=status, headers=headers, media_type=JSON)


def encoded_answer(body: bytes, status: int, *, is_replay: bool) -> Response:
    """Return the response that tells what is encoded already."""
    headers = {"Idempotent-Replayed": "true"} if is_replay else None
    return Response(body, status_code=status, headers=headers, media_type=JSON)
