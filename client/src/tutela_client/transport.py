"""Requests over kept connections, tried again where that is safe; every refusal is one kind of error."""

import http.client
import json
import os
import random
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit
from weakref import WeakSet, finalize

from tutela_client.bodies import Body

T = TypeVar("T")

TRY_AGAIN = frozenset({429, 502, 503, 504})
"""Statuses after which the same request may succeed: the server is busy, starting, or does not know yet."""

LONGEST_PAUSE_SECONDS = 5.0
FIRST_PAUSE_SECONDS = 0.1
LOCAL_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
MAX_ANSWER_BYTES = 64 * 1024 * 1024
_FAILED = 400


class TutelaClientError(Exception):
    """The server did not do what was asked. Whatever was to be published must wait."""

    def __init__(
        self, detail: str, *, status: int = 0, place: str | None = None, remedy: str | None = None,
        request_id: str | None = None,
    ) -> None:  # fmt: skip
        """Keep what the server said.

        Args:
            detail: What is wrong.
            status: Of the answer; 0 when none came.
            place: The field or setting it is about.
            remedy: What to do about it.
            request_id: Under which the server's log has it.
        """
        self.detail = detail
        self.status = status
        self.place = place
        self.remedy = remedy
        self.request_id = request_id
        super().__init__(" ".join(part for part in (f"{place}:" if place else "", detail, remedy or "") if part))


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of the server."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body, parsed; see `read`."""
        return self.read(lambda value: value)

    def read(self, parse: Callable[[Any], T]) -> T:
        """Return the body as *parse* makes a value of it.

        Raises:
            TutelaClientError: It is not what was asked for: something on the way answered instead of the server.
        """
        try:
            return parse(json.loads(self.body))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise TutelaClientError(
                "the answer is not one of a Tutela server", status=self.status, remedy="Check the address."
            ) from error


