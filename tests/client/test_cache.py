"""The cache in the platform's own process: what it shows, and what it does when the server or its file is not there."""

import sqlite3
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.feed_server import Feed, held, serving
from client.one_platform import PACE, Platform, shown, soon
from tutela_client import Alarm, Cache, Client, Contact, Exposure, Post, Used
from tutela_client.keeping import InUseError


def test_nothing_is_clear_before_everything_was_read_once(platform: Platform) -> None:
    """Without a server an empty cache shows nothing and allows nothing but help; then it knows what is sealed."""
    platform.feed.is_down = True
    platform.feed.tell("item", "sealed", held())
    cache = platform.begin()
    soon(lambda: cache.staleness.failures > 1)

    assert shown(cache, "clear", "sealed") == []
    assert cache.may("ann", "post").code == "not_ready"
    assert cache.may("ann", "appeal").is_allowed
    assert cache.see_account("ben", "profile", "ann").exposure is Exposure.ABSENT
    assert cache.staleness.verdicts_not_ready == 3

    platform.feed.is_down = False
    platform.caught_up(cache)
    assert shown(cache, "clear", "sealed") == ["clear"]
    assert cache.may("ann", "post").is_allowed


def test_what_changes_is_hidden_at_once_and_shown_again(platform: Platform) -> None:
    """An item, its author, a tag, a link, what it quotes; what is clear again is not kept."""
    cache, feed = platform.ready(), platform.feed
    feed.tell("item", "own", held())
    feed.tell("item", "quote", inside=[held()])
    feed.tell("item", "unpublished", published=False)
    feed.tell("account", "eve", held("suspend"))
    feed.tell("tag", "harm", held("exclude"))
    feed.tell("link", "bad.example", held("block_link"))
    platform.caught_up(cache)

    assert shown(cache, "own", "quote", "unpublished", "other") == ["other"]
    assert shown(cache, "hers", author="eve") == []
    assert shown(cache, "tagged", tags=("#Harm",), surface="search") == []
    assert shown(cache, "linking", links=("https://www.bad.example/page",)) == []
    assert cache.staleness.kept == 6

    for kind, name in [
        ("item", "own"),
        ("item", "quote"),
        ("item", "unpublished"),
        ("account", "eve"),
        ("tag", "harm"),
    ]:
        feed.tell(kind, name)
    platform.caught_up(cache)
    assert shown(cache, "own", "quote", "unpublished") == ["own", "quote", "unpublished"]
    assert shown(cache, "hers", author="eve") == ["hers"]
    assert cache.staleness.kept == 1


def test_may_is_answered_from_the_same_knowledge(platform: Platform) -> None:
    """Who acts, what it is done to, and what is used for it."""
    feed = platform.feed
    feed.tell("account", "eve", held("read_only"))
    feed.tell("account", "kim", held("protect"))
    feed.tell("item", "held", held("hold"))
    feed.tell("network", "192.0.2.0/24", held("block_network", ends_at="2099-01-01T00:00:00Z"))
    feed.tell("conversation", "room", held("block_messaging"))
    cache = platform.ready()

    assert cache.may("eve", "post").code == "read_only"
    assert not cache.may("ann", "message", contact=Contact("kim")).is_allowed
    assert cache.may("ann", "message", contact=Contact("kim", relation="follower")).is_allowed
    assert cache.may("ann", "share", post=Post("held", "bob")).code == "not_available"
    assert cache.may("ann", "upload", used=Used(network="192.0.2.7")).code == "block_network"
    assert cache.may("ann", "upload", used=Used(network="198.51.100.7")).is_allowed
    assert cache.may("ann", "message", used=Used(conversation="room")).code == "block_messaging"


def test_without_a_server_everything_stays_as_it_was_and_is_counted(platform: Platform) -> None:
    """Restarted meanwhile: what is sealed stays absent, what is reduced stays so, the rest goes on; alarms are told."""
    feed = platform.feed
    feed.tell("item", "sealed", held())
    feed.tell("item", "reduced", held("de_emphasise"))
    platform.ready().close()
    feed.is_down = True
    cache = platform.begin()
    soon(lambda: cache.staleness.failures > 2)
    assert platform.codes() == []
    platform.clock.ahead = timedelta(seconds=61)
    soon(lambda: platform.codes() == ["stale"])

    assert shown(cache, "sealed", "reduced", "clear") == ["reduced", "clear"]
    assert cache.see(None, "feed", [Post("reduced", "ann")])[0].exposure is Exposure.LOWER
    state = cache.staleness
    assert (state.is_ready, state.is_stale, state.verdicts_stale) == (True, True, 4)
    assert state.seconds_since_contact > 60

    feed.tell("item", "later", held())
    feed.is_down = False
    soon(lambda: platform.codes() == ["stale", "recovered"])
    platform.caught_up(cache)
    assert shown(cache, "sealed", "later", "clear") == ["clear"]


