"""What all pages of the review journey share: what may be taken back, and which queue goes along."""

from contextlib import suppress
from typing import Any

from starlette.responses import Response

from tutela.console.queue_filter import LISTED, QUEUE, WORK, QueueFilter, filter_of
from tutela.console.visits import Visit
from tutela.console.words import say, sayings
from tutela.core.case_states import CaseState
from tutela.core.ids import CaseId
from tutela.errors import TutelaError
from tutela.ports.cases import OpenCase


def review_page(visit: Visit, template: str, **more: Any) -> Response:
    """Return a page of the journey, with what may be taken back at the top of it."""
    cases, principal = visit.house.cases, visit.principal
    return visit.page(
        template,
        **more,
        standing=cases.exposure.standing(principal),
        last_done=cases.shift.last_done(principal),
        now=visit.house.clock.now(),
        me=principal.id,
        states=CaseState,
        done=_told(visit.request.query_params.get("done", "")),
        done_of=_case_of(visit),
    )


def filter_of_visit(visit: Visit) -> QueueFilter:
    """Return which queue this visit is about: from the form where there is one, else from the address.

    A form carries the queue only: other fields of it have names of their own, and narrow nothing.

    Raises:
        tutela.errors.BadInput: It names none.
    """
    if visit.request.method == "POST":
        return filter_of(visit.said, QUEUE)
    return filter_of(lambda name: visit.request.query_params.get(name, ""), (*LISTED, WORK))


def _case_of(visit: Visit) -> OpenCase | None:
    """Return the case that what was done a moment ago was done to, as far as it is shown to whoever did it."""
    case_id = visit.request.query_params.get("of", "")
    if not case_id or not visit.request.query_params.get("done"):
        return None
    with suppress(TutelaError):
        return visit.house.cases.read(visit.principal, CaseId(case_id)).shown
    return None


def _told(done: str) -> str:
    """Return what was done a moment ago, as the address says it: anything else says nothing."""
    return say("done", done) if done in sayings("done") else ""
