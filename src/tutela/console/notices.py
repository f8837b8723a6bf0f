"""The list of notices: those that press always in sight, then all, the newest first; what narrows it is its address."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.responses import Response

from tutela.console.forms import after_of, done_of
from tutela.console.time_left import time_left
from tutela.console.visits import Visit
from tutela.core.ids import CaseId, NoticeId
from tutela.core.notices.branches import NoticeKind
from tutela.core.notices.notice import NoticeState
from tutela.errors import BadInput
from tutela.ports.notices import NoticeFilter, NoticeRow

PAGE_NOTICES = 50
PRESSING_SHOWN = 10
CASE_NOTICES_SHOWN = 5
MAX_CHARACTERS = 40
"""More than any id of ours, and than any name of a state or a kind."""

NARROWS = ("state", "kind", "call_back", "case", "same_as")


def notices_page(visit: Visit) -> Response:
    """List notices."""
    said, after = _said(visit), after_of(visit)
    verbs, principal = visit.house.notices, visit.principal
    found = verbs.page(principal, _wanted(said), after, PAGE_NOTICES + 1)
    pressing = verbs.reading.pressing(principal, PRESSING_SHOWN + 1)
    shown = found[:PAGE_NOTICES]
    following = {**said, "after": shown[-1].notice.id} if len(found) > len(shown) else None
    return visit.page(
        "notices.html",
        notices=shown,
        pressing=pressing[:PRESSING_SHOWN],
        more_press=len(pressing) > PRESSING_SHOWN,
        waiting=verbs.reading.waiting(principal),
        asked=said,
        is_first=not after,
        all_link=f"/console/notices?{urlencode(said)}" if said else "/console/notices",
        next_link=None if following is None else f"/console/notices?{urlencode(following)}",
        states=list(NoticeState),
        kinds=list(NoticeKind),
        clauses=visit.house.policy.clauses,
        now=visit.house.clock.now(),
        left=time_left,
        done=done_of(visit, "notice_done"),
    )


def notices_of_case(visit: Visit, case_id: CaseId) -> list[NoticeRow]:
    """Return what the page of a case tells of its notices; one more than is shown, where there are more."""
    if not visit.principal.may("desk"):
        return []
    return visit.house.notices.reading.of_case(visit.principal, case_id, CASE_NOTICES_SHOWN + 1)


def _said(visit: Visit) -> dict[str, str]:
    """Return what narrows the list, as the address says it.

    Raises:
        tutela.errors.BadInput: It is nothing that a notice has; its place is named.
    """
    found = {name: visit.request.query_params.get(name, "").strip() for name in NARROWS}
    found = {name: value for name, value in found.items() if value}
    for name, value in found.items():
        if len(value) > MAX_CHARACTERS or not value.isprintable():
            raise BadInput("there is no such list", place=name, remedy="Begin at all notices.")
    for name, known in (("state", NoticeState), ("kind", NoticeKind)):
        if name in found and found[name] not in {each.value for each in known}:
            raise BadInput("there is no such list", place=name, remedy="Choose one from the list.")
    return found


def _wanted(said: Mapping[str, str]) -> NoticeFilter:
    same_as = said.get("same_as")
    return NoticeFilter(
        states=frozenset({NoticeState(said["state"])}) if "state" in said else frozenset(),
        kind=NoticeKind(said["kind"]) if "kind" in said else None,
        case_id=CaseId(said["case"]) if "case" in said else None,
        wants_call_back="call_back" in said,
        # Whoever is to be called back is listed each for themselves, whatever they say.
        is_first=same_as is None and "call_back" not in said,
        merged_into=None if same_as is None else NoticeId(same_as),
    )
