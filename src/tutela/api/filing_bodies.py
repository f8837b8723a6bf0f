"""What may be asked about reports to authorities."""

from typing import Annotated

from pydantic import Field

from tutela.api.bodies import Body, Cursor
from tutela.core.filing.states import Phase
from tutela.ports.reports import ReportState

MAX_REPORTS = 200
"""In one page."""


class ReportsQuery(Body):
    """Which reports, and where the page begins."""

    state: ReportState | None = None
    phase: Phase | None = None
    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_REPORTS)] = 50
