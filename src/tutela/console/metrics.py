"""The page of figures: what came in, how long it takes, what came of it, and how right it was."""

from starlette.responses import Response

from tutela.console.visits import Visit
from tutela.core.bar_chart import HEIGHT, LEFT, WIDTH, chart_of
from tutela.core.case_figures import FEW, SHARES
from tutela.core.conclusions import Conclusion

SPANS = {7: "7 days", 30: "30 days", 90: "90 days"}
USUAL_DAYS = 30


def metrics_page(visit: Visit) -> Response:
    """Show the figures."""
    said = visit.request.query_params.get("days", "")
    days = int(said) if said.isascii() and said.isdecimal() and int(said) in SPANS else USUAL_DAYS
    found = visit.house.read_figures(visit.principal, days)
    inflow = [(day.strftime("%m-%d"), opened, decided) for day, opened, decided in found.cases.inflow]
    return visit.page(
        "metrics.html",
        found=found,
        chart=chart_of(inflow),
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        few=FEW,
        shares=SHARES,
        conclusions=list(Conclusion),
        days=days,
        spans=SPANS,
        clauses=visit.house.policy.clauses,
    )
