"""What you have had to see: for you alone, with what you would rather not be given."""

from starlette.responses import Response

from tutela.console.forms import chosen
from tutela.console.review import review_page
from tutela.console.visits import Visit
from tutela.core.exposure import Blur, Comfort


def exposure_page(visit: Visit) -> Response:
    """Show somebody their own figures, and those of all together to whoever keeps quality."""
    keep, principal = visit.house.cases.exposure, visit.principal
    return review_page(
        visit,
        "exposure.html",
        figures=keep.figures(principal),
        limits=keep.limits,
        declined=keep.declined(principal),
        comfort=keep.comfort(principal),
        blurs=list(Blur),
        together=keep.together(principal) if principal.may("quality") else None,
        clauses=visit.house.policy.clauses,
    )


def decline(visit: Visit) -> Response:
    """Store what somebody would rather not be given."""
    visit.house.cases.exposure.decline(visit.principal, visit.form.get("clause", []))
    return visit.go("/console/exposure?done=declined")


def keep_comfort(visit: Visit) -> Response:
    """Store how somebody wants to be shown what they must see."""
    comfort = Comfort(chosen(visit, "blur", Blur), visit.said("grey") == "yes")
    visit.house.cases.exposure.keep_comfort(visit.principal, comfort)
    return visit.go("/console/exposure?done=comfortable")