def test_expiry_needs_no_server(platform: Platform) -> None:
    """A start and an end are comparisons with the clock."""
    now = datetime.now(UTC)
    platform.feed.tell("account", "eve", held("suspend", ends_at=(now + timedelta(hours=1)).isoformat()))
    platform.feed.tell("account", "fay", held("suspend", starts_at=(now + timedelta(hours=1)).isoformat()))
    cache = platform.ready()
    assert (shown(cache, "a", author="eve"), shown(cache, "b", author="fay")) == ([], ["b"])

    platform.clock.ahead = timedelta(hours=1, minutes=1)

    assert (shown(cache, "a", author="eve"), shown(cache, "b", author="fay")) == (["a"], [])


@pytest.mark.parametrize("how", ["another history", "an older copy"])
def test_after_a_restore_of_the_server_everything_is_read_anew_and_nothing_reappears_meanwhile(
    platform: Platform, how: str
) -> None:
    """What was sealed stays so, told or not, until a person lets go of it: a restore lifts nothing."""
    feed = platform.feed
    for number in range(5):
        feed.tell("item", f"sealed-{number}", held())
    cache = platform.ready()
    feed.is_down = True
    feed.restore("second" if how == "another history" else "first")
    feed.tell("item", "sealed-0", held())
    feed.tell("item", "new", held())
    feed.status, feed.is_down = 503, False
    soon(lambda: cache.staleness.failures > 1)
    assert shown(cache, "sealed-0", "sealed-4", "clear") == ["clear"]

    feed.status = 0
    soon(lambda: "rebuilding" in platform.codes() and cache.staleness.cursor == "2")

    soon(lambda: "former" in platform.codes())
    assert shown(cache, "sealed-0", "sealed-4", "new", "clear") == ["clear"]
    cache.forget_former()
    assert shown(cache, "sealed-0", "sealed-4", "new", "clear") == ["sealed-4", "clear"]


def test_a_table_that_cannot_be_read_keeps_no_seal_from_being_heard_of(platform: Platform) -> None:
    """The page is taken before anything beside it is asked for."""
    cache = platform.ready()
    platform.feed.effects_status = 500
    platform.feed.table = {**platform.feed.table, "version": "another"}
    platform.feed.tell("item", "late-sealed", held())

    soon(lambda: shown(cache, "late-sealed") == [])


def test_a_measure_that_cannot_be_read_hides_its_subject_and_nothing_else(platform: Platform) -> None:
    """Neither the rest of its page nor what comes behind it waits."""
    cache = platform.ready()
    platform.feed.tell("item", "odd", {"id": "msr_1", "kind": "cover"})
    platform.feed.tell("item", "late-sealed", held())

    soon(lambda: shown(cache, "late-sealed", "odd", "clear") == ["clear"])


def test_a_new_history_is_not_believed_before_its_last_page(platform: Platform) -> None:
    """The pages come one by one; the old knowledge counts as well until the last."""
    feed = platform.feed
    feed.tell("item", "sealed", held())
    cache = platform.ready()
    feed.restore("second")
    feed.page_rows = 1
    for number in range(40):
        feed.tell("item", f"new-{number}", held())
    seen: list[list[str]] = []
    while cache.staleness.cursor != "40":
        before = shown(cache, "sealed")
        if cache.staleness.cursor != "40":
            seen.append(before)

    assert seen
    assert all(each == [] for each in seen)
    soon(lambda: "former" in platform.codes())
    assert shown(cache, "sealed") == []


@pytest.mark.parametrize("fault", ["garbage", "cut", "another program's", "another version's", "a row"])
def test_a_file_that_cannot_be_used_is_set_aside_and_nothing_is_clear_until_it_was_made_anew(
    platform: Platform, fault: str
) -> None:
    """With an alarm; and without a server there is nothing to show."""
    platform.feed.tell("item", "sealed", held())
    platform.ready().close()
    path = platform.folder / "states.db"
    damage(path, fault)
    platform.feed.is_down = True
    cache = platform.begin()

    assert platform.codes() == ["damaged"]
    assert shown(cache, "sealed", "clear") == []
    platform.feed.is_down = False
    platform.caught_up(cache)
    assert shown(cache, "sealed", "clear") == ["clear"]
    assert path.with_name("states.db.set-aside-1").exists()


def damage(path: Path, fault: str) -> None:
    """Spoil a file."""
    if fault == "garbage":
        path.write_bytes(b"no database at all" * 100)
    elif fault == "cut":
        path.write_bytes(path.read_bytes()[:1000])
    else:
        statements = {
            "another program's": "PRAGMA application_id=7",
            "another version's": "PRAGMA user_version=99",
            "a row": "UPDATE states SET body = '{}'",
        }
        connection = sqlite3.connect(path)
        connection.execute(statements[fault])
        connection.commit()
        connection.close()


