"""What a case owes to authorities: the answer for each, the sheet that it follows from, and what people do about it."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from tutela.console.forms import chosen, done_of
from tutela.console.moments import moment_of
from tutela.console.time_left import is_pressing, stage_words, time_left
from tutela.console.visits import Visit
from tutela.core.filing.channel import SPOKEN_TO
from tutela.core.filing.dealings import LONGEST_REASON, LONGEST_REFERENCE
from tutela.core.filing.duty import ChildKnown, Explicitness, Imagery, Obligation, Trait, is_confirmed
from tutela.core.filing.places import Places
from tutela.core.filing.sheets import DutySheet
from tutela.core.ids import CaseId
from tutela.errors import BadInput
from tutela.flows.read_duties import Duties, OwedDuty
from tutela.ports.reports import ReportState

PLACES = ("suspects", "children", "published")
UNFINISHED = frozenset({ReportState.DRAFT, ReportState.PREPARED})
"""Of a report that may still be changed: while one is there no other is drawn up."""

SHEET = ("imagery", "explicitness", "child")
"""Fields of the sheet in which one answer is chosen."""


def duties_page(visit: Visit) -> Response:
    """Show what a case owes."""
    return _shown(visit)


def fill_sheet(visit: Visit) -> Response:
    """Keep what was said on the sheet, and show what the table answers then."""
    visit.house.duties.fill(visit.principal, _sheet(visit))
    return _back(visit, "sheet")


def take(visit: Visit) -> Response:
    """Take it in hand to tell an authority."""
    due_at = moment_of(visit.said("due_at"), "due_at") if visit.said("due_at").strip() else None
    visit.house.duties.take(visit.principal, _case_id(visit), visit.part("authority"), due_at)
    return _back(visit, "taken")


def decline(visit: Visit) -> Response:
    """Decide that an authority is not told."""
    visit.house.duties.decline(visit.principal, _case_id(visit), visit.part("authority"), visit.said("reason"))
    return _back(visit, "declined")


def file_by_hand(visit: Visit) -> Response:
    """Record that an authority was told by hand."""
    filed_at = moment_of(visit.said("filed_at"), "filed_at")
    reference, authority = visit.said("reference"), visit.part("authority")
    visit.house.duties.file_by_hand(visit.principal, _case_id(visit), authority, reference, filed_at)
    return _back(visit, "filed")


def _shown(visit: Visit) -> Response:
    verbs, principal, now = visit.house.duties, visit.principal, visit.house.clock.now()
    duties = verbs.read(principal, _case_id(visit))
    table = verbs.confirm.table
    return visit.page(
        "duties.html",
        duties=duties,
        case=duties.case,
        concerned=sorted((each for each in duties.lines if _is_near(each)), key=_order),
        elsewhere=[each for each in duties.lines if not _is_near(each)],
        authorities={each.id: each for each in table.authorities},
        is_confirmed=is_confirmed(table, verbs.confirm.read()),
        clocks=_clocks(duties, visit),
        names=visit.staff.names(principal),
        now=now,
        given=_given(visit, duties.sheet),
        tried=_tried(visit),
        choices={"imagery": Imagery, "explicitness": Explicitness, "child": ChildKnown},
        traits=list(Trait),
        places=PLACES,
        must=Obligation.MUST,
        longest_reason=LONGEST_REASON,
        longest_reference=LONGEST_REFERENCE,
        clauses=visit.house.policy.clauses,
        reports=visit.house.filing.book.of_cases([duties.case.id]).get(duties.case.id, ()),
        spoken_to=SPOKEN_TO,
        unfinished=UNFINISHED,
        done=done_of(visit, "duty_done"),
    )


def _is_near(line: OwedDuty) -> bool:
    """Return whether somebody here has to think about this authority, or has done something about it."""
    return line.duty.is_concerned or line.dealt.is_filed or bool(line.dealt.clock or line.dealt.declined)


def _order(line: OwedDuty) -> tuple[bool, int]:
    return (not line.is_open, -line.duty.obligation)


def _clocks(duties: Duties, visit: Visit) -> dict[str, dict[str, Any]]:
    """Return how the time of each open line runs, by authority."""
    now, found = visit.house.clock.now(), duties.found
    if found is None:
        return {}
    return {
        line.duty.authority: {
            "left": time_left(line.due_at, now),
            "stage": stage_words(found.found_at, line.due_at, now),
            "is_pressing": is_pressing(found.found_at, line.due_at, now),
        }
        for line in duties.lines
        if line.due_at is not None and line.is_open
    }


def _tried(visit: Visit) -> tuple[str, str]:
    """Return of which authority a form was not taken, and which form; empty where none was."""
    if visit.error is None or visit.request.method != "POST":
        return "", ""
    verb = visit.request.url.path.rpartition("/")[2]
    return str(visit.request.path_params.get("authority", "")), verb


def _given(visit: Visit, sheet: DutySheet) -> Mapping[str, Any]:
    """Return what the sheet shows: what was sent where it was not taken, else what is kept."""
    if _tried(visit)[1] == "sheet":
        said = {name: visit.said(name) for name in (*SHEET, *PLACES)}
        return {**said, "traits": visit.form.get("trait", [])}
    kept = {name: getattr(sheet, name).value for name in SHEET}
    countries = {name: " ".join(getattr(sheet.places, name)) for name in PLACES}
    return {**kept, **countries, "traits": [each.value for each in sheet.traits]}


def _sheet(visit: Visit) -> DutySheet:
    """Return the sheet that a form says.

    Raises:
        tutela.errors.BadInput: Something is none of what can be chosen; its place is named.
    """
    countries = [tuple(visit.said(name).replace(",", " ").split()) for name in PLACES]
    return DutySheet(
        _case_id(visit),
        chosen(visit, "imagery", Imagery),
        chosen(visit, "explicitness", Explicitness),
        chosen(visit, "child", ChildKnown),
        frozenset(_trait(each) for each in visit.form.get("trait", [])),
        Places(*countries),
    )


def _trait(said: str) -> Trait:
    try:
        return Trait(said)
    except ValueError:
        raise BadInput("choose one of the answers", place="trait", remedy="Choose from the list.") from None


def _case_id(visit: Visit) -> CaseId:
    return CaseId(visit.part("id"))


def _back(visit: Visit, done: str) -> Response:
    at = f"#{visit.part('authority')}" if "authority" in visit.request.path_params else ""
    return visit.go(f"/console/cases/{visit.part('id')}/duties?done={done}{at}")
