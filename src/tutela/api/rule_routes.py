"""The routes of rules."""

from tutela.api import rule_answers, rule_bodies, rules
from tutela.api.route import Route

_RULES, _SECOND = "rules", "rules_second"

ROUTES = (
    Route(
        "GET",
        "/v1/rules",
        _RULES,
        "List rules",
        work=rules.list_rules,
        answer=rule_answers.Rules,
        other_scope=_SECOND,
        detail="With those of their versions that are not retired, and what waits for a second person.",
    ),
    Route(
        "POST",
        "/v1/rules/check",
        _RULES,
        "Check rules",
        work=rules.check_rules,
        body=rule_bodies.RuleSource,
        answer=rule_answers.RuleProblems,
        detail="A rule that cannot be used is no failed request: every mistake is told with its place.",
    ),
    Route(
        "POST",
        "/v1/rules/test",
        _RULES,
        "Run the tests beside rules",
        work=rules.run_tests,
        body=rule_bodies.RuleSource,
        answer=rule_answers.TestedRules,
        detail="Nothing is stored, and no event of anybody is looked at.",
    ),
    Route(
        "GET",
        "/v1/rules/{name}",
        _RULES,
        "Read a rule",
        work=rules.read_rule,
        answer=rule_answers.Rule,
        other_scope=_SECOND,
        detail="All its versions with their text, the newest first and what ships last.",
    ),
    Route(
        "PUT",
        "/v1/rules/{name}",
        _RULES,
        "Write a new version of a rule",
        work=rules.put_rule,
        body=rule_bodies.NewRule,
        answer=rule_answers.WrittenRule,
        statuses=(201,),
        detail="It is a draft, whatever state its file asks for. `made_from` is the version that was read before: 409 "
        "says who wrote another one meanwhile.",
    ),
    Route(
        "POST",
        "/v1/rules/{name}/move",
        _RULES,
        "Move a version on, or propose it",
        work=rules.move_rule,
        body=rule_bodies.RuleMove,
        answer=rule_answers.RuleMoves,
        detail="Into shadow with passing tests. Going live takes somebody else as well, and so does taking back a live "
        "rule of a zero-tolerance clause, or one that ships: then it waits as `proposal`.",
    ),
    Route(
        "POST",
        "/v1/rules/{name}/approve",
        _SECOND,
        "Approve what somebody else proposed",
        work=rules.approve_rule,
        body=rule_bodies.RuleApproval,
        answer=rule_answers.RuleMoves,
        detail="Never one's own proposal. The tests are run again.",
    ),
    Route(
        "POST",
        "/v1/rules/{name}/withdraw",
        _RULES,
        "Withdraw a proposal, or turn it down",
        work=rules.withdraw_rule,
        statuses=(204,),
        other_scope=_SECOND,
    ),
    Route(
        "GET",
        "/v1/rules/{name}/history",
        _RULES,
        "What became of a rule",
        work=rules.read_history,
        answer=rule_answers.RuleHistory,
        other_scope=_SECOND,
        detail="Every move of its versions, with who proposed and who approved.",
    ),
)
