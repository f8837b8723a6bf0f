"""The page of one case, and everything that may be done with it short of deciding it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from starlette.responses import Response

from tutela.console.forms import chosen
from tutela.console.notices import CASE_NOTICES_SHOWN, notices_of_case
from tutela.console.owed import owed_of_case
from tutela.console.queue import go_to_next
from tutela.console.queue_filter import QueueFilter
from tutela.console.review import filter_of_visit, review_page
from tutela.console.visits import Visit
from tutela.core.case_moves import DangerOver, HoldReason, SkipReason
from tutela.core.case_states import CLOCKS, Move
from tutela.core.conclusions import Conclusion, Context
from tutela.core.content import AgeBand
from tutela.core.ids import CaseId
from tutela.core.permissions import Principal
from tutela.core.roles import Role
from tutela.core.statements import DelayBasis
from tutela.core.views import DECIDING, state_of
from tutela.errors import BadInput, UnknownCase
from tutela.flows.move_case import CaseSeen

NOTES_SHOWN = 50
MAX_NOTE_CHARACTERS = 4000
HOLD_HOURS = {1: "1 hour", 4: "4 hours", 24: "1 day", 72: "3 days", 168: "7 days", 330: "nearly 14 days"}
"""How long a case may wait, as it is offered; the flow has the last word."""

FIELDS = ("conclusion", "violated", "context", "line", "version", "outsider", "delay", "delay_days")
"""Of an answer, beside the part of each account."""

DELAY_DAYS = {1: "1 day", 3: "3 days", 7: "7 days", 14: "14 days", 30: "30 days", 90: "90 days", 366: "366 days"}
"""For how long telling may wait, as it is offered; the charter has the last word (P8)."""

NOTHING_GIVEN: Mapping[str, Any] = MappingProxyType({**dict.fromkeys(FIELDS, ""), "parts": ()})

Verb = Callable[[Principal, CaseId], CaseSeen]


def case_page(visit: Visit) -> Response:
    """Show a case."""
    return show_case(visit)


def show_case(visit: Visit, **more: Any) -> Response:
    """Show a case, with *more* that was asked about it."""
    cases, principal, case_id = visit.house.cases, visit.principal, CaseId(visit.part("id"))
    laid = cases.lay_out(principal, case_id)
    return review_page(
        visit,
        "case.html",
        laid=laid,
        case=laid.seen.shown.case,
        state=laid.seen.shown.case.state_at(laid.seen.at),
        clocks=CLOCKS[laid.seen.shown.case.state_at(laid.seen.at)],
        moves=laid.seen.moves,
        Move=Move,
        look_reason=DECIDING.get(laid.seen.shown.case.state_at(laid.seen.at)) if laid.seen.is_own else None,
        media_states=_media_states(visit, case_id),
        comfort=cases.exposure.comfort(principal),
        has_small_form=visit.house.evidence.grant.has_small_form,
        is_alone=visit.house.answer_case.read_bench.is_second_alone(laid.seen.shown.case, laid.seen.at),
        is_stuck=visit.house.answer_case.read_bench.is_stuck(laid.seen.shown.case, laid.seen.at),
        notes=cases.notes(principal, case_id, visit.request.query_params.get("notes", ""), NOTES_SHOWN),
        answers=visit.house.read_answers(principal, case_id),
        names=cases.colleagues(principal),
        wanted=QueueFilter(filter_of_visit(visit).carried),
        clauses=visit.house.policy.clauses,
        conclusions=list(Conclusion),
        contexts=list(Context),
        roles=list(Role),
        skips=list(SkipReason),
        holds=list(HoldReason),
        unknown_age=AgeBand.UNKNOWN,
        overs=list(DangerOver),
        waking=visit.house.on_call.who.waking(),
        delays=list(DelayBasis),
        delay_days=DELAY_DAYS,
        hold_hours=HOLD_HOURS,
        hours_left=(laid.seen.shown.case.due_at - laid.seen.at) / timedelta(hours=1),
        undo_seconds=visit.house.settings.undo_seconds,
        owed=owed_of_case(visit, case_id),
        notices=notices_of_case(visit, case_id),
        notices_shown=CASE_NOTICES_SHOWN,
        authorities={each.id: each for each in visit.house.duties.confirm.table.authorities},
        **{"plan": None, "given": NOTHING_GIVEN, "refusals": (), **more},
    )


def _media_states(visit: Visit, case_id: CaseId) -> dict[str, str]:
    found = visit.house.evidence.grant.media_of(visit.principal, case_id)
    return {each.media.id: state_of(each.media, each.fault).value for each in found}


def item_page(visit: Visit) -> Response:
    """Show the whole text of one item of a case: the page of the case shows its beginning."""
    laid = visit.house.cases.lay_out(visit.principal, CaseId(visit.part("id")))
    shown = next((each for each in laid.items if each.stored.item.id == visit.part("item")), None)
    if shown is None:
        raise UnknownCase("this item does not lie in this case", place="item", remedy="Open it from the case.")
    return visit.page("case-item.html", case=laid.seen.shown.case, shown=shown)


def claim(visit: Visit) -> Response:
    """Take the case."""
    return _moved(visit, visit.house.cases.claim)


def renew(visit: Visit) -> Response:
    """Keep the case: the heartbeat of a screen on which somebody works."""
    return _moved(visit, visit.house.cases.renew)


def release(visit: Visit) -> Response:
    """Give the case back."""
    _done(visit, visit.house.cases.release)
    return visit.go(filter_of_visit(visit).narrowing.address("/console/queue"))


def resume(visit: Visit) -> Response:
    """Take the case up again."""
    return _moved(visit, visit.house.cases.resume)


def skip(visit: Visit) -> Response:
    """Skip the case, and go to the next."""
    reason = chosen(visit, "reason", SkipReason)
    visit.house.cases.skip(visit.principal, CaseId(visit.part("id")), reason)
    return go_to_next(visit, filter_of_visit(visit), done="skipped", of=visit.part("id"))


def hold(visit: Visit) -> Response:
    """Put the case on hold, and go to the next."""
    reason, said = chosen(visit, "reason", HoldReason), visit.said("hours")
    hours = {str(each): each for each in HOLD_HOURS}.get(said)
    if hours is None:
        raise BadInput("say how long the case waits", place="hours", remedy="Choose one from the list.")
    until = visit.house.clock.now() + timedelta(hours=hours)
    seen = visit.house.cases.hold(visit.principal, CaseId(visit.part("id")), until, reason)
    done = "held_late" if seen.shown.case.due_at < until else "held"
    return go_to_next(visit, filter_of_visit(visit), done=done, of=visit.part("id"))


def hand_over(visit: Visit) -> Response:
    """Hand the case over, and go to the next."""
    if not visit.said("to"):
        raise BadInput("say who gets the case", place="to", remedy="Choose a colleague.")
    visit.house.cases.hand_over(visit.principal, CaseId(visit.part("id")), visit.said("to"))
    return go_to_next(visit, filter_of_visit(visit), done="handed", of=visit.part("id"))


def danger(visit: Visit) -> Response:
    """Say that somebody is in danger, or that the danger is over."""
    is_in = visit.said("danger") == "yes"
    over = None if is_in else chosen(visit, "over", DangerOver)
    return _moved(visit, lambda who, case_id: visit.house.cases.danger(who, case_id, is_in_danger=is_in, over=over))


def protect(visit: Visit) -> Response:
    """Protect the children whom the account turned to."""
    case_id = CaseId(visit.part("id"))
    made = visit.house.protect_endangered(visit.principal, case_id)
    carried = QueueFilter(filter_of_visit(visit).carried)
    done = "nobody_left" if made is None else "protected"
    return visit.go(carried.address(f"/console/cases/{case_id}", done=done))


def write_note(visit: Visit) -> Response:
    """Write a note for the others who work on the case."""
    text = visit.said("text").strip()
    if not text or len(text) > MAX_NOTE_CHARACTERS or "\0" in text:
        said = f"a note has 1 to {MAX_NOTE_CHARACTERS} characters"
        raise BadInput(said, place="text", remedy="What you wrote is still in the field.")
    visit.house.cases.note(visit.principal, CaseId(visit.part("id")), text)
    return back_to_case(visit, "#notes")


def back_to_case(visit: Visit, at: str = "") -> Response:
    """Go back to the case of this visit, with its queue."""
    carried = QueueFilter(filter_of_visit(visit).carried)
    return visit.go(carried.address(f"/console/cases/{visit.part('id')}") + at)


def _done(visit: Visit, verb: Verb) -> None:
    verb(visit.principal, CaseId(visit.part("id")))


def _moved(visit: Visit, verb: Verb) -> Response:
    _done(visit, verb)
    return back_to_case(visit)
