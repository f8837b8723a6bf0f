"""The first page: what is yours, what is due, and what else there is."""

from starlette.responses import Response

from tutela.console.review import review_page
from tutela.console.visits import Visit
from tutela.core.permissions import SCOPES


def first_page(visit: Visit) -> Response:
    """Show what waits, the most urgent first, and what whoever is here may do."""
    principal = visit.principal
    may = {scope: SCOPES[scope] for scope in SCOPES if scope in principal.scopes}
    if not principal.may("cases"):
        return visit.page("first.html", may=may, shift=None, missing=_missing(visit))
    return review_page(visit, "first.html", may=may, shift=visit.house.cases.shift(principal), missing=_missing(visit))


def _missing(visit: Visit) -> int:
    """Return how many clauses of zero tolerance nothing looks for, for whoever can do something about it."""
    if not visit.principal.may("operate"):
        return 0
    return sum(each.is_missing for each in visit.house.read_coverage())
