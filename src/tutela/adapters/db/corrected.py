"""Which correction counts, in a statement about reports: one that is being drawn up, or that arrives."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from tutela.adapters.db.report_tables import filings, reports
from tutela.core.filing.states import OPEN_PHASES, Environment, Phase
from tutela.ports.reports import ReportKind, ReportState

UNAPPROVED = sorted([ReportState.DRAFT.value, ReportState.PREPARED.value])

_CORRECTING = reports.alias("correcting")
_GOING = filings.alias("going")
_COUNTS = or_(
    _CORRECTING.c.state.in_(UNAPPROVED),
    and_(
        _GOING.c.environment == Environment.PRODUCTION.value,
        _GOING.c.phase.in_(sorted({*OPEN_PHASES, Phase.FINISHED})),
    ),
)


def is_corrected(authority: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that a correction of a report, for an authority, is not approved, or arrives in earnest."""
    return (
        select(_CORRECTING.c.id)
        .outerjoin(_GOING, _GOING.c.report_id == _CORRECTING.c.id)
        .where(
            _CORRECTING.c.corrects == reports.c.id,
            _CORRECTING.c.kind == ReportKind.CORRECTION.value,
            _CORRECTING.c.authority == authority,
            _COUNTS,
        )
        .correlate_except(_CORRECTING, _GOING)
        .exists()
    )
