"""Speak to the EU Transparency Database; see `ports.transparency`: a connection a request, to a checked address."""

import http.client
import json
import re
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tutela.adapters.webhooks.connecting import Connector, Deadline, NotReachedError, Resolve, Wire, look_up
from tutela.core.addresses import Target
from tutela.core.dsa.batches import NoReply, Reply
from tutela.core.filing.service_address import is_on_this_machine, target_of
from tutela.errors import BadInput
from tutela.ports.transparency import Place

USER_AGENT = "Tutela-Transparency/1"
LONGEST_ANSWER = 4 * 1024 * 1024
"""A batch comes back whole: a hundred records, of at most some tens of thousands of characters each."""

_SECONDS = re.compile(r"[0-9]{1,6}")


class _Wire(Wire):
    """A connection that is ended by whoever opened it: an answer is read after `http.client` has let go of it."""

    def close(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    body: bytes | None = None


class HttpTransparencyService:
    """Speak HTTP/1.1; `http.client` follows no redirect."""

    def __init__(
        self, answer_seconds: float = 60.0, *, resolve: Resolve = look_up, trust: ssl.SSLContext | None = None
    ) -> None:
        """Wait at most *answer_seconds* for a request and its answer.

        Args:
            answer_seconds: Of each.
            resolve: What tells the addresses of a name.
            trust: Whom to believe who they are; what this machine believes unless given.
        """
        self._seconds = answer_seconds
        self._outside = Connector(resolve, trust, allows_private=False)
        self._here = Connector(resolve, trust, allows_private=True)

    def one(self, at: Place, record: Mapping[str, Any]) -> Reply | NoReply:
        """Send a record."""
        return self._sent(at, _Request("POST", "/api/v1/statement", json.dumps(record).encode()))

    def many(self, at: Place, records: Sequence[Mapping[str, Any]]) -> Reply | NoReply:
        """Send records that are taken together or not at all."""
        body = json.dumps({"statements": list(records)}).encode()
        return self._sent(at, _Request("POST", "/api/v1/statements", body))

    def existing(self, at: Place, puid: str) -> Reply | NoReply:
        """Ask for a record by our key."""
        return self._sent(at, _Request("GET", f"/api/v1/statement/existing-puid/{puid}"))

    def close(self) -> None:
        """Break off what is under way."""
        for connector in (self._outside, self._here):
            connector.close()

    def _sent(self, at: Place, request: _Request) -> Reply | NoReply:
        is_connected = False
        deadline = Deadline(self._seconds)
        try:
            # Again at every request: the environment may have been switched since the address was entered.
            target = target_of(at.base_url, request.path, at.environment)
            connector = self._here if is_on_this_machine(target) else self._outside
            with connector.connected(target, deadline) as opened:
                is_connected = True
                return _exchanged(opened, target, at, request, deadline)
        except BadInput:
            return NoReply(was_sent=False, failure="address_refused")
        except NotReachedError as error:
            return NoReply(is_connected, error.failure.value)
        except TimeoutError:
            return NoReply(is_connected, "timed_out")
        except (OSError, http.client.HTTPException, ValueError):
            return NoReply(is_connected, "broken")


def _exchanged(opened: socket.socket, target: Target, at: Place, request: _Request, deadline: Deadline) -> Reply:
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.auto_open = 0  # it would connect to the name by itself, unchecked
    wire: Any = _Wire(opened, deadline)  # as much of a socket as it uses
    connection.sock = wire
    headers = {
        "Host": target.authority, "User-Agent": USER_AGENT, "Authorization": f"Bearer {at.token}",
        "Accept": "application/json", "Connection": "close", "Accept-Encoding": "identity",
    }  # fmt: skip
    if request.body is not None:
        headers["Content-Type"] = "application/json"
    try:
        connection.request(request.method, target.path, request.body, headers)
    except TimeoutError:
        raise
    except OSError:
        pass  # whoever refuses a body need not read it to its end: what was answered before counts
    answer = connection.getresponse()
    body = answer.read(LONGEST_ANSWER + 1)
    if answer.length and len(body) <= LONGEST_ANSWER:
        raise http.client.IncompleteRead(b"")  # cut in its middle: it says nothing
    asked = (answer.getheader("Retry-After") or "").strip()
    retry = int(asked) if _SECONDS.fullmatch(asked) else None
    return Reply(answer.status, body, answer.getheader("Location"), retry)
