"""What is kept of clocks, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

import make
from laws import examples
from make import AT, Desk
from tutela.adapters.clock import SystemEntropy
from tutela.adapters.db import tables as t
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.clocks import DatabaseClocks, start, stop
from tutela.adapters.db.engine import write_transaction
from tutela.adapters.twins.clock import SetClock
from tutela.core.clocks import (
    ClockFacts,
    ClockId,
    ClockSubject,
    RunningClock,
    Signal,
    alarm_levels_at,
    clocks_for,
)
from tutela.core.filing.clocks import ClockStage
from tutela.ports.clocks import ClockPlace

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOTICE, APPEAL, ORDER = ClockSubject.NOTICE, ClockSubject.APPEAL, ClockSubject.ORDER
CHILD = ClockFacts(AT, frozenset({"US", "DE"}), "US", is_child=True, is_depicted=True)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the test's database."""
    with make.database(database_url) as opened:
        yield opened


@pytest.fixture
def book(desk: Desk) -> DatabaseClocks:
    """Return the clocks in it."""
    return DatabaseClocks(desk.engine, ChainWriter("test", SystemEntropy()), SetClock(AT))


def begin(desk: Desk, subject_id: str, known: ClockFacts = CHILD, subject: ClockSubject = NOTICE) -> None:
    """Start the clocks of something, as whoever opens it does."""
    with write_transaction(desk.engine) as connection:
        start(connection, subject, subject_id, clocks_for(subject, known))


def hear(desk: Desk, subject_id: str, at: datetime, *signals: Signal, subject: ClockSubject = NOTICE) -> int:
    """Stop what *signals* stop, as whoever answers does."""
    with write_transaction(desk.engine) as connection:
        return stop(connection, subject, subject_id, signals, at)


def by_id(book: DatabaseClocks, subject_id: str, subject: ClockSubject = NOTICE) -> dict[tuple[str, int], RunningClock]:
    """Return the clocks of one."""
    return {(each.id.value, each.start.round): each for each in book.of(subject, [subject_id]).get(subject_id, ())}


def place(clock: RunningClock) -> ClockPlace:
    """Return where a page goes on."""
    return ClockPlace(clock.due_at, clock.subject, clock.subject_id, clock.id, clock.start.round)


def test_what_begins_is_kept_as_it_began_and_begins_once(desk: Desk, book: DatabaseClocks) -> None:
    """Asked again with more known, what runs keeps its times; what is new begins."""
    begin(desk, "ntc_1")
    first = by_id(book, "ntc_1")
    begin(desk, "ntc_1", replace(CHILD, received_at=AT + DAY, held_at=AT + HOUR))
    again = by_id(book, "ntc_1")

    assert {each.start for each in first.values()} == set(clocks_for(NOTICE, CHILD))
    assert {key: again[key] for key in first} == first
    assert again.keys() - first.keys() == {("own.hold.decide", 1)}


def test_a_stop_is_kept_once_and_what_repeats_begins_anew(desk: Desk, book: DatabaseClocks) -> None:
    """A second signal of the same kind moves nothing but the next round."""
    begin(desk, "ntc_1")
    assert hear(desk, "ntc_1", AT + HOUR, Signal.RECEIPT_SENT) == 2
    assert hear(desk, "ntc_1", AT + 2 * HOUR, Signal.RECEIPT_SENT) == 0
    assert hear(desk, "ntc_1", AT + DAY, Signal.UPDATE_SENT) == 1
    assert hear(desk, "ntc_1", AT + 2 * DAY, Signal.DECIDED) == 3

    found = by_id(book, "ntc_1")
    assert found["eu.dsa.receipt", 1].stopped_at == AT + HOUR
    assert found["us.ca1394.update", 1].stopped_by is Signal.UPDATE_SENT
    assert found["us.ca1394.update", 2].start.started_at == AT + DAY
    assert found["us.ca1394.update", 2].stopped_by is Signal.DECIDED
    assert not [each for each in found.values() if each.is_running]
    assert hear(desk, "ntc_other", AT, Signal.DECIDED) == 0


def test_a_notice_an_appeal_and_an_order_of_one_name_are_three(desk: Desk, book: DatabaseClocks) -> None:
    """What stops one leaves the others running."""
    for subject in ClockSubject:
        begin(desk, "x", subject=subject)
    hear(desk, "x", AT, Signal.DECIDED, subject=APPEAL)

    assert not by_id(book, "x", APPEAL)["eu.dsa.complaint", 1].is_running
    assert by_id(book, "x", NOTICE)["eu.dsa.decision", 1].is_running
    assert by_id(book, "x", ORDER)["own.order.effect", 1].is_running


def test_a_transaction_that_fails_leaves_no_clock(desk: Desk, book: DatabaseClocks) -> None:
    """They are of one piece with what they run on."""
    twice = clocks_for(NOTICE, CHILD)[:1] * 2
    with pytest.raises(ZeroDivisionError), write_transaction(desk.engine) as connection:  # noqa: PT012  # both in one
        start(connection, NOTICE, "ntc_1", twice)
        raise ZeroDivisionError

    assert by_id(book, "ntc_1") == {}


