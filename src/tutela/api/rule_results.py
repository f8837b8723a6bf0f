"""What rules did, and would do, over HTTP."""

from starlette.responses import Response

from tutela.api import rule_result_bodies as asked
from tutela.api.calls import Call, answer
from tutela.api.paging import from_cursor, to_cursor
from tutela.core.ids import CaseId, DecisionId
from tutela.flows.read_fires import Fires
from tutela.flows.replay_rules import Candidate
from tutela.flows.tell_rules import figures_told, fires_told, replay_told, span_of

MAX_REPLAYED = 200_000
"""Events of one request: some ten seconds. The command line looks at more."""


def replay(call: Call) -> Response:
    """Tell what would have been otherwise with other rules."""
    call.no_query()
    body = call.body(asked.Replay)
    candidate = Candidate(body.source, span_of(body.since, "since"), tuple(body.without))
    return answer(replay_told(call.house.rules.replay(call.caller, candidate, most=MAX_REPLAYED)))


def read_figures(call: Call) -> Response:
    """Tell what a rule did."""
    query, name = call.query(asked.FiguresQuery), call.part("name")
    found = call.house.rules.fires.figures(call.caller, name, span_of(query.since, "query.since"))
    return answer(figures_told(name, query.since, found))


def read_fires(call: Call) -> Response:
    """Tell the fires of a rule, by pages."""
    query = call.query(asked.FiresQuery)
    found = call.house.rules.fires.of_rule(call.caller, call.part("name"), from_cursor(query.cursor), query.limit + 1)
    shown = Fires(found.fires[: query.limit], found.accounts, found.spots)
    following = to_cursor(shown.fires[-1].id) if len(found.fires) > len(shown.fires) else None
    return answer({"fires": fires_told(shown), "next": following})


def explain_decision(call: Call) -> Response:
    """Tell the rules that led to a decision, with what each part of their conditions came to."""
    call.no_query()
    found = call.house.rules.fires.of_decision(call.caller, DecisionId(call.part("id")))
    return answer({"fires": fires_told(found), "next": None})


def explain_case(call: Call) -> Response:
    """Tell what rules saw that lies in a case."""
    call.no_query()
    found = call.house.rules.fires.of_case(call.caller, CaseId(call.part("id")))
    return answer({"fires": fires_told(found), "next": None})


def read_counters(call: Call) -> Response:
    """Tell every counter, and how much it holds."""
    call.no_query()
    sizes, in_use = call.house.rules.fires.counters(call.caller)
    counters = [
        {
            "id": each.row.id, "text": each.row.text, "since": each.row.since, "keys": each.keys,
            "bytes": each.size_bytes, "full": each.is_full, "not_counted": each.not_counted,
            "in_use": each.row.id in in_use,
        }
        for each in sizes
    ]  # fmt: skip
    keys, size = sum(each.keys for each in sizes), sum(each.size_bytes for each in sizes)
    return answer({"counters": counters, "keys": keys, "bytes": size})
