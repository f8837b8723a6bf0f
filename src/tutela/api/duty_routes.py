"""The routes of what incidents owe to authorities."""

from tutela.api import duties, duty_answers, duty_bodies
from tutela.api.route import Route

_REPORTS, _FILE = "reports", "file"

ROUTES = (
    Route(
        "GET",
        "/v1/duties",
        _REPORTS,
        "What is owed to authorities",
        work=duties.list_owed,
        query=duty_bodies.Owed,
        answer=duty_answers.OwedPage,
        detail="Every incident that a person has found and that has not ended, with what each authority is owed. "
        "Incidents about an account of whoever asks are left out.",
    ),
    Route(
        "GET",
        "/v1/cases/{id}/duties",
        _REPORTS,
        "What an incident owes",
        work=duties.read_duties,
        answer=duty_answers.Duties,
        detail="Computed as it is read: from the finding, the sheet, the operator's profile and the table of duties.",
    ),
    Route(
        "PUT",
        "/v1/cases/{id}/duties",
        _REPORTS,
        "Say what laws ask of an incident",
        work=duties.fill_sheet,
        body=duty_bodies.Sheet,
        answer=duty_answers.Duties,
        is_for_people=True,
        detail="In the place of what was said before. What nobody knows counts as the gravest it may be.",
    ),
    Route(
        "POST",
        "/v1/cases/{id}/duties/{authority}/decline",
        _REPORTS,
        "Decide that an authority is not told",
        work=duties.decline,
        body=duty_bodies.Decline,
        answer=duty_answers.Duties,
        is_for_people=True,
        detail="Only where the table says *may* or *none*, and with a reason; what must be told is refused (403).",
    ),
    Route(
        "POST",
        "/v1/cases/{id}/duties/{authority}/take",
        _REPORTS,
        "Take it in hand to tell an authority",
        work=duties.take,
        body=duty_bodies.Take,
        answer=duty_answers.Duties,
        is_for_people=True,
        detail="A clock with a name. It tells nobody by itself: the case stays open until it was filed.",
    ),
    Route(
        "POST",
        "/v1/cases/{id}/duties/{authority}/file",
        _FILE,
        "Record a filing by hand",
        work=duties.file_by_hand,
        body=duty_bodies.ByHand,
        answer=duty_answers.Duties,
        is_for_people=True,
        detail="With the reference that the authority gave and the time at which it was told. The clock stops, and "
        "what was reported is kept from then on as the law demands.",
    ),
    Route(
        "GET",
        "/v1/reports/{id}/forms/{authority}",
        _REPORTS,
        "A report for an authority that takes it by hand",
        work=duties.lay_out,
        answer=duty_answers.HandForm,
        detail="What was drawn up, in the order in which that authority asks for it. What it does not ask for stands "
        "at the end, so that nothing is lost.",
    ),
    Route(
        "GET",
        "/v1/duty-table",
        _REPORTS,
        "The table of duties in use",
        work=duties.read_table,
        answer=duty_answers.DutyTable,
    ),
    Route(
        "POST",
        "/v1/duty-table/confirm",
        _FILE,
        "Confirm the table of duties",
        work=duties.confirm_table,
        body=duty_bodies.Confirm,
        answer=duty_answers.DutyTable,
        is_for_people=True,
        detail="That the operator's counsel has read this very version. A new version is confirmed anew.",
    ),
)  # fmt: skip
