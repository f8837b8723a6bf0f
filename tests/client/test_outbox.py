"""Submissions that the server does not answer: they wait on disk, are absent meanwhile, and are never lost."""

import io
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from client.feed_server import Feed, held
from client.one_platform import PACE, Platform, shown, soon
from tutela_client import Pace, Patience, Pauses, Sent

PICTURE = b"a picture of a lake" * 5000


def post(name: str) -> dict[str, object]:
    """Return a plain item."""
    return {"id": name, "author": {"id": "ann"}, "kind": "post"}


def media_of(platform: Platform) -> list[Path]:
    """Return the media that are kept."""
    return list((platform.folder / "media").iterdir())


def test_an_answer_that_comes_at_once_is_returned_and_nothing_is_kept_of_the_picture(platform: Platform) -> None:
    """Published is shown; refused and held stay hidden, also after a restart without a server."""
    cache, feed = platform.ready(), platform.feed
    feed.answers = {"held": "hold", "refused": "refuse"}
    states = [cache.submit(post(name), [PICTURE]).state for name in ("fine", "held", "refused")]

    assert states == ["publish", "hold", "refuse"]
    assert shown(cache, "fine", "held", "refused") == ["fine"]
    assert media_of(platform) == []
    assert cache.state("fine") == Sent("fine", "publish", cache.submit(post("fine"), [PICTURE]).answer)
    assert platform.answers == []
    cache.close()
    feed.is_down = True
    assert shown(platform.begin(), "fine", "held", "refused") == ["fine"]


@pytest.mark.parametrize("content", ["bytes", "a file", "a path"])
def test_without_a_server_a_post_waits_and_is_sent_by_itself(platform: Platform, tmp_path: Path, content: str) -> None:
    """With the same key and the same bytes, whatever becomes of what the platform handed in."""
    cache, feed = platform.ready(), platform.feed
    path = tmp_path / "upload"
    path.write_bytes(PICTURE)
    feed.is_down = True
    media = {"bytes": PICTURE, "a file": io.BytesIO(PICTURE), "a path": path}[content]
    assert cache.submit(post("waits"), [media]).state == "waiting"
    path.unlink()
    assert shown(cache, "waits", "other") == ["other"]
    assert cache.staleness.waiting == 1

    feed.is_down = False
    soon(lambda: [each.id for each in platform.answers] == ["waits"])

    assert platform.answers[0].may_publish
    assert shown(cache, "waits") == ["waits"]
    assert (cache.staleness.waiting, media_of(platform)) == (0, [])
    [(name, _, body)] = feed.submitted
    assert name == "waits"
    assert PICTURE in body


def test_a_restart_of_the_platform_loses_nothing(platform: Platform) -> None:
    """What waits waits on, under the key that it had, and its answer comes to the new process."""
    feed = platform.feed
    feed.answers = {"bad": "refuse"}
    cache = platform.ready()
    feed.is_down = True
    for name in ("good", "bad"):
        cache.submit(post(name), [PICTURE])
    cache.close()
    again = platform.begin()
    assert shown(again, "good", "bad") == []
    assert {each.state for each in map(again.state, ("good", "bad")) if each} == {"waiting"}

    feed.is_down = False
    soon(lambda: {each.id: each.state for each in platform.answers} == {"good": "publish", "bad": "refuse"})
    assert shown(again, "good", "bad") == ["good"]
    assert media_of(platform) == []


def test_a_lost_answer_is_asked_for_again_under_the_same_key(platform: Platform) -> None:
    """The server took it, and the connection broke before it could say so."""
    cache, feed = platform.ready(), platform.feed
    feed.answers = {"twice": "503"}
    assert cache.submit(post("twice"), [PICTURE]).state == "waiting"
    feed.answers = {}
    soon(lambda: [each.state for each in platform.answers] == ["publish"])

    assert len({key for _, key, _ in feed.submitted}) == 1
    assert len(feed.submitted) >= 2


@pytest.mark.parametrize("status", ["413", "409", "422"])
def test_what_can_never_be_used_is_told_and_stays_hidden(platform: Platform, status: str) -> None:
    """It is not sent again, and keeps nothing else from being sent."""
    cache, feed = platform.ready(), platform.feed
    feed.answers = {"odd": status}
    feed.is_down = True
    for name in ("odd", "fine"):
        cache.submit(post(name), [PICTURE])
    feed.is_down = False
    soon(lambda: {each.id: each.state for each in platform.answers} == {"odd": "rejected", "fine": "publish"})

    state = cache.state("odd")
    assert state is not None
    assert (state.may_publish, state.detail) == (False, "It cannot be used.")
    assert shown(cache, "odd", "fine") == ["fine"]
    assert len([name for name, _, _ in feed.submitted if name == "odd"]) == 1


def test_a_post_on_which_the_server_fails_lets_others_pass(platform: Platform) -> None:
    """A fault of the server about one post is no fault of the others."""
    cache, feed = platform.ready(), platform.feed
    feed.answers = {"poison": "500"}

    assert cache.submit(post("poison")).state == "waiting"
    assert cache.submit(post("fine")).state == "publish"
    assert shown(cache, "poison", "fine") == ["fine"]
    feed.answers = {}
    soon(lambda: shown(cache, "poison") == ["poison"])


def test_the_feed_has_the_last_word(platform: Platform) -> None:
    """Held, then released by a person: the feed tells of the post, and what the outbox was answered counts no more."""
    cache, feed = platform.ready(), platform.feed
    feed.answers = {"held": "hold"}
    cache.submit(post("held"))
    feed.tell("item", "held", held("hold"), published=False)
    platform.caught_up(cache)
    assert shown(cache, "held") == []

    feed.tell("item", "held")
    platform.caught_up(cache)
    assert shown(cache, "held") == ["held"]
    cache.close()
    feed.is_down = True
    assert shown(platform.begin(), "held") == ["held"]


