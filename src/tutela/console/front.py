"""The first page: what is yours, what is due, and what else there is."""

from typing import Any

from starlette.responses import Response

from tutela.console.review import review_page
from tutela.console.visits import Visit
from tutela.core.paging import Waking
from tutela.core.permissions import SCOPES
from tutela.flows.who_is_on_call import ANSWERING
from tutela.ports.notices import NoticesWaiting


def first_page(visit: Visit) -> Response:
    """Show what waits, the most urgent first, and what whoever is here may do."""
    principal = visit.principal
    may = {scope: SCOPES[scope] for scope in SCOPES if scope in principal.scopes}
    told: dict[str, Any] = {
        "may": may,
        "missing": _missing(visit),
        "waking": _waking(visit),
        "notices": _notices(visit),
    }
    if not principal.may("cases"):
        return visit.page("first.html", shift=None, **told)
    return review_page(visit, "first.html", shift=visit.house.cases.shift(principal), **told)


def _waking(visit: Visit) -> Waking | None:
    """Return what is wrong with who would be woken, for whoever may raise a danger or keeps the rota."""
    if not any(visit.principal.may(scope) for scope in ANSWERING):
        return None
    waking = visit.house.on_call.who.waking()
    return None if waking is Waking.READY else waking


def _notices(visit: Visit) -> NoticesWaiting | None:
    """Return how many notices wait in no case, for whoever works with them; none where none does."""
    if not visit.principal.may("desk"):
        return None
    found = visit.house.notices.reading.waiting(visit.principal)
    return found if found.urgent or found.unlocated or found.call_backs else None


def _missing(visit: Visit) -> int:
    """Return how many clauses of zero tolerance nothing looks for, for whoever can do something about it."""
    if not visit.principal.may("operate"):
        return 0
    return sum(each.is_missing for each in visit.house.read_coverage())
