"""Under which key a stored report lies: one of its own, so that destroying it makes that one report unreadable."""

from tutela.core.ids import ReportId

_PERIOD = "report-"


def report_period(report_id: ReportId) -> str:
    """Return the name of the key that seals what is stored of a report, in the words that names of keys may hold."""
    return _PERIOD + report_id.replace("_", "-")


def report_of(period: str) -> ReportId | None:
    """Return the report whose key has this name; none where it is the key of something else."""
    if not period.startswith(_PERIOD):
        return None
    return ReportId(period.removeprefix(_PERIOD).replace("-", "_", 1))
