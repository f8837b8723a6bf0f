"""Page by a signed webhook: a bridge to telephones, or the house's own alarm. One address for everybody."""

from collections.abc import Mapping
from datetime import datetime

from tutela.core.paging import Channel, PageFailure, body_of_page, body_of_test
from tutela.core.webhooks import Failure, Outcome
from tutela.ports.pages import Message
from tutela.ports.webhooks import Post, Sender

_FAILURES: Mapping[Failure, PageFailure] = {
    Failure.NO_ADDRESS: PageFailure.NO_ADDRESS,
    Failure.ADDRESS_REFUSED: PageFailure.ADDRESS_REFUSED,
    Failure.NOT_CONNECTED: PageFailure.NOT_CONNECTED,
    Failure.TLS: PageFailure.TLS,
    Failure.TIMED_OUT: PageFailure.TIMED_OUT,
    Failure.REDIRECTED: PageFailure.REJECTED,
    Failure.STOPPED: PageFailure.STOPPED,
}


class WebhookPages:
    """Send pages to one address, by the sender of webhooks: it is checked, and nothing is followed."""

    channel = Channel.WEBHOOK

    def __init__(self, url: str, secret: str, sender: Sender) -> None:
        """Sign with *secret* what goes to *url*."""
        self._url, self._secret, self._sender = url, secret, sender

    def reaches(self, message: Message) -> bool:
        """Return that it leads to everybody, and to whoever listens where there is nobody."""
        del message
        return True

    def send(self, message: Message) -> PageFailure | None:
        """Send and return why it did not go out."""
        body = body_of_page(message.page, message.person_id, message.at)
        # The same for the same try, whoever sends it: a receiver takes what came twice once.
        return self._send(f"{message.page.id}/{message.number}", message.at, body)

    def test(self, at: datetime, email: str | None) -> PageFailure | None:
        """Send a ping."""
        del email
        return self._send(f"ping/{at.timestamp():.0f}", at, body_of_test(at))

    def _send(self, post_id: str, at: datetime, body: bytes) -> PageFailure | None:
        return _failure(self._sender.send(Post(self._url, post_id, at, body, (self._secret,))))


def _failure(outcome: Outcome) -> PageFailure | None:
    if outcome.is_success:
        return None
    if outcome.failure is None:
        return PageFailure.REJECTED
    return _FAILURES.get(outcome.failure, PageFailure.BROKEN)
