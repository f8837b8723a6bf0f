"""A small pretend platform: users post pictures, others look. It asks before publishing and before showing."""

import threading
import time
from dataclasses import dataclass

from tutela_client import Answer, Client, TutelaClientError


@dataclass(frozen=True, slots=True)
class Post:
    """What a user posted, as the platform keeps it."""

    id: str
    author: str
    answer: Answer
    seconds: float  #: that the author waited for the answer


class Platform:
    """Keeps posts by id. A post that was not answered with `publish` is on no page."""

    def __init__(self, client: Client, name: str = "demo") -> None:
        """Ask the server behind *client*."""
        self._client = client
        self._name = name
        self._lock = threading.Lock()
        self._count = 0
        self.published: dict[str, Post] = {}
        self.kept_back: list[Post] = []  #: refused, or held until a person decides
        self.waiting: dict[str, tuple[str, bytes]] = {}  #: not answered: kept back, to be submitted again

    def post(self, author: str, picture: bytes) -> Post:
        """Submit a picture, and publish it only when the answer says so.

        Raises:
            tutela_client.TutelaClientError: There was no answer; the post waits.
        """
        with self._lock:
            self._count += 1
            post_id = f"{self._name}-{self._count}"
        item = {"id": post_id, "author": {"id": author}, "kind": "post"}
        began = time.perf_counter()
        try:
            answer = self._client.submit(item, [picture])
        except TutelaClientError:
            with self._lock:
                self.waiting[post_id] = (author, picture)
            raise
        made = Post(post_id, author, answer, time.perf_counter() - began)
        with self._lock:
            if answer.may_publish:
                self.published[post_id] = made
            else:
                self.kept_back.append(made)
        return made

    def page(self, viewer: str | None, surface: str = "feed") -> list[Post]:
        """Return what *viewer* gets to see of everything published."""
        with self._lock:
            posts = list(self.published.values())
        shown: list[Post] = []
        for start in range(0, len(posts), 500):
            some = posts[start : start + 500]
            seen = self._client.visibility(viewer, surface, [post.id for post in some])
            shown.extend(post for post in some if seen.is_shown(post.id))
        return shown
