"""The page that names every clause that nothing looks for."""

from starlette.responses import Response

from tutela.console.visits import Visit


def coverage_page(visit: Visit) -> Response:
    """Show what looks for each clause, those that nothing looks for first."""
    coverage = sorted(visit.house.read_coverage(), key=lambda each: each.is_covered)
    return visit.page("coverage.html", coverage=coverage)
