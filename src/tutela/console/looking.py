"""Look at one content of a case on a page of its own, for whoever cannot hold a key, or has no scripts."""

from starlette.responses import Response

from tutela.console.case_page import back_to_case
from tutela.console.forms import chosen
from tutela.console.review import filter_of_visit
from tutela.console.visits import Visit
from tutela.core.ids import CaseId, MediaId
from tutela.core.views import DECIDING, Purpose, Rendition
from tutela.errors import NotForYou


def look(visit: Visit) -> Response:
    """Grant one look and show it: small, grey and blurred, unless all of it was asked for."""
    case_id = CaseId(visit.part("id"))
    purpose = chosen(visit, "purpose", Purpose)
    case = visit.house.cases.read(visit.principal, case_id).shown.case
    reason = DECIDING.get(case.state_at(visit.house.clock.now()))
    if reason is None:
        raise NotForYou("whoever looks to decide holds the case", place="case", remedy="Claim it first.")
    granted = visit.house.evidence.grant(visit.principal, case_id, MediaId(visit.said("media")), purpose, reason)
    return visit.page(
        "look.html", case=case, granted=granted, is_film=granted.rendition is Rendition.ORIGINAL,
        wanted=filter_of_visit(visit), comfort=visit.house.cases.exposure.comfort(visit.principal),
    )  # fmt: skip


def end_look(visit: Visit) -> Response:
    """End a look, and go back to the case."""
    visit.house.evidence.keep.give_back(visit.principal, visit.said("token"))
    return back_to_case(visit)
