"""The page of one notice: why it is here, what was found, how its time runs, and what people do about it."""

from typing import Any

from starlette.responses import Response

from tutela.console.forms import chosen, done_of, lines
from tutela.console.time_left import time_left
from tutela.console.visits import Visit
from tutela.console.words import say
from tutela.core.case_moves import DangerOver
from tutela.core.clocks import RunningClock, alarm_levels_at, is_breached, is_late, row_of
from tutela.core.filing.clocks import ClockStage
from tutela.core.ids import NoticeId, NotifierId
from tutela.core.messages import UNREACHED
from tutela.core.notices.notice import NoticeOutcome
from tutela.flows.read_notices import LaidNotice
from tutela.flows.work_on_notice import MAX_NAMED, MAX_REASON_CHARACTERS, NOT_HERE, UNFOUNDED
from tutela.ports.notices import Notifier

NOBODY = "nobody"
"""In the place of a notifier: that the number was called, and nobody there knew of it."""


def notice_page(visit: Visit) -> Response:
    """Show a notice; what was told stays closed, unless a form that was not taken came from the open page."""
    return _shown(visit, is_open=visit.error is not None and visit.said("told") == "yes")


def open_told(visit: Visit) -> Response:
    """Show a notice with what was told: that somebody read it is recorded."""
    return _shown(visit, is_open=True)


def locate(visit: Visit) -> Response:
    """Say what it is about."""
    visit.house.notices.work.locate(
        visit.principal, _id(visit), tuple(lines(visit, "items")), tuple(lines(visit, "accounts"))
    )
    return _back(visit, "located")


def answer(visit: Visit) -> Response:
    """Say that nothing of it is here."""
    outcome = chosen(visit, "outcome", NoticeOutcome)
    after = visit.house.notices.work.answer(visit.principal, _id(visit), outcome)
    return _back(visit, "answered" if after.outcome is not None else "awaits_second")


def end_danger(visit: Visit) -> Response:
    """Say that nobody is in danger any more."""
    visit.house.notices.work.end_danger(visit.principal, _id(visit), chosen(visit, "over", DangerOver))
    return _back(visit, "danger_over")


def call_back(visit: Visit) -> Response:
    """Record that whoever speaks for an organisation was called back."""
    notifier = chosen(visit, "notifier", _notifier)
    visit.house.notices.work.call_back(visit.principal, _id(visit), notifier, visit.said("how"))
    return _back(visit, "was_not_them" if notifier is None else "counts_as")


def mark_unfounded(visit: Visit) -> Response:
    """Say that it was manifestly unfounded."""
    visit.house.notices.work.mark_unfounded(visit.principal, _id(visit), visit.said("reason"))
    return _back(visit, "unfounded")


def _notifier(said: str) -> NotifierId | None:
    if not said:
        raise ValueError(said)
    return None if said == NOBODY else NotifierId(said)


def _shown(visit: Visit, *, is_open: bool) -> Response:
    verbs, principal, now = visit.house.notices, visit.principal, visit.house.clock.now()
    laid = verbs.reading.lay_out(principal, _id(visit))
    return visit.page(
        "notice.html",
        laid=laid,
        notice=laid.notice,
        told=verbs.work.read(principal, _id(visit)).drafts if is_open else None,
        clocks=[_clock(visit, each) for each in laid.clocks],
        unreached=UNREACHED,
        outcomes=sorted(NOT_HERE),
        overs=list(DangerOver),
        is_unfounded_possible=laid.notice.outcome in UNFOUNDED,
        notifiers=_to_call(visit, laid),
        tried=visit.request.url.path.rpartition("/")[2] if visit.error is not None else "",
        clauses=visit.house.policy.clauses,
        names=visit.staff.names(principal),
        most_named=MAX_NAMED,
        most_reason=MAX_REASON_CHARACTERS,
        nobody=NOBODY,
        now=now,
        left=time_left,
        done=done_of(visit, "notice_done"),
    )


def _clock(visit: Visit, clock: RunningClock) -> dict[str, Any]:
    now = visit.house.clock.now()
    target, limit = alarm_levels_at(clock.start, now)
    return {
        "id": clock.id,
        "source": row_of(clock.subject, clock.id).source,
        "start": clock.start,
        "due_at": clock.due_at,
        "stopped_at": clock.stopped_at,
        "left": time_left(clock.due_at, now),
        "limit_left": time_left(clock.start.limit_at, now) if clock.start.limit_at else None,
        "stage": say("clock_stage", ClockStage(target if clock.start.target_at else limit).name.lower()),
        "is_late": is_late(clock, now),
        "is_breached": is_breached(clock, now),
    }


def _to_call(visit: Visit, laid: LaidNotice) -> list[Notifier]:
    """Return as whom somebody may count after a call back, for whoever enrols."""
    if not (laid.notice.wants_call_back and visit.principal.may("enrol")):
        return []
    return [each for each in visit.house.notices.enrol.all(visit.principal) if each.ended_at is None]


def _id(visit: Visit) -> NoticeId:
    return NoticeId(visit.part("id"))


def _back(visit: Visit, done: str) -> Response:
    return visit.go(f"/console/notices/{visit.part('id')}?done={done}")
