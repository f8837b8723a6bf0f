"""The stand-in on HTTP: the seven requests of the report service under `/ispws`, and what rules it under `/sandbox`."""

import hmac
import itertools
import json
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import md5
from typing import Any

from tutela.sandbox.loopback import LOOPBACK, Requests, listening_as
from tutela.sandbox.ncmec import answering, control, receiving
from tutela.sandbox.ncmec.authority import Authority, Reply
from tutela.sandbox.ncmec.faults import Does, Fault, Faults
from tutela.sandbox.ncmec.xsd import schema

BASE = "/ispws"


@dataclass(frozen=True, slots=True)
class Account:
    """Who may submit."""

    username: str = "sandbox"
    password: str = "sandbox"  # noqa: S105  # of a stand-in on the loopback that keeps nothing real

    def header(self) -> str:
        """Return what whoever is this account sends."""
        return "Basic " + b64encode(f"{self.username}:{self.password}".encode()).decode()


class Sandbox:
    """One stand-in: its records, its faults, and a clock that can be moved on."""

    def __init__(self, account: Account | None = None, *, is_2026: bool = False) -> None:
        """Begin empty, at the machine's time."""
        self.account, self.is_2026 = account or Account(), is_2026
        self.authority, self.faults = Authority(is_2026=is_2026), Faults()
        self.lock, self.is_over = threading.Lock(), threading.Event()
        self.offset = timedelta()
        self.told: Callable[[str], None] = lambda _: None
        self.requests = itertools.count(1)
        self.port = 0

    @property
    def url(self) -> str:
        """Return the address of the report service."""
        return f"http://{LOOPBACK}:{self.port}{BASE}"

    @property
    def control_url(self) -> str:
        """Return the address under which it is ruled."""
        return f"http://{LOOPBACK}:{self.port}{control.BASE}"

    def now(self) -> datetime:
        """Return its time."""
        return datetime.now(UTC) + self.offset

    def reset(self) -> None:
        """Forget reports, faults and the moved clock."""
        with self.lock:
            self.authority, self.offset = Authority(is_2026=self.is_2026), timedelta()
        self.faults.clear()


@contextmanager
def listening(sandbox: Sandbox, *, port: int = 0) -> Iterator[Sandbox]:
    """Yield *sandbox* while it listens on the loopback, on *port* or a free one."""
    with listening_as(_Handler, sandbox, port=port):
        yield sandbox


