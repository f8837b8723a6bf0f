"""Send one signed request; see `ports.webhooks`. It follows no redirect, asks no proxy, keeps but the status."""

import http.client
import socket
import ssl
import time
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from tutela.adapters.webhooks.connecting import Connector, Deadline, NotReachedError, Resolve, Wire, look_up
from tutela.adapters.webhooks.signing import headers_of
from tutela.core.addresses import Target, parse_target
from tutela.core.webhooks import Failure, Outcome, retry_after
from tutela.errors import BadInput
from tutela.ports.webhooks import Post

MAX_ANSWER_BYTES = 64 * 1024
"""Read, so that the receiver sees its answer taken, and thrown away."""

USER_AGENT = "Tutela-Webhooks/1"


class HttpSender:
    """Send over HTTP/1.1, a connection a request."""

    def __init__(
        self, seconds: float, *, allows_private: bool, resolve: Resolve = look_up, trust: ssl.SSLContext | None = None
    ) -> None:
        """Take at most *seconds* for one request.

        Args:
            seconds: For name, connection, request and answer together.
            allows_private: Whether receivers may be inside.
            resolve: What tells the addresses of a name.
            trust: Whom to believe who they are; what this machine believes unless given.
        """
        self._seconds, self._allows_private = seconds, allows_private
        self._connector = Connector(resolve, trust, allows_private=allows_private)

    def send(self, post: Post) -> Outcome:
        """Send *post* and return what came of it."""
        started = time.monotonic()
        status, failure, header = self._sent(post)
        if self._connector.breaker.is_closed and status is None:
            failure = Failure.STOPPED
        pause = retry_after(header, datetime.now(UTC))
        return Outcome(status, failure, pause, round((time.monotonic() - started) * 1000))

    def close(self) -> None:
        """Break off what is under way."""
        self._connector.close()

    def _sent(self, post: Post) -> tuple[int | None, Failure | None, str | None]:
        deadline = Deadline(self._seconds)
        try:
            # Again at every try: what the operator allows may have changed since it was registered.
            target = parse_target(post.url, allows_private=self._allows_private)
            with self._connector.connected(target, deadline) as opened:
                status, header = _exchange(opened, target, post, deadline)
        except BadInput:
            return None, Failure.ADDRESS_REFUSED, None
        except NotReachedError as error:
            return None, error.failure, None
        except TimeoutError:
            return None, Failure.TIMED_OUT, None
        except (OSError, http.client.HTTPException, ValueError):
            return None, Failure.BROKEN, None
        is_elsewhere = HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST
        return status, Failure.REDIRECTED if is_elsewhere else None, header


def _exchange(opened: socket.socket, target: Target, post: Post, deadline: Deadline) -> tuple[int, str | None]:
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.auto_open = 0  # it would connect to the name by itself, unchecked
    wire: Any = Wire(opened, deadline)  # as much of a socket as it uses
    connection.sock = wire
    headers = {
        "Host": target.authority, "User-Agent": USER_AGENT, "Content-Type": "application/json", "Connection": "close",
        "Accept-Encoding": "identity", **headers_of(post),
    }  # fmt: skip
    connection.request("POST", target.path, post.body, headers)
    answer = connection.getresponse()
    with suppress(OSError, http.client.HTTPException, ValueError):  # it has said what counts
        answer.read(MAX_ANSWER_BYTES)
    return answer.status, answer.getheader("Retry-After")
