"""What was told by hand in the database, with the report that it was laid out from; see `ports.reported_before`."""

from collections.abc import Iterable

from sqlalchemy import Connection, Select, and_, bindparam, func, select

from tutela.adapters.db import tables as t
from tutela.adapters.db.corrected import is_corrected
from tutela.adapters.db.duties import IS_FOUND
from tutela.adapters.db.duty_tables import dealings
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.report_tables import report_cases, reports
from tutela.adapters.db.rows import Row
from tutela.core.filing.dealings import DealingKind
from tutela.core.ids import ReportId
from tutela.ports.reported_before import ToldByHand
from tutela.ports.reports import ReportKind

_D = dealings.c
_OTHER, _OF_OTHER = reports.alias("other"), report_cases.alias("of_other")
_NEWEST = (
    select(func.max(_OTHER.c.id))
    .join(_OF_OTHER, _OF_OTHER.c.report_id == _OTHER.c.id)
    .where(
        _OF_OTHER.c.case_id == _D.case_id,
        _OTHER.c.kind == ReportKind.ORIGINAL.value,
        _OTHER.c.created_us <= _D.noted_us,
    )
    .correlate(dealings)
)
# One for another authority was laid out in the order of this one, where there is none of its own.
_LAID_OUT = func.coalesce(
    _NEWEST.where(_OTHER.c.authority == _D.authority).scalar_subquery(), _NEWEST.scalar_subquery()
)
_IS_BY_HAND = _D.kind == DealingKind.BY_HAND.value
_TOLD: Select[tuple[str, str, str, str]] = (
    select(_D.id, _D.authority, _D.reference, reports.c.id.label("report_id"))
    .distinct()
    .join_from(dealings, report_cases, report_cases.c.case_id == _D.case_id)
    .join(reports, and_(reports.c.id == report_cases.c.report_id, reports.c.id == _LAID_OUT))
    .where(_IS_BY_HAND)
    .order_by(_D.id)
)
_OF_REPORTS = _TOLD.where(among(reports.c.id))
_OF_ALL, _CASES = report_cases.alias("of_all"), t.cases
_OVERTURNED = (
    _TOLD.join(_OF_ALL, _OF_ALL.c.report_id == reports.c.id)
    .join(_CASES, _CASES.c.id == _OF_ALL.c.case_id)
    .where(~IS_FOUND, ~is_corrected(_D.authority), _D.id > bindparam("after"))
    .limit(bindparam("limit"))
)

IS_TOLD_BY_HAND = (
    select(_D.id)
    .join_from(dealings, _OF_ALL, _OF_ALL.c.case_id == _D.case_id)
    .where(
        _OF_ALL.c.report_id == reports.c.id, _IS_BY_HAND, _D.authority == reports.c.authority, reports.c.id == _LAID_OUT
    )
    .correlate(reports)
    .exists()
)
"""In a statement about reports: it was drawn up for its authority, and a person told it there."""


def told_by_hand(connection: Connection, report_ids: Iterable[str]) -> list[ToldByHand]:
    """Return what was told by hand from these reports, oldest first."""
    found = map(_of_row, rows_of(connection, _OF_REPORTS, report_ids))
    return sorted(found, key=lambda each: each.dealing_id)


def overturned_by_hand(connection: Connection, after: str, limit: int) -> list[ToldByHand]:
    """Return what was told by hand and is overturned, and what no correction names."""
    return [_of_row(row) for row in connection.execute(_OVERTURNED, {"after": after, "limit": limit}).mappings()]


def _of_row(row: Row) -> ToldByHand:
    return ToldByHand(row["id"], ReportId(row["report_id"]), row["authority"], row["reference"])
