"""See by a code how a notice stands, and add to it. It tells of items alone, never what happened to anybody."""

from collections import Counter

from starlette.responses import Response

from tutela.core.notices.branches import Branch
from tutela.core.notices.outcomes import ItemOutcome
from tutela.errors import TooManyCodes, UnknownNotice
from tutela.flows.follow_notice import NoticeStatus
from tutela.public.drafting import added, cleaned, too_much
from tutela.public.telling import is_anybody_there
from tutela.public.visits import KEEPS_NOTHING, Visit

MAX_CODE_CHARACTERS = 200


def ask_page(visit: Visit) -> Response:
    """Ask for the code."""
    return visit.page("status-ask.html", said="", wait=0)


def status_page(visit: Visit) -> Response:
    """Show how the notice of a code stands."""
    code = visit.said("code")[:MAX_CODE_CHARACTERS]
    try:
        status = visit.house.notices.follow.status(code, visit.place)
    except UnknownNotice:
        return visit.page("status-ask.html", 404, keeps=KEEPS_NOTHING, said="unknown", wait=0)
    except TooManyCodes as error:
        return _wait(visit, error)
    return _shown(visit, status, code)


def add(visit: Visit) -> Response:
    """Take what somebody adds, and show how it stands."""
    code = visit.said("code")[:MAX_CODE_CHARACTERS]
    told = {name: cleaned(visit.said(name)) for name in ("links", "names", "words")}
    follow = visit.house.notices.follow
    try:
        if (much := too_much(told)) is not None or not any(told.values()) or not visit.is_from_here:
            said = "" if any(told.values()) else "empty"
            return _shown(visit, follow.status(code, visit.place), code, told=told, much=much, said=said)
        status = follow.add(code, added(Branch.SAW_SOMETHING, told, visit.language), visit.place)
    except UnknownNotice:
        return visit.page("status-ask.html", 404, keeps=KEEPS_NOTHING, said="unknown", wait=0)
    except TooManyCodes as error:
        return _wait(visit, error)
    return _shown(visit, status, code, said="added")


def _wait(visit: Visit, error: TooManyCodes) -> Response:
    response = visit.page("status-ask.html", 429, keeps=KEEPS_NOTHING, said="too_many", wait=error.wait_seconds)
    response.headers["Retry-After"] = str(error.wait_seconds)
    return response


def _shown(visit: Visit, status: NoticeStatus, code: str, *, told: dict[str, str] | None = None,
           much: object = None, said: str = "") -> Response:  # fmt: skip
    desk, follow = visit.house.public_desk, visit.house.notices.follow
    counted = Counter(status.items)
    by = desk.answer_by(follow.id_of(code, visit.place)) if status.answered_at is None else None
    return visit.page(
        "status.html",
        422 if much is not None else 200,
        keeps=KEEPS_NOTHING, notice=status, code=code, said=said, much=much, told=told or {},
        counted=[(each.value, counted[each]) for each in ItemOutcome if counted[each]],
        outcome=status.outcome.value if status.outcome else "", state=status.state.value, answer_by=by,
        help=desk.help.of(status.country), is_about_child=status.is_about_child, missing=status.missing,
        is_anybody_there=not status.is_urgent or status.answered_at is not None or is_anybody_there(visit),
    )  # fmt: skip
