"""The page of one report: what it says, what is missing, and from its approval on how far it is."""

from collections.abc import Iterable
from typing import Any

from starlette.responses import Response

from tutela.console.forms import done_of
from tutela.console.report_layout import laid_out, laid_out_files
from tutela.console.report_way import step_words, way_told
from tutela.console.time_left import time_left
from tutela.console.visits import Visit
from tutela.core.filing.channel import SPOKEN_TO, Channel
from tutela.core.filing.editing import URGENT
from tutela.core.filing.problems import Problem
from tutela.core.ids import CaseId
from tutela.errors import BadInput, KeyMissing, WrongFields
from tutela.flows.preview_report import Preview
from tutela.ports.reports import ReportLine, ReportState

MAX_VERSION_DIGITS = 18
OPEN = frozenset({ReportState.DRAFT, ReportState.PREPARED})


def report_page(visit: Visit) -> Response:
    """Show a report."""
    filing, principal = visit.house.filing, visit.principal
    shown = filing.read.one(principal, visit.part("id"))
    try:
        preview = visit.house.drafting.preview(principal, shown.line.id)
    except KeyMissing:  # its time is over, and what it said can be read by nobody
        preview = None
    is_open, channel = shown.line.state in OPEN, _channel(visit, shown.line.authority)
    return visit.page(
        "report.html",
        line=shown.line,
        is_open=is_open,
        preview=preview,
        told=None if preview is None else _told(preview, is_open=is_open),
        way=None if shown.stored is None else way_told(visit, shown.stored),
        steps=filing.read.steps(principal, shown.line.id) if shown.stored is not None else (),
        channel=channel,
        needs_another=_needs_another(visit, shown.line, channel),
        authority=_authority(visit, shown.line.authority),
        names=visit.staff.names(principal),
        wrong=wrong_places(visit),
        is_by_hand=shown.line.authority not in SPOKEN_TO,
        may_send=is_open and principal.may("file"),
        corrections=_corrections(visit, shown.line.case_ids, shown.line.id),
        now=visit.house.clock.now(),
        left=time_left,
        step_words=step_words,
        done=done_of(visit, "report_done"),
    )


def draw_up(visit: Visit) -> Response:
    """Draw up a report about a case, and go to it."""
    case_id, is_batch = CaseId(visit.part("id")), visit.said("batch") == "yes"
    made = visit.house.drafting.draw_up(visit.principal, [case_id], visit.said("authority"), as_batch=is_batch)
    return visit.go(f"/console/reports/{made.id}?done=drawn_up")


def prepare(visit: Visit) -> Response:
    """Say that a report is complete."""
    reason = visit.said("reason").strip() or None
    visit.house.drafting.prepare(visit.principal, visit.part("id"), version_of(visit), reason)
    return _back(visit, "prepared")


def approve(visit: Visit) -> Response:
    """Approve a report: it goes out from now on."""
    reason = visit.said("reason").strip() or None
    visit.house.drafting.approve(visit.principal, visit.part("id"), version_of(visit), reason)
    return _back(visit, "approved")


def withdraw(visit: Visit) -> Response:
    """Withdraw a report of which nothing was sent."""
    visit.house.drafting.edit.withdraw(visit.principal, visit.part("id"), version_of(visit))
    return _back(visit, "withdrawn")


def danger(visit: Visit) -> Response:
    """Say that somebody is in danger now, or that nobody is."""
    changes = {URGENT: visit.said("danger") == "yes"}
    visit.house.drafting.edit(visit.principal, visit.part("id"), version_of(visit), changes, overrides=True)
    return _back(visit, "edited")


def give_up(visit: Visit) -> Response:
    """Give up a report that is on its way."""
    visit.house.filing.end.abandon(visit.principal, visit.part("id"))
    return _back(visit, "given_up")


def retry(visit: Visit) -> Response:
    """Have a report tried again, or now."""
    visit.house.filing.end.retry(visit.principal, visit.part("id"))
    return _back(visit, "tried")


def take_note(visit: Visit) -> Response:
    """Say that one knows how it ended."""
    visit.house.filing.end.take_note(visit.principal, visit.part("id"))
    return _back(visit, "noted")


def correct(visit: Visit) -> Response:
    """Draw up a correction, and go to it."""
    made = visit.house.drafting.correct(visit.principal, visit.part("id"), visit.said("why"))
    return visit.go(f"/console/reports/{made.id}?done=drawn_up")


def version_of(visit: Visit) -> int:
    """Return as which a report was read.

    Raises:
        tutela.errors.BadInput: The form does not say.
    """
    said = visit.said("version")
    if not (said.isascii() and said.isdecimal() and len(said) <= MAX_VERSION_DIGITS):
        raise BadInput("this form is not whole", place="version", remedy="Open the report anew.")
    return int(said)


def wrong_places(visit: Visit) -> dict[str, str]:
    """Return what a form was refused for, by place."""
    if isinstance(visit.error, WrongFields):
        return {each["place"]: each["message"] for each in visit.error.places}
    return {}


def _told(preview: Preview, *, is_open: bool) -> dict[str, Any]:
    blocking = [each for each in preview.problems if each.is_blocking]
    return {
        "parts": laid_out(preview.package, is_open=is_open),
        "files": list(zip(laid_out_files(preview.package, is_open=is_open), preview.package.files, strict=True)),
        "channel": [each for each in blocking if each.rule == "channel"],
        "blocking": first_of_each_place(each for each in blocking if each.rule not in {"channel", "completeness"}),
        "remarks": [each for each in preview.problems if not each.is_blocking],
        "asks_why": any(each.rule == "completeness" for each in blocking),
        "typed_at": _typed_at,
    }


def first_of_each_place(problems: Iterable[Problem]) -> list[Problem]:
    """Return the first problem of each place: what is missing is told once, by the rule that says most."""
    found: dict[str, Problem] = {}
    for each in problems:
        found.setdefault(each.place, each)
    return list(found.values())


def _typed_at(problem: Problem) -> str:
    """Return the place at which somebody can mend it; empty where that is elsewhere."""
    top = problem.place.partition(".")[0]
    is_typed = top in {"incident", "details", "law_enforcement", "suspects", "recipients", "victims", "note", "files"}
    return problem.place if is_typed and problem.rule not in {"viewed", "evidence", "schema"} else ""


def _corrections(visit: Visit, case_ids: tuple[CaseId, ...], report_id: str) -> list[Any]:
    lines = visit.house.filing.book.of_cases(case_ids[:1])
    return [each for found in lines.values() for each in found if each.corrects == report_id]


def _needs_another(visit: Visit, line: ReportLine, channel: Channel | None) -> bool:
    """Return whether whoever looks has prepared it, and so somebody else approves it."""
    if line.prepared_by != visit.principal.id or line.is_urgent or channel is None:
        return False
    return channel.approval.people > 1 or visit.house.drafting.approve.is_found_alone(line)


def _channel(visit: Visit, authority: str) -> Channel | None:
    return next((each for each in visit.house.filing.keep.all(visit.principal) if each.authority == authority), None)


def _authority(visit: Visit, authority: str) -> str:
    table = visit.house.duties.confirm.table
    return next((each.name for each in table.authorities if each.id == authority), authority)


def _back(visit: Visit, done: str) -> Response:
    return visit.go(f"/console/reports/{visit.part('id')}?done={done}")