def test_an_answer_that_comes_behind_the_feed_hides_nothing_for_ever(platform: Platform) -> None:
    """Released before its `hold` arrived: the feed, which was read first, is the newer word."""
    cache, feed = platform.ready(), platform.feed
    feed.is_down = True
    cache.submit(post("late"))
    feed.answers, feed.is_down = {"late": "503"}, False
    feed.tell("item", "late", held("hold"), published=False)
    feed.tell("item", "late")
    platform.caught_up(cache)
    feed.answers = {"late": "hold"}
    soon(lambda: [each.state for each in platform.answers] == ["hold"])

    assert shown(cache, "late") == ["late"]


def test_the_same_post_again_is_one_submission(platform: Platform) -> None:
    """A user who presses the button twice, or a platform that repeats after its own restart."""
    cache, feed = platform.ready(), platform.feed
    first = cache.submit(post("once"), [PICTURE])
    feed.is_down = True

    assert cache.submit(post("once"), [PICTURE]) == first
    assert len(feed.submitted) == 1


def test_while_nothing_answers_nobody_waits_for_the_connection(platform: Platform) -> None:
    """After the first failure the others go straight to the disk until it is time to try again."""
    slow = Pace(0.1, 0.02, 60.0, PACE.pauses, 1000, Patience(Pauses(60, 60), 0.01))
    feed = platform.feed
    feed.status = 503
    cache = platform.begin(pace=slow)
    cache.submit(post("first"))
    for number in range(20):
        cache.submit(post(f"next-{number}"))
    tries = {kept.id: kept.tries for kept in cache._here().outbox._file.due(1e12, 0, 100)}

    assert tries.pop("first") >= 1
    assert set(tries.values()) == {0}
    assert cache.staleness.waiting == 21


def test_whoever_takes_answers_may_fail_and_is_asked_again(platform: Platform) -> None:
    """At least once for each answer: the platform may have been killed in the middle of publishing."""
    taken: list[str] = []

    def take(sent: Sent) -> None:
        taken.append(sent.id)
        if len(taken) < 3:
            raise RuntimeError

    platform.feed.is_down = True
    cache = platform.begin(on_answer=take)
    cache.submit(post("late"))
    platform.feed.is_down = False
    soon(lambda: taken == ["late"] * 3)

    assert "callback" in platform.codes()


def test_two_processes_submit_into_one_folder(platform: Platform) -> None:
    """What one hands in the other hides, and the one that leads sends both."""
    feed = platform.feed
    first, second = platform.ready(), platform.begin()
    soon(lambda: second.is_ready)
    feed.is_down = True
    first.submit(post("a"))
    second.submit(post("b"))
    soon(lambda: shown(first, "a", "b", "c") == shown(second, "a", "b", "c") == ["c"])

    feed.is_down = False
    soon(lambda: {each.id for each in platform.answers} == {"a", "b"})
    soon(lambda: shown(first, "a", "b") == shown(second, "a", "b") == ["a", "b"])
    assert sorted({name for name, _, _ in feed.submitted}) == ["a", "b"]


def test_many_threads_submit_at_once(platform: Platform) -> None:
    """Each gets its own answer, whatever the connection does in between."""
    cache, feed = platform.ready(), platform.feed
    feed.answers = {f"post-{number}": "refuse" for number in range(0, 40, 2)}

    def run(start: int) -> None:
        for number in range(start, 40, 4):
            feed.is_down = number % 10 == 5
            cache.submit(post(f"post-{number}"), [PICTURE])

    threads = [threading.Thread(target=run, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    feed.is_down = False
    soon(lambda: cache.staleness.waiting == 0)

    names = [f"post-{number}" for number in range(40)]
    soon(lambda: shown(cache, *names) == names[1::2])
    soon(lambda: media_of(platform) == [])


def test_what_was_answered_long_ago_is_forgotten_and_what_waits_is_not(platform: Platform) -> None:
    """So is a file that a killed process left without a submission."""
    cache, feed = platform.ready(), platform.feed
    cache.submit(post("old"))
    feed.is_down = True
    cache.submit(post("waits"), [PICTURE])
    cache.close()
    (platform.folder / "media" / "stray").write_bytes(b"x")
    platform.clock.ahead = timedelta(days=8)
    again = platform.begin()

    assert again.state("old") is None
    assert again.state("waits") is not None
    assert [path.name == "stray" for path in media_of(platform)] == [False]


def test_a_damaged_outbox_is_set_aside_with_an_alarm(platform: Platform) -> None:
    """What waited in it is lost, and somebody is told."""
    platform.ready().close()
    (platform.folder / "outbox.db").write_bytes(b"no database" * 500)
    cache = platform.begin()

    assert platform.codes() == ["damaged"]
    assert cache.submit(post("fine")).state == "publish"


@pytest.mark.parametrize("item", [{}, {"id": ""}, {"id": 7}])
def test_an_item_needs_an_id_of_the_platforms_own(platform: Platform, item: dict[str, object]) -> None:
    """Without one nothing could ever be told of it."""
    with pytest.raises(ValueError, match="id"):
        platform.begin().submit(item)


def test_alarms_name_nobody(feed: Feed, platform: Platform) -> None:
    """Neither items nor accounts nor addresses: they end in logs and pagers."""
    feed.status = 401
    cache = platform.begin()
    cache.submit(post("secret-name"))
    soon(lambda: "refused" in platform.codes())

    assert "secret-name" not in str(platform.alarms)
    assert feed.url not in str(platform.alarms)
