"""Reports to authorities, how far each is, and the channels that they take: read only, and never what a report says."""

from starlette.responses import Response

from tutela.api import filing_bodies
from tutela.api.calls import Call, answer
from tutela.api.paging import from_cursor, to_cursor
from tutela.flows.tell_channels import channel_told
from tutela.flows.tell_reports import line_told, step_told, way_told


def list_reports(call: Call) -> Response:
    """List reports."""
    asked = call.query(filing_bodies.ReportsQuery)
    found = call.house.filing.read.page(
        call.caller, limit=asked.limit + 1, before=from_cursor(asked.cursor) or None, state=asked.state,
        phase=asked.phase,
    )  # fmt: skip
    shown = found[: asked.limit]
    following = to_cursor(shown[-1].id) if len(found) > len(shown) else None
    return answer({"reports": [line_told(each) for each in shown], "next": following})


def read_report(call: Call) -> Response:
    """Tell how far a report is."""
    call.no_query()
    shown = call.house.filing.read.one(call.caller, call.part("id"))
    return answer({**line_told(shown.line), "way": None if shown.stored is None else way_told(shown.stored)})


def read_steps(call: Call) -> Response:
    """Tell every step of a report."""
    call.no_query()
    found = call.house.filing.read.steps(call.caller, call.part("id"))
    return answer({"steps": [step_told(each) for each in found]})


def list_channels(call: Call) -> Response:
    """List the channels."""
    call.no_query()
    now = call.house.clock.now()
    return answer({"channels": [channel_told(each, now) for each in call.house.filing.keep.all(call.caller)]})


def read_channel(call: Call) -> Response:
    """Tell how a channel stands."""
    call.no_query()
    channel = call.house.filing.keep.one(call.caller, call.part("authority"))
    return answer(channel_told(channel, call.house.clock.now()))
