"""Say how an edition of a report stands: one wording for API and command line."""

from typing import Any

from tutela.core.transparency.edition import Edition
from tutela.flows.report_figures import ReportOwed


def edition_told(edition: Edition) -> dict[str, Any]:
    """Return an edition as it is told."""
    return {
        "id": edition.id, "period": edition.period.label, "version": edition.version, "state": edition.state.value,
        "drawn_at": edition.drawn_at, "drawn_by": edition.drawn_by, "published_at": edition.published_at,
        "correction": edition.correction, "sha256": edition.sha256, "size_bytes": edition.size_bytes,
        "due_at": edition.period.due_at, "kept_until": edition.kept_until,
    }  # fmt: skip


def public_told(edition: Edition) -> dict[str, Any]:
    """Return an edition as everybody may know it: without who drew it up."""
    told = edition_told(edition)
    return {name: value for name, value in told.items() if name not in {"drawn_by", "drawn_at", "state"}}


def owed_told(owed: ReportOwed) -> dict[str, Any]:
    """Return which report has to come out."""
    return {
        "period": owed.period.label, "due_at": owed.due_at, "is_published": owed.is_published, "is_late": owed.is_late,
    }  # fmt: skip
