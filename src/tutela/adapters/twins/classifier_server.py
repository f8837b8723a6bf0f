"""A classifier's outside, on this machine: real HTTP on the loopback, that behaves as it is told, also badly."""

import gzip
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

HOST = "127.0.0.1"
DRIP_SECONDS = 0.02


class Mode(StrEnum):
    """How it behaves."""

    WELL = "well"
    # As somebody who speaks HTTP badly, or not at all.
    HANG = "hang"  #: answers nothing
    DRIP = "drip"  #: a byte of the answer now and then
    HUGE = "huge"  #: an answer without an end
    CUT = "cut"  #: ends in the middle
    PACKED = "packed"  #: packs the answer although nobody asked for it
    REDIRECT = "redirect"
    BUSY = "busy"  #: 429, with a time
    SERVER = "server"  #: 503
    DENY = "deny"  #: 401
    REFUSE = "refuse"  #: 400
    NO_JSON = "no_json"
    # As somebody who answers wrongly.
    GARBAGE = "garbage"  #: JSON of another form
    LIE = "lie"  #: scores that are none, or an answer that contradicts itself
    OTHER_VERSION = "other_version"
    OVERCHARGE = "overcharge"  #: bills a thousand times what was agreed
    DECLINE = "decline"  #: says that it will not judge this


@dataclass(frozen=True, slots=True)
class Came:
    """One request."""

    path: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """Return its body parsed."""
        return json.loads(self.body)


class System(Protocol):
    """What an outside system answers."""

    path: str

    def answer(self, came: Came, mode: Mode) -> tuple[int, Any]:
        """Return status and JSON."""
        ...


class ClassifierTwin:
    """One outside system that listens."""

    def __init__(self, system: System, server: ThreadingHTTPServer) -> None:
        """Stand for *system*."""
        self.system, self.mode = system, Mode.WELL
        self.after: Mode | None = None  #: how it behaves from the second request on; none: as it did
        self.came: list[Came] = []
        self.is_over = threading.Event()
        self._server, self._lock = server, threading.Lock()

    @property
    def port(self) -> int:
        """Return where it listens."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://{HOST}:{self.port}{self.system.path}"

    def note(self, came: Came) -> Mode:
        """Note a request and return how to behave."""
        with self._lock:
            self.came.append(came)
            mode = self.mode
            self.mode = self.after or mode
            return mode


@contextmanager
def listening(system: System) -> Iterator[ClassifierTwin]:
    """Yield a twin of *system* that listens until the block ends."""
    handler = type("_Handler", (_Handler,), {})
    server = _Server((HOST, 0), handler)
    twin = ClassifierTwin(system, server)
    handler.twin = twin  # type: ignore[attr-defined]  # of a class made just now
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield twin
    finally:
        twin.is_over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: those who call are meant to break off."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    twin: ClassifierTwin

    def do_POST(self) -> None:
        """Take a request and behave."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        came = Came(self.path, headers, body)
        mode = self.twin.note(came)
        with suppress(OSError):
            _behave(self, came, mode)

    def do_GET(self) -> None:
        """Note that somebody followed a redirect."""
        self.twin.note(Came(self.path, {}, b""))
        self.tell(200, b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def tell(self, status: int, body: bytes, **headers: str) -> None:
        """Answer whole."""
        self.begin(status, len(body), **headers)
        self.wfile.write(body)

    def begin(self, status: int, length: int | None, **headers: str) -> None:
        """Send status and headers."""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()


_STATUS: Mapping[Mode, tuple[int, dict[str, str]]] = {
    Mode.REDIRECT: (307, {"Location": "/elsewhere"}),
    Mode.BUSY: (429, {"Retry_After": "120"}),
    Mode.SERVER: (503, {}),
    Mode.DENY: (401, {}),
    Mode.REFUSE: (400, {}),
}


def _behave(handler: _Handler, came: Came, mode: Mode) -> None:
    if mode in _STATUS:
        status, headers = _STATUS[mode]
        handler.tell(status, b'{"error":"no"}', **headers)
    elif mode is Mode.HANG:
        handler.close_connection = True
        handler.twin.is_over.wait(30)
    elif mode is Mode.HUGE:
        _gush(handler)
    elif mode is Mode.NO_JSON:
        handler.tell(200, b"<html>a page</html>")
    else:
        _answer(handler, came, mode)


def _answer(handler: _Handler, came: Came, mode: Mode) -> None:
    if came.path != handler.twin.system.path:
        handler.tell(404, b"{}")
        return
    status, told = handler.twin.system.answer(came, mode)
    body = json.dumps(told).encode()
    if mode is Mode.DRIP:
        _drip(handler, body)
    elif mode is Mode.CUT:
        handler.close_connection = True
        handler.begin(status, len(body))
        handler.wfile.write(body[: len(body) // 2])
        handler.connection.shutdown(socket.SHUT_RDWR)
    elif mode is Mode.PACKED:
        handler.tell(status, gzip.compress(body), Content_Encoding="gzip")
    else:
        handler.tell(status, body)


def _drip(handler: _Handler, body: bytes) -> None:
    handler.begin(200, len(body) * 1000)
    for place in range(len(body) * 1000):
        if handler.twin.is_over.wait(DRIP_SECONDS):
            return
        handler.wfile.write(body[place % len(body) :][:1])


def _gush(handler: _Handler) -> None:
    handler.close_connection = True
    handler.begin(200, None)
    while True:
        handler.wfile.write(b'"' + b"x" * 65536)
