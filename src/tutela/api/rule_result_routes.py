"""The routes of what rules did, and would do."""

from tutela.api import rule_result_answers as told
from tutela.api import rule_result_bodies as asked
from tutela.api import rule_results
from tutela.api.route import Route

_RULES, _CASES = "rules", "cases"

ROUTES = (
    Route(
        "POST",
        "/v1/rules/replay",
        _RULES,
        "Try rules on what happened",
        work=rule_results.replay,
        body=asked.Replay,
        answer=told.Replay,
        detail="Each rule of `source` takes the place of the live one of its name; those of `without` would not be "
        "there. Both sets see the same recorded events with counters of their own. Nothing is written. At most the "
        "newest 200,000 events; `tutela rules replay` looks at more.",
    ),
    Route(
        "GET", "/v1/rules/{name}/figures", _RULES, "What a rule did", work=rule_results.read_figures,
        query=asked.FiguresQuery, answer=told.RuleFigures, other_scope="rules_second",
        detail="By version and outcome, the shadow included; and what people found of the accounts that it met.",
    ),
    Route(
        "GET", "/v1/rules/{name}/fires", _RULES, "When a rule fired", work=rule_results.read_fires,
        query=asked.FiresQuery, answer=told.Fires, other_scope="rules_second",
    ),
    Route(
        "GET", "/v1/decisions/{id}/rules", _CASES, "Why a rule decided", work=rule_results.explain_decision,
        answer=told.Fires, other_scope=_RULES,
        detail="The rules that led to it, with what each part of their conditions came to. Of what somebody wrote "
        "nothing is told.",
    ),
    Route(
        "GET", "/v1/cases/{id}/rules", _CASES, "What rules saw that lies in a case", work=rule_results.explain_case,
        answer=told.Fires,
    ),
    Route(
        "GET", "/v1/counters", _RULES, "What is counted", work=rule_results.read_counters, answer=told.Counters,
        detail="Each counter with how many windows it keeps and their bytes. One that is full turns new keys away: "
        "what it would say of them is unknown, and never none.",
    ),
)  # fmt: skip
