"""Read what became of cases; see `ports.cases`."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from tutela.adapters.db.answer_tables import case_answers, settlements
from tutela.adapters.db.rows import from_us, to_us
from tutela.adapters.db.tables import OPEN_CASE, cases, decisions
from tutela.core.case_figures import CaseFate
from tutela.core.cases import Purpose
from tutela.core.conclusions import Conclusion
from tutela.core.ids import ClauseId

_CLOSED = decisions.alias("closed")
_REVERSAL = decisions.alias("reversal")
_FATES = (
    select(
        cases.c.clause_id, cases.c.opened_us, _CLOSED.c.at_us.label("closed_us"), case_answers.c.conclusion,
        _REVERSAL.c.id.label("reversal"),
    )
    .select_from(cases)
    .outerjoin(_CLOSED, _CLOSED.c.id == cases.c.closed_by)
    .outerjoin(_REVERSAL, _REVERSAL.c.reverses == cases.c.closed_by)
    .outerjoin(settlements, (settlements.c.decision_id == cases.c.closed_by) & (settlements.c.case_id == cases.c.id))
    .outerjoin(case_answers, case_answers.c.id == settlements.c.answer_id)
    .where(cases.c.opened_us >= bindparam("since"), cases.c.purpose == Purpose.WORK.value)
    .order_by(cases.c.opened_us.desc())
    .limit(bindparam("limit"))
)  # fmt: skip
_OLDEST = select(func.min(cases.c.opened_us)).where(OPEN_CASE)


class CaseFateReads:
    """The part of `ports.cases.CaseReader` about what became of cases."""

    _connection: Connection

    def case_fates(self, since: datetime, limit: int) -> list[CaseFate]:
        """Return what became of cases that were opened since *since*: the newest *limit*. A look is none of them."""
        found = self._connection.execute(_FATES, {"since": to_us(since), "limit": limit})
        return [
            CaseFate(
                ClauseId(clause), from_us(opened_us), None if closed_us is None else from_us(closed_us),
                None if conclusion is None else Conclusion(conclusion), reversal is not None,
            )
            for clause, opened_us, closed_us, conclusion, reversal in found
        ]  # fmt: skip

    def oldest_open_case(self) -> datetime | None:
        """Return when the case was opened that has been open for longest; none where none is."""
        opened_us = self._connection.execute(_OLDEST).scalar()
        return None if opened_us is None else from_us(opened_us)
