"""What is due today: notices, appeals and orders that must be answered, what was kept, and who was not reached."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from tutela.console.forms import done_of
from tutela.console.spans import span
from tutela.console.time_left import time_left
from tutela.console.visits import Visit
from tutela.console.words import say
from tutela.core.clocks import ClockSubject, RunningClock, alarm_levels_at, is_breached, is_late, row_of
from tutela.core.filing.clocks import ClockStage
from tutela.core.ids import MessageId
from tutela.core.messages import MessageState
from tutela.errors import BadInput
from tutela.flows.read_clocks import Due, text_of
from tutela.flows.tell_clocks import figure_told
from tutela.ports.messages import Message

PLACES: Mapping[ClockSubject, tuple[str, str]] = MappingProxyType({
    ClockSubject.NOTICE: ("notices", "desk"), ClockSubject.ORDER: ("orders", "orders"),
    ClockSubject.APPEAL: ("appeals", "appeals"),
})  # fmt: skip
"""Where what a clock runs on has a page, and the scope that opens it."""

PAGE_CLOCKS = 50
PAGE_MESSAGES = 20
LONGEST_PLACE = 200


def due_page(visit: Visit) -> Response:
    """List what is due, late ones first, with how much time is left."""
    messaging, principal = visit.house.messaging, visit.principal
    due, after = _due(visit), visit.request.query_params.get("after", "")[:LONGEST_PLACE]
    page = messaging.clocks.page(principal, due, after, PAGE_CLOCKS)
    figures = messaging.clocks.figures(principal, None, None)
    return visit.page(
        "due.html",
        lines=[_line(each, page.now) for each in page.clocks],
        places={of: place for of, (place, scope) in PLACES.items() if principal.may(scope)},
        counts=page.counts,
        now=page.now,
        due=due,
        choices=list(Due),
        is_first=not after,
        next_link=urlencode({"due": due.value, "after": page.following}) if page.following else None,
        figures=[_figure(figure_told(each)) for each in figures.figures],
        unreached=_unreached(visit) if principal.may("desk") else None,
        done=done_of(visit, "due_done"),
    )


def note_bounce(visit: Visit) -> Response:
    """Note that a mail came back."""
    visit.house.messaging.messages.bounce(visit.principal, MessageId(visit.said("message").strip()))
    return visit.go("/console/due?done=bounced#unreached")


def _due(visit: Visit) -> Due:
    try:
        return Due(visit.request.query_params.get("due", Due.TODAY.value))
    except ValueError:
        raise BadInput("there is no such list", place="due", remedy="Begin at what is due today.") from None


def _line(clock: RunningClock, now: datetime) -> dict[str, Any]:
    target, limit = alarm_levels_at(clock.start, now)
    return {
        "key": text_of(clock),
        "subject": clock.subject,
        "id": clock.subject_id,
        "clock": clock.id,
        "source": row_of(clock.subject, clock.id).source,
        "start": clock.start,
        "due_at": clock.due_at,
        "left": time_left(clock.due_at, now),
        "limit_left": time_left(clock.start.limit_at, now) if clock.start.limit_at else None,
        "stage": say("clock_stage", ClockStage(target if clock.start.target_at else limit).name.lower()),
        "is_late": is_late(clock, now),
        "is_breached": is_breached(clock, now),
    }


def _figure(told: dict[str, Any]) -> dict[str, Any]:
    seconds = told["median_seconds"]
    return {**told, "median": None if seconds is None else span(timedelta(seconds=seconds))}


def _unreached(visit: Visit) -> list[Message]:
    """Return messages of the two states in which somebody wanted to be written to and was not; the newest first."""
    read, principal = visit.house.messaging.messages, visit.principal
    found = [
        each
        for state in (MessageState.BOUNCED, MessageState.EXPIRED)
        for each in read.page(principal, state, None, PAGE_MESSAGES)
    ]
    return sorted(found, key=lambda each: each.id, reverse=True)[:PAGE_MESSAGES]
