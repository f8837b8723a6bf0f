"""What was filed by hand, where there is no interface, and with what lies in its case; see `ports.holds`."""

from sqlalchemy import Engine, bindparam, select

from tutela.adapters.db import rows
from tutela.adapters.db.duty_tables import dealings
from tutela.adapters.db.engine import read_transaction
from tutela.adapters.db.hold_tables import OF_REPORTS, holds
from tutela.core.filing.dealings import DealingKind
from tutela.core.ids import CaseId, ReportId
from tutela.ports.holds import FinishedReport

_D = dealings.c
_UNPRESERVED = (
    select(_D.id, _D.case_id, _D.at_us, _D.noted_us)
    .where(_D.kind == DealingKind.BY_HAND.value, _D.id.not_in(select(holds.c.reference).where(OF_REPORTS)))
    .order_by(_D.at_us, _D.id)
    .limit(bindparam("limit"))
)


class DatabaseFiledByHand:
    """Read filings by hand as reports that are finished: what their case holds is kept as long as the law demands."""

    def __init__(self, engine: Engine) -> None:
        """Read through *engine*."""
        self._engine = engine

    def unpreserved(self, limit: int) -> list[FinishedReport]:
        """Return those for which nothing is held yet, the earliest first.

        The year begins when it was noted, where that was later: from then on anybody could hold anything, and a filing
        that is noted after a year would be held for no time at all.
        """
        with read_transaction(self._engine) as connection:
            found = connection.execute(_UNPRESERVED, {"limit": limit}).mappings().all()
        return [
            FinishedReport(
                ReportId(row["id"]), (), (CaseId(row["case_id"]),), rows.from_us(max(row["at_us"], row["noted_us"])),
                is_by_hand=True,
            )
            for row in found
        ]  # fmt: skip
