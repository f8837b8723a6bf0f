"""The cache of the client against the server that it follows: two hosts of one evaluator, one answer."""

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import make
from core.strategies import smallest_scope
from tutela.core.content import tag_of
from tutela.core.measures import ALLOWED_SUBJECTS, TIMED_BLOCKS, Measure, MeasureKind, Subject, SubjectKind
from tutela.ports.committer import Changeset
from tutela_client import Cache, Client, Contact, Exposure, Pace, Post, Used, Verdict, Viewer

SURFACES = ("home", "recommendations", "search", "detail", "messages", "ads", "media", "author_appeal", "unregistered")
VIEWERS = (
    None,
    Viewer("cache-0", "adult", frozenset({"DE"})),
    Viewer("stranger", "adult", frozenset({"DE", "FR"})),
    Viewer("child", "13_15", frozenset({"FR"})),
)
RELATIONS = ("none", "follower", "blocked")


@pytest.fixture
def cache(api: Any, tmp_path: Path) -> Iterator[Cache]:
    """Yield a cache that follows the server of the session."""
    client = Client(f"http://127.0.0.1:{api.port}", api.keys["all"])
    with client, Cache(client, tmp_path / "cache", pace=Pace(poll_seconds=0.2)) as cache:
        yield cache


def test_the_cache_answers_as_the_server_does(api: Any, cache: Cache) -> None:
    """Whatever holds on items, media, tags, quotes and accounts; for every viewer, everywhere."""
    posts = filled(api, random.Random(11))  # noqa: S311  # an arrangement of test data
    caught_up(api, cache)
    found: set[Exposure] = set()

    with Client(f"http://127.0.0.1:{api.port}", api.keys["all"]) as client:
        for viewer in VIEWERS:
            for surface in SURFACES:
                relation = "none" if viewer is None else RELATIONS[len(surface) % 3]
                asked = [{"id": post.id, "relation": relation} for post in posts]
                told = client.visibility(viewer, surface, asked).verdicts
                seen = cache.see(viewer, surface, [replace(post, relation=relation) for post in posts])
                assert {post.id: plain(verdict) for post, verdict in zip(posts, seen, strict=True)} == {
                    name: plain(verdict) for name, verdict in told.items()
                }, (viewer, surface, relation)
                found.update(verdict.exposure for verdict in seen)
    assert found == set(Exposure)


@pytest.mark.parametrize("verb", ["post", "share", "message", "upload", "read", "withdraw_earnings", "appeal", "fly"])
def test_the_cache_permits_as_the_server_does(api: Any, cache: Cache, verb: str) -> None:
    """Whoever acts, on what, to whom, with what."""
    posts = filled(api, random.Random(23))  # noqa: S311  # an arrangement of test data
    grant(api, [Subject(SubjectKind.NETWORK, "192.0.2.0/24"), Subject(SubjectKind.LINK, "bad.example")])
    caught_up(api, cache)

    with Client(f"http://127.0.0.1:{api.port}", api.keys["all"]) as client:
        for number, post in enumerate(posts):
            actor, other = Viewer(f"cache-{number % 5}", "adult"), f"cache-{(number + 1) % 5}"
            network, link = f"192.0.{number % 4}.7", ("https://www.bad.example/a", "https://good.example")[number % 2]
            told = client.may(
                actor, verb, item=post.id, account={"id": other, "age": "13_15"}, network=network, links=[link]
            )
            mine = cache.may(
                actor, verb, post=post, contact=Contact(other, "13_15"), used=Used(network=network, links=(link,))
            )
            assert (mine.is_allowed, mine.code) == (told.is_allowed, told.code), (post, actor)


def filled(api: Any, dice: random.Random) -> list[Post]:
    """Post with pictures, tags and quotes, and have measures of all kinds hold on some of it."""
    run, posts = dice.randrange(10**9), list[Post]()
    for number in range(30):
        name, author = f"cached-{run}-{number}", f"cache-{number % 5}"
        tags = [f"Tag{run % 97}-{number % 3}"] if number % 4 == 0 else []
        quoted = [posts[dice.randrange(len(posts))].id] if number > 8 and number % 3 == 0 else []
        media = [{"sha256": f"{run:x}{number % 7:x}".rjust(64, "0")}] if number % 2 else []
        item = {"id": name, "author": {"id": author}, "text": "A day", "tags": tags, "contains": quoted, "media": media}
        api.post("/v1/items", item)
        posts.append(Post(name, author, tags=tuple(tags)))
    with api.house.store.read() as reader:
        items = list(reader.items_by_platform_id(post.id for post in posts).values())
    subjects = {Subject.item(stored.item.id) for stored in items[:24]}
    subjects |= {Subject.media(media) for stored in items[:6] for media in stored.item.media_ids}
    subjects |= {Subject(SubjectKind.TAG, tag_of(tag)) for post in posts[:9] for tag in post.tags}
    subjects |= {Subject.account(stored.item.account_id) for stored in items[:3]}
    grant(api, sorted(subjects, key=lambda subject: subject.id), dice)
    return posts


def grant(api: Any, subjects: list[Subject], dice: random.Random | None = None) -> None:
    """Have one or two measures of some kind hold on each, some of them later or only until later."""
    because, made = make.decision(), list[Measure]()
    for place, subject in enumerate(subjects):
        kinds = [kind for kind, allowed in ALLOWED_SUBJECTS.items() if subject.kind in allowed]
        more = [dice.choice(kinds)] if dice is not None and place % 3 == 0 else []
        for kind in {kinds[place % len(kinds)], *more}:
            made.append(measure(kind, subject, because, dice.choice([0, 0, 0, 1, -1]) if dice else 0))
    api.house.committer.commit(Changeset(decisions=(because,), measures=tuple(made)))


def measure(kind: MeasureKind, subject: Subject, because: Any, days: int) -> Measure:
    """Return a measure that holds now, that starts in *days*, or that ends in as many."""
    now = datetime.now(UTC)
    starts_at = now + timedelta(days=max(days, 0), minutes=-1 if days <= 0 else 0)
    ends_at = starts_at + timedelta(days=1) if days < 0 or kind in TIMED_BLOCKS else None
    return make.measure(
        kind, subject, because, starts_at=starts_at, ends_at=ends_at, is_automated=False, scope=smallest_scope(kind)
    )


def caught_up(api: Any, cache: Cache) -> None:
    """Wait until the cache knows what the server knows."""
    newest, until = str(api.get("/v1/status")["changes"]), time.monotonic() + 60
    while not (cache.is_ready and cache.staleness.cursor == newest):
        assert time.monotonic() < until
        time.sleep(0.01)


def plain(verdict: Verdict) -> Verdict:
    """Return a verdict without what only explanations tell."""
    return replace(verdict, causes=frozenset())
