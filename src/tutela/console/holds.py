"""Pages of holds: what keeps evidence from being destroyed, until when, and when somebody looks at it again."""

from datetime import datetime

from starlette.responses import Response

from tutela.console.forms import after_of, chosen, done_of, lines
from tutela.console.moments import moment_of
from tutela.console.time_left import time_left
from tutela.console.visits import Visit
from tutela.core.filing.holds import HoldSource
from tutela.core.ids import CaseId, HoldId, MediaId, ReportId
from tutela.flows.keep_holds import MOST_LETTERS, MOST_REASON, NewHold

PAGE_HOLDS = 50
PAGE_CONTENTS = 100
PLACED_BY_HAND = tuple(each for each in HoldSource if each is not HoldSource.REPORT)
"""The year of the law is placed by a report that is finished."""

FIELDS = ("reference", "reason", "media", "items", "cases", "reports", "until", "review_by")


def holds_page(visit: Visit) -> Response:
    """List holds: those that keep something, or all."""
    is_all, after = visit.request.query_params.get("all") == "yes", after_of(visit)
    limit = PAGE_HOLDS + 1
    found = visit.house.holds.page(visit.principal, after=after, limit=limit, only_active=not is_all)
    shown = found[:PAGE_HOLDS]
    return visit.page(
        "holds.html",
        holds=shown,
        is_all=is_all,
        is_first=not after,
        next_after=shown[-1].hold.id if len(found) > len(shown) else None,
        sources=PLACED_BY_HAND,
        given={name: visit.said(name) for name in (*FIELDS, "source")},
        case=visit.request.query_params.get("case", ""),
        is_tried=visit.error is not None and visit.request.method == "POST",
        most_letters=MOST_LETTERS,
        most_reason=MOST_REASON,
        names=visit.staff.names(visit.principal),
        now=visit.house.clock.now(),
        left=time_left,
        done=done_of(visit, "hold_done"),
    )


def place(visit: Visit) -> Response:
    """Hold evidence from now on, and show the hold."""
    new = NewHold(
        chosen(visit, "source", HoldSource),
        visit.said("reference"),
        visit.said("reason"),
        tuple(MediaId(each) for each in lines(visit, "media")),
        tuple(lines(visit, "items")),
        tuple(CaseId(each) for each in lines(visit, "cases")),
        _moment(visit, "until"),
        _moment(visit, "review_by"),
        tuple(ReportId(each) for each in lines(visit, "reports")),
    )
    stored = visit.house.holds.place(visit.principal, new)
    return visit.go(f"/console/holds/{stored.hold.id}?done=placed")


def hold_page(visit: Visit) -> Response:
    """Show one hold: what it keeps, and what was done with it."""
    after = after_of(visit)
    seen = visit.house.holds.show(visit.principal, _id(visit), after=after, limit=PAGE_CONTENTS + 1)
    shown = seen.contents[:PAGE_CONTENTS]
    now = visit.house.clock.now()
    return visit.page(
        "hold.html",
        stored=seen.stored,
        hold=seen.stored.hold,
        history=seen.history,
        contents=shown,
        is_first=not after,
        next_after=shown[-1].id if len(seen.contents) > len(shown) else None,
        tried=visit.request.url.path.rpartition("/")[2] if visit.error is not None else "",
        is_year=seen.stored.hold.source is HoldSource.REPORT,
        most_reason=MOST_REASON,
        names=visit.staff.names(visit.principal),
        now=now,
        left=time_left,
        done=done_of(visit, "hold_done"),
    )


def extend(visit: Visit) -> Response:
    """Keep it longer."""
    until = moment_of(visit.said("until"), "until")
    visit.house.holds.extend(visit.principal, _id(visit), until, visit.said("reason"))
    return _back(visit, "extended")


def review(visit: Visit) -> Response:
    """Note that it is still wanted."""
    review_by = moment_of(visit.said("review_by"), "review_by")
    visit.house.holds.review(visit.principal, _id(visit), review_by, visit.said("reason"))
    return _back(visit, "reviewed")


def release(visit: Visit) -> Response:
    """End it before its time."""
    visit.house.holds.release(visit.principal, _id(visit), visit.said("reason"))
    return _back(visit, "released")


def _moment(visit: Visit, name: str) -> datetime | None:
    return moment_of(visit.said(name), name) if visit.said(name).strip() else None


def _id(visit: Visit) -> HoldId:
    return HoldId(visit.part("id"))


def _back(visit: Visit, done: str) -> Response:
    return visit.go(f"/console/holds/{visit.part('id')}?done={done}")
