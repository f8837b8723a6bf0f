"""What a cache does beside others on its folder, at another address, with a clock that was set, and after a fork."""

import json
import sqlite3
import stat
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from client.feed_server import Feed, held, serving
from client.one_platform import PACE, Platform, shown, soon
from client.test_cache_processes import driven
from client.test_outbox import post
from tutela_client import Alarm, Choice, Post, Viewer


def spoil_table(platform: Platform) -> None:
    """Keep a table that this client cannot read, as a newer one might."""
    with closing(sqlite3.connect(platform.folder / "states.db")) as connection, connection:
        connection.execute(
            "INSERT INTO facts VALUES ('table', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (json.dumps({"version": "of-tomorrow"}),),
        )


def test_a_kept_table_that_cannot_be_read_falls_back_alone(platform: Platform) -> None:
    """What is sealed and what is clear is known all the same, without a server."""
    platform.feed.tell("item", "sealed", held())
    platform.ready().close()
    spoil_table(platform)
    platform.feed.is_down = True
    cache = platform.begin()

    assert platform.codes() == ["table"]
    assert shown(cache, "sealed", "clear") == ["clear"]


def test_what_is_written_while_a_second_process_starts_is_not_missed(platform: Platform) -> None:
    """Between what it has read of the file and its first look at what was written since."""
    leader = platform.ready()
    spoil_table(platform)

    def tell(_: Alarm) -> None:
        if "late" not in (row["id"] for row in platform.feed.told.values()):
            platform.feed.tell("item", "late", held())
            platform.caught_up(leader)

    second = platform.begin(on_alarm=tell)  # all rows are read when it finds the table

    soon(lambda: shown(second, "late", "clear") == ["clear"])


def test_a_damaged_outbox_leaves_nothing_ready_until_all_was_read(platform: Platform) -> None:
    """What it held back last is not known any more."""
    platform.ready().close()
    (platform.folder / "outbox.db").write_bytes(b"no database" * 500)
    platform.feed.is_down = True
    cache = platform.begin()

    assert (cache.is_ready, shown(cache, "clear")) == (False, [])
    platform.feed.is_down = False
    platform.caught_up(cache)
    assert shown(cache, "clear") == ["clear"]


def test_the_same_server_at_another_address_is_the_same(platform: Platform) -> None:
    """Nothing is clear until it says so itself, in whichever process; then nothing has to be read again."""
    feed = platform.feed
    feed.name = "8d1f"
    feed.tell("item", "sealed", held())
    platform.ready().close()
    with serving(feed):
        feed.is_down = True
        first = platform.begin(url=feed.url)
        second = platform.begin(url=feed.url)
        assert platform.codes() == ["moved"]
        assert (shown(first, "clear"), shown(second, "clear")) == ([], [])

        feed.is_down = False
        soon(lambda: shown(first, "sealed", "clear") == shown(second, "sealed", "clear") == ["clear"])
        assert (platform.codes(), first.staleness.changes_total) == (["moved"], 0)
        second.close(2)
        first.close(2)
        feed.is_down = True
        assert shown(platform.begin(url=feed.url), "sealed", "clear") == ["clear"]


@pytest.mark.parametrize("told", [1, 9])
def test_another_server_at_another_address_is_found_out(platform: Platform, told: int) -> None:
    """Whether it has told less than the one before, or more."""
    platform.feed.name = "8d1f"
    for number in range(5):
        platform.feed.tell("item", f"theirs-{number}", held())
    platform.ready().close()
    with serving(Feed(name="77aa")) as other:
        for number in range(told):
            other.tell("item", f"ours-{number}", held())
        cache = platform.begin(url=other.url)
        soon(lambda: "former" in platform.codes())
        assert platform.codes()[:2] == ["moved", "foreign"]
        assert shown(cache, "theirs-0", "ours-0", "clear") == ["clear"]
        cache.close(2)


def test_a_post_without_an_author_is_whoever_was_told(platform: Platform) -> None:
    """By the feed or by its submission; what nobody told anything of has none."""
    cache, feed = platform.ready(), platform.feed
    feed.tell("item", "told", held("limit_reach"), author="eve")
    feed.tell("item", "told", author="eve")
    cache.submit({**post("submitted"), "author": {"id": "eve"}})
    feed.tell("account", "eve", held("suspend"))
    platform.caught_up(cache)
    names = ("told", "submitted", "unknown")

    assert shown(cache, *names, author=None) == ["unknown"]
    assert not cache.may("ann", "share", post=Post("told")).is_allowed
    assert shown(cache, *names, author="ann") == list(names)
    feed.tell("account", "eve")
    platform.caught_up(cache)
    muting = Viewer("bob", choices=(Choice("mute_account", "eve"),))
    assert shown(cache, *names, author=None, viewer=muting) == ["unknown"]


@pytest.mark.parametrize("word", ["#Cats", "cats", "CATS", " #cats ", "\uff23ats"])
def test_a_muted_tag_is_one_tag_however_it_is_written(platform: Platform, word: str) -> None:
    """By whoever mutes it, and by whoever uses it; a lone sign is no tag."""
    cache = platform.ready()
    viewer = Viewer("bob", choices=(Choice("mute_tag", word), Choice("mute_tag", "#")))

    assert shown(cache, "a", viewer=viewer, tags=("#Cats",)) == []
    assert shown(cache, "a", viewer=viewer, tags=("cats",)) == []
    assert shown(cache, "a", viewer=viewer, tags=("#dogs", "#")) == ["a"]


def test_a_clock_that_is_set_back_hides_no_silence(platform: Platform) -> None:
    """The last answer is from the future then, which is as old as it is far away."""
    platform.clock.ahead = timedelta(hours=2)
    pace = replace(PACE, stale_after_seconds=0.5)
    platform.caught_up(platform.begin(pace=pace))
    platform.feed.is_down = True
    platform.clock.ahead = timedelta()

    soon(lambda: "stale" in platform.codes())
    assert platform.begin().staleness.seconds_since_contact > 7000


def test_a_folder_that_was_there_becomes_private(platform: Platform) -> None:
    """Made by a deployment, most likely, with the mode that folders have."""
    platform.folder.mkdir(mode=0o755)
    platform.folder.chmod(0o755)
    platform.ready()

    assert stat.S_IMODE(platform.folder.stat().st_mode) == 0o700


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_process_that_has_closed_its_cache_may_be_forked(platform: Platform) -> None:
    """Nothing of it is open any more; its child may open one."""
    with driven(platform.feed, platform.folder, "closed", "closed") as process:
        assert process.stdout is not None
        assert process.stdout.read() == "True\n"
