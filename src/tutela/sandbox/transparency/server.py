"""The stand-in on HTTP: the requests of the database under `/api/v1`, and what rules it under `/sandbox`."""

import hmac
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from tutela.sandbox.loopback import LOOPBACK, Requests, listening_as
from tutela.sandbox.ncmec import receiving
from tutela.sandbox.ncmec.faults import Does, Fault, Faults
from tutela.sandbox.transparency import control
from tutela.sandbox.transparency.database import Database

BASE = "/api/v1/"
JSON = "application/json"


class Sandbox:
    """One stand-in: its records, its token and its faults."""

    def __init__(self, token: str = "sandbox") -> None:  # noqa: S107  # of a stand-in on the loopback
        """Begin empty."""
        self.token = token
        self.database, self.faults = Database(), Faults()
        self.lock, self.is_over = threading.Lock(), threading.Event()
        self.told: Callable[[str], None] = lambda _: None
        self.port = 0

    @property
    def url(self) -> str:
        """Return the address of the database, before `/api`."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def control_url(self) -> str:
        """Return the address under which it is ruled."""
        return f"{self.url}{control.BASE}"

    def renew(self, token: str | None = None) -> str:
        """Make a new token; the one before it is worth nothing from then on."""
        self.token = token or secrets.token_hex(20)
        return self.token

    def reset(self) -> None:
        """Forget records and faults."""
        with self.lock:
            self.database = Database(self.url)
        self.faults.clear()


@contextmanager
def listening(sandbox: Sandbox, *, port: int = 0) -> Iterator[Sandbox]:
    """Yield *sandbox* while it listens on the loopback, on *port* or a free one."""
    with listening_as(_Handler, sandbox, port=port):
        sandbox.database.base_url = sandbox.url
        yield sandbox


class _Handler(Requests):
    sandbox: Sandbox

    def serve(self, method: str) -> None:
        """Answer one request."""
        path = self.path.partition("?")[0]
        try:
            body = receiving.document(self)
        except receiving.BadBody as error:
            self.close_connection = True
            self._tell(400, {"message": str(error)})
            return
        if path.startswith(control.BASE):
            self._tell(*control.answer(self.sandbox, method, path.removeprefix(control.BASE), body))
        else:
            self._step(method, path.removeprefix(BASE).strip("/"), body)

    def _step(self, method: str, path: str, body: bytes) -> None:
        step, _, name = path.partition("/")
        is_asking = step == "statement" and name.startswith("existing-puid/")
        fault = self.sandbox.faults.take("existing-puid" if is_asking else step)
        if fault is not None and fault.does in _BEFORE:
            _BEFORE[fault.does](self, fault)
            return
        if not self._is_known():
            self._say(path, 401)
            self._tell(401, {"message": "Unauthenticated."})
            return
        status, told, where = self._done(method, step, name, body)
        if fault is not None and fault.does in _AFTER:
            _AFTER[fault.does](self, fault)
            if fault.does is not Does.DELAY:
                return
        self._say(path, status)
        self._tell(status, told, **({} if where is None else {"Location": where}))

    def _done(self, method: str, step: str, name: str, body: bytes) -> tuple[int, Any, str | None]:
        now = datetime.now(UTC)
        with self.sandbox.lock:
            database = self.sandbox.database
            if method == "POST" and not name and step == "statement":
                return *database.take_one(_read(body), now), None
            if method == "POST" and not name and step == "statements":
                return *database.take_many(_read(body), now), None
            if method == "GET" and step == "statement" and name.startswith("existing-puid/"):
                where = database.existing(name.removeprefix("existing-puid/"))
                return (404, {"message": "Not found."}, None) if where is None else (302, {}, where)
            found = database.by_uuid(name) if method == "GET" and step == "statement" else None
        return (404, {"message": "Not found."}, None) if found is None else (200, found, None)

    def _is_known(self) -> bool:
        sent = self.headers.get("Authorization", "")
        return hmac.compare_digest(sent.encode("utf-8", "replace"), f"Bearer {self.sandbox.token}".encode())

    def _say(self, path: str, status: int) -> None:
        self.sandbox.told(f"{path.partition('/')[0]} {status}")

    def drop(self, _: Fault) -> None:
        """End the connection without an answer."""
        self.close_connection = True

    def bare_status(self, fault: Fault) -> None:
        """Answer as a proxy does."""
        self._tell(fault.status, {"message": "On request."}, **{"Retry-After": "1"})

    def garbage(self, _: Fault) -> None:
        """Answer with a page."""
        self._write(200, b"<html>well done</html>", "text/html", {})

    def wait(self, fault: Fault) -> None:
        """Answer later."""
        self.sandbox.is_over.wait(fault.seconds)

    def _tell(self, status: int, told: Any, **headers: str) -> None:
        self._write(status, json.dumps(told).encode(), JSON, headers)

    def _write(self, status: int, body: bytes, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


def _read(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


_BEFORE: dict[Does, Callable[[_Handler, Fault], None]] = {
    Does.DROP_REQUEST: _Handler.drop,
    Does.STATUS: _Handler.bare_status,
}
_AFTER: dict[Does, Callable[[_Handler, Fault], None]] = {
    Does.DROP_ANSWER: _Handler.drop,
    Does.GARBAGE: _Handler.garbage,
    Does.DELAY: _Handler.wait,
}
