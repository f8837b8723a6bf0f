"""Keep what the server decided in the platform's own process, so that `see` and `may` need no call and no server.

Whatever becomes of the server: what is sealed, held or withheld stays absent; what is new waits; the rest goes on as it
was last known, and is counted.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from tutela_client.alarms import OnAlarm
from tutela_client.bodies import Content
from tutela_client.client import Client
from tutela_client.in_force import Holdings
from tutela_client.keeping import Keeping, Terms
from tutela_client.may import Deed, Permission, Person, may
from tutela_client.outbox import OnAnswer, Sent
from tutela_client.pace import Pace
from tutela_client.see import CLEAR, STRICTEST, Seen, see_account, see_all
from tutela_client.states import PLACES, Held
from tutela_client.tags import tag_of
from tutela_client.verdict import Verdict
from tutela_client.viewer import Viewer

NOT_READY = Permission(is_allowed=False, code="not_ready")
"""The feed was never read to its end, so nothing can be called allowed."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Post:
    """One item of a page, as the platform knows it."""

    id: str
    author: str | None = None  #: without it, it is whoever the feed or a submission named, if one did: a look on disk
    relation: str = "none"  #: of the viewer to the author: `none`, `follower`, `author` or `blocked`
    tags: tuple[str, ...] = ()
    is_sensitive: bool = False  #: for viewers who cover such
    text: str = ""  #: for muted words; may be left out where the viewer has none
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom something is done to."""

    account: str
    age: str = "unknown"
    relation: str = "none"  #: of whoever acts to this account


@dataclass(frozen=True, slots=True)
class Used:
    """What somebody acts with or in."""

    conversation: str | None = None
    links: tuple[str, ...] = ()
    device: str | None = None
    network: str | None = None  #: the address that the request came from


@dataclass(frozen=True, slots=True)
class Staleness:
    """How old the knowledge is, and what was answered from it."""

    is_ready: bool
    is_stale: bool
    is_leading: bool  #: whether this process speaks with the server
    cursor: str
    seconds_since_contact: float
    failures: int  #: in a row
    failures_total: int
    changes_total: int
    kept: int  #: subjects that are not clear
    waiting: int  #: submissions without an answer
    verdicts: int
    verdicts_stale: int  #: answered as last known, while the server did not answer
    verdicts_not_ready: int  #: absent, because nothing is known yet
    alarms: Mapping[str, int] = field(default_factory=dict)  #: how often each was raised


class Cache:
    """What the server decided, in this process. Safe to share between threads; several processes may share a folder.

    The folder is opened by `start`, or by the first question, so that a server which forks its workers may make the
    cache before it does. A process that has it open may not be forked any more: the child gets a `ForkedError`.
    """

    def __init__(
        self, client: Client, folder: Path | str, *, on_answer: OnAnswer | None = None, on_alarm: OnAlarm | None = None,
        pace: Pace | None = None, clock: Callable[[], datetime] = _utc_now,
    ) -> None:  # fmt: skip
        """Take note of everything; nothing is opened and nothing asked before `start`.

        Args:
            client: With a key that may `read`, and `submit` when the outbox is used.
            folder: A folder of its own, on a local disk; it is made when it is not there.
            on_answer: Called, from a thread, with each answer that did not come at once; at least once for each.
            on_alarm: Called, from a thread, with what somebody has to look at.
            pace: How patient the threads are.
            clock: The machine's, for tests.
        """
        self._client, self._folder, self._clock = client, Path(folder), clock
        self._terms = Terms(pace or Pace(), on_alarm, on_answer, clock)
        self._counts = {"verdicts": 0, "verdicts_stale": 0, "verdicts_not_ready": 0}
        self._opening = threading.Lock()
        self._keeping: Keeping | None = None

    def start(self) -> Self:
        """Open the folder, begin to follow the server and to send what waits. Idempotent.

        Raises:
            tutela_client.keeping.InUseError: Another process uses the folder for another server, or while a file in
                it is damaged.
            tutela_client.keeping.ForkedError: This process was forked from one that has a cache open.
        """
        self._here()
        return self

    def close(self, seconds: float = 2.0) -> None:
        """End both threads, waiting at most so long for each; what is kept stays on disk."""
        with self._opening:
            here, self._keeping = self._keeping, None
        if here is not None:
            here.close(seconds)

    def __enter__(self) -> Self:
        """Start, and return the cache itself."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    @property
    def is_ready(self) -> bool:
        """Return whether anything may be called clear: the feed was read to its end, maybe by an earlier process."""
        return self._here().is_ready

    def wait_until_ready(self, seconds: float) -> bool:
        """Wait until the cache is ready, at most so long, and return whether it is."""
        until = time.monotonic() + seconds
        while not self.is_ready and time.monotonic() < until:
            time.sleep(0.01)
        return self.is_ready

    def see(self, viewer: Viewer | str | None, surface: str, posts: Iterable[Post]) -> list[Verdict]:
        """Return what *viewer* may see of each post here, in order, without a call.

        *viewer* may be an account alone, of which then nothing else is known, or none for an anonymous one. Before the
        cache is ready everything is absent; a submission without an answer is absent, and so is a refused or held one.
        """
        here, who, asked = self._here(), _viewer(viewer), list(posts)
        self._count(here, len(asked))
        if not here.is_ready:
            return [STRICTEST] * len(asked)
        asked = _with_authors(here, who, asked)
        states, withheld, is_plain = here.states, here.outbox.withheld, not who.choices
        items, accounts, verdict = states.items, states.accounts, _Page(here, who, surface, self._clock()).verdict
        return [
            CLEAR
            if post.id not in items and post.author not in accounts and post.id not in withheld and is_plain
            and not post.tags and not post.links and post.relation != "blocked"
            else verdict(post)
            for post in asked
        ]  # fmt: skip

    def see_account(self, viewer: Viewer | str | None, surface: str, account: str, relation: str = "none") -> Verdict:
        """Return what *viewer* may see of an account itself: its page, name and picture."""
        here, now = self._here(), self._clock()
        self._count(here, 1)
        if not here.is_ready:
            return STRICTEST
        seen = Seen(account, author=account, relation=relation, by_author=here.states.accounts.get(account))
        return see_account(_viewer(viewer), surface, seen, now=now, table=here.table)

    def may(
        self, actor: Viewer | str, verb: str, *, post: Post | None = None, contact: Contact | None = None,
        used: Used | None = None, surface: str = "detail",
    ) -> Permission:  # fmt: skip
        """Return whether *actor* may do it, without a call. Help, reports and appeals stay possible, ready or not."""
        here, who, now = self._here(), _viewer(actor), self._clock()
        if not here.is_ready and verb not in here.table.always:
            return NOT_READY
        accounts = here.states.accounts
        deed = Deed(
            verb,
            by=accounts.get(who.account or ""),
            item=None if post is None else _seen(here, _with_authors(here, who, [post])[0], now),
            person=None if contact is None else _person(here, contact),
            is_shared=used is not None and bool(used.conversation),
            places=_places(here, used or Used()),
            surface=surface,
        )
        return may(who, deed, now=now, table=here.table)

    def submit(self, item: Mapping[str, Any], media: Sequence[Content] = ()) -> Sent:
        """Ask what to do with *item* before anybody sees it; what the server does not answer waits, see `Outbox`."""
        return self._here().outbox.submit(item, media)

    def state(self, item_id: str) -> Sent | None:
        """Return what has become of a submission; none when it was never submitted here, or long ago."""
        return self._here().outbox.state(item_id)

    def forget_former(self) -> None:
        """Let go of what only an earlier history, or an outbox that is lost, had hidden. Only a person may decide so.

        Not reversible: those items are seen from then on as the server tells them now.
        """
        here = self._here()
        here.file.forget_former()
        here.reload()

    @property
    def staleness(self) -> Staleness:
        """Return how old the knowledge is, and what was answered from it."""
        here = self._here()
        follower = here.follower
        return Staleness(
            is_ready=here.is_ready,
            is_stale=follower.is_stale,
            is_leading=here.leadership.is_mine,
            cursor=follower.facts.cursor,
            seconds_since_contact=follower.seconds_since_contact,
            failures=follower.failures,
            failures_total=follower.failures_total,
            changes_total=follower.changes_total,
            kept=len(here.states),
            waiting=here.outbox.waiting(),
            alarms=dict(here.alarms),
            **self._counts,
        )

    def _count(self, here: Keeping, verdicts: int) -> None:
        self._counts["verdicts"] += verdicts
        if not here.is_ready:
            self._counts["verdicts_not_ready"] += verdicts
        elif here.follower.is_stale:
            self._counts["verdicts_stale"] += verdicts

    def _here(self) -> Keeping:
        """Return what is open; it is opened and started when it is not."""
        here = self._keeping
        if here is None:
            with self._opening:
                here = self._keeping
                if here is None:
                    here = Keeping(self._client, self._folder, self._terms)
                    here.start()
                    self._keeping = here
        here.check_process()
        return here


