"""The page that names every clause that nothing looks for."""

from starlette.responses import Response

from tutela.console.visits import Visit


def coverage_page(visit: Visit) -> Response:
    """Show what looks for each clause, those that nothing looks for first."""
    return visit.page("coverage.html", coverage=visit.house.read_coverage())