class Transport:
    """Connections to one server, one for each thread, kept open between requests."""

    def __init__(self, url: str, key: str, *, timeout_seconds: float, retries: int, is_plain_http_safe: bool) -> None:
        """Check *url*; nothing is connected yet.

        Raises:
            ValueError: It is no http or https address, or the key would travel in the clear.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("url must look like https://tutela.example or http://127.0.0.1:8420")
        if parts.scheme == "http" and parts.hostname not in LOCAL_HOSTS and not is_plain_http_safe:
            raise ValueError("over http the key and all content travel in the clear: use https beyond this machine")
        self._host, self._port, self._prefix = parts.hostname, parts.port, parts.path.rstrip("/")
        port = f":{self._port}" if self._port else ""
        self.address = f"{parts.scheme}://{self._host}{port}{self._prefix}"
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._key = key
        self._timeout_seconds = timeout_seconds
        self._retries = retries
        self._process = os.getpid()
        self._threads = threading.local()
        self._open: WeakSet[_Kept] = WeakSet()
        self._lock = threading.Lock()

    def send(
        self, method: str, path: str, body: Body | None = None, *, headers: Mapping[str, str] | None = None,
        timeout_seconds: float | None = None,
    ) -> Reply:  # fmt: skip
        """Send one request, again after a failure as often as allowed, and return the answer.

        Raises:
            TutelaClientError: The server refused, or could not be reached.
        """
        retries = self._retries if body is None or body.is_repeatable else 0
        wait_seconds = timeout_seconds or self._timeout_seconds
        for attempt in range(retries):
            try:
                reply = self._once(method, path, body, headers or {}, wait_seconds)
            except (OSError, http.client.HTTPException):
                time.sleep(_pause_seconds(attempt, None))
                continue
            if reply.status not in TRY_AGAIN:
                return _accepted(reply)
            time.sleep(_pause_seconds(attempt, reply.headers.get("retry-after")))
        try:
            return _accepted(self._once(method, path, body, headers or {}, wait_seconds))
        except (OSError, http.client.HTTPException) as error:
            raise _unreachable(error) from error

    def _once(
        self, method: str, path: str, body: Body | None, headers: Mapping[str, str], timeout_seconds: float
    ) -> Reply:
        was_kept = self._connection(timeout_seconds).sock is not None
        try:
            return self._exchange(method, path, body, headers, timeout_seconds)
        except ConnectionError:
            # A server closes kept connections when it likes; only a fresh one that breaks says anything about it.
            if not was_kept or (body is not None and not body.is_repeatable):
                raise
            return self._exchange(method, path, body, headers, timeout_seconds)

    def _exchange(
        self, method: str, path: str, body: Body | None, headers: Mapping[str, str], timeout_seconds: float
    ) -> Reply:
        try:
            return self._converse(self._connection(timeout_seconds), method, path, body, headers)
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def _converse(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: Body | None,
        headers: Mapping[str, str],
    ) -> Reply:  # fmt: skip
        is_cut = False
        try:
            self._write(connection, method, path, body, headers)
        except (BrokenPipeError, ConnectionResetError):
            if connection.sock is None:  # reset while it was being opened: nobody has heard us, and nobody will answer
                raise
            # A server that refuses early (too large, no such key) answers and closes: its words matter more.
            is_cut = True
        response = connection.getresponse()
        content = response.read(MAX_ANSWER_BYTES)
        if is_cut or response.will_close or not response.isclosed():
            self.close()
        return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, content)

    def _write(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: Body | None,
        headers: Mapping[str, str],
    ) -> None:  # fmt: skip
        sent = {"Authorization": f"Bearer {self._key}", "Accept": "application/json", **headers}
        chunks: Iterator[bytes] | None = None
        if body is not None:
            sent["Content-Type"] = body.content_type
            if body.size_bytes is not None:
                sent["Content-Length"] = str(body.size_bytes)
            else:
                sent["Transfer-Encoding"] = "chunked"
            chunks = body.chunks()
        is_chunked = body is not None and body.size_bytes is None
        connection.request(method, self._prefix + path, body=chunks, headers=sent, encode_chunked=is_chunked)

    def _connection(self, timeout_seconds: float) -> http.client.HTTPConnection:
        if os.getpid() != self._process:
            # A child must not speak on its parent's connections.
            self._process, self._threads, self._lock = os.getpid(), threading.local(), threading.Lock()
        kept: _Kept | None = getattr(self._threads, "kept", None)
        if kept is None:
            kept = self._threads.kept = _Kept(
                http.client.HTTPConnection(self._host, self._port)
                if self._tls is None
                else http.client.HTTPSConnection(self._host, self._port, context=self._tls)
            )
            with self._lock:
                self._open.add(kept)
        connection = kept.connection
        connection.timeout = timeout_seconds
        if connection.sock is not None:
            connection.sock.settimeout(timeout_seconds)
        return connection

    def close_all(self) -> None:
        """Close the connections of all threads; call it when none is in use."""
        with self._lock:
            for kept in list(self._open):
                kept.connection.close()

    def close(self) -> None:
        """Close this thread's connection; the next request opens another."""
        kept: _Kept | None = getattr(self._threads, "kept", None)
        self._threads.kept = None
        if kept is not None:
            kept.connection.close()


class _Kept:
    """A connection that is closed when its thread has ended and let go of it."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self.connection = connection
        finalize(self, connection.close)


def _pause_seconds(attempt: int, retry_after: str | None) -> float:
    if retry_after is not None and retry_after.isdecimal():
        return min(float(retry_after), LONGEST_PAUSE_SECONDS)
    # Spread, so that a hundred workers of a platform do not come back in the same moment.
    spread = random.uniform(0.5, 1.0)  # noqa: S311  # spreading load, nothing secret
    return float(min(FIRST_PAUSE_SECONDS * 4**attempt, LONGEST_PAUSE_SECONDS)) * spread


def _unreachable(error: Exception) -> TutelaClientError:
    return TutelaClientError(
        f"no answer from the server ({type(error).__name__})",
        remedy="Publish nothing that was not answered: keep it and submit it again.",
    )


def _accepted(reply: Reply) -> Reply:
    if reply.status >= _FAILED:
        raise _refusal(reply)
    return reply


def _refusal(reply: Reply) -> TutelaClientError:
    try:
        problem = json.loads(reply.body)
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        problem = {}
    return TutelaClientError(
        str(problem.get("detail") or problem.get("title") or f"the server answered {reply.status}"),
        status=reply.status,
        place=problem.get("place"),
        remedy=problem.get("remedy"),
        request_id=problem.get("request_id"),
    )
