"""Follow redirects by asking for headers alone; see `ports.link_expander`.

Each hop is a request of its own to an address that was checked for it (`adapters.webhooks.connecting`). Nothing is kept
between hops: no cookies, no credentials, no referrer. Bodies are not read. Outside, everything is asked over TLS, also
where a link says http; certificates are checked.
"""

import http.client
import socket
import ssl
from http import HTTPStatus
from typing import Any, Final

from tutela.adapters.webhooks.connecting import Connector, Deadline, NotReachedError, Resolve, Wire, look_up
from tutela.core.addresses import Target, parse_target
from tutela.core.links import CanonicalLink
from tutela.core.links.reading import joined
from tutela.core.webhooks import Failure
from tutela.errors import BadInput
from tutela.ports.link_expander import Expansion, Unexpanded

MOST_HOPS: Final = 8
MAX_ANSWER_BYTES: Final = 64 * 1024
"""Of status and headers of one answer."""

USER_AGENT: Final = "Tutela-Links/1"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_WHY = {
    Failure.NO_ADDRESS: Unexpanded.NO_ADDRESS,
    Failure.ADDRESS_REFUSED: Unexpanded.NOT_PUBLIC,
    Failure.TIMED_OUT: Unexpanded.TIMED_OUT,
}


class HttpExpander:
    """Ask over HTTP/1.1, a connection a hop."""

    def __init__(
        self, seconds: float, *, allows_private: bool = False, resolve: Resolve = look_up,
        trust: ssl.SSLContext | None = None, most_hops: int = MOST_HOPS,
    ) -> None:  # fmt: skip
        """Take at most *seconds* for one link with all its hops.

        Args:
            seconds: For names, connections, requests and answers together.
            allows_private: Whether machines inside may be asked, unencrypted: for tests alone.
            resolve: What tells the addresses of a name.
            trust: Whom to believe who they are; what this machine believes unless given.
            most_hops: Redirects that are followed.
        """
        self._seconds, self._allows_private, self._most_hops = seconds, allows_private, most_hops
        self._connector = Connector(resolve, trust, allows_private=allows_private)

    def close(self) -> None:
        """Break off what is under way."""
        self._connector.close()

    def expand(self, link: CanonicalLink) -> Expansion:
        """Return where *link* leads; never an error."""
        deadline = Deadline(self._seconds)
        chain = [link]
        while True:
            following = self._following(chain[-1], deadline)
            if following is None or isinstance(following, Unexpanded):
                return Expansion(tuple(chain), following)
            if following in chain:
                return Expansion(tuple(chain), Unexpanded.LOOP)
            if len(chain) > self._most_hops:
                return Expansion(tuple(chain), Unexpanded.TOO_LONG)
            chain.append(following)

    def _following(self, link: CanonicalLink, deadline: Deadline) -> CanonicalLink | Unexpanded | None:
        """Return to where *link* is redirected, none where to nowhere, or why that is not known."""
        try:
            target = parse_target(self._asked_as(link), allows_private=self._allows_private)
            status, location = self._asked(target, "HEAD", deadline)
            if status >= HTTPStatus.BAD_REQUEST:  # many answer only to the other
                status, location = self._asked(target, "GET", deadline)
        except BadInput:
            return Unexpanded.NOT_PUBLIC
        except NotReachedError as error:
            return _WHY.get(error.failure, Unexpanded.NOT_REACHED)
        except TimeoutError:
            return Unexpanded.TIMED_OUT
        except (OSError, http.client.HTTPException, ValueError):
            return Unexpanded.BROKEN
        if status in _REDIRECTS and location is not None:
            return _led_to(link, location)
        return None if status < HTTPStatus.BAD_REQUEST or status in _GONE else Unexpanded.NOT_REACHED

    def _asked_as(self, link: CanonicalLink) -> str:
        if link.scheme == "http" and not link.port and not self._allows_private:
            return f"https{link.href.removeprefix('http')}"
        return link.href

    def _asked(self, target: Target, method: str, deadline: Deadline) -> tuple[int, str | None]:
        with self._connector.connected(target, deadline) as opened:
            connection = http.client.HTTPConnection(target.host, target.port)
            connection.auto_open = 0  # it would connect to the name by itself, unchecked
            wire: Any = _ShortWire(opened, deadline)  # as much of a socket as it uses
            connection.sock = wire
            headers = {
                "Host": target.authority, "User-Agent": USER_AGENT, "Accept": "text/html", "Connection": "close",
                "Accept-Encoding": "identity",
            }  # fmt: skip
            connection.request(method, target.path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location")


class _ShortWire(Wire):
    """A wire that gives up on an answer whose headers have no end."""

    def __init__(self, opened: socket.socket, deadline: Deadline) -> None:
        super().__init__(opened, deadline)
        self._left = MAX_ANSWER_BYTES

    def readinto(self, buffer: Any) -> int:
        """Read what has come, as long as it is little."""
        if self._left <= 0:
            raise OSError("an answer is too long")
        came = super().readinto(memoryview(buffer)[: self._left])
        self._left -= came
        return came


def _led_to(link: CanonicalLink, location: str) -> CanonicalLink | Unexpanded:
    try:
        # A header is Latin-1 to the library; what browsers take it for is UTF-8.
        return joined(link, location.encode("latin-1").decode("utf-8", "replace"))
    except ValueError:
        return Unexpanded.NO_LINK
