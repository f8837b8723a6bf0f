"""What an outbox does when something is wrong: with what it is handed, its files, a clock, or its process."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from client.feed_server import held
from client.one_platform import PACE, QUICK, Platform, shown, soon
from client.test_cache_processes import driven
from client.test_outbox import PICTURE, media_of, post
from tutela_client import Cache, Patience
from tutela_client.keeping import InUseError
from tutela_client.outbox_file import ChangedError

EAGER = replace(PACE, patience=Patience(QUICK, 0.01, lease_seconds=0.2, taken_seconds=0.0, forget_seconds=0.01))


def run_in(path: Path, *statements: str) -> None:
    """Write into a file as nobody should."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("change", ["another picture", "no picture", "another text", "another author"])
@pytest.mark.parametrize("was", ["answered", "waiting"])
def test_an_id_with_other_content_is_refused_and_the_first_counts_on(platform: Platform, change: str, was: str) -> None:
    """What was answered with `publish` was the first picture, and not whatever comes under its name later."""
    cache, feed = platform.ready(), platform.feed
    feed.is_down = was == "waiting"
    first = cache.submit(post("once"), [PICTURE])
    other = {
        "another text": {**post("once"), "text": "other"},
        "another author": {**post("once"), "author": {"id": "eve"}},
    }.get(change, post("once"))
    media = {"another picture": [PICTURE + b"x"], "no picture": []}.get(change, [PICTURE])

    with pytest.raises(ChangedError) as refused:
        cache.submit(other, media)

    assert (refused.value.status, refused.value.place) == (409, "id")
    assert len(media_of(platform)) == (1 if was == "waiting" else 0)
    assert shown(cache, "once") == ([] if was == "waiting" else ["once"])
    assert cache.submit(dict(reversed(post("once").items())), [PICTURE]) == first
    feed.is_down = False
    soon(lambda: shown(cache, "once") == ["once"])
    assert {body.count(PICTURE) for _, _, body in feed.submitted} == {1}


@pytest.mark.parametrize("fault", ["damaged", "damaged inside", "gone"])
def test_what_a_lost_outbox_held_back_stays_hidden_until_somebody_tells_otherwise(
    platform: Platform, fault: str
) -> None:
    """Nothing is clear before all was read anew, and what waited, was held or refused not even then."""
    cache, feed = platform.ready(), platform.feed
    feed.answers = {"held": "hold", "refused": "refuse", "rejected": "422"}
    for name in ("held", "refused", "rejected", "fine"):
        cache.submit(post(name))
    feed.is_down = True
    cache.submit(post("waits"), [PICTURE])
    cache.close()
    path = platform.folder / "outbox.db"
    head = path.read_bytes()[:4096] if fault == "damaged inside" else b""
    path.write_bytes(head + b"no database" * 5000)
    if fault == "gone":
        path.unlink()
    cache = platform.begin()
    names = ("held", "refused", "rejected", "waits", "fine")

    assert platform.codes() == ["damaged"]
    assert (cache.is_ready, shown(cache, *names)) == (False, [])
    feed.is_down = False
    platform.caught_up(cache)
    assert shown(cache, *names) == ["fine"]
    feed.tell("item", "held")
    platform.caught_up(cache)
    cache.close()
    cache = platform.ready()
    assert shown(cache, *names) == ["held", "fine"]
    assert cache.submit(post("waits"), [PICTURE]).state == "publish"
    assert shown(cache, *names) == ["held", "waits", "fine"]
    cache.forget_former()
    assert shown(cache, *names) == list(names)


def test_what_the_outbox_has_forgotten_stays_hidden_where_the_feed_told_nothing_else(platform: Platform) -> None:
    """And what was released is not hidden again for it."""
    cache, feed = platform.begin(pace=EAGER), platform.feed
    feed.answers = {"refused": "refuse", "released": "hold"}
    for name in feed.answers:
        cache.submit(post(name))
    feed.tell("item", "released")
    platform.caught_up(cache)
    platform.clock.ahead = timedelta(days=8)
    soon(lambda: cache.state("refused") is cache.state("released") is None)
    cache.close()

    assert shown(platform.ready(), "refused", "released") == ["released"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"bytes", object()])
def test_what_json_does_not_know_is_refused_at_once(platform: Platform, value: object) -> None:
    """It could never be sent. Nothing of it is kept, and it is not shown for it."""
    cache = platform.ready()

    with pytest.raises(ValueError, match="JSON"):
        cache.submit({**post("odd"), "score": value}, [PICTURE])

    assert (cache.state("odd"), media_of(platform), shown(cache, "odd")) == (None, [], [])
    cache.close()
    cache = platform.begin()
    assert shown(cache, "odd") == []
    assert cache.submit(post("odd"), [PICTURE]).state == "publish"
    assert shown(cache, "odd") == ["odd"]


def test_a_file_that_cannot_be_read_is_refused_at_once(platform: Platform, tmp_path: Path) -> None:
    """With what was read before it."""
    cache = platform.ready()

    with pytest.raises(FileNotFoundError):
        cache.submit(post("odd"), [PICTURE, tmp_path / "missing"])

    assert (cache.state("odd"), media_of(platform), shown(cache, "odd")) == (None, [], [])


