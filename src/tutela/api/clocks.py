"""By when notices, appeals and orders must be answered, and what was told to those who asked, over HTTP."""

from typing import Any

from starlette.responses import Response

from tutela.api import clock_bodies as asked
from tutela.api.calls import Call, answer
from tutela.api.paging import from_cursor, to_cursor
from tutela.core.ids import MessageId
from tutela.core.messages import MessageState
from tutela.flows.read_clocks import Due
from tutela.flows.tell_clocks import clock_told, figure_told, message_told


def list_clocks(call: Call) -> Response:
    """List clocks that run."""
    query = call.query(asked.ClocksQuery)
    found = call.house.messaging.clocks.page(call.caller, Due(query.due), from_cursor(query.cursor), query.limit)
    counts = {name: getattr(found.counts, name) for name in ("running", "due_today", "late", "breached")}
    told: dict[str, Any] = {
        "zone": "UTC", "at": found.now, "counts": counts,
        "clocks": [clock_told(each, found.now) for each in found.clocks],
        "next": to_cursor(found.following) if found.following else None,
    }  # fmt: skip
    return answer(told)


def read_figures(call: Call) -> Response:
    """Tell what became of the clocks of a period."""
    query = call.query(asked.ClockFiguresQuery)
    found = call.house.messaging.clocks.figures(call.caller, query.since, query.until)
    figures = [figure_told(each) for each in found.figures]
    return answer({"zone": "UTC", "since": found.since, "until": found.until, "clocks": figures})


def list_messages(call: Call) -> Response:
    """List messages."""
    query = call.query(asked.MessagesQuery)
    state = None if query.state is None else MessageState(query.state)
    found = call.house.messaging.messages.page(call.caller, state, from_cursor(query.cursor), query.limit + 1)
    shown = found[: query.limit]
    following = to_cursor(shown[-1].id) if len(found) > len(shown) else None
    return answer({"messages": [message_told(each) for each in shown], "next": following})


def note_bounce(call: Call) -> Response:
    """Note that a mail came back."""
    call.no_query()
    call.house.messaging.messages.bounce(call.caller, MessageId(call.part("id")))
    return Response(status_code=204)
