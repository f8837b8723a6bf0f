"""Connections to addresses that were checked, each with a moment at which it ends.

The name is resolved here, every address that it has is checked, and one of exactly these is connected to: a second look
at the name could find another address. Nothing asks the environment for a proxy.
"""

import io
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from typing import Any

from tutela.core.addresses import Target, may_connect
from tutela.core.webhooks import Failure

CONNECT_SECONDS = 5.0

Place = tuple[int, tuple[Any, ...]]
"""An address family, and what is connected to: a numeric address, a port, and what else the family has."""

Resolve = Callable[[str, int], Sequence[Place]]


class NotReachedError(Exception):
    """There is no connection."""

    def __init__(self, failure: Failure) -> None:
        """Keep why not."""
        super().__init__(failure.value)
        self.failure = failure


def look_up(host: str, port: int) -> list[Place]:
    """Return the places of a name, as this machine's resolver tells them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, place) for family, _, _, _, place in found]


class Deadline:
    """A moment at which everything is over."""

    def __init__(self, seconds: float) -> None:
        """Begin now."""
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left.

        Raises:
            TimeoutError: None.
        """
        seconds = self._at - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


class Breaker:
    """Break off whatever waits, from another thread."""

    def __init__(self) -> None:
        """Let everything go on."""
        self._lock = threading.Lock()
        self._waiting: set[Callable[[], None]] = set()
        self.is_closed = False

    @contextmanager
    def around(self, end: Callable[[], None]) -> Iterator[None]:
        """Let `close` call *end* while the block runs.

        Raises:
            NotReachedError: It is closed already.
        """
        with self._lock:
            if self.is_closed:
                raise NotReachedError(Failure.STOPPED)
            self._waiting.add(end)
        try:
            yield
        finally:
            with self._lock:
                self._waiting.discard(end)

    def close(self) -> None:
        """Break off everything, and let nothing begin any more."""
        with self._lock:
            self.is_closed = True
            waiting = list(self._waiting)
        for end in waiting:
            end()


def places_of(
    target: Target, resolve: Resolve, deadline: Deadline, breaker: Breaker, *, allows_private: bool
) -> Sequence[Place]:
    """Return where *target* is.

    Raises:
        NotReachedError: It has no address, or one among them is none that we connect to.
    """
    found: queue.SimpleQueue[Sequence[Place]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found.put(resolve(target.host, target.port))
        except (OSError, UnicodeError):
            found.put(())

    # A resolver that does not answer cannot be broken off, so it is left to itself.
    threading.Thread(target=ask, name="resolve", daemon=True).start()
    with breaker.around(lambda: found.put(())):
        try:
            places = found.get(timeout=deadline.left())
        except queue.Empty:
            places = ()
    if not places:
        raise NotReachedError(Failure.NO_ADDRESS)
    if not all(may_connect(target, str(place[0]), allows_private=allows_private) for _, place in places):
        raise NotReachedError(Failure.ADDRESS_REFUSED)
    return places


def connect(places: Sequence[Place], deadline: Deadline, breaker: Breaker) -> socket.socket:
    """Return a connection to the first place that answers.

    Raises:
        NotReachedError: None does.
    """
    is_slow = False
    for family, place in places:
        opened = socket.socket(family, socket.SOCK_STREAM)
        try:
            with breaker.around(partial(break_off, opened)):
                opened.settimeout(deadline.left())
                opened.connect(place)
        except OSError as error:
            opened.close()
            is_slow = is_slow or isinstance(error, TimeoutError)
        except BaseException:
            opened.close()
            raise
        else:
            return opened
    raise NotReachedError(Failure.TIMED_OUT if is_slow else Failure.NOT_CONNECTED)


class Connector:
    """Connect to targets at addresses that are checked, encrypted where the target says so."""

    def __init__(self, resolve: Resolve, trust: ssl.SSLContext | None, *, allows_private: bool) -> None:
        """Be ready.

        Args:
            resolve: What tells the addresses of a name.
            trust: Whom to believe who they are; what this machine believes when none is given.
            allows_private: Whether targets may be inside.
        """
        self._resolve, self._given_trust, self._allows_private = resolve, trust, allows_private
        self.breaker = Breaker()

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        # Made when it is first needed: the certificates of a system take a while to load.
        return self._given_trust or ssl.create_default_context()

    @contextmanager
    def connected(self, target: Target, deadline: Deadline) -> Iterator[socket.socket]:
        """Yield a connection to *target*, which ends with the block.

        Raises:
            NotReachedError: There is none.
            TimeoutError: The deadline has passed.
        """
        soon = Deadline(min(CONNECT_SECONDS, deadline.left()))
        places = places_of(target, self._resolve, soon, self.breaker, allows_private=self._allows_private)
        opened = connect(places, soon, self.breaker)
        try:
            if target.is_tls:
                opened = self._trust.wrap_socket(opened, server_hostname=target.host, do_handshake_on_connect=False)
            with self.breaker.around(partial(break_off, opened)):
                if isinstance(opened, ssl.SSLSocket):
                    shake_hands(opened, deadline)
                yield opened
        finally:
            opened.close()

    def close(self) -> None:
        """Break off what is under way."""
        self.breaker.close()


def shake_hands(opened: ssl.SSLSocket, deadline: Deadline) -> None:
    """Agree on encryption with whoever proves to be the host that the connection was made for.

    Raises:
        NotReachedError: Nobody does.
    """
    try:
        opened.settimeout(deadline.left())
        opened.do_handshake()
    except TimeoutError:
        raise NotReachedError(Failure.TIMED_OUT) from None
    except (OSError, ValueError):
        raise NotReachedError(Failure.TLS) from None


class Wire(io.RawIOBase):
    """What an HTTP connection reads and writes, with an end to all of it together."""

    def __init__(self, opened: socket.socket, deadline: Deadline) -> None:
        """Take *opened* over."""
        super().__init__()
        self._socket, self._deadline = opened, deadline

    def sendall(self, content: bytes) -> None:
        """Send everything."""
        rest = memoryview(content)
        while rest:
            self._socket.settimeout(self._deadline.left())
            rest = rest[self._socket.send(rest) :]

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return a reader of what comes."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what has come."""
        self._socket.settimeout(self._deadline.left())
        return self._socket.recv_into(buffer)

    def close(self) -> None:
        """Close the connection."""
        if not self.closed:
            self._socket.close()
        super().close()


def break_off(opened: socket.socket) -> None:
    """End a connection that another thread waits for."""
    with suppress(OSError):
        # Below TLS, whose own shutdown would pull its state away from under the thread that reads.
        socket.socket.shutdown(opened, socket.SHUT_RDWR)
