"""The routes by which quality is kept."""

from tutela.api import quality, quality_answers, quality_bodies
from tutela.api.route import Route

ROUTES = (
    Route(
        "POST",
        "/v1/golden-cases",
        "quality",
        "Mark a case as golden",
        work=quality.mark_golden,
        body=quality_bodies.NewGolden,
        answer=quality_answers.Golden,
        statuses=(201,),
        detail="A decided case, with the answer that is held to be right. It is given to reviewers now and then "
        "in place of their next case, so that they cannot tell; nothing comes of what they answer. Needs `cases` as "
        "well.",
    ),
    Route(
        "GET",
        "/v1/golden-cases",
        "quality",
        "Golden cases",
        work=quality.list_golden,
        query=quality_bodies.GoldenQuery,
        answer=quality_answers.GoldenCases,
        detail="Whoever may read this is given none.",
    ),
    Route(
        "POST",
        "/v1/golden-cases/{id}/withdraw",
        "quality",
        "Withdraw a golden case",
        work=quality.withdraw_golden,
        body=quality_bodies.GoldenWithdrawn,
        answer=quality_answers.Golden,
        detail="It is given to nobody any more, and what was answered to it counts in no figure.",
    ),
    Route(
        "GET",
        "/v1/agreement",
        "quality",
        "How well people agree",
        work=quality.read_agreement,
        query=quality_bodies.FiguresQuery,
        answer=quality_answers.Agreement,
        detail="Of answers that were given blind to each other, by clause, kind or reviewer, for the last ninety days "
        "unless `since` and `until` say otherwise. Too few have no share; too few of a colleague no number at all.",
    ),
    Route(
        "GET",
        "/v1/agreement/mine",
        "cases",
        "How well you agree with others",
        work=quality.read_own,
        query=quality_bodies.OwnFigures,
        answer=quality_answers.Agreement,
        detail="With each colleague who answered the same, and with what is known of golden cases.",
    ),
)
