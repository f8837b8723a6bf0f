"""Statements of reasons: what people may be told of measures, and that they were."""

from starlette.responses import Response, StreamingResponse

from tutela.api import statement_bodies as asked
from tutela.api.calls import Call, answer
from tutela.api.paging import from_cursor, to_cursor
from tutela.core.dsa.sheets import MEDIA_TYPES, Sheet
from tutela.core.ids import DecisionId, StatementId
from tutela.core.reasons.wording import Audience
from tutela.flows.tell_reasons import channel_told, seen_told, statement_told, tracked_told


def list_of_account(call: Call) -> Response:
    """Tell what the holder of an account may be told."""
    page = call.query(asked.StatementsQuery)
    before = from_cursor(page.cursor) or None
    found, now = call.house.statements.keep.of_account(call.caller, call.part("id"), before, page.limit + 1)
    shown = found[: page.limit]
    following = to_cursor(shown[-1].tracked.statement.id) if len(found) > len(shown) else None
    return answer({"statements": [statement_told(each, now) for each in shown], "next": following})


def list_of_decision(call: Call) -> Response:
    """Tell every statement of a decision."""
    call.no_query()
    found = call.house.statements.keep.of_decision(call.caller, DecisionId(call.part("id")))
    now = call.house.clock.now()
    return answer({"statements": [statement_told(each, now) for each in found], "next": None})


def read_statement(call: Call) -> Response:
    """Tell a statement in words."""
    wanted = call.query(asked.TextQuery)
    audience = None if wanted.audience is None else Audience(wanted.audience)
    seen = call.house.statements.keep.read(call.caller, _id(call), wanted.language, audience)
    return answer(seen_told(seen, call.house.clock.now()))


def deliver(call: Call) -> Response:
    """Note that a statement was delivered."""
    call.no_query()
    said = call.body(asked.Delivered)
    tracked, _ = call.house.statements.keep.deliver(call.caller, _id(call), said.how, said.at)
    return answer(tracked_told(tracked, call.house.clock.now()))


def delay(call: Call) -> Response:
    """Have telling wait longer."""
    call.no_query()
    said = call.body(asked.Delay)
    tracked = call.house.statements.keep.delay(call.caller, _id(call), said.until, said.basis, said.reason)
    return answer(tracked_told(tracked, call.house.clock.now()))


def release(call: Call) -> Response:
    """Have it told now."""
    call.no_query()
    tracked = call.house.statements.keep.release(call.caller, _id(call), call.body(asked.Release).reason)
    return answer(tracked_told(tracked, call.house.clock.now()))


def read_eu_database(call: Call) -> Response:
    """Tell how the channel to the EU Transparency Database stands."""
    call.no_query()
    return answer(channel_told(call.house.statements.transparency.see(call.caller)))


def export_records(call: Call) -> Response:
    """Send records of a period as a file."""
    wanted = call.query(asked.ExportQuery)
    flow = call.house.statements.transparency
    sheet = Sheet(wanted.format)
    pieces = flow.export(call.caller, wanted.since, wanted.until, sheet)
    name = f"transparency-records-{wanted.since}-{wanted.until}.{sheet.value}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(pieces, media_type=MEDIA_TYPES[sheet], headers=headers)


def _id(call: Call) -> StatementId:
    return StatementId(call.part("id"))