def test_a_folder_of_another_server_shows_nothing_until_this_one_was_read(platform: Platform) -> None:
    """Its cursor means nothing here; what it had sealed stays absent until then, and an alarm says so."""
    platform.feed.tell("item", "theirs", held())
    platform.ready().close()
    with serving(Feed(is_down=True)) as other:
        other.tell("item", "ours", held())
        cache = platform.begin(url=other.url)
        assert platform.codes() == ["foreign"]
        assert shown(cache, "theirs", "ours", "clear") == []
        other.is_down = False
        soon(lambda: cache.is_ready)
        soon(lambda: shown(cache, "theirs", "ours", "clear") == ["clear"])
        soon(lambda: "former" in platform.codes())
        cache.forget_former()
        assert shown(cache, "theirs", "ours", "clear") == ["theirs", "clear"]
        cache.close(2)


def test_two_servers_for_one_folder_at_once_are_refused(platform: Platform) -> None:
    """Else each would undo what the other knows."""
    platform.ready()
    with serving(Feed()) as other, pytest.raises(InUseError):
        platform.begin(url=other.url)


def test_a_second_process_reads_what_the_first_writes_and_takes_over(platform: Platform) -> None:
    """One speaks with the server; when it ends, the other does."""
    feed = platform.feed
    first = platform.ready()
    second = platform.begin()
    assert (first.staleness.is_leading, second.staleness.is_leading) == (True, False)
    feed.tell("item", "sealed", held())
    soon(lambda: shown(second, "sealed", "clear") == ["clear"])
    feed.tell("item", "sealed")
    soon(lambda: shown(second, "sealed") == ["sealed"])

    first.close()
    soon(lambda: second.staleness.is_leading)
    feed.tell("item", "sealed", held())
    soon(lambda: shown(second, "sealed") == [])


def test_the_servers_table_is_the_one_that_counts_and_is_kept(platform: Platform) -> None:
    """Also after a restart without a server; one that cannot be used changes nothing and raises an alarm."""
    feed = platform.feed
    feed.table = {**feed.table, "version": "operator-1", "surfaces": {**feed.table["surfaces"], "wall": "ads"}}
    feed.tell("item", "no-ads", held("no_ads"))
    platform.ready().close()
    feed.is_down = True
    cache = platform.begin()
    assert shown(cache, "no-ads", surface="wall") == []

    feed.table, feed.is_down = {"version": "broken"}, False
    feed.tell("item", "more", held())
    platform.caught_up(cache)
    assert platform.codes() == ["table"]
    assert shown(cache, "no-ads", surface="wall") == []


def test_a_key_that_is_refused_is_told_and_what_is_known_holds_on(platform: Platform) -> None:
    """It may have been revoked by mistake: nothing sealed reappears for it."""
    platform.feed.tell("item", "sealed", held())
    cache = platform.ready()
    platform.feed.status = 401
    platform.feed.tell("item", "wakes the poll")

    soon(lambda: "refused" in platform.codes())
    assert shown(cache, "sealed", "clear") == ["clear"]


def test_whoever_listens_for_alarms_may_fail(platform: Platform) -> None:
    """It is counted, and the thread goes on."""

    def fail(_: Alarm) -> None:
        raise RuntimeError

    client = platform.open.enter_context(Client(platform.feed.url, "tutela_test", retries=0))
    platform.feed.status = 401
    with Cache(client, platform.folder, on_alarm=fail, pace=PACE) as cache:
        soon(lambda: cache.staleness.alarms.get("callback", 0) == 1)
        platform.feed.status = 0
        soon(lambda: cache.is_ready)


def test_folder_and_files_are_private(platform: Platform) -> None:
    """Names of what is sealed are nobody else's business."""
    platform.ready()

    assert stat.S_IMODE(platform.folder.stat().st_mode) == 0o700
    for path in platform.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_disk_that_cannot_be_written_keeps_nothing_from_being_hidden(platform: Platform) -> None:
    """What is told counts in memory, an alarm says so, and it is written when it can be."""
    cache = platform.ready()
    blocker = sqlite3.connect(platform.folder / "states.db", isolation_level=None)
    cache._here().file._connection.execute("PRAGMA busy_timeout=0")
    blocker.execute("BEGIN IMMEDIATE")
    platform.feed.tell("item", "sealed", held())

    soon(lambda: "disk" in platform.codes())
    assert shown(cache, "sealed", "clear") == ["clear"]
    blocker.execute("ROLLBACK")
    blocker.close()
    platform.caught_up(cache)
    cache.close()
    platform.feed.is_down = True
    assert shown(platform.begin(), "sealed", "clear") == ["clear"]


def test_a_million_sealed_items_share_what_is_the_same(platform: Platform) -> None:
    """One value for all of them: a name and a pointer each."""
    for number in range(50):
        platform.feed.tell("item", f"sealed-{number}", held(id=f"msr_{number}"), published=False)
    states = platform.ready()._here().states

    assert len(states.items) == 50
    assert len({id(each) for each in states.items.values()}) == 1
