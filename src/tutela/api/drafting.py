"""Reports until they are approved: drawn up, read, changed, prepared, approved, corrected."""

import json
from collections.abc import Iterable
from typing import Any

from starlette.responses import Response

from tutela.api import drafting_bodies
from tutela.api.calls import Call, answer
from tutela.api.facts import readable
from tutela.core.filing.editing import CLEAR
from tutela.core.filing.package import PackageFile
from tutela.core.filing.package_file import package_json
from tutela.core.filing.problems import Problem
from tutela.core.filing.reading import words_of_kind
from tutela.core.ids import CaseId
from tutela.flows.preview_report import Preview
from tutela.flows.tell_reports import problems_told
from tutela.ports.reports import StoredReport


def draw_up(call: Call) -> Response:
    """Draw a report up."""
    call.no_query()
    asked = call.body(drafting_bodies.NewReport)
    cases = [CaseId(each) for each in asked.cases]
    return _made(call.house.drafting.draw_up(call.caller, cases, asked.authority, as_batch=asked.batch), 201)


def read_draft(call: Call) -> Response:
    """Show a report as the authority would read it."""
    call.no_query()
    return answer(draft_told(call.house.drafting.preview(call.caller, call.part("id"))))


def edit(call: Call) -> Response:
    """Change a draft."""
    call.no_query()
    asked = call.body(drafting_bodies.ReportEdit)
    changes = {**asked.set, **dict.fromkeys(asked.clear, CLEAR)}
    verb = call.house.drafting.edit
    return _made(verb(call.caller, call.part("id"), asked.version, changes, overrides=asked.override))


def withdraw(call: Call) -> Response:
    """Withdraw a report that was not approved."""
    call.no_query()
    asked = call.body(drafting_bodies.ReportVersion)
    return _made(call.house.drafting.edit.withdraw(call.caller, call.part("id"), asked.version))


def prepare(call: Call) -> Response:
    """Prepare a report."""
    call.no_query()
    asked = call.body(drafting_bodies.ReportReady)
    done = call.house.drafting.prepare(call.caller, call.part("id"), asked.version, asked.reason)
    return _made(done.report, remarks=done.remarks)


def approve(call: Call) -> Response:
    """Approve a report."""
    call.no_query()
    asked = call.body(drafting_bodies.ReportReady)
    return _made(call.house.drafting.approve(call.caller, call.part("id"), asked.version, asked.reason))


def correct(call: Call) -> Response:
    """Draw up a correction."""
    call.no_query()
    asked = call.body(drafting_bodies.NewCorrection)
    return _made(call.house.drafting.correct(call.caller, call.part("id"), asked.why), 201)


def draft_told(shown: Preview) -> dict[str, Any]:
    """Return a report as it is told to whoever works on it."""
    report, told = shown.report, _with_kinds(readable(json.loads(package_json(shown.package))))
    return {
        "id": report.id, "version": report.version, "authority": report.authority, "cases": report.case_ids,
        "kind": report.kind.value, "corrects": report.corrects, "state": report.state.value,
        "urgent": shown.package.is_danger, "kind_chosen": shown.is_kind_chosen, "report": told["report"],
        "files": [_file(*each) for each in zip(shown.package.files, told.get("files", ()), strict=True)],
        "sources": told.get("sources", {}),
        "problems": problems_told(shown.problems),
        "percent": shown.meter.percent,
        "meter": [{"id": line.id, "weight": line.weight, "share": line.share, "wanted": line.wanted}
                  for line in shown.meter.lines],
        "documents": [{"name": each.name, "xml": None if each.xml is None else each.xml.decode()}
                      for each in shown.documents],
        "moved": shown.moved, "created_at": report.created_at, "created_by": report.created_by,
        "prepared_at": report.prepared_at, "prepared_by": report.prepared_by, "approved_at": report.approved_at,
        "approved_by": report.approved_by, "reason": report.override and report.override.reason,
    }  # fmt: skip


def _file(file: PackageFile, told: dict[str, Any]) -> dict[str, Any]:
    details = file.details
    return {
        "key": file.key, "md5": file.md5, "relevance": details.relevance.value, "viewed": details.is_viewed,
        "exif_viewed": details.is_exif_viewed, "details": told["details"],
    }  # fmt: skip


def _with_kinds(told: Any) -> Any:
    """Return *told* with each of several kinds named as it is typed: `kind` and `web_page`."""
    if isinstance(told, list):
        return [_with_kinds(each) for each in told]
    if not isinstance(told, dict):
        return told
    rest = {name: _with_kinds(each) for name, each in told.items() if name != "="}
    return {"kind": words_of_kind(told["="]), **rest} if "=" in told else rest


def _made(report: StoredReport, status: int = 200, remarks: Iterable[Problem] = ()) -> Response:
    told = {
        "id": report.id, "version": report.version, "state": report.state.value, "kind": report.kind.value,
        "remarks": problems_told(remarks),
    }  # fmt: skip
    return answer(told, status)
