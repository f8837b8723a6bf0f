"""What is counted is counted once, by however many processes, on both databases."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from sqlalchemy import update

import make
from make import Desk
from tutela.adapters.clock import SystemClock, SystemEntropy
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.committer import GroupCommitter
from tutela.adapters.db.counter_tables import counter_windows
from tutela.adapters.db.engine import open_engine, write_transaction
from tutela.adapters.db.store import DatabaseStore
from tutela.core.counters import KEPT_FOR_LATE, Counted, CounterKind, Window
from tutela.errors import Conflict, CounterDamaged
from tutela.flows import forget_counters
from tutela.flows.forget_counters import ForgetCounters
from tutela.ports.counting import CounterRow, CounterSize, ExpectedCount, StoredWindow, WindowEnd

HOUR_US = 3_600_000_000
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOW_US = (NOW - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
COUNT, DISTINCT, SUM = CounterKind.COUNT, CounterKind.DISTINCT, CounterKind.SUM


class Noon:
    """A clock that stands."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """Return when it is."""
        return self.moment


def key(name: str) -> bytes:
    """Return the key of a name."""
    return name.encode().ljust(16, b"\0")


def row(name: str = "ctr_a", kind: CounterKind = COUNT, window_us: int = HOUR_US) -> CounterRow:
    """Return a counter."""
    return CounterRow(name, kind, window_us, f"{kind.value}(by=author.id) as {name}", NOW)


def event(  # noqa: PLR0917  # what a test varies
    by: str = "one", at_us: int = NOW_US, counter: str = "ctr_a", kind: CounterKind = COUNT, value: int = 0,
    amount: float = 1.0, window_us: int = HOUR_US,
) -> Counted:  # fmt: skip
    """Return what counts one event."""
    return Counted(counter, key(by), kind, window_us, at_us, value, amount)


def stored(desk: Desk, by: str = "one", counter: str = "ctr_a") -> StoredWindow | None:
    """Return a window as it is stored."""
    with desk.store.read() as reader:
        return reader.counter_windows([(counter, key(by))]).get((counter, key(by)))


def total(desk: Desk, by: str = "one", counter: str = "ctr_a", kind: CounterKind = COUNT) -> float:
    """Return what is counted."""
    found = stored(desk, by, counter)
    return 0.0 if found is None else Window.decode(kind, HOUR_US, found.state).total()


def size(desk: Desk, counter: str = "ctr_a") -> CounterSize:
    """Return how much a counter holds."""
    with desk.store.read() as reader:
        return next(each for each in reader.counter_sizes() if each.row.id == counter)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the test's database, with a counter."""
    with make.database(database_url) as opened:
        opened.commit(counters=(row(),))
        yield opened


@contextmanager
def small(url: str, counter_keys: int) -> Iterator[Desk]:
    """Yield a database whose counters hold few keys."""
    engine = open_engine(url)
    chain = ChainWriter("small", SystemEntropy())
    committer = GroupCommitter(engine, chain, SystemClock(), lambda: None, counter_keys=counter_keys)
    try:
        yield Desk(engine, DatabaseStore(engine), committer)
    finally:
        committer.close()
        engine.dispose()


def test_what_is_counted_is_read_again_of_each_kind(desk: Desk) -> None:
    """Several events of one changeset, in order, and more of a later one, under several keys and counters."""
    desk.commit(counters=(row("ctr_d", DISTINCT), row("ctr_s", SUM), row("ctr_d", DISTINCT)))
    desk.commit(
        counted=(
            event(), event("two"), event(at_us=NOW_US + 1),
            event(counter="ctr_d", kind=DISTINCT, value=7), event(counter="ctr_d", kind=DISTINCT, value=7),
            event(counter="ctr_s", kind=SUM, amount=2.5),
        )
    )  # fmt: skip
    desk.commit(
        counted=(event(at_us=NOW_US + HOUR_US), event(counter="ctr_d", kind=DISTINCT, value=8),
                 event(counter="ctr_s", kind=SUM, amount=-0.5))
    )  # fmt: skip

    assert total(desk) == 2  # the first has left the window of the third
    assert total(desk, "two") == 1
    assert total(desk, counter="ctr_d", kind=DISTINCT) == 2
    assert total(desk, counter="ctr_s", kind=SUM) == 2.0
    assert stored(desk, "three") is None
    found = stored(desk)
    assert found is not None
    assert found.additions == 3


