"""Speak to the report service; see `ports.authority`. A connection a request, to an address that was checked."""

import http.client
import re
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tutela.adapters.authority.forms import form_of
from tutela.adapters.webhooks.connecting import Connector, Deadline, NotReachedError, Resolve, Wire, look_up
from tutela.core.addresses import Target
from tutela.core.filing.answers import LONGEST_ANSWER, read_answer
from tutela.core.filing.schema_drift import LONGEST_SCHEMA
from tutela.core.filing.service_address import is_on_this_machine, target_of
from tutela.core.filing.xml import CONTENT_TYPE
from tutela.errors import BadInput
from tutela.ports.authority import Content, Endpoint, NoAnswer, Reply

USER_AGENT = "Tutela-Filing/1"

SLOWEST_BYTES_A_SECOND = 16 * 1024
"""How slow a way an upload may take before it is broken off: 20 MB in twenty minutes."""

_BLOCK = 64 * 1024
_PRINTABLE = re.compile(r"[\x21-\x7e]{1,200}")
_OK = 200


class _Patience(Deadline):
    """An end to each piece, and one to all of them together."""

    def __init__(self, piece_seconds: float, total_seconds: float) -> None:
        super().__init__(total_seconds)
        self._piece = piece_seconds

    def left(self) -> float:
        return min(self._piece, super().left())

    def begin_anew(self) -> None:
        """Give the answer as long as one piece, however long the body took."""
        super().__init__(self._piece)


class _Wire(Wire):
    """A connection that is ended by whoever opened it: an answer is read after `http.client` has let go of it."""

    def close(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes | Iterable[bytes] | None = None
    length: int = 0
    longest_answer: int = LONGEST_ANSWER


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    request_id: str | None
    retry_after: str | None


class HttpReportService:
    """Speak HTTP/1.1 to whatever address an endpoint names, within what `service_address` allows."""

    def __init__(
        self, answer_seconds: float = 60.0, *, resolve: Resolve = look_up, trust: ssl.SSLContext | None = None
    ) -> None:
        """Wait at most *answer_seconds* for a connection, for each piece that is sent, and for an answer.

        Args:
            answer_seconds: Of each; a body may take longer, at the slowest of `SLOWEST_BYTES_A_SECOND`.
            resolve: What tells the addresses of a name.
            trust: Whom to believe who they are; what this machine believes unless given.
        """
        self._seconds = answer_seconds
        self._outside = Connector(resolve, trust, allows_private=False)
        self._here = Connector(resolve, trust, allows_private=True)

    def status(self, at: Endpoint) -> Reply:
        """Ask whether we are known."""
        return self._replied(at, _Request("GET", "/status", {}))

    def schema(self, at: Endpoint) -> bytes | Reply:
        """Return the schema that is in force; an answer where it is not given."""
        came = self._sent(at, _Request("GET", "/xsd", {}, longest_answer=LONGEST_SCHEMA))
        return came.body if isinstance(came, _Answer) and came.status == _OK else _reply(came)

    def submit(self, at: Endpoint, document: bytes) -> Reply:
        """Open a report."""
        return self._replied(at, _document("/submit", document))

    def upload(self, at: Endpoint, report_id: str, content: Content) -> Reply:
        """Send a file."""
        return self._replied(at, _form("/upload", report_id, content))

    def fileinfo(self, at: Endpoint, document: bytes) -> Reply:
        """Tell of a file."""
        return self._replied(at, _document("/fileinfo", document))

    def finish(self, at: Endpoint, report_id: str) -> Reply:
        """Complete a report."""
        return self._replied(at, _form("/finish", report_id))

    def retract(self, at: Endpoint, report_id: str) -> Reply:
        """Withdraw a report."""
        return self._replied(at, _form("/retract", report_id))

    def close(self) -> None:
        """Break off what is under way."""
        for connector in (self._outside, self._here):
            connector.close()

    def _replied(self, at: Endpoint, request: _Request) -> Reply:
        return _reply(self._sent(at, request))

    def _sent(self, at: Endpoint, request: _Request) -> _Answer | NoAnswer:
        is_connected = False
        try:
            # Again at every request: the environment may have been switched since the address was entered.
            target = target_of(at.base_url, request.path, at.environment)
            connector = self._here if is_on_this_machine(target) else self._outside
            total = self._seconds + request.length / SLOWEST_BYTES_A_SECOND
            with connector.connected(target, Deadline(self._seconds)) as opened:
                is_connected = True
                return self._exchanged(opened, target, at, request, _Patience(self._seconds, total))
        except BadInput:
            return NoAnswer(was_sent=False, failure="address_refused")
        except NotReachedError as error:
            return NoAnswer(is_connected, error.failure.value)
        except TimeoutError:
            return NoAnswer(is_connected, "timed_out")
        except (OSError, http.client.HTTPException, ValueError):
            return NoAnswer(is_connected, "broken")

    def _exchanged(
        self, opened: socket.socket, target: Target, at: Endpoint, request: _Request, patience: _Patience
    ) -> _Answer:
        connection = http.client.HTTPConnection(target.host, target.port, blocksize=_BLOCK)
        connection.auto_open = 0  # it would connect to the name by itself, unchecked
        wire: Any = _Wire(opened, patience)  # as much of a socket as it uses
        connection.sock = wire
        headers = {**_headers(target, at), **request.headers}
        try:
            connection.request(request.method, target.path, request.body, headers)
        except TimeoutError:
            raise
        except OSError:
            pass  # whoever refuses a body need not read it to its end: what was answered before counts
        patience.begin_anew()
        return _read(connection, request.longest_answer)


def _read(connection: http.client.HTTPConnection, longest: int) -> _Answer:
    answer = connection.getresponse()
    body = answer.read(longest + 1)
    if answer.length and len(body) <= longest:
        raise http.client.IncompleteRead(b"")  # cut in its middle: it says nothing
    return _Answer(answer.status, body, _request_id(answer), answer.getheader("Retry-After"))


def _headers(target: Target, at: Endpoint) -> dict[str, str]:
    credentials = b64encode(f"{at.username}:{at.password}".encode()).decode()
    return {
        "Host": target.authority, "User-Agent": USER_AGENT, "Authorization": f"Basic {credentials}",
        "Connection": "close", "Accept-Encoding": "identity",
    }  # fmt: skip


def _document(path: str, document: bytes) -> _Request:
    return _Request("POST", path, {"Content-Type": CONTENT_TYPE}, document, len(document))


def _form(path: str, report_id: str, content: Content | None = None) -> _Request:
    form = form_of(report_id, content)
    headers = {"Content-Type": form.content_type, "Content-Length": str(form.length)}
    return _Request("POST", path, headers, form.chunks, form.length)


def _request_id(answer: http.client.HTTPResponse) -> str | None:
    told = answer.getheader("Request-ID") or ""
    return told if _PRINTABLE.fullmatch(told) else None


def _reply(came: _Answer | NoAnswer) -> Reply:
    if isinstance(came, NoAnswer):
        return came
    return read_answer(came.status, came.body, request_id=came.request_id, retry_after=came.retry_after)
