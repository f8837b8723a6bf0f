"""The routes of reports to authorities and of the channels that they take."""

from tutela.api import filing, filing_answers, filing_bodies
from tutela.api.route import Route

_REPORTS, _FILE = "reports", "file"

ROUTES = (
    Route(
        "GET",
        "/v1/reports",
        _REPORTS,
        "List reports to authorities",
        work=filing.list_reports,
        query=filing_bodies.ReportsQuery,
        answer=filing_answers.Reports,
        other_scope=_FILE,
        detail="Newest first, and never what they say. `phase` tells how far an approved one is.",
    ),
    Route(
        "GET",
        "/v1/reports/{id}",
        _REPORTS,
        "How far a report is",
        work=filing.read_report,
        answer=filing_answers.Report,
        other_scope=_FILE,
    ),
    Route(
        "GET",
        "/v1/reports/{id}/steps",
        _REPORTS,
        "Every step of a report",
        work=filing.read_steps,
        answer=filing_answers.ReportSteps,
        other_scope=_FILE,
        detail="What was asked and what was answered, in codes. Each request is written down before it is sent.",
    ),
    Route(
        "GET",
        "/v1/channels",
        _REPORTS,
        "List the channels to authorities",
        work=filing.list_channels,
        answer=filing_answers.FilingChannels,
        other_scope=_FILE,
        detail="Without credentials, and without who reports. They are set up at the command line.",
    ),
    Route(
        "GET",
        "/v1/channels/{authority}",
        _REPORTS,
        "How a channel stands",
        work=filing.read_channel,
        answer=filing_answers.FilingChannel,
        other_scope=_FILE,
        detail="`missing` says what keeps one that is off from being switched on.",
    ),
)