def test_any_number_of_windows_is_read_at_once(desk: Desk) -> None:
    """More than one statement takes, none, and the same twice."""
    desk.commit(counted=tuple(event(f"{n}") for n in range(1_000)))

    with desk.store.read() as reader:
        assert reader.counter_windows([]) == {}
        asked = [("ctr_a", key(f"{n}")) for n in range(9_000)]
        assert len(reader.counter_windows(asked + asked)) == 1_000
        assert len(reader.counter_windows(asked[:17])) == 17


def test_two_processes_lose_nothing(new_database: Callable[[], str]) -> None:
    """Eight threads of two writers count under three keys, at once."""
    url, gate = new_database(), threading.Barrier(8)
    with make.database(url, writer="one") as one, make.database(url, writer="two") as two:

        def count(number: int) -> None:
            gate.wait()
            for turn in range(25):
                counted = (event(f"{turn % 3}", NOW_US + turn), event("all", NOW_US + turn))
                (one, two)[number % 2].commit(counters=(row(),), counted=counted)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(count, range(8)))

        assert total(one, "all") == 200
        assert [total(two, f"{n}") for n in range(3)] == [72, 64, 64]
        assert size(one).keys == 4


def test_a_plan_is_refused_exactly_where_more_came_than_it_allows(desk: Desk) -> None:
    """With a slack of two, two more change nothing, and the third does."""
    planned = {("ctr_a", key("one")): ExpectedCount(0, 2), ("ctr_a", key("two")): ExpectedCount(0, None)}
    desk.commit(counted=(event(), event(), *(event("two") for _ in range(9))))
    desk.commit(counted=(event("other"),), expects_counts=planned)
    desk.commit(counted=(event(),))

    with pytest.raises(Conflict, match="passed a threshold"):
        desk.commit(counted=(event("other"),), accounts=(make.account("refused"),), expects_counts=planned)

    assert total(desk, "other") == 1
    with desk.store.read() as reader:
        assert reader.accounts_by_platform_id(["refused"]) == {}


def test_two_processes_never_both_decide_from_the_same_count(new_database: Callable[[], str]) -> None:
    """With no slack each of many writers at once plans from what is there: each number is seen by one alone."""
    url, gate = new_database(), threading.Barrier(6)
    with make.database(url, writer="one") as one, make.database(url, writer="two") as two:
        one.commit(counters=(row(),))
        seen: list[int] = []

        def count(number: int) -> None:
            desk = (one, two)[number % 2]
            gate.wait()
            for _ in range(5):
                while True:
                    found = stored(desk)
                    additions = 0 if found is None else found.additions
                    expected = {("ctr_a", key("one")): ExpectedCount(additions, 0)}
                    try:
                        desk.commit(counted=(event(),), expects_counts=expected)
                    except Conflict:
                        continue
                    seen.append(additions)
                    break

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(count, range(6)))

        assert sorted(seen) == list(range(30))


def test_a_window_that_began_anew_counts_whole_against_a_plan(desk: Desk) -> None:
    """What expired and was deleted between a plan and its commit makes nobody believe that less than nothing came."""
    desk.commit(counted=(event(), event(), event()))
    found = stored(desk)
    assert found is not None
    desk.commit(counter_ends=(WindowEnd("ctr_a", key("one"), found),))
    desk.commit(counted=(event(), event()))

    with pytest.raises(Conflict):
        desk.commit(counted=(event("other"),), expects_counts={("ctr_a", key("one")): ExpectedCount(3, 1)})
    desk.commit(counted=(event("other"),), expects_counts={("ctr_a", key("one")): ExpectedCount(3, 2)})


