"""What is owed to authorities, with how much time is left and who has it in hand, and every report by how far it is."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from starlette.responses import Response

from tutela.console.channel import channels_of
from tutela.console.forms import after_of, done_of
from tutela.console.owed import owed_told
from tutela.console.visits import Visit
from tutela.core.filing.states import Phase
from tutela.errors import BadInput
from tutela.ports.reports import ReportLine, ReportState

PAGE_CASES = 50
PAGE_REPORTS = 50
SHOWN_AT_FIRST = 10
"""Reports of each list on the page of all of them."""

LISTS: Mapping[str, tuple[tuple[ReportState | None, Phase | None], ...]] = MappingProxyType(
    {
        "drafts": ((ReportState.DRAFT, None), (ReportState.PREPARED, None)),
        "on_their_way": ((None, Phase.READY), (None, Phase.OPEN), (None, Phase.RETRACTING)),
        "failed": ((None, Phase.FAILED),),
        "finished": ((None, Phase.FINISHED),),
        "ended": ((ReportState.WITHDRAWN, None), (None, Phase.ABANDONED)),
    }
)
"""Which reports stand in which list, by how far they are."""


def reports_page(visit: Visit) -> Response:
    """List what is owed and, from each list of reports, the newest."""
    principal = visit.principal
    may_deal = principal.may("reports")
    page = visit.house.duties.read.page(principal, after_of(visit), PAGE_CASES) if may_deal else None
    owed = () if page is None else sorted(page.cases, key=lambda each: (each.due_at is None, each.due_at))
    wrong = {each.report_id: each.alarms for each in visit.house.filing.watch.wrong()}
    lists = {name: _newest(visit, name, SHOWN_AT_FIRST + 1) for name in LISTS}
    troubled = visit.house.filing.book.lines(list(wrong)[:PAGE_REPORTS])
    return visit.page(
        "reports.html",
        owed=[owed_told(visit, each) for each in owed],
        may_deal=may_deal,
        is_first=not after_of(visit),
        next_after=None if page is None else page.following,
        lists={name: found[:SHOWN_AT_FIRST] for name, found in lists.items()},
        longer={name for name, found in lists.items() if len(found) > SHOWN_AT_FIRST},
        troubled=[troubled[each] for each in wrong if each in troubled],
        wrong=wrong,
        channels=channels_of(visit),
        **_names(visit),
    )


def list_page(visit: Visit) -> Response:
    """Show one list of reports, a page of it."""
    name, before = visit.part("list"), after_of(visit, "before")
    if name not in LISTS:
        raise BadInput("there is no such list", place="list", remedy="Begin at all reports.")
    found = _newest(visit, name, PAGE_REPORTS + 1, before)
    shown = found[:PAGE_REPORTS]
    return visit.page(
        "report-list.html",
        list=name,
        lines=shown,
        is_first=not before,
        next_before=shown[-1].id if len(found) > len(shown) else None,
        **_names(visit),
    )


def _newest(visit: Visit, name: str, limit: int, before: str = "") -> list[ReportLine]:
    """Return the newest of one list: of each way into it as many as are shown, and of those the newest."""
    read, principal = visit.house.filing.read, visit.principal
    found = [
        line
        for state, phase in LISTS[name]
        for line in read.page(principal, limit=limit, before=before or None, state=state, phase=phase)
    ]
    return sorted(found, key=lambda line: line.id, reverse=True)[:limit]


def _names(visit: Visit) -> dict[str, Any]:
    return {
        "authorities": {each.id: each for each in visit.house.duties.confirm.table.authorities},
        "names": visit.staff.names(visit.principal),
        "clauses": visit.house.policy.clauses,
        "now": visit.house.clock.now(),
        "done": done_of(visit, "duty_done"),
    }
