"""Wire the reports of figures."""

from typing import TYPE_CHECKING

from tutela.adapters.db.counting_of_figures import DatabaseCounting
from tutela.adapters.db.editions import DatabaseEditions
from tutela.bootstrap.loading import load_reasons
from tutela.flows.report_figures import ReportFigures

if TYPE_CHECKING:
    from tutela.bootstrap.house import House


def open_report_figures(house: "House") -> ReportFigures:
    """Return the verbs of reports for *house*."""
    editions = DatabaseEditions(house.engine, house.chain, house.clock)
    return ReportFigures(
        DatabaseCounting(house.engine), editions, load_reasons, house.profile.read, house.clock, house.entropy
    )
