"""What is owed to authorities, with how much time is left, and who has it in hand."""

from starlette.responses import Response

from tutela.console.duties import done_of
from tutela.console.owed import owed_told
from tutela.console.visits import Visit
from tutela.errors import BadInput

PAGE_CASES = 50


def reports_page(visit: Visit) -> Response:
    """List what is owed."""
    verbs, principal = visit.house.duties, visit.principal
    page = verbs.read.page(principal, after_of(visit), PAGE_CASES)
    owed = sorted(page.cases, key=lambda each: (each.due_at is None, each.due_at))
    return visit.page(
        "reports.html",
        owed=[owed_told(visit, each) for each in owed],
        is_first=not after_of(visit),
        next_after=page.following,
        authorities={each.id: each for each in verbs.confirm.table.authorities},
        names=visit.staff.names(principal),
        clauses=visit.house.policy.clauses,
        done=done_of(visit, "duty_done"),
    )


def after_of(visit: Visit, name: str = "after") -> str:
    """Return where a page of a list begins.

    Raises:
        tutela.errors.BadInput: It is no place of a list.
    """
    said = visit.request.query_params.get(name, "")
    if len(said) > 40 or not all(each.isascii() and (each.isalnum() or each == "_") for each in said):  # noqa: PLR2004  # more than any id of ours
        raise BadInput("this page of the list is not there", place=name, remedy="Begin at the first page.")
    return said
