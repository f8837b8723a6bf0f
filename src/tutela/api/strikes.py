"""Strikes of an account: what counts, until when, and what comes next."""

from datetime import datetime
from typing import Any

from starlette.responses import Response

from tutela.api.calls import Call, answer
from tutela.core.ladders import Rung
from tutela.core.strikes import Strike
from tutela.core.units import Duration
from tutela.flows.count_strikes import CountStrikes, OnLadder

_DAY = Duration(days=1)


def read_strikes(call: Call) -> Response:
    """Tell what counts against an account."""
    call.no_query()
    counted = CountStrikes(call.house.store, call.house.policy, call.house.clock)(call.part("id"))
    body = {
        "id": counted.account.platform_id,
        "at": counted.at,
        "points": counted.points,
        "ladders": [_ladder(each) for each in counted.ladders],
        "strikes": [_strike(each, counted.at) for each in counted.strikes],
    }
    return answer(body)


def _ladder(on: OnLadder) -> dict[str, Any]:
    return {
        "ladder": on.ladder,
        "points": on.points,
        "next": None if on.next_rung is None else rung_body(on.next_rung),
    }


def rung_body(rung: Rung) -> dict[str, Any]:
    """Return a rung as it is told."""
    days = None if rung.lasts is None else rung.lasts.seconds / _DAY.seconds
    return {"points": rung.points, "kind": rung.kind.value, "days": days}


def _strike(strike: Strike, now: datetime) -> dict[str, Any]:
    return {
        "decision": strike.decision_id,
        "clause": strike.clause_id,
        "ladder": strike.ladder,
        "points": strike.points,
        "points_now": strike.points_at(now),
        "warning": strike.is_warning,
        "at": strike.at,
        "less_at": strike.next_change_after(now),
        "ends_at": strike.ends_at,
        "reversed_by": strike.reversed_by,
    }
