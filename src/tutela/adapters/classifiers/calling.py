"""One request to a classifier over HTTP, and everything that can go wrong with it as a reason."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus

import httpcore
import httpx

from tutela.adapters.classifiers.wire import CheckedTransport, within
from tutela.adapters.webhooks.connecting import NotReachedError, Resolve, look_up
from tutela.core.addresses import parse_target
from tutela.core.classifying.verdicts import Reason
from tutela.core.webhooks import Failure, retry_after
from tutela.errors import BadInput, Misconfigured

USER_AGENT = "Tutela-Classifiers/1"

_REASONS: Mapping[Failure, Reason] = {
    Failure.ADDRESS_REFUSED: Reason.ADDRESS_REFUSED,
    Failure.STOPPED: Reason.STOPPED,
}
_DENIED = frozenset(
    {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
)


class NoAnswerError(Exception):
    """There is no answer that can be used."""

    def __init__(self, reason: Reason, retry_after_seconds: float | None = None) -> None:
        """Keep why, and when the other side wants to be asked again."""
        super().__init__(reason.value)
        self.reason, self.retry_after_seconds = reason, retry_after_seconds


@dataclass(frozen=True, slots=True)
class Call:
    """How a classifier is reached."""

    url: str = field(repr=False)
    is_inside: bool = False
    answer_bytes: int = 256 * 1024
    resolve: Resolve = look_up
    trust: ssl.SSLContext | None = None


class Caller:
    """Post to one address. Nothing of a request or an answer is ever in an error."""

    def __init__(self, call: Call) -> None:
        """Check the address.

        Raises:
            tutela.errors.Misconfigured: It is none that we may ever connect to. It is not repeated.
        """
        try:
            target = parse_target(call.url, allows_private=call.is_inside)
        except BadInput as error:
            detail = f"{error.detail[:1].upper()}{error.detail[1:]}."
            raise Misconfigured(detail, place="url", remedy="It looks like https://HOST/PATH.") from None
        self._call, self._is_closed = call, False
        self._transport = CheckedTransport(target, call.resolve, is_inside=call.is_inside, trust=call.trust)

    def post(self, body: bytes, headers: Mapping[str, str], seconds: float) -> bytes:
        """Return the body of the answer, which came whole within *seconds*.

        Raises:
            NoAnswerError: There is none that can be used.
        """
        if self._is_closed:
            raise NoAnswerError(Reason.STOPPED)
        try:
            with within(seconds):
                return self._posted(body, headers)
        except NotReachedError as error:
            raise NoAnswerError(_REASONS.get(error.failure, Reason.NOT_REACHED)) from None
        except (TimeoutError, httpcore.TimeoutException):
            raise NoAnswerError(self._stopped_or(Reason.TIMED_OUT)) from None
        except (OSError, httpcore.NetworkError, httpcore.ProtocolError, ValueError):
            raise NoAnswerError(self._stopped_or(Reason.BROKEN)) from None

    def close(self) -> None:
        """Break off what is under way."""
        self._is_closed = True
        self._transport.close()

    def _stopped_or(self, reason: Reason) -> Reason:
        return Reason.STOPPED if self._is_closed else reason

    def _posted(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        # Not by a client of httpx, which would write the address into the log.
        told = {
            "User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "identity", **headers,
        }  # fmt: skip
        answer = self._transport.handle_request(httpx.Request("POST", self._call.url, headers=told, content=body))
        try:
            _check(answer)
            return self._read(answer)
        finally:
            answer.close()

    def _read(self, answer: httpx.Response) -> bytes:
        found = bytearray()
        for piece in answer.iter_raw():
            found += piece
            if len(found) > self._call.answer_bytes:
                raise NoAnswerError(Reason.ANSWER_TOO_LARGE)
        return bytes(found)


def _check(answer: httpx.Response) -> None:
    status = answer.status_code
    if status == HTTPStatus.OK:
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise NoAnswerError(Reason.GARBAGE)  # nobody asked for it, and what unpacks to much more is an old trick
        return
    pause = retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
    raise NoAnswerError(_reason_of(status), None if pause is None else pause.seconds)


def _reason_of(status: int) -> Reason:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Reason.BUSY
    if status in _DENIED:
        return Reason.DENIED
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Reason.SERVER
    if status >= HTTPStatus.BAD_REQUEST:
        return Reason.REFUSED
    return Reason.REDIRECTED if status >= HTTPStatus.MULTIPLE_CHOICES else Reason.GARBAGE