class _Page:
    """One page that somebody looks at. Posts on which the same holds are evaluated once."""

    def __init__(self, here: Keeping, viewer: Viewer, surface: str, now: datetime) -> None:
        self._here, self._viewer, self._surface, self._now = here, viewer, surface, now
        self._items, self._accounts = here.states.items, here.states.accounts
        self._withheld = here.outbox.withheld
        self._is_plain = not viewer.choices  #: nothing of a post counts but what holds on it
        self._known: dict[object, Verdict] = {}

    def verdict(self, post: Post) -> Verdict:
        """Return the verdict about one post."""
        if post.id in self._withheld:
            return STRICTEST
        held, by_author = self._items.get(post.id), self._accounts.get(post.author or "")
        if self._is_plain and not post.tags and not post.links and post.relation != "blocked":
            return self._plain(post, held, by_author)
        return self._anew(post)

    def _plain(self, post: Post, held: Held | None, by_author: Holdings | None) -> Verdict:
        if post.relation == "author" or post.author == self._viewer.account:
            return self._anew(post)  # an author is told more, of each post by itself
        if not (_is_good(held, self._now) and _is_good(by_author, self._now)):
            return self._anew(post)
        key = (held and held.key, by_author and by_author.timed_key, post.relation)
        return self._known.get(key) or self._known.setdefault(key, self._anew(post))

    def _anew(self, post: Post) -> Verdict:
        seen = _seen(self._here, post, self._now)
        return see_all(self._viewer, self._surface, [seen], now=self._now, table=self._here.table)[0]


