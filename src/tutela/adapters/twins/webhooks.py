"""Receivers in memory: for tests, the demo, and drills of a receiver that is down."""

import threading
from collections import defaultdict
from collections.abc import Callable

from tutela.core.webhooks import Failure, Outcome
from tutela.ports.webhooks import Post

Answer = Callable[[Post], Outcome]


def taken(_post: Post) -> Outcome:
    """Answer that it was taken."""
    return Outcome(204)


class ReceiverTwin:
    """Stand in for a sender and everybody whom it sends to; see `ports.webhooks.Sender`."""

    def __init__(self) -> None:
        """Take everything, until told otherwise."""
        self._lock = threading.Lock()
        self._answers: dict[str, Answer] = {}
        self._is_closed = False
        self.came: dict[str, list[Post]] = defaultdict(list)  #: by address, each try

    def answer(self, url: str, answer: Answer) -> None:
        """Let the receiver at *url* answer so from now on."""
        with self._lock:
            self._answers[url] = answer

    def send(self, post: Post) -> Outcome:
        """Note *post* and return what its receiver answers."""
        with self._lock:
            if self._is_closed:
                return Outcome(failure=Failure.STOPPED)
            self.came[post.url].append(post)
            answer = self._answers.get(post.url, taken)
        return answer(post)

    def close(self) -> None:
        """Let nothing out any more."""
        with self._lock:
            self._is_closed = True
