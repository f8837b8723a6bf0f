"""Pages of the queues: what waits, in the order in which it is due, and the way to the next case."""

import base64
import binascii
from datetime import datetime

from starlette.responses import Response

from tutela.console.queue_filter import QueueFilter
from tutela.console.review import filter_of_visit, review_page
from tutela.console.visits import Visit
from tutela.core.case_states import ENDS, CaseState, Move
from tutela.core.ids import CaseId
from tutela.errors import BadInput
from tutela.flows.move_case import CaseSeen
from tutela.ports.cases import CasePlace

PAGE_CASES = 50
"""On one page: more than anybody reads, and still a light one."""


def queue_page(visit: Visit) -> Response:
    """List open cases: danger first, then the one due first."""
    wanted, error = QueueFilter({}), visit.error
    try:
        wanted = filter_of_visit(visit).narrowing
    except BadInput as wrong:
        error = error or wrong
    visit.error = error
    cases, asked = visit.house.cases, visit.request.query_params
    found = cases.list(visit.principal, wanted.listed, _place(asked.get("after", "")), PAGE_CASES + 1)
    shown = found[:PAGE_CASES]
    return review_page(
        visit,
        "queue.html",
        cases=shown,
        rules=visit.house.rules.fires.rules_of(visit.principal, [each.shown.case.id for each in shown]),
        wanted=wanted,
        next_page=wanted.address("/console/queue", after=_cursor(shown[-1])) if len(found) > len(shown) else None,
        is_first=not asked.get("after"),
        breach=cases.shift.oldest_breach(visit.principal),
        names=cases.colleagues(visit.principal),
        clauses=visit.house.policy.clauses,
        waiting=[state for state in CaseState if state not in ENDS],
        is_empty_for_me=asked.get("nothing") == "left",
    )


def take_next(visit: Visit) -> Response:
    """Claim the next case of the queues that were asked for, and go there."""
    return go_to_next(visit, filter_of_visit(visit).worked)


def give_back_all(visit: Visit) -> Response:
    """Give back every case that whoever asks holds; what they put on hold stays so."""
    for each in visit.house.cases.shift(visit.principal).mine:
        if each.is_own and Move.RELEASE in each.moves:
            visit.house.cases.release(visit.principal, each.shown.case.id)
    return visit.go("/console?done=given_back")


def go_to_next(visit: Visit, wanted: QueueFilter, **told: str) -> Response:
    """Claim the next case and go there, or to the list where nothing is left; *told* is said on that page.

    Whoever does not work the queue, but opened a case by its name, goes to the list: nobody holds what they did not ask
    for.
    """
    if not wanted.is_worked:
        return visit.go(wanted.address("/console/queue", **told))
    found = visit.house.cases.next(visit.principal, wanted.queue)
    if found is None:
        return visit.go(wanted.narrowing.address("/console/queue", nothing="left", **told))
    return visit.go(QueueFilter(wanted.carried).address(f"/console/cases/{found.shown.case.id}", **told))


def _cursor(last: CaseSeen) -> str:
    case = last.shown.case
    told = f"{'!' if case.is_in_danger else ''}{case.due_at.isoformat()}|{case.id}"
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _place(cursor: str) -> CasePlace | None:
    if not cursor:
        return None
    wrong = BadInput("this page of the list is not there", place="after", remedy="Begin at the first page.")
    try:
        told = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        due_at, _, case_id = told.partition("|")
        place = CasePlace(datetime.fromisoformat(due_at.removeprefix("!")), CaseId(case_id), due_at.startswith("!"))
    except (ValueError, binascii.Error):
        raise wrong from None
    if place.due_at.tzinfo is None:
        raise wrong
    return place