def _is_good(held: Held | Holdings | None, now: datetime) -> bool:
    """Return whether a key says what is in force at *now*."""
    return held is None or held.since <= now < held.until


def _viewer(viewer: Viewer | str | None) -> Viewer:
    return viewer if isinstance(viewer, Viewer) else Viewer(account=viewer)


def _with_authors(here: Keeping, viewer: Viewer, posts: list[Post]) -> list[Post]:
    """Return posts with their authors where the platform left one out and it is known here.

    Asked only where it may say something: of posts without one, when an account is restricted or the viewer chose.
    """
    nameless = [post.id for post in posts if post.author is None]
    if not nameless or not (here.states.accounts or viewer.choices):
        return posts
    authors = here.authors(nameless)
    return [post if post.author is not None else replace(post, author=authors.get(post.id)) for post in posts]


def _seen(here: Keeping, post: Post, now: datetime) -> Seen:
    """Return a post with everything that touches it."""
    held, states = here.states.items.get(post.id), here.states
    own = held.own if held else None
    more = [states.tags[tag] for tag in map(tag_of, post.tags) if tag in states.tags] if states.tags else []
    more += [each for link in post.links for each in states.places["link"].of(link)]
    if more:
        parts = [*([own] if own else []), *more]
        own = Holdings((measure for part in parts for measure in part.measures), now)
    return Seen(
        post.id,
        author=post.author,
        relation=post.relation,
        own=own,
        by_author=states.accounts.get(post.author or ""),
        inside=held.inside if held else None,
        is_published=post.id not in here.outbox.withheld and (held is None or held.is_published),
        is_sensitive=post.is_sensitive,
        text=post.text,
        tags=frozenset(post.tags),
    )


def _person(here: Keeping, contact: Contact) -> Person:
    return Person(contact.account, contact.age, contact.relation, here.states.accounts.get(contact.account))


def _places(here: Keeping, used: Used) -> tuple[Holdings, ...]:
    named = {"conversation": used.conversation, "device": used.device, "network": used.network}
    asked = [(kind, name) for kind, name in named.items() if name is not None] + [("link", each) for each in used.links]
    places = here.states.places
    return tuple(held for kind, name in asked if kind in PLACES for held in places[kind].of(name))
