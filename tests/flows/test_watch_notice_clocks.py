"""Alarms of notices, appeals and orders: at 50, 80 and 100 per cent, each once, whoever looks and whoever is killed."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from asking import begin, hear
from make import Home
from tutela.adapters.db import tables as t
from tutela.core.clocks import ClockSubject, Signal
from tutela.core.operator import DUE
from tutela.core.permissions import at_machine
from tutela.flows.read_clocks import Due

DAY = timedelta(days=1)
OPS = at_machine("ops")


def raised(home: Home) -> list[tuple[str, int, int, str]]:
    """Run the watch once and return the alarms that it said."""
    with capture_logs() as logs:
        home.house.messaging.watch()
    return [
        (each["clock"], each["target"], each["limit"], each["log_level"])
        for each in logs
        if each["event"] == "clock_alarm"
    ]


def move(home: Home, span: timedelta) -> None:
    """Let time go by."""
    clock: Any = home.house.clock
    clock.set(clock.now() + span)


def entries(home: Home) -> int:
    """Return how many alarms the audit holds."""
    with home.house.engine.connect() as connection:
        kinds = connection.execute(select(t.audit_entries.c.kind)).scalars().all()
    return kinds.count("operator:clock:alarm")


def test_an_alarm_comes_once_at_each_level(home: Home) -> None:
    """At a half and four fifths as a warning, at the end as an error, and on the checklist as long as it is so."""
    begin(home.house, "apl_1", home.house.clock.now())
    assert raised(home) == []
    assert DUE not in home.house.checklist()
    move(home, 3.5 * DAY)
    assert raised(home) == [("eu.dsa.complaint", 50, 0, "warning")]
    assert raised(home) == []
    move(home, 2.1 * DAY)
    assert raised(home) == [("eu.dsa.complaint", 80, 0, "warning")]
    move(home, 1.4 * DAY)
    assert raised(home) == [("eu.dsa.complaint", 100, 0, "error")]
    assert raised(home) == []
    assert entries(home) == 3
    assert home.house.checklist()[DUE] is False

    hear(home.house, "apl_1", home.house.clock.now(), Signal.DECIDED)
    assert DUE not in home.house.checklist()


def test_who_looks_late_says_the_highest_level_alone(home: Home) -> None:
    """A server that was down for a week says once what is so now: for target and limit together."""
    begin(home.house, "ntc_1", home.house.clock.now(), ClockSubject.NOTICE)
    move(home, 40 * 60 * timedelta(minutes=1))
    said = {clock: (target, limit) for clock, target, limit, _ in raised(home)}
    assert said["us.ca1394.confirm"] == (100, 100)
    assert said["us.ca1394.decide"] == (100, 0)
    assert "us.ca1394.update" not in said
    assert raised(home) == []


def test_two_processes_say_an_alarm_once(home: Home) -> None:
    """And one that is killed after it was noted leaves it on the page of what is due."""
    begin(home.house, "apl_1", home.house.clock.now())
    move(home, 8 * DAY)
    book = home.house.messaging.watch.book
    [clock] = book.to_alarm(home.house.clock.now(), 10)
    with capture_logs() as logs:
        assert [home.house.messaging.watch._raise(clock) for _ in range(2)] == [True, False]  # as two would
    assert [each["event"] for each in logs] == ["clock_alarm"]
    page = home.house.messaging.clocks.page(OPS, Due.LATE)
    assert [each.subject_id for each in page.clocks] == ["apl_1"]


@pytest.mark.parametrize("due", Due)
def test_what_is_late_is_in_every_list_of_what_is_due(home: Home, due: Due) -> None:
    """Breached only past a limit."""
    begin(home.house, "apl_1", home.house.clock.now())
    begin(home.house, "ntc_1", home.house.clock.now(), ClockSubject.NOTICE)
    move(home, 37 * timedelta(hours=1))
    found = {each.id.value for each in home.house.messaging.clocks.page(OPS, due).clocks}

    assert "us.ca1394.confirm" in found
    assert ("eu.dsa.decision" in found) is (due is not Due.BREACHED)
    assert ("eu.dsa.complaint" in found) is (due is Due.ALL)


def test_many_alarms_at_once_are_all_raised(home: Home) -> None:
    """More than are looked at together."""
    for number in range(230):
        begin(home.house, f"apl_{number}", home.house.clock.now())
    move(home, 8 * DAY)
    assert len(raised(home)) == 230
    assert entries(home) == 230
