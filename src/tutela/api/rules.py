"""Rules over HTTP: written, tried, moved on and read."""

from typing import Any

from starlette.responses import Response

from tutela.api import rule_bodies as asked
from tutela.api.calls import Call, answer
from tutela.flows.keep_rules import RuleRecord
from tutela.flows.tell_rules import test_told
from tutela.ports.rule_book import Proposal, RuleMove, StoredRule


def list_rules(call: Call) -> Response:
    """List every rule with its versions that are not retired."""
    call.no_query()
    found = call.house.rules.keep.list(call.caller)
    return answer({"rules": [_record(each, is_whole=False) for each in found]})


def read_rule(call: Call) -> Response:
    """Tell one rule with all its versions."""
    call.no_query()
    return answer(_record(call.house.rules.keep.read(call.caller, call.part("name")), is_whole=True))


def put_rule(call: Call) -> Response:
    """Write a new version."""
    call.no_query()
    new, name = call.body(asked.NewRule), call.part("name")
    stored = call.house.rules.keep.put(call.caller, name, new.source, new.made_from)
    return answer({"name": name, **_version(stored), "source": stored.source}, 201)


def check_rules(call: Call) -> Response:
    """Tell what is wrong with a file."""
    call.no_query()
    found = call.house.rules.tries.problems(call.caller, call.body(asked.RuleSource).source)
    told = [
        {
            "line": each.line, "column": each.column, "start": each.start, "end": each.end, "message": each.message,
            "hint": each.hint,
        }
        for each in found
    ]  # fmt: skip
    return answer({"problems": told})


def run_tests(call: Call) -> Response:
    """Run the tests beside the rules of a file."""
    call.no_query()
    found = call.house.rules.tries.test(call.caller, call.body(asked.RuleSource).source)
    told = [
        {
            "rule": each.rule,
            "passed": each.is_passed,
            "tests": [test_told(one) for one in each.outcomes],
        }
        for each in found
    ]
    return answer({"rules": told})


def move_rule(call: Call) -> Response:
    """Move a version, or propose it."""
    call.no_query()
    wish = call.body(asked.RuleMove)
    came = call.house.rules.move.move(call.caller, call.part("name"), wish.version, wish.to, wish.reason)
    if isinstance(came, Proposal):
        return answer({"moves": [], "proposal": _proposal(came)})
    return answer({"moves": [_move(each) for each in came], "proposal": None})


def approve_rule(call: Call) -> Response:
    """Approve what somebody else proposed."""
    call.no_query()
    wish = call.body(asked.RuleApproval)
    moves = call.house.rules.move.approve(call.caller, call.part("name"), wish.version, wish.to)
    return answer({"moves": [_move(each) for each in moves], "proposal": None})


def withdraw_rule(call: Call) -> Response:
    """End what waits without a move."""
    call.no_query()
    call.house.rules.move.withdraw(call.caller, call.part("name"))
    return Response(status_code=204)


def read_history(call: Call) -> Response:
    """Tell every move of a rule's versions."""
    call.no_query()
    moves = call.house.rules.keep.history(call.caller, call.part("name"))
    return answer({"moves": [_move(each) for each in moves]})


def _record(record: RuleRecord, *, is_whole: bool) -> dict[str, Any]:
    return {
        "name": record.name,
        "versions": [_version(each) | ({"source": each.source} if is_whole else {}) for each in record.versions],
        "proposal": None if record.proposal is None else _proposal(record.proposal),
    }


def _version(rule: StoredRule) -> dict[str, Any]:
    return {
        "version": rule.version, "state": rule.state.value, "clause": rule.clause, "written_by": rule.written_by,
        "written_at": rule.written_at, "made_from": rule.made_from,
    }  # fmt: skip


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "version": proposal.version, "from": proposal.before.value, "to": proposal.to.value, "by": proposal.by,
        "at": proposal.at, "reason": proposal.reason,
    }  # fmt: skip


def _move(move: RuleMove) -> dict[str, Any]:
    return {
        "version": move.version, "from": move.before.value, "to": move.after.value, "by": move.by, "at": move.at,
        "reason": move.reason, "proposed_by": move.proposed_by,
    }  # fmt: skip
