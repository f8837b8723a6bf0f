"""The routes of appeals."""

from tutela.api import appeal_answers, appeal_bodies, appeals
from tutela.api.route import Route

_HAND_IN, _DECIDE = "appeal", "appeals"

ROUTES = (
    Route(
        "POST", "/v1/appeals", _HAND_IN, "Hand in an appeal", work=appeals.take, body=appeal_bodies.NewAppeal,
        answer=appeal_answers.Appeal, statuses=(201,), is_repeatable=True, other_scope=_DECIDE,
        detail="For whoever a decision concerns, and free. Nothing that the decision did changes while it is pending. "
        "One that comes after its time, or while appeals of the account are not processed, is recorded and answered "
        "`set_aside` with why. After an outcome a repetition without `new_facts` is answered by that outcome.",
    ),
    Route(
        "GET", "/v1/appeals", _HAND_IN, "Appeals", work=appeals.list_appeals, query=appeal_bodies.AppealsQuery,
        answer=appeal_answers.Appeals, other_scope=_DECIDE, detail="Oldest first; of one account or decision if named.",
    ),
    Route(
        "GET", "/v1/appeals/{id}", _HAND_IN, "How an appeal stands", work=appeals.read_one,
        answer=appeal_answers.Appeal, other_scope=_DECIDE,
    ),
    Route(
        "POST", "/v1/appeals/{id}/withdraw", _HAND_IN, "Withdraw an appeal", work=appeals.withdraw,
        answer=appeal_answers.Appeal, other_scope=_DECIDE,
        detail="For whoever appealed, who is told. People of the house withdraw only what was written down here, and "
        "never one against what they had a part in.",
    ),
    Route(
        "GET", "/v1/appeals/{id}/bench", _DECIDE, "What an appeal is decided from", work=appeals.show,
        answer=appeal_answers.AppealShown,
        detail="The evidence, the policy and the statement as they were, what overturning would end and what others "
        "hold, and never who decided.",
    ),
    Route(
        "POST", "/v1/appeals/{id}/claim", _DECIDE, "Take an appeal to decide it", work=appeals.claim,
        answer=appeal_answers.AppealShown, detail="Not for whoever had a part in what it is against.",
    ),
    Route(
        "POST", "/v1/appeals/{id}/release", _DECIDE, "Give an appeal back", work=appeals.release,
        answer=appeal_answers.AppealShown,
    ),
    Route(
        "POST", "/v1/appeals/{id}/accept", _DECIDE, "Have one decided that was set aside", work=appeals.accept,
        answer=appeal_answers.AppealShown,
    ),
    Route(
        "POST", "/v1/appeals/{id}/answers", _DECIDE, "Decide an appeal", work=appeals.decide,
        body=appeal_bodies.Answer, answer=appeal_answers.OutcomePlan, statuses=(200, 201, 202), is_repeatable=True,
        detail="With `dry_run` it tells what would end, what stays, and what cannot be undone. Under one of the "
        "twelve, and where nobody would reverse it alone, another person has to come to the same, blind (202); where "
        "they differ a third says which of the two stands.",
    ),
    Route(
        "GET", "/v1/accounts/{id}/appeal-conduct", _DECIDE, "How the appeals of an account went",
        work=appeals.read_conduct, answer=appeal_answers.Conduct,
    ),
    Route(
        "POST", "/v1/accounts/{id}/appeal-conduct", _DECIDE, "Act on misuse of appeals",
        work=appeals.act_on_conduct, body=appeal_bodies.Conduct, answer=appeal_answers.Conduct, statuses=(201,),
        detail="A warning comes first. A suspension ends within 183 days; what comes meanwhile is recorded, answered "
        "with why, and may be accepted by a person.",
    ),
    Route(
        "POST", "/v1/appeal-links/revoke", _DECIDE, "Make every link of appeals worthless",
        work=appeals.revoke_links, answer=appeal_answers.LinksRevoked,
        detail="Irreversible. Statements have new links from then on.",
    ),
)  # fmt: skip