class _Handler(Requests):
    sandbox: Sandbox

    def serve(self, method: str) -> None:
        """Answer one request."""
        if self.path.startswith(control.BASE):
            self._control(method)
        else:
            self._step(method, self.path.removeprefix(BASE).partition("?")[0])

    def _control(self, method: str) -> None:
        try:
            body = receiving.document(self)
            status, told = control.answer(self.sandbox, method, self.path.removeprefix(control.BASE), body)
        except receiving.BadBody as error:
            status, told = 400, {"error": str(error)}
        self._tell(status, json.dumps(told, indent=1).encode(), "application/json")

    def _step(self, method: str, step: str) -> None:
        fault = self.sandbox.faults.take(step)
        if fault is not None and fault.does in _BEFORE:
            _BEFORE[fault.does](self, fault)
            return
        if not self._is_known():
            self._read_away()
            self.sandbox.told(f"{step} 401")
            self._tell(401, b"", **{"WWW-Authenticate": 'Basic realm="sandbox"'})
            return
        reply = self._done(method, step, fault)
        if fault is not None and fault.does in _AFTER:
            _AFTER[fault.does](self, fault)
            if fault.does is not Does.DELAY:
                return
        if isinstance(reply, bytes):
            self._tell(200, reply)
            return
        self.sandbox.told(f"{step} {reply.code} {reply.report_id or ''}".rstrip())
        self._tell(answering.status_of(reply.code), answering.written(reply, is_finish=step == "/finish"))

    def _done(self, method: str, step: str, fault: Fault | None) -> Reply | bytes:
        if (method, step) not in _STEPS:
            self._read_away()
            return Reply(1210, "Resource not found")
        try:
            return _STEPS[method, step](self, fault)
        except receiving.BadBody as error:
            self.close_connection = True
            return Reply(4200 if step == "/upload" else 4000, f"Malformed request: {error}")

    def _read_away(self) -> None:
        """Read what was sent and forget it: whoever still writes would take an early answer for a broken connection."""
        with suppress(receiving.BadBody):
            for _ in receiving.blocks(self):
                pass

    def _is_known(self) -> bool:
        sent = self.headers.get("Authorization", "")
        return hmac.compare_digest(sent.encode("utf-8", "replace"), self.sandbox.account.header().encode())

    def take_status(self, _: Fault | None) -> Reply:
        """Say who asks, and from where."""
        return Reply(0, f"Remote User : {self.sandbox.account.username}, Remote Ip : {self.client_address[0]}")

    def take_xsd(self, _: Fault | None) -> bytes:
        """Give the schema."""
        return schema(is_2026=self.sandbox.is_2026)

    def take_submit(self, _: Fault | None) -> Reply:
        """Open a report."""
        body = receiving.document(self)
        return self._under_lock(lambda authority, now: authority.submit(body, now))

    def take_upload(self, fault: Fault | None) -> Reply:
        """Take a file."""
        form = receiving.form(self)
        if not form.has_file or "id" not in form.fields:
            return Reply(4200, "Malformed file submittal: the form needs id and file")
        is_corrupt = fault is not None and fault.does is Does.CORRUPT
        digest = md5(form.md5.encode(), usedforsecurity=False).hexdigest() if is_corrupt else form.md5
        return self._under_lock(
            lambda authority, now: authority.upload(
                form.fields["id"], form.file_name or "", digest, form.size_bytes, now
            )
        )

    def take_fileinfo(self, _: Fault | None) -> Reply:
        """Take the details of a file."""
        body = receiving.document(self)
        return self._under_lock(lambda authority, now: authority.describe(body, now))

    def take_finish(self, _: Fault | None) -> Reply:
        """Complete a report."""
        number = receiving.form(self).fields.get("id", "")
        return self._under_lock(lambda authority, now: authority.finish(number, now))

    def take_retract(self, _: Fault | None) -> Reply:
        """Withdraw a report."""
        number = receiving.form(self).fields.get("id", "")
        return self._under_lock(lambda authority, now: authority.retract(number, now))

    def _under_lock(self, does: Callable[[Authority, datetime], Reply]) -> Reply:
        with self.sandbox.lock:
            reply = does(self.sandbox.authority, self.sandbox.now())
        return replace(reply)

    def drop(self, _: Fault) -> None:
        """End the connection without an answer."""
        self.close_connection = True

    def bare_status(self, fault: Fault) -> None:
        """Answer as a proxy does."""
        self._read_away()
        self._tell(fault.status, b"<html>not here</html>", "text/html", **{"Retry-After": "1"})

    def bare_code(self, fault: Fault) -> None:
        """Answer with a code of theirs."""
        self._read_away()
        self._tell(answering.status_of(fault.code), answering.written(Reply(fault.code, "On request")))

    def garbage(self, _: Fault) -> None:
        """Answer with a page."""
        self._tell(200, b"<html>well done</html>", "text/html")

    def wait(self, fault: Fault) -> None:
        """Answer later."""
        self.sandbox.is_over.wait(fault.seconds)

    def _tell(self, status: int, body: bytes, kind: str = "text/xml; charset=utf-8", **headers: Any) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Request-ID", f"sandbox-{next(self.sandbox.requests)}")
        for name, value in headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


_STEPS: dict[tuple[str, str], Callable[[_Handler, Fault | None], Reply | bytes]] = {
    ("GET", "/status"): _Handler.take_status,
    ("GET", "/xsd"): _Handler.take_xsd,
    ("POST", "/submit"): _Handler.take_submit,
    ("POST", "/upload"): _Handler.take_upload,
    ("POST", "/fileinfo"): _Handler.take_fileinfo,
    ("POST", "/finish"): _Handler.take_finish,
    ("POST", "/retract"): _Handler.take_retract,
}
_BEFORE: dict[Does, Callable[[_Handler, Fault], None]] = {
    Does.DROP_REQUEST: _Handler.drop,
    Does.STATUS: _Handler.bare_status,
    Does.CODE: _Handler.bare_code,
}
_AFTER: dict[Does, Callable[[_Handler, Fault], None]] = {
    Does.DROP_ANSWER: _Handler.drop,
    Does.GARBAGE: _Handler.garbage,
    Does.DELAY: _Handler.wait,
}
