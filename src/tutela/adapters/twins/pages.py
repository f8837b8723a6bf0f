"""A channel in memory that keeps what was sent: for tests, the demo, and drills of a mail server that is down."""

import threading
from datetime import datetime

from tutela.core.paging import Channel, PageFailure
from tutela.ports.pages import Message


class PageTwin:
    """Stand in for a channel and everybody whom it leads to; see `ports.pages.PageSender`."""

    def __init__(self, channel: Channel = Channel.EMAIL, *, needs_address: bool = True) -> None:
        """Take everything, until told otherwise."""
        self.channel = channel
        self._needs_address = needs_address
        self._lock = threading.Lock()
        self._failure: PageFailure | None = None
        self.sent: list[Message] = []  #: what was taken, in order
        self.tested: list[str | None] = []

    def fail(self, failure: PageFailure | None) -> None:
        """Let nothing out from now on, or everything again."""
        with self._lock:
            self._failure = failure

    def reaches(self, message: Message) -> bool:
        """Return whether the person has an address, where one is needed."""
        return message.email is not None or not self._needs_address

    def send(self, message: Message) -> PageFailure | None:
        """Keep *message*, or say why it did not go out."""
        with self._lock:
            if self._failure is None:
                self.sent.append(message)
            return self._failure

    def test(self, at: datetime, email: str | None) -> PageFailure | None:
        """Note that the connection was tried."""
        del at
        with self._lock:
            self.tested.append(email)
            return self._failure
