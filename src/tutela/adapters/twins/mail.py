"""A mail server in memory: for tests, the demo, and drills of one that is down."""

import threading
from collections.abc import Callable

from tutela.core.mail import MailFailure
from tutela.ports.messages import Letter

Answer = Callable[[Letter], MailFailure | None]


class MailTwin:
    """Stand in for a mail server and everybody whom it serves; see `ports.messages.MailSender`."""

    def __init__(self) -> None:
        """Take everything, until told otherwise."""
        self._lock = threading.Lock()
        self._bounces: set[str] = set()
        self._is_closed = False
        self.failure: MailFailure | None = None  #: what it answers to everything, such as `NOT_CONNECTED`
        self.on_letter: Answer | None = None  #: asked before everything else
        self.came: list[Letter] = []  #: what was taken

    def bounce(self, address: str) -> None:
        """Know no such address from now on."""
        with self._lock:
            self._bounces.add(address)

    def send(self, letter: Letter) -> MailFailure | None:
        """Take *letter*, or say why not."""
        if self.on_letter is not None and (failure := self.on_letter(letter)) is not None:
            return failure
        with self._lock:
            if self._is_closed:
                return MailFailure.STOPPED
            if self.failure is not None:
                return self.failure
            if letter.address in self._bounces:
                return MailFailure.BOUNCED
            self.came.append(letter)
        return None

    def to(self, address: str) -> list[Letter]:
        """Return what came to one address, the first first."""
        with self._lock:
            return [each for each in self.came if each.address == address]

    def close(self) -> None:
        """Let nothing out any more."""
        with self._lock:
            self._is_closed = True
