"""Connections for httpx that go only where an address was checked, and end when their question does.

The name is resolved here, each of its addresses is checked, and one of exactly these is connected to. A classifier
that is inside is reached inside only: its content needs no consent because it does not leave the house, and a name
that came to lead elsewhere would make that untrue. Connections are kept open between questions.
"""

import selectors
import socket
import ssl
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property, partial
from typing import Any

import httpcore
import httpx

from tutela.adapters.webhooks.connecting import (
    CONNECT_SECONDS,
    Breaker,
    Deadline,
    NotReachedError,
    Place,
    Resolve,
    break_off,
    connect,
    places_of,
    shake_hands,
)
from tutela.core.addresses import AddressKind, Target, kind_of
from tutela.core.webhooks import Failure

_MAX_CONNECTIONS = 16
_KEPT_SECONDS = 30.0

_deadline: ContextVar[Deadline | None] = ContextVar("classifier_deadline", default=None)
"""Of the question that this thread asks: a connection outlives it, and httpx only knows timeouts of single reads."""


@contextmanager
def within(seconds: float) -> Iterator[Deadline]:
    """Let everything that this thread sends and reads in the block end together."""
    deadline = Deadline(seconds)
    token = _deadline.set(deadline)
    try:
        yield deadline
    finally:
        _deadline.reset(token)


def _left() -> float:
    deadline = _deadline.get()
    if deadline is None:  # nobody asks: httpcore is closing what it kept
        return 1.0
    return deadline.left()


class CheckedStream(httpcore.NetworkStream):
    """A connection whose every wait ends with the question."""

    def __init__(self, opened: socket.socket, breaker: Breaker) -> None:
        """Take *opened* over."""
        self._socket, self._breaker = opened, breaker

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what has come; *timeout* is left to the deadline."""
        del timeout
        with self._breaker.around(partial(break_off, self._socket)):
            self._socket.settimeout(_left())
            return self._socket.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send everything."""
        del timeout
        rest = memoryview(buffer)
        with self._breaker.around(partial(break_off, self._socket)):
            while rest:
                self._socket.settimeout(_left())
                rest = rest[self._socket.send(rest) :]

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Return the connection, encrypted to whoever proves to be *server_hostname*."""
        del timeout
        wrapped = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname, do_handshake_on_connect=False)
        try:
            with self._breaker.around(partial(break_off, wrapped)):
                shake_hands(wrapped, _deadline.get() or Deadline(CONNECT_SECONDS))
        except BaseException:
            wrapped.close()
            raise
        return CheckedStream(wrapped, self._breaker)

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks of a connection that it kept: whether the other side has closed it."""
        if info != "is_readable":
            return None
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            return bool(selector.select(0))


class CheckedBackend(httpcore.NetworkBackend):
    """Connect to one target, wherever its name leads, if it may."""

    def __init__(self, target: Target, resolve: Resolve, breaker: Breaker, *, is_inside: bool) -> None:
        """Know *target*; every connection is to it."""
        self._target, self._resolve, self._breaker, self._is_inside = target, resolve, breaker, is_inside

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a connection to a checked address."""
        del host, port, timeout, local_address, socket_options
        soon = Deadline(min(CONNECT_SECONDS, _left()))
        places = places_of(self._target, self._resolve, soon, self._breaker, allows_private=self._is_inside)
        self._check(places)
        opened = connect(places, soon, self._breaker)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return CheckedStream(opened, self._breaker)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None
    ) -> httpcore.NetworkStream:
        """Refuse: nobody asks for it."""
        del path, timeout, socket_options
        raise NotReachedError(Failure.ADDRESS_REFUSED)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def _check(self, places: Sequence[Place]) -> None:
        if self._is_inside and any(kind_of(str(place[0])) is not AddressKind.PRIVATE for _, place in places):
            raise NotReachedError(Failure.ADDRESS_REFUSED)


class CheckedTransport(httpx.BaseTransport):
    """Carry requests of httpx; it knows no proxy, no environment and no redirect."""

    def __init__(
        self, target: Target, resolve: Resolve, *, is_inside: bool, trust: ssl.SSLContext | None = None
    ) -> None:
        """Carry to *target* only.

        Args:
            target: Where to.
            resolve: What tells the addresses of a name.
            is_inside: Whether it is on our own network, and nowhere else.
            trust: Whom to believe who they are; what this machine believes unless given.
        """
        self.breaker = Breaker()
        self._backend = CheckedBackend(target, resolve, self.breaker, is_inside=is_inside)
        self._given_trust = trust

    @cached_property
    def _pool(self) -> httpcore.ConnectionPool:
        # Made when it is first needed: the certificates of a system take a while to load.
        return httpcore.ConnectionPool(
            ssl_context=self._given_trust or ssl.create_default_context(),
            max_connections=_MAX_CONNECTIONS,
            max_keepalive_connections=_MAX_CONNECTIONS,
            keepalive_expiry=_KEPT_SECONDS,
            network_backend=self._backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send *request* and return the beginning of its answer."""
        sent = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.content,
            extensions={"timeout": {"pool": _left()}},
        )
        answer = self._pool.handle_request(sent)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        """Break off everything, and let nothing begin any more."""
        self.breaker.close()
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()