def test_expired_windows_are_forgotten_and_nothing_else(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """In steps; what goes on is looked at again only when it may have expired; the counter's size follows."""
    monkeypatch.setattr(forget_counters, "AT_ONCE", 2)
    clock = Noon(datetime.now(UTC))
    now_us = NOW_US + (clock.moment - NOW) // timedelta(microseconds=1)
    forget = ForgetCounters(desk.store, desk.committer, clock)
    desk.commit(counted=tuple(event(f"{n}", now_us + n) for n in range(5)))
    later_us = now_us + 2 * HOUR_US
    desk.commit(counted=(event("0", later_us), event("1", later_us)))
    assert forget() == 0

    clock.moment += timedelta(hours=1) + KEPT_FOR_LATE.delta
    assert forget() == 0  # none before its last microsecond
    clock.moment += timedelta(microseconds=3)
    assert forget() == 2
    clock.moment += timedelta(microseconds=1)
    assert forget() == 1
    assert [stored(desk, f"{n}") is not None for n in range(5)] == [True, True, False, False, False]
    assert size(desk).keys == 2
    with desk.store.read() as reader:
        assert reader.counter_windows_due(clock.moment, 10) == []

    clock.moment += timedelta(hours=2)
    assert forget() == 2
    assert (size(desk).keys, size(desk).size_bytes) == (0, 0)


def test_a_window_to_which_something_was_added_meanwhile_stays(desk: Desk) -> None:
    """It was found expired, and then an event came: nothing of it is lost."""
    desk.commit(counted=(event(),))
    found = stored(desk)
    assert found is not None
    desk.commit(counted=(event(),))
    desk.commit(counter_ends=(WindowEnd("ctr_a", key("one"), found),))
    desk.commit(counter_ends=(WindowEnd("ctr_a", key("nobody"), found),))

    assert total(desk) == 2
    assert size(desk).keys == 1


def test_a_full_counter_turns_new_keys_away_and_says_so(database_url: str) -> None:
    """Those it has go on; it is told once, shown, and open again when enough has gone."""
    with small(database_url, 10) as desk, structlog.testing.capture_logs() as logs:
        desk.commit(counters=(row(), row("ctr_b")))
        desk.commit(counted=tuple(event(f"{n}") for n in range(9)))
        desk.commit(counted=tuple(event(f"new {n}") for n in range(3)))
        desk.commit(counted=(event("0"), event("late"), event("late"), event("late", counter="ctr_b")))

        assert total(desk, "0") == 2
        assert stored(desk, "late") is None
        assert total(desk, "late", "ctr_b") == 1
        assert (size(desk).keys, size(desk).not_counted, size(desk).is_full) == (10, 4, True)
        assert not size(desk, "ctr_b").is_full
        with desk.store.read() as reader:
            assert reader.full_counters() == {"ctr_a"}
        assert [each["counter_id"] for each in logs if each["event"] == "counter_full"] == ["ctr_a"]

        found = stored(desk, "1")
        assert found is not None
        desk.commit(counter_ends=(WindowEnd("ctr_a", key("1"), found),))
        assert not size(desk).is_full
        desk.commit(counted=(event("late"),))
        assert total(desk, "late") == 1


def test_what_a_counter_holds_is_known_without_counting(desk: Desk) -> None:
    """Keys and bytes are those of the rows, whatever grew and went."""
    for turn in range(4):
        desk.commit(counted=tuple(event(f"{n}", NOW_US + turn) for n in range(turn, 8)))

    with desk.store.read() as reader:
        rows = reader.counter_windows([("ctr_a", key(f"{n}")) for n in range(8)])
        due = reader.counter_windows_due(datetime(3000, 1, 1, tzinfo=UTC), 100)
    held = size(desk)
    assert (held.keys, held.size_bytes) == (8, sum(len(each.state) for each in rows.values()))
    assert {(each.counter_id, each.key): each.stored for each in due} == rows
    assert held.row == row()


def test_a_damaged_window_is_told_of_and_begins_anew(desk: Desk) -> None:
    """It crashes nobody; whoever reads it is told; and its version goes on."""
    desk.commit(counted=(event(), event()))
    written = stored(desk)
    assert written is not None
    with write_transaction(desk.engine) as connection:
        connection.execute(update(counter_windows).values(state=written.state[:-1] + b"?"))
    with pytest.raises(CounterDamaged):
        total(desk)

    with structlog.testing.capture_logs() as logs:
        desk.commit(counted=(event(),))

    assert [each["counter_id"] for each in logs if each["event"] == "counter_damaged"] == ["ctr_a"]
    assert total(desk) == 1
    found = stored(desk)
    assert found is not None
    assert found.additions == 3
    assert size(desk).size_bytes == len(found.state)


def test_what_was_counted_is_there_after_a_restart(new_database: Callable[[], str]) -> None:
    """Also the form of many events, which goes on where it stood."""
    url = new_database()
    with make.database(url) as desk:
        desk.commit(counters=(row(),), counted=tuple(event(at_us=NOW_US + n) for n in range(600)))
    with make.database(url, writer="next") as desk:
        desk.commit(counters=(row(),), counted=(event(at_us=NOW_US + 600),))

        assert total(desk) == 601
        assert size(desk).keys == 1


def test_a_counter_is_named_before_it_is_used(desk: Desk) -> None:
    """Nothing is counted of which nobody could say what it is, and the others of the group go in."""
    with pytest.raises(ValueError, match="1 counters were not named"):
        desk.commit(counted=(event(counter="ctr_nobody_named"),))

    assert stored(desk, counter="ctr_nobody_named") is None