def test_what_is_due_is_read_in_order_and_by_pages(desk: Desk, book: DatabaseClocks) -> None:
    """Every running clock exactly once, whatever the size of a page; stopped ones not at all."""
    for number in range(4):
        begin(desk, f"ntc_{number}", replace(CHILD, received_at=AT + number % 2 * HOUR))
    hear(desk, "ntc_3", AT, Signal.RECEIPT_SENT)
    every = book.due(limit=1000)
    assert [each.due_at for each in every] == sorted(each.due_at for each in every)
    assert len(every) == 4 * 5 - 2

    for size in (1, 2, 7):
        paged, after = [], None
        while page := book.due(after=after, limit=size):
            paged += page
            after = place(page[-1])
        assert paged == every
    assert {each.due_at for each in book.due(before=AT + timedelta(minutes=16))} == {AT + timedelta(minutes=15)}


def test_counts_tell_late_from_breached(desk: Desk, book: DatabaseClocks) -> None:
    """A target that was missed is late; only a limit is breached."""
    begin(desk, "ntc_1")
    begin(desk, "apl_1", subject=APPEAL)

    def counts(now: datetime) -> tuple[int, int, int, int]:
        found = book.counts(now)
        return found.running, found.due_today, found.late, found.breached

    assert counts(AT) == (6, 4, 0, 0)
    assert counts(AT + timedelta(minutes=15)) == (6, 2, 2, 0)
    assert counts(AT + 36 * HOUR) == (6, 0, 4, 1)
    assert [each.id for each in book.breached(AT + 36 * HOUR)] == [ClockId.CALIFORNIA_CONFIRM]
    assert book.breached(AT + 36 * HOUR - timedelta(microseconds=1)) == []


def test_an_alarm_is_noted_once_by_whoever_is_first(desk: Desk, book: DatabaseClocks) -> None:
    """Of two processes one writes it, with one entry in the audit; what has stopped in between raises none."""
    begin(desk, "apl_1", subject=APPEAL)
    half = AT + 3.5 * DAY
    assert book.to_alarm(half - timedelta(microseconds=1), 10) == []
    [clock] = book.to_alarm(half, 10)
    levels = alarm_levels_at(clock.start, half)
    assert [book.note_alarm(clock, levels, half) for _ in range(2)] == [True, False]
    assert book.to_alarm(half, 10) == []
    assert by_id(book, "apl_1", APPEAL)["eu.dsa.complaint", 1].target_alarm is ClockStage.HALF

    late = AT + 8 * DAY
    [clock] = book.to_alarm(late, 10)
    hear(desk, "apl_1", late, Signal.DECIDED, subject=APPEAL)
    assert not book.note_alarm(clock, alarm_levels_at(clock.start, late), late)
    assert book.to_alarm(late, 10) == []
    with desk.engine.connect() as connection:
        kinds = connection.execute(select(t.audit_entries.c.kind)).scalars().all()
    assert kinds.count("operator:clock:alarm") == 1


def test_figures_tell_kept_missed_needless_and_running_apart(desk: Desk, book: DatabaseClocks) -> None:
    """Of what began in the period, each once."""
    for number in range(4):
        begin(desk, f"apl_{number}", subject=APPEAL)
    begin(desk, "apl_late", replace(CHILD, received_at=AT + 30 * DAY), subject=APPEAL)
    hear(desk, "apl_0", AT + 2 * DAY, Signal.DECIDED, subject=APPEAL)
    hear(desk, "apl_1", AT + 8 * DAY, Signal.DECIDED, subject=APPEAL)
    hear(desk, "apl_2", AT + 9 * DAY, Signal.WITHDRAWN, subject=APPEAL)

    [figure] = book.figures(AT, AT + 30 * DAY, AT + 10 * DAY)
    assert (figure.started, figure.running, figure.lapsed) == (4, 1, 1)
    assert (figure.target_kept, figure.target_missed) == (1, 2)
    assert (figure.limit_kept, figure.limit_missed) == (0, 0)
    assert figure.median_seconds == (5 * DAY).total_seconds()
    assert book.figures(AT - DAY, AT, AT) == []


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["start", "held", "hear"]),
            st.sampled_from(list(Signal)),
            st.timedeltas(timedelta(0), 20 * DAY),
        ),
        max_size=12,
    )
)
def test_in_whatever_order_things_happen_no_stop_moves_and_no_clock_runs_twice(
    desk: Desk, book: DatabaseClocks, steps: list[tuple[str, Signal, timedelta]]
) -> None:
    """Starts, holds and signals in any order, with clocks that are set back: what has stopped stays as it is."""
    name = make.new_id("case")
    stopped: dict[tuple[str, int], RunningClock] = {}
    for verb, signal, later in steps:
        if verb == "hear":
            hear(desk, name, AT + later, signal)
        else:
            begin(desk, name, replace(CHILD, held_at=AT + later if verb == "held" else None))
        found = by_id(book, name)
        assert {key: found[key] for key in stopped} == stopped
        stopped = {key: each for key, each in found.items() if not each.is_running}
        running = [each.id for each in found.values() if each.is_running]
        assert len(running) == len(set(running))
        assert all(each.stopped_at >= each.start.started_at for each in stopped.values() if each.stopped_at)
