"""Which reports were finished in production, and with what; see `ports.holds.FinishedReports`."""

from collections import defaultdict

from sqlalchemy import Engine, bindparam, select

from tutela.adapters.db import report_tables as t
from tutela.adapters.db import rows
from tutela.adapters.db.engine import read_transaction
from tutela.adapters.db.hold_tables import OF_REPORTS, holds
from tutela.adapters.db.lists import among, rows_of
from tutela.core.filing.states import Environment, Phase
from tutela.core.ids import CaseId, ReportId
from tutela.ports.holds import FinishedReport

_G = t.filings.c
_UNPRESERVED = (
    select(_G.report_id, _G.finished_us)
    .where(
        _G.phase == Phase.FINISHED.value,
        _G.environment == Environment.PRODUCTION.value,
        _G.finished_us.is_not(None),
        _G.report_id.not_in(select(holds.c.reference).where(OF_REPORTS)),
    )
    .order_by(_G.finished_us, _G.report_id)
    .limit(bindparam("limit"))
)
_FILES = select(t.report_files.c.report_id, t.report_files.c.content_id).where(among(t.report_files.c.report_id))
_CASES = select(t.report_cases.c.report_id, t.report_cases.c.case_id).where(among(t.report_cases.c.report_id))


class DatabaseFinishedReports:
    """Read them from where they are on their way."""

    def __init__(self, engine: Engine) -> None:
        """Read through *engine*."""
        self._engine = engine

    def unpreserved(self, limit: int) -> list[FinishedReport]:
        """Return those for which nothing is held yet, the earliest first."""
        contents: dict[str, list[str]] = defaultdict(list)
        cases: dict[str, list[CaseId]] = defaultdict(list)
        with read_transaction(self._engine) as connection:
            found = list(connection.execute(_UNPRESERVED, {"limit": limit}).mappings())
            ids = [row["report_id"] for row in found]
            for row in rows_of(connection, _FILES, ids):
                contents[row["report_id"]].append(row["content_id"])
            for row in rows_of(connection, _CASES, ids):
                cases[row["report_id"]].append(CaseId(row["case_id"]))
        return [
            FinishedReport(
                ReportId(row["report_id"]), tuple(contents[row["report_id"]]), tuple(cases[row["report_id"]]),
                rows.from_us(row["finished_us"]),
            )
            for row in found
        ]  # fmt: skip