@pytest.mark.parametrize("fault", ["its picture is gone", "NaN", "half an item", "half a list of pictures"])
def test_what_can_never_be_sent_is_told_as_rejected_and_lets_others_pass(platform: Platform, fault: str) -> None:
    """It would wait for ever; and without its picture it may not be sent at all."""
    cache, feed = platform.ready(), platform.feed
    feed.is_down = True
    cache.submit(post("poison"), [PICTURE])
    cache.close()
    statements = {
        "NaN": "UPDATE submissions SET item = '{\"id\": NaN}'",
        "half an item": "UPDATE submissions SET item = '{'",
        "half a list of pictures": "UPDATE submissions SET media = '['",
    }
    if fault in statements:
        run_in(platform.folder / "outbox.db", statements[fault])
    else:
        media_of(platform)[0].unlink()
    cache = platform.begin()
    cache.submit(post("fine"), [PICTURE])
    feed.is_down = False
    soon(lambda: {each.id: each.state for each in platform.answers} == {"poison": "rejected", "fine": "publish"})

    assert "unusable" in platform.codes()
    assert shown(cache, "poison", "fine") == ["fine"]
    assert [name for name, _, _ in feed.submitted] == ["fine"]


def test_an_answer_that_a_killed_process_may_not_have_used_is_handed_over_again(platform: Platform) -> None:
    """Killed as soon as `submit` returned: nobody knows what became of it. Ended in order it is not told twice."""
    with driven(platform.feed, platform.folder, "late", "exit") as process:
        assert process.stdout is not None
        assert process.stdout.read() == "publish\n"
    cache = platform.begin(pace=EAGER)
    soon(lambda: [each.id for each in platform.answers] == ["late"])

    cache.submit(post("taken"))
    cache.close()
    cache = platform.begin(pace=EAGER)
    cache.submit(post("mark"))
    soon(lambda: cache._here().outbox._file.undelivered(1e12, 1e12, 1) == [])
    assert [each.id for each in platform.answers] == ["late"]


def test_a_long_life_forgets_as_well_and_counts_without_looking_at_everything(platform: Platform) -> None:
    """A platform may not be started again for a year."""
    cache = platform.begin(pace=EAGER)
    cache.submit(post("old"), [PICTURE])
    platform.clock.ahead = timedelta(days=8)
    soon(lambda: cache.state("old") is None)

    file, asked = cache._here().outbox._file, list[str]()
    cache.close()
    again = type(file)(platform.folder)
    again._connection.set_trace_callback(asked.append)
    again.waiting()
    again.forget_answered(0)
    again._connection.set_trace_callback(None)
    reads = [each for each in asked if each.startswith("SELECT")]
    plans = [again._connection.execute(f"EXPLAIN QUERY PLAN {each}").fetchall() for each in reads]
    again.close()
    assert len(plans) == 3
    assert not [row for plan in plans for row in plan if "SCAN" in row[3]]


def test_a_clock_that_is_set_back_keeps_nothing_waiting(platform: Platform) -> None:
    """Put off until later by the clock of then, it is due by the one of now."""
    platform.clock.ahead = timedelta(hours=2)
    cache = platform.ready()
    platform.feed.is_down = True
    cache.submit(post("waits"))
    platform.clock.ahead = timedelta()
    platform.feed.is_down = False

    soon(lambda: [each.id for each in platform.answers] == ["waits"])


def test_a_second_process_believes_the_feed_only_when_it_knows_it_itself(platform: Platform) -> None:
    """The file says that the feed told of a post; what it told is not in this process's memory yet."""
    leader, feed = platform.ready(), platform.feed
    second = platform.begin(pace=replace(PACE, tail_seconds=600.0))
    feed.is_down = True
    leader.submit(post("h"))
    soon(lambda: shown(second, "h") == [])
    feed.answers, feed.is_down = {"h": "503"}, False
    feed.tell("item", "h", held("hold"), published=False)
    platform.caught_up(leader)
    feed.answers = {"h": "hold"}
    soon(lambda: step_of(leader) == step_of(second) > 1)

    assert leader.state("h") == second.state("h")
    assert shown(second, "h") == []


def step_of(cache: Cache) -> int:
    """Return up to where a process has read the outbox."""
    return cache._here().outbox._step


@pytest.mark.parametrize("name", ["states.db", "outbox.db"])
def test_no_file_is_taken_from_under_a_process_that_works_with_it(platform: Platform, name: str) -> None:
    """It has it open and goes on; whoever comes later is told to wait."""
    leader, feed = platform.ready(), platform.feed
    run_in(platform.folder / name, "PRAGMA user_version = 99")

    with pytest.raises(InUseError):
        platform.begin()

    assert list(platform.folder.glob("*.set-aside-*")) == []
    feed.tell("item", "sealed", held())
    platform.caught_up(leader)
    assert leader.submit(post("fine")).state == "publish"
    assert shown(leader, "sealed", "fine") == ["fine"]


def test_files_of_the_format_before_lose_nothing(platform: Platform) -> None:
    """A new version of the client is no fault: nothing is set aside, and what waits is sent."""
    cache, feed = platform.ready(), platform.feed
    feed.tell("item", "sealed", held())
    platform.caught_up(cache)
    feed.is_down = True
    cache.submit(post("waits"), [PICTURE])
    cache.close()
    older = "PRAGMA user_version = 1"
    outbox = ("DROP INDEX submissions_by_answer", "ALTER TABLE submissions DROP COLUMN digest", older)
    run_in(platform.folder / "outbox.db", *outbox)
    run_in(platform.folder / "states.db", "DROP TABLE withheld", "ALTER TABLE states DROP COLUMN author", older)
    cache = platform.begin()

    assert shown(cache, "sealed", "waits", "clear") == ["clear"]
    feed.is_down = False
    soon(lambda: [each.state for each in platform.answers] == ["publish"])
    assert platform.codes() == []
