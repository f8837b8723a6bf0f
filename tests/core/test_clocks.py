"""Which clocks run for notices, appeals and orders, and how each stands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.clocks import (
    TABLE,
    Aims,
    ClockFacts,
    ClockId,
    ClockStart,
    ClockSubject,
    RunningClock,
    Signal,
    after,
    alarm_levels_at,
    clocks_for,
    is_breached,
    is_kept,
    is_late,
    next_alarm_at,
    remaining,
    row_of,
    served_by,
)
from tutela.core.filing.clocks import ClockStage
from tutela.core.operator import OperatorProfile
from tutela.core.units import Duration

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOTICE, APPEAL, ORDER = ClockSubject.NOTICE, ClockSubject.APPEAL, ClockSubject.ORDER
EVERYWHERE = frozenset({"US", "GB", "DE", "AU"})

moments = st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # in UTC by the argument
zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/Los_Angeles", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"]
)
signals = st.frozensets(st.sampled_from(Signal), max_size=3)
yes_or_no = st.booleans()


@st.composite
def facts(draw: st.DrawFn) -> ClockFacts:
    """Draw what may be known of something that was received."""
    at = draw(moments)
    later = st.none() | st.timedeltas(timedelta(0), 3 * DAY).map(lambda each: at + each)
    return ClockFacts(
        received_at=at,
        served=draw(st.frozensets(st.sampled_from(["US", "GB", "DE", "AU", "JP"]))),
        country=draw(st.sampled_from(["", "US", "GB", "DE", "AU", "JP"])),
        is_child=draw(yes_or_no), is_depicted=draw(yes_or_no), is_intimate=draw(yes_or_no),
        is_danger=draw(yes_or_no), is_authority=draw(yes_or_no), acts=draw(yes_or_no),
        valid_at=draw(later), held_at=draw(later), ordered_until=draw(later),
    )  # fmt: skip


@st.composite
def running(draw: st.DrawFn) -> RunningClock:
    """Draw a clock that runs."""
    subject = draw(st.sampled_from(ClockSubject))
    found = clocks_for(subject, draw(facts()))
    return RunningClock(subject, "x", draw(st.sampled_from(found)))


def ids(subject: ClockSubject, known: ClockFacts) -> set[str]:
    """Return which clocks begin."""
    return {each.id.value for each in clocks_for(subject, known)}


def start_of(subject: ClockSubject, known: ClockFacts, clock_id: ClockId) -> ClockStart:
    """Return one of them."""
    return next(each for each in clocks_for(subject, known) if each.id is clock_id)


BASE = {"eu.dsa.receipt", "eu.dsa.decision"}
CALIFORNIA = {"us.ca1394.confirm", "us.ca1394.update", "us.ca1394.decide"}
CHILD = ClockFacts(AT, EVERYWHERE, "US", is_child=True, is_depicted=True)
INTIMATE = ClockFacts(AT, EVERYWHERE, "GB", is_depicted=True, is_intimate=True)


@pytest.mark.parametrize(
    ("subject", "known", "expected"),
    [
        (NOTICE, ClockFacts(AT, EVERYWHERE), BASE),
        (NOTICE, ClockFacts(AT, frozenset({"JP"}), "JP"), {"own.receipt", "own.decision"}),
        (NOTICE, ClockFacts(AT, frozenset({"NO"})), BASE),
        (NOTICE, CHILD, BASE | CALIFORNIA),
        (NOTICE, replace(CHILD, country=""), BASE | CALIFORNIA),
        (NOTICE, replace(CHILD, country="DE"), BASE),
        (NOTICE, replace(CHILD, is_depicted=False), BASE),
        (NOTICE, replace(CHILD, served=frozenset({"DE"})), BASE),
        (NOTICE, replace(CHILD, held_at=AT), BASE | CALIFORNIA | {"own.hold.decide"}),
        (NOTICE, INTIMATE, BASE | {"uk.ncii.remove"}),
        (NOTICE, replace(INTIMATE, valid_at=AT + HOUR), BASE | {"uk.ncii.remove", "us.tida.remove"}),
        (
            NOTICE, replace(INTIMATE, valid_at=AT, served=frozenset({"GB"})),
            {"own.receipt", "own.decision", "uk.ncii.remove"},
        ),
        (NOTICE, replace(INTIMATE, valid_at=AT, served=frozenset()), BASE | {"uk.ncii.remove", "us.tida.remove"}),
        (NOTICE, ClockFacts(AT, EVERYWHERE, valid_at=AT), BASE),
        (NOTICE, ClockFacts(AT, EVERYWHERE, "AU", is_authority=True), BASE | {"au.removal_notice"}),
        (NOTICE, ClockFacts(AT, EVERYWHERE, "AU"), BASE),
        (APPEAL, ClockFacts(AT, EVERYWHERE), {"eu.dsa.complaint"}),
        (APPEAL, ClockFacts(AT, frozenset({"US"})), {"own.appeal"}),
        (ORDER, ClockFacts(AT, EVERYWHERE, "DE", is_authority=True), {"own.order.acknowledge", "own.order.effect"}),
        (
            ORDER, ClockFacts(AT, EVERYWHERE, "AU", is_authority=True),
            {"own.order.acknowledge", "own.order.effect", "au.removal_notice"},
        ),
        (
            ORDER, ClockFacts(AT, EVERYWHERE, "AU", is_authority=True, acts=False),
            {"own.order.acknowledge", "own.order.effect"},
        ),
    ],
)  # fmt: skip
def test_the_clocks_that_the_law_and_we_ourselves_ask_for_begin(
    subject: ClockSubject, known: ClockFacts, expected: set[str]
) -> None:
    """By what it is about, from whom it is, and whom the operator serves; unknown is taken as the stricter."""
    assert ids(subject, known) == expected


@pytest.mark.parametrize(
    ("subject", "known", "clock_id", "target", "limit"),
    [
        (NOTICE, CHILD, ClockId.CALIFORNIA_CONFIRM, timedelta(minutes=15), 36 * HOUR),
        (NOTICE, CHILD, ClockId.CALIFORNIA_UPDATE, 6 * DAY, 7 * DAY),
        (NOTICE, CHILD, ClockId.CALIFORNIA_DECIDE, 4 * HOUR, 30 * DAY),
        (NOTICE, CHILD, ClockId.DSA_RECEIPT, timedelta(minutes=15), None),
        (NOTICE, CHILD, ClockId.DSA_DECISION, 4 * HOUR, None),
        (NOTICE, replace(CHILD, is_danger=True), ClockId.DSA_DECISION, timedelta(minutes=15), None),
        (NOTICE, INTIMATE, ClockId.DSA_DECISION, 24 * HOUR, None),
        (NOTICE, INTIMATE, ClockId.UK_REMOVE, 24 * HOUR, 48 * HOUR),
        (NOTICE, replace(CHILD, held_at=AT), ClockId.HOLD_DECIDE, 4 * HOUR, 24 * HOUR),
        (APPEAL, ClockFacts(AT), ClockId.DSA_COMPLAINT, 7 * DAY, None),
        (ORDER, ClockFacts(AT), ClockId.ORDER_ACKNOWLEDGE, 24 * HOUR, None),
        (ORDER, ClockFacts(AT), ClockId.ORDER_EFFECT, 24 * HOUR, None),
        (ORDER, ClockFacts(AT, ordered_until=AT + HOUR), ClockId.ORDER_EFFECT, HOUR, HOUR),
        (ORDER, ClockFacts(AT, ordered_until=AT + 9 * DAY), ClockId.ORDER_EFFECT, DAY, 9 * DAY),
    ],
)  # fmt: skip
def test_a_clock_has_its_target_and_its_limit_apart(
    subject: ClockSubject, known: ClockFacts, clock_id: ClockId, target: timedelta, limit: timedelta | None
) -> None:
    """As section 3.5 of the duties has it; what the operator aims at is never later than the limit."""
    start = start_of(subject, known, clock_id)

    assert start.started_at == AT
    assert start.target_at == AT + target
    assert start.limit_at == (None if limit is None else AT + limit)


def test_a_request_runs_from_when_it_was_valid_and_a_hold_from_when_it_began() -> None:
    """Everything else runs from receipt, whatever is missing."""
    known = replace(INTIMATE, valid_at=AT + 5 * HOUR, held_at=AT + HOUR)
    starts = {each.id: each.started_at - AT for each in clocks_for(NOTICE, known)}

    assert starts.pop(ClockId.TIDA_REMOVE) == 5 * HOUR
    assert starts.pop(ClockId.HOLD_DECIDE) == HOUR
    assert set(starts.values()) == {timedelta(0)}


def test_an_operator_serves_where_it_is_and_where_its_users_are() -> None:
    """One that has not said anything is taken as serving everybody."""
    assert served_by(OperatorProfile(country="DE", user_regions=("AT", "US"))) == {"DE", "AT", "US"}
    assert served_by(OperatorProfile()) == frozenset()


def test_every_row_names_its_source_and_can_be_stopped() -> None:
    """A clock that nothing stops, or that nobody can trace, would be none."""
    for subject, table in TABLE.items():
        assert len({row.id for row in table}) == len(table)
        for row in table:
            assert row.subject is subject
            assert row_of(subject, row.id) is row
            assert row.source
            assert row.stops
            assert not row.stops & row.lapses
            assert row.target or row.limit or row.is_ordered


@given(facts(), zones)
def test_where_somebody_is_moves_no_clock(known: ClockFacts, zone: str) -> None:
    """The same moment said in another zone gives the same times, also over a change of the clocks there."""
    there = ZoneInfo(zone)
    moved = replace(
        known, received_at=known.received_at.astimezone(there),
        valid_at=known.valid_at and known.valid_at.astimezone(there),
        held_at=known.held_at and known.held_at.astimezone(there),
    )  # fmt: skip
    for subject in ClockSubject:
        for here, other in zip(clocks_for(subject, known), clocks_for(subject, moved), strict=True):
            assert _in_utc(here) == _in_utc(other)


def _in_utc(start: ClockStart) -> tuple[datetime | None, ...]:
    return tuple(
        each and each.astimezone(UTC).replace(fold=0) for each in (start.started_at, start.target_at, start.limit_at)
    )


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (datetime(2028, 2, 28, 12, tzinfo=UTC), datetime(2028, 3, 1, 12, tzinfo=UTC)),
        (datetime(2027, 2, 27, 12, tzinfo=UTC), datetime(2027, 3, 1, 12, tzinfo=UTC)),
        (datetime(2027, 12, 30, 23, 59, 59, 999999, tzinfo=UTC), datetime(2028, 1, 1, 23, 59, 59, 999999, tzinfo=UTC)),
        # Two hours before Berlin's clocks go forward, and back.
        (datetime(2027, 3, 27, 23, tzinfo=UTC), datetime(2027, 3, 29, 23, tzinfo=UTC)),
        (datetime(2027, 10, 30, 23, tzinfo=UTC), datetime(2027, 11, 1, 23, tzinfo=UTC)),
    ],
)
def test_two_days_are_48_hours_over_leap_days_and_changes_of_the_clocks(received: datetime, due: datetime) -> None:
    """The 29th of February is a day, and no hour is lost or won."""
    start = start_of(NOTICE, replace(INTIMATE, received_at=received), ClockId.UK_REMOVE)

    assert start.limit_at == due


@given(facts())
def test_no_clock_is_due_before_it_begins_nor_its_target_after_its_limit(known: ClockFacts) -> None:
    """A limit that an order set in the past is late at once; a target never lies behind a limit that lies ahead."""
    for subject in ClockSubject:
        for start in clocks_for(subject, known):
            assert start.target_at is not None
            assert start.target_at >= start.started_at
            if start.limit_at is not None and start.limit_at >= start.started_at:
                assert start.target_at <= start.limit_at


@given(facts())
def test_every_notice_and_appeal_has_a_clock_for_its_answer(known: ClockFacts) -> None:
    """P7: whoever it is from, and wherever."""
    assert ids(NOTICE, known) & {"eu.dsa.decision", "own.decision"}
    assert ids(NOTICE, known) & {"eu.dsa.receipt", "own.receipt"}
    assert len(ids(APPEAL, known)) == 1


@given(running(), st.lists(st.timedeltas(-HOUR, 40 * DAY), min_size=2, max_size=10))
def test_alarms_only_rise(clock: RunningClock, later: list[timedelta]) -> None:
    """Whoever looks later sees at least as much."""
    seen = [alarm_levels_at(clock.start, clock.start.started_at + each) for each in sorted(later)]

    for before, then in pairwise(seen):
        assert then[0] >= before[0]
        assert then[1] >= before[1]


@given(running())
def test_each_alarm_comes_at_its_moment_and_not_a_microsecond_before(clock: RunningClock) -> None:
    """50, 80 and 100 per cent of target and limit, each once, and then no more."""
    start, raised = clock.start, 0
    while (moment := next_alarm_at(clock)) is not None:
        before = alarm_levels_at(start, moment - timedelta(microseconds=1))
        target, limit = alarm_levels_at(start, moment)
        if moment > start.started_at:
            assert before[0] <= clock.target_alarm
            assert before[1] <= clock.limit_alarm
        assert target > clock.target_alarm or limit > clock.limit_alarm
        clock = replace(clock, target_alarm=max(target, clock.target_alarm), limit_alarm=max(limit, clock.limit_alarm))
        raised += 1
    assert raised <= 6
    assert clock.target_alarm is ClockStage.OVER
    assert clock.limit_alarm is (ClockStage.EARLY if start.limit_at is None else ClockStage.OVER)


@given(running(), st.timedeltas(-3 * DAY, 40 * DAY))
def test_what_is_left_falls_with_the_time_and_is_late_at_nothing(clock: RunningClock, later: timedelta) -> None:
    """Nothing pauses."""
    now = clock.start.started_at + later

    assert remaining(clock, now) - remaining(clock, now + HOUR) == HOUR
    assert is_late(clock, now) is (remaining(clock, now) <= timedelta(0))
    assert is_breached(clock, now) is (clock.start.limit_at is not None and now >= clock.start.limit_at)


@given(running(), signals, st.timedeltas(timedelta(0), 40 * DAY))
def test_a_clock_stops_for_what_it_asks_for_and_nothing_else(
    clock: RunningClock, heard: frozenset[Signal], later: timedelta
) -> None:
    """What it asks for counts before what makes it unnecessary; stopped once, it stays so."""
    row, at = row_of(clock.subject, clock.id), clock.start.started_at + later
    stopped, begun = after([clock], heard, at)

    assert bool(stopped) is bool(heard & (row.stops | row.lapses))
    for each in stopped:
        assert (each.stopped_by in row.stops) is bool(heard & row.stops)
        assert after([each], frozenset(Signal), at + HOUR) == ((), ())
        kept = is_kept(each, each.start.target_at)
        assert kept is (None if each.stopped_by in row.lapses else at <= each.due_at)
        assert next_alarm_at(each) is None
    for each in begun:
        assert row.repeats
        assert (each.round, each.started_at) == (clock.start.round + 1, at)


def test_an_update_is_owed_each_seven_days_until_it_is_decided() -> None:
    """Each runs from the one before; the last is not needed any more, and so neither kept nor missed."""
    clock = RunningClock(NOTICE, "ntc_1", start_of(NOTICE, CHILD, ClockId.CALIFORNIA_UPDATE))
    [first], [start] = after([clock], frozenset({Signal.UPDATE_SENT}), AT + 6 * DAY)
    assert is_kept(first, first.start.limit_at) is True
    assert (start.round, start.started_at, start.limit_at) == (2, AT + 6 * DAY, AT + 13 * DAY)

    [second], [start] = after([replace(clock, start=start)], frozenset({Signal.UPDATE_SHOWN}), AT + 14 * DAY)
    assert is_kept(second, second.start.limit_at) is False

    [third], begun = after([replace(clock, start=start)], frozenset({Signal.DECIDED}), AT + 15 * DAY)
    assert is_kept(third, third.start.limit_at) is None
    assert not begun
    [last], begun = after([clock], frozenset({Signal.UPDATE_SENT, Signal.DECIDED}), AT + DAY)
    assert is_kept(last, last.start.limit_at) is True
    assert not begun


def test_what_stays_is_not_removed_late() -> None:
    """A refusal ends what asks for a removal without a mark; a removal is measured."""
    clock = RunningClock(NOTICE, "ntc_1", start_of(NOTICE, INTIMATE, ClockId.UK_REMOVE))
    [refused], _ = after([clock], frozenset({Signal.DECIDED, Signal.REFUSED}), AT + 60 * HOUR)
    [removed], _ = after([clock], frozenset({Signal.DECIDED, Signal.REMOVED}), AT + 60 * HOUR)

    assert is_kept(refused, refused.start.limit_at) is None
    assert is_kept(removed, removed.start.limit_at) is False
    assert after([clock], frozenset({Signal.DECIDED}), AT) == ((), ())


def test_what_the_operator_aims_at_moves_targets_and_no_limit() -> None:
    """A law's time is not the operator's to set."""
    slow = replace(CHILD, aims=Aims(child=Duration(hours=72), receipt=Duration(days=3)))

    decide, confirm = (start_of(NOTICE, slow, each) for each in (ClockId.CALIFORNIA_DECIDE, ClockId.CALIFORNIA_CONFIRM))
    assert (decide.target_at, decide.limit_at) == (AT + 72 * HOUR, AT + 30 * DAY)
    assert (confirm.target_at, confirm.limit_at) == (AT + 36 * HOUR, AT + 36 * HOUR)
