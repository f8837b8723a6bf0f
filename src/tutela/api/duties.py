"""What incidents owe to authorities, and what is done about it."""

from typing import Any

from starlette.responses import Response

from tutela.api import duty_bodies as asked
from tutela.api.calls import Call, answer
from tutela.api.paging import from_cursor, to_cursor
from tutela.core.filing.places import Places
from tutela.core.filing.sheets import DutySheet
from tutela.core.ids import CaseId
from tutela.flows.read_duties import Duties
from tutela.flows.tell_duties import duties_told, table_told


def read_duties(call: Call) -> Response:
    """Tell what an incident owes."""
    call.no_query()
    return _told(call, call.house.duties.read(call.caller, _case(call)))


def list_owed(call: Call) -> Response:
    """List found incidents that have not ended."""
    page = call.query(asked.Owed)
    after = "" if page.cursor is None else from_cursor(page.cursor)
    found = call.house.duties.read.page(call.caller, after, page.limit)
    following = to_cursor(found.following) if found.following else None
    return answer({"cases": [_duties(call, each) for each in found.cases], "next": following})


def fill_sheet(call: Call) -> Response:
    """Say what laws ask of an incident."""
    call.no_query()
    said = call.body(asked.Sheet)
    places = Places(tuple(said.suspects), tuple(said.children), tuple(said.published))
    sheet = DutySheet(_case(call), said.imagery, said.explicitness, said.child, frozenset(said.traits), places)
    return _told(call, call.house.duties.fill(call.caller, sheet))


def decline(call: Call) -> Response:
    """Decide that an authority is not told."""
    call.no_query()
    reason = call.body(asked.Decline).reason
    return _told(call, call.house.duties.decline(call.caller, _case(call), call.part("authority"), reason))


def take(call: Call) -> Response:
    """Take it in hand to tell an authority."""
    call.no_query()
    due_at = call.body(asked.Take).due_at
    return _told(call, call.house.duties.take(call.caller, _case(call), call.part("authority"), due_at))


def file_by_hand(call: Call) -> Response:
    """Record that an authority was told by hand."""
    call.no_query()
    said = call.body(asked.ByHand)
    flow = call.house.duties.file_by_hand
    return _told(call, flow(call.caller, _case(call), call.part("authority"), said.reference, said.filed_at))


def lay_out(call: Call) -> Response:
    """Lay a report out for an authority that takes it by hand."""
    call.no_query()
    laid = call.house.duties.lay_out(call.caller, call.part("id"), call.part("authority"))
    return answer({
        "authority": laid.form.authority,
        "source": laid.form.source,
        "text": laid.text,
        "sections": [
            {
                "title": section.title,
                "lines": [
                    {"label": line.label, "values": [{"place": v.place, "value": v.value} for v in line.values]}
                    for line in section.lines
                ],
            }
            for section in laid.sections
        ],
    })  # fmt: skip


def read_table(call: Call) -> Response:
    """Tell which table of duties is used."""
    call.no_query()
    return answer(table_told(call.house.duties.confirm))


def confirm_table(call: Call) -> Response:
    """Confirm the table of duties."""
    call.no_query()
    call.house.duties.confirm(call.caller, call.body(asked.Confirm).version)
    return answer(table_told(call.house.duties.confirm))


def _case(call: Call) -> CaseId:
    return CaseId(call.part("id"))


def _told(call: Call, duties: Duties) -> Response:
    return answer(_duties(call, duties))


def _duties(call: Call, duties: Duties) -> dict[str, Any]:
    return duties_told(duties, call.house.clock.now(), call.house.duties.confirm.table.version)
