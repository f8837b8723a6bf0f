"""The routes of reports until they are approved."""

from tutela.api import drafting, drafting_answers, drafting_bodies
from tutela.api.route import Route

_REPORT = "/v1/reports/{id}"
_REPORTS, _FILE = "reports", "file"
_MADE = drafting_answers.ReportMade

ROUTES = (
    Route(
        "POST",
        "/v1/reports",
        _REPORTS,
        "Draw a report up",
        work=drafting.draw_up,
        body=drafting_bodies.NewReport,
        answer=_MADE,
        statuses=(201,),
        detail="A draft from all that is known of a found case. Nothing is invented: the kind of incident is a "
        "suggestion until somebody chooses it, and the time is what the platform told, or none.",
    ),
    Route(
        "GET",
        f"{_REPORT}/draft",
        _REPORTS,
        "A report with all that it says",
        work=drafting.read_draft,
        answer=drafting_answers.Draft,
        other_scope=_FILE,
        detail="As the authority would read it, with where each field comes from, what is wrong, and what is missing.",
    ),
    Route(
        "PATCH",
        f"{_REPORT}/draft",
        _REPORTS,
        "Change a draft",
        work=drafting.edit,
        body=drafting_bodies.ReportEdit,
        answer=_MADE,
        detail="By places; a number at the end of a list adds to it. What the platform told is typed over only with "
        "`override`, which is recorded; who has viewed a file is never typed. 409 with `report` when somebody was "
        "quicker. A prepared report is a draft again.",
    ),
    Route(
        "POST",
        f"{_REPORT}/prepare",
        _REPORTS,
        "Prepare a report",
        work=drafting.prepare,
        body=drafting_bodies.ReportReady,
        answer=_MADE,
        detail="Checked against every rule, with each file read back. 422 names every place and what to do. Where it "
        "says less than it should, `reason` says why it is sent all the same.",
    ),
    Route(
        "POST",
        f"{_REPORT}/approve",
        _FILE,
        "Approve a report",
        work=drafting.approve,
        body=drafting_bodies.ReportReady,
        answer=_MADE,
        is_for_people=True,
        detail="It goes out from then on. By another person than who prepared it, where the channel asks for two, or "
        "one person alone found what no verified list knows; where somebody is in danger one person sends it at once, "
        "also a draft.",
    ),
    Route(
        "POST",
        f"{_REPORT}/withdraw",
        _REPORTS,
        "Withdraw a report",
        work=drafting.withdraw,
        body=drafting_bodies.ReportVersion,
        answer=_MADE,
        detail="One that was not approved. One that is on its way is given up instead.",
    ),
    Route(
        "POST",
        f"{_REPORT}/correct",
        _REPORTS,
        "Correct a filed report",
        work=drafting.correct,
        body=drafting_bodies.NewCorrection,
        answer=_MADE,
        statuses=(201,),
        detail="After it is finished nothing in a report is changed: a new one names its number and says what was "
        "wrong. Where a finding is overturned, this is done by itself.",
    ),
)
