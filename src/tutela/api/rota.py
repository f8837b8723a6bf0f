"""The rota and pages to those on it."""

from datetime import datetime
from typing import Any

from starlette.responses import Response

from tutela.api import rota_bodies as asked
from tutela.api.bodies import PageQuery
from tutela.api.calls import Call, answer
from tutela.api.paging import from_cursor, to_cursor, wrong_cursor
from tutela.core.paging import Page
from tutela.core.rota import Shift, Span
from tutela.flows.keep_rota import NewShift
from tutela.flows.who_is_on_call import RotaState

MAX_TRIES_TOLD = 100
"""Of one page: somebody who is woken every five minutes for a week is woken two thousand times."""


def read_rota(call: Call) -> Response:
    """Tell the shifts, with gaps and overlaps of the next days."""
    call.no_query()
    state = call.house.on_call.who(call.caller)
    return answer({
        **_now(state),
        "shifts": [_shift(each) for each in state.shifts],
        "gaps": [_span(each) for each in state.gaps],
        "overlaps": [_span(each) for each in state.overlaps],
    })  # fmt: skip


def read_now(call: Call) -> Response:
    """Tell who is on call at this moment."""
    call.no_query()
    return answer(_now(call.house.on_call.who(call.caller)))


def add_shift(call: Call) -> Response:
    """Put somebody on call."""
    call.no_query()
    new = call.body(asked.NewShift)
    shift = call.house.on_call.keep.add(call.caller, NewShift(new.person, new.starts, new.ends, new.zone))
    return answer(_shift(shift), 201)


def remove_shift(call: Call) -> Response:
    """Take a shift off the rota."""
    call.no_query()
    call.house.on_call.keep.remove(call.caller, call.part("id"))
    return Response(status_code=204)


def reach(call: Call) -> Response:
    """Note where somebody is reached."""
    call.no_query()
    call.house.on_call.keep.reach(call.caller, call.part("id"), call.body(asked.Reached).email)
    return Response(status_code=204)


def list_pages(call: Call) -> Response:
    """List the pages whose danger is not over."""
    asked_page = call.query(PageQuery)
    found = call.house.on_call.read.open(call.caller, _place(asked_page.cursor), asked_page.limit + 1)
    shown = found[: asked_page.limit]
    following = to_cursor(f"{shown[-1].raised_at.isoformat()}|{shown[-1].id}") if len(found) > len(shown) else None
    return answer({"pages": [_page(each) for each in shown], "next": following})


def read_page(call: Call) -> Response:
    """Tell about one page."""
    call.no_query()
    return answer(_page(call.house.on_call.read.one(call.caller, call.part("id"))))


def acknowledge(call: Call) -> Response:
    """Acknowledge a page."""
    call.no_query()
    return answer(_page(call.house.on_call.acknowledge(call.caller, call.part("id"))))


def try_paging(call: Call) -> Response:
    """Test the connections."""
    call.no_query()
    tested = call.house.on_call.test(call.caller, call.body(asked.PageTest).email)
    told = [{"channel": each.channel.value, "arrived": each.is_well, "failure": each.failure} for each in tested]
    return answer({"channels": told})


def _now(state: RotaState) -> dict[str, Any]:
    return {
        "on_call": list(state.line.on_call),
        "following": list(state.line.following),
        "nobody_on_call": state.is_nobody_on_call,
        "unreachable": list(state.unreachable),
    }


def _shift(shift: Shift) -> dict[str, Any]:
    return {"id": shift.id, "person": shift.person_id, **_span(shift.span), "zone": shift.zone}


def _span(span: Span) -> dict[str, Any]:
    return {"starts_at": span.start, "ends_at": span.end}


def _place(cursor: str | None) -> tuple[datetime, str] | None:
    if cursor is None:
        return None
    raised_at, _, page_id = from_cursor(cursor).partition("|")
    try:
        moment = datetime.fromisoformat(raised_at)
    except ValueError:
        raise wrong_cursor() from None
    if moment.tzinfo is None or not page_id:
        raise wrong_cursor()
    return moment, page_id


def _page(page: Page) -> dict[str, Any]:
    return {
        "id": page.id,
        "case": page.case_id,
        "notice": page.notice_id,
        "raised_at": page.raised_at,
        "is_loud": page.is_loud,
        "acknowledged_at": page.acknowledged_at,
        "acknowledged_by": page.acknowledged_by,
        "ended_at": page.ended_at,
        "woken": sum(each.has_gone_out for each in page.tries),
        "tries": [
            {
                "number": each.number,
                "round": each.round,
                "person": each.person_id,
                "at": each.at,
                "sent_by": [channel.value for channel in each.sent_by],
                "failure": each.failure,
            }
            for each in page.tries[-MAX_TRIES_TOLD:]
        ],
    }
