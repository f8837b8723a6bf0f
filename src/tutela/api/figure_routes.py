"""The routes of reports of figures."""

from tutela.api import figure_answers, figure_bodies, figures
from tutela.api.route import Route

_T, _PATH = "transparency", "/v1/transparency"

ROUTES = (
    Route(
        "GET", _PATH, _T, "Reports of figures", work=figures.list_editions, answer=figure_answers.Editions,
        detail="Every edition, and the report that has to come out next.",
    ),
    Route(
        "POST", _PATH, _T, "Draw up a report", work=figures.draw_up, body=figure_bodies.PeriodAsked,
        answer=figure_answers.Edition, statuses=(201,),
        detail="Of a year or a half that is over, from what is stored now. A draft takes the place of an earlier one.",
    ),
    Route(
        "POST", f"{_PATH}/correction", _T, "Draw up a correction", work=figures.correct, body=figure_bodies.Correction,
        answer=figure_answers.Edition, statuses=(201,),
    ),
    Route(
        "PUT", f"{_PATH}/identification", _T, "Enter who provides what", work=figures.enter_identification,
        body=figure_bodies.Identification, statuses=(204,),
    ),
    Route(
        "PUT", f"{_PATH}/texts/{{key}}", _T, "Enter a text of the qualitative part", work=figures.enter_text,
        body=figure_bodies.QualitativeText, statuses=(204,),
    ),
    Route(
        "PUT", f"{_PATH}/recipients/{{month}}", _T, "Enter the recipients of a month", work=figures.enter_recipients,
        body=figure_bodies.MonthlyRecipients, statuses=(204,), detail="A month as in 2026-01.",
    ),
    Route(
        "PUT", f"{_PATH}/moderators", _T, "Enter who moderates", work=figures.enter_people,
        body=figure_bodies.Moderators, statuses=(204,),
    ),
    Route(
        "PUT", f"{_PATH}/disputes/{{period}}", _T, "Enter what came of the disputes of a period",
        work=figures.enter_disputes, body=figure_bodies.Disputes, statuses=(204,), detail="As in 2026 or 2026-H1.",
    ),
    Route(
        "GET", f"{_PATH}/{{id}}", _T, "Read an edition", work=figures.show, answer=figure_answers.EditionShown,
        detail="With what is told of it in public.",
    ),
    Route(
        "POST", f"{_PATH}/{{id}}/publish", _T, "Publish an edition", work=figures.publish,
        answer=figure_answers.Edition, detail="Never taken back: what is wrong is corrected by another edition.",
    ),
    Route(
        "GET", f"{_PATH}/{{id}}/files", _T, "The files of an edition", work=figures.export,
        media_type="application/zip", detail="Eleven CSV files (RFC 4180, UTF-8) in one zip.",
    ),
)  # fmt: skip
"""What is done with the scope `transparency`."""
