"""The outermost ring: a request id, the log, the numbers, safe headers, and an answer whatever happens inside."""

import secrets
import time
import traceback
from dataclasses import dataclass

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tutela.api.metrics import Metrics
from tutela.api.problems import Broken, response_to

_log = structlog.get_logger(__name__)

SCOPE_KEY = "tutela"
UNMATCHED = "unmatched"
CLIENT_LEFT = 499
"""Logged when nobody waited for the answer. Source: customary in web servers."""

NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
_SAFE = {
    b"x-content-type-options": b"nosniff",
    b"cache-control": b"no-store",
    b"referrer-policy": b"no-referrer",
    b"content-security-policy": NO_PAGE.encode(),
}


@dataclass(slots=True)
class Exchange:
    """What is known of one request before anything of it is looked at."""

    request_id: str
    template: str = UNMATCHED  #: the route's own path: what was asked for may hold identifiers
    status: int = CLIENT_LEFT


class Edge:
    """Wrap the app."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        """Pass requests on to *app*."""
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = scope[SCOPE_KEY] = Exchange(f"req_{secrets.token_hex(8)}")
        if raw := scope.get("raw_path"):
            # Routes are matched on the path as it was sent, so that an identifier may hold an encoded slash.
            scope["path"] = raw.decode("ascii", "replace")
        started = time.perf_counter()
        guarded = _Guarded(exchange, send)
        try:
            await self._app(scope, receive, guarded.send)
        except ClientDisconnect:
            exchange.status = CLIENT_LEFT
        except Exception as error:  # noqa: BLE001  # process edge: whatever broke, the answer says nothing of it
            _log.error("request_broke", request_id=exchange.request_id, route=exchange.template, **_where(error))
            if not guarded.has_started:
                await response_to(Broken(), exchange.request_id)(scope, receive, guarded.send)
            exchange.status = 500
        finally:
            self._note(scope["method"], exchange, time.perf_counter() - started)

    def _note(self, method: str, exchange: Exchange, seconds: float) -> None:
        method = method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} else "other"
        self._metrics.requests.labels(method, exchange.template, str(exchange.status)).inc()
        self._metrics.seconds.labels(method, exchange.template).observe(seconds)
        _log.info(
            "request",
            request_id=exchange.request_id,
            method=method,
            route=exchange.template,
            status=exchange.status,
            ms=round(seconds * 1000, 1),
        )


class _Guarded:
    """Sends with safe headers, and knows whether an answer has begun."""

    def __init__(self, exchange: Exchange, send: Send) -> None:
        self._exchange, self._send = exchange, send
        self.has_started = False

    async def send(self, message: Message) -> None:
        """Pass a message on."""
        if message["type"] == "http.response.start":
            self.has_started = True
            self._exchange.status = message["status"]
            headers = list(message.get("headers", ()))
            there = {name.lower() for name, _ in headers}
            headers.extend((name, value) for name, value in _SAFE.items() if name not in there)
            headers.append((b"x-request-id", self._exchange.request_id.encode()))
            message = {**message, "headers": headers}
        await self._send(message)


def _where(error: Exception) -> dict[str, str]:
    """Return what broke and where in the code: never the message, which may quote what was sent."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    return {"error_type": type(error).__name__, "where": places}
