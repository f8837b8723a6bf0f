"""When a delivery is tried again, and what is said."""

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from make import AT
from tutela.core.measures import SubjectKind
from tutela.core.units import Duration
from tutela.core.webhooks import (
    BATCH_PAUSE,
    JITTER,
    LONGEST_PAUSE,
    MAX_TRIES,
    PAUSES,
    SPOKEN,
    Batch,
    DeliveryState,
    Failure,
    Outcome,
    Told,
    body_of_batch,
    body_of_ping,
    is_ripe,
    once_each,
    pause_after,
    retry_after,
    settle,
)

statuses = st.integers(100, 599)
dice = st.floats(0, 1, exclude_max=True)
pauses = st.none() | st.builds(Duration, seconds=st.floats(0, 1e9))
outcomes = st.builds(Outcome, statuses, st.none(), pauses) | st.builds(Outcome, st.none(), st.sampled_from(Failure))


def test_it_is_tried_for_days_with_growing_pauses() -> None:
    """Seconds first, then hours; nobody who is back waits for longer than six."""
    total = sum(pause.seconds for pause in PAUSES)
    assert list(PAUSES) == sorted(PAUSES)
    assert PAUSES[0] == Duration(seconds=5)
    assert Duration(days=4).seconds < total < Duration(days=5).seconds
    assert Duration(hours=6) == LONGEST_PAUSE


@given(st.integers(1, 200), dice)
def test_a_pause_is_the_planned_one_within_a_fifth(tries: int, thrown: float) -> None:
    """Also behind the end of the plan."""
    planned = PAUSES[min(tries, len(PAUSES)) - 1].seconds
    pause = pause_after(tries, thrown).seconds
    assert planned * (1 - JITTER) <= pause <= planned * (1 + JITTER)


@given(outcomes, st.integers(1, MAX_TRIES + 5), dice)
def test_each_outcome_ends_a_delivery_or_brings_it_back(outcome: Outcome, tries: int, thrown: float) -> None:
    """Delivered by a 2xx alone; dead after the last try and never before; else later, and within bounds."""
    settled = settle(outcome, tries, AT, thrown)
    is_taken = outcome.status is not None and 200 <= outcome.status < 300
    assert (settled.state is DeliveryState.DELIVERED) is is_taken
    assert (settled.state is DeliveryState.DEAD) is (not is_taken and tries >= MAX_TRIES)
    assert settled.is_gone is (outcome.status == 410)
    if settled.state is DeliveryState.WAITING:
        pause = settled.next_at - AT
        longest = timedelta(seconds=LONGEST_PAUSE.seconds * (1 + JITTER) + 1)
        assert timedelta(seconds=PAUSES[0].seconds * (1 - JITTER) - 1) <= pause <= longest
    else:
        assert settled.next_at == AT


@pytest.mark.parametrize(
    ("status", "asked_seconds", "pause_seconds"),
    [
        (503, 60, 60),
        (429, 60, 60),
        (503, 1, 5),
        (503, 10**8, 6 * 3600),
        (500, 60, 5),
        (404, 60, 5),
    ],
)
def test_a_receiver_that_is_busy_says_when(status: int, asked_seconds: int, pause_seconds: int) -> None:
    """Never sooner than planned, and never later than six hours; other answers are not asked."""
    outcome = Outcome(status, None, Duration(seconds=asked_seconds))
    assert settle(outcome, 1, AT, 0.5).next_at == AT + timedelta(seconds=pause_seconds)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
        ("0", 0),
        (" 120 ", 120),
        ("Mon, 02 Mar 2026 09:01:00 GMT", 60),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0),
        ("Mon, 02 Mar 2026 09:01:00 -0000", 60),
        ("Mon, 32 Mar 2026 09:01:00 GMT", None),
        ("9" * 400, None),
    ],
)
def test_the_pause_that_is_asked_for_is_read_in_both_forms(header: str | None, seconds: float | None) -> None:
    """Seconds or a date; anything else says nothing."""
    found = retry_after(header, AT)
    assert (None if found is None else found.seconds) == seconds


@given(st.text(max_size=60))
@example("0\x1f")  # blank to one function of the language, and not to another
def test_no_header_breaks_the_reading(header: str) -> None:
    """It comes from outside."""
    found = retry_after(header, AT)
    assert found is None or found.seconds >= 0


@pytest.mark.parametrize(
    ("seconds", "is_full", "expected"),
    [
        (None, False, True),
        (0.0, False, False),
        (0.5, False, False),
        (1.0, False, True),
        (-9, False, True),
        (0, True, True),
    ],
)
def test_a_batch_is_made_at_once_and_then_once_a_second(
    seconds: float | None, *, is_full: bool, expected: bool
) -> None:
    """A full one does not wait, and a clock that was set back keeps nothing waiting."""
    last_at = None if seconds is None else AT - timedelta(seconds=seconds)
    assert Duration(seconds=1) == BATCH_PAUSE
    assert is_ripe(last_at, AT, is_full=is_full) is expected


told = st.builds(
    Told,
    st.sampled_from(SubjectKind),
    st.sampled_from(["a", "b", "planted-word"]),
    st.integers(1, 2**53),
    st.datetimes(timezones=st.just(AT.tzinfo)),
)


@given(st.lists(told, unique_by=lambda each: each.seq))
def test_each_subject_is_told_once_by_its_last_change(changes: list[Told]) -> None:
    """In order, and none is lost."""
    changes.sort(key=lambda each: each.seq)
    once = once_each(changes)
    assert [each.seq for each in once] == sorted(
        {max(o.seq for o in changes if (o.kind, o.id) == (e.kind, e.id)) for e in changes}
    )
    assert {(each.kind, each.id) for each in once} == {(each.kind, each.id) for each in changes}


@given(st.lists(told, min_size=1, max_size=5))
def test_a_body_says_which_subjects_changed_and_nothing_else(changes: list[Told]) -> None:
    """P10: kind, id, number and time; words, addresses and links have no id that leaves."""
    batch = Batch(tuple(changes), "6", "9")
    body = json.loads(body_of_batch(batch, AT))
    assert set(body) == {"type", "timestamp", "data"}
    assert (body["type"], body["timestamp"]) == ("standing.changed", "2026-03-02T09:00:00Z")
    assert {key: body["data"][key] for key in ("after", "next")} == {"after": "6", "next": "9"}
    for each, change in zip(body["data"]["changes"], changes, strict=True):
        assert set(each) == {"kind", "id", "seq", "at"}
        assert each["id"] == (change.id if change.kind in SPOKEN else None)
        assert datetime.fromisoformat(each["at"]) == change.at
    assert {SubjectKind.TAG, SubjectKind.LINK, SubjectKind.DEVICE, SubjectKind.NETWORK}.isdisjoint(SPOKEN)


def test_a_ping_says_nothing() -> None:
    """But that somebody asks."""
    assert json.loads(body_of_ping(AT)) == {"type": "webhook.ping", "timestamp": "2026-03-02T09:00:00Z", "data": {}}
