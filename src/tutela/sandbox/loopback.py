"""What every stand-in on HTTP has in common: it listens on the loopback alone, in threads, and says nothing."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

LOOPBACK = "127.0.0.1"


class StandIn(Protocol):
    """What is served: it knows where, and when it is over."""

    port: int
    is_over: threading.Event


class Requests(BaseHTTPRequestHandler):
    """Take requests one by one; what they mean is the stand-in's own (`serve`)."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    sandbox: Any

    def do_GET(self) -> None:
        """Answer what changes nothing."""
        self._served("GET")

    def do_POST(self) -> None:
        """Take what is sent, or a wish of whoever tests."""
        self._served("POST")

    def do_DELETE(self) -> None:
        """Clear faults."""
        self._served("DELETE")

    def log_message(self, *_: object) -> None:
        """Say nothing: bodies and addresses are no business of a terminal."""

    def _served(self, method: str) -> None:
        with suppress(OSError):
            self.serve(method)

    def serve(self, method: str) -> None:
        """Answer one request."""
        raise NotImplementedError


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: whoever tests a client breaks off in the middle."""


@contextmanager
def listening_as(requests: type[Requests], sandbox: StandIn, *, port: int = 0) -> Iterator[None]:
    """Have *sandbox* listen on the loopback, on *port* or a free one, until the block ends."""
    server = _Server((LOOPBACK, port), type("_Handler", (requests,), {"sandbox": sandbox}))
    sandbox.port = int(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        sandbox.is_over.set()
        server.shutdown()
        server.server_close()
        thread.join()
