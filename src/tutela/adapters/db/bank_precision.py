"""Read what people found in cases in which a match of a bank lies; see `ports.bank_precision`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, case, func, or_, select

from tutela.adapters.db.answer_tables import case_answers, settlements
from tutela.adapters.db.decision_tables import findings
from tutela.adapters.db.rows import to_us
from tutela.adapters.db.tables import case_items, cases, decisions, detections
from tutela.core.cases import Purpose
from tutela.core.conclusions import Conclusion
from tutela.core.ids import BankId, ClauseId
from tutela.core.policy import MatchKind
from tutela.core.precision import DecidedMatches, Precision, precision_by_bank

_FOUND, _SAID = decisions.alias("found"), findings.alias("said")
_AFTER, _SAID_AFTER = decisions.alias("after"), findings.alias("said_after")
_LATER = settlements.alias("later")
_IS_NEWEST = ~(
    select(_LATER.c.answer_id)
    .where(_LATER.c.case_id == settlements.c.case_id, _LATER.c.series > settlements.c.series)
    .exists()
)
_IS_EXACT = func.max(case((detections.c.match == MatchKind.EXACT_DIGEST.value, 1), else_=0))
_DECISION = func.coalesce(settlements.c.decision_id, cases.c.closed_by)
"""What was found: by answers, or by a person's decision by hand that ended the case."""

_WHAT = (
    cases.c.clause_id, case_answers.c.conclusion, case_answers.c.clause_id, _FOUND.c.clause_id, _SAID.c.is_reversal,
    _AFTER.c.clause_id, _SAID_AFTER.c.is_reversal,
)  # fmt: skip
_NAMES = ("matched", "conclusion", "answered", "found", "is_reversal", "after", "is_reversed")


def _counted(*which: ColumnElement[bool]) -> Select[Any]:
    """Return how many cases of each bank came to the same, each case once."""
    one = (
        select(
            detections.c.bank_id, cases.c.id.label("case_id"), _IS_EXACT.label("is_exact"),
            *(column.label(name) for column, name in zip(_WHAT, _NAMES, strict=True)),
        )
        .select_from(detections)
        .join(case_items, case_items.c.item_id == detections.c.item_id)
        .join(cases, and_(cases.c.id == case_items.c.case_id, cases.c.clause_id == detections.c.clause_id))
        .outerjoin(settlements, and_(settlements.c.case_id == cases.c.id, _IS_NEWEST))
        .outerjoin(case_answers, case_answers.c.id == settlements.c.answer_id)
        .outerjoin(_FOUND, _FOUND.c.id == _DECISION)
        .outerjoin(_SAID, _SAID.c.decision_id == _FOUND.c.id)
        .outerjoin(_AFTER, _AFTER.c.reverses == _DECISION)
        .outerjoin(_SAID_AFTER, _SAID_AFTER.c.decision_id == _AFTER.c.id)
        .where(
            detections.c.bank_id.is_not(None),
            ~detections.c.is_suppressed,
            cases.c.purpose == Purpose.WORK.value,
            or_(case_answers.c.id.is_not(None), _SAID.c.decision_id.is_not(None)),
            *which,
        )
        .group_by(detections.c.bank_id, cases.c.id, *_WHAT)
        .subquery("one")
    )  # fmt: skip
    grouped = [one.c.bank_id, one.c.is_exact, *(one.c[name] for name in _NAMES)]
    return select(*grouped, func.count().label("cases")).group_by(*grouped)


_NEWEST_CASES = (
    select(cases.c.id)
    .where(cases.c.opened_us >= bindparam("since"))
    .order_by(cases.c.opened_us.desc())
    .limit(bindparam("limit"))
)
_OF_ALL = _counted(cases.c.id.in_(_NEWEST_CASES))
_OF_ONE = _counted(detections.c.bank_id == bindparam("bank"))


class BankPrecisionReads:
    """The part of `ports.store.Reader` about how often banks were right."""

    _connection: Connection

    def precision_by_bank(self, since: datetime, limit: int) -> Mapping[str, Mapping[MatchKind, Precision]]:
        """Return how often each bank was right in cases that were opened since *since*: the newest *limit*."""
        found = self._connection.execute(_OF_ALL, {"since": to_us(since), "limit": limit})
        return precision_by_bank(map(_decided, found))

    def precision_of_bank(self, bank_id: BankId) -> Mapping[MatchKind, Precision]:
        """Return how often a bank was right, ever."""
        found = self._connection.execute(_OF_ONE, {"bank": bank_id})
        return precision_by_bank(map(_decided, found)).get(bank_id, {})


def _decided(row: Row[Any]) -> DecidedMatches:
    """Return what was found last. What was decided in the place of another stands; what reversed it found nothing."""
    if row.after is not None and not row.is_reversed:
        conclusion, found = Conclusion.VIOLATION, row.after
    elif row.conclusion is not None:
        conclusion, found = Conclusion(row.conclusion), row.answered
    else:
        conclusion, found = Conclusion.NO_VIOLATION if row.is_reversal else Conclusion.VIOLATION, row.found
    return DecidedMatches(
        bank=row.bank_id,
        kind=MatchKind.EXACT_DIGEST if row.is_exact else MatchKind.NEAR,
        matched=ClauseId(row.matched),
        conclusion=conclusion,
        found=ClauseId(found),
        is_reversed=bool(row.is_reversed),
        cases=row.cases,
    )
