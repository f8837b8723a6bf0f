"""What rules the stand-in, as JSON under `/sandbox`: faults, the clock, and what was received."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tutela.sandbox.ncmec.authority import ReceivedReport
from tutela.sandbox.ncmec.faults import NoFault, read_fault

if TYPE_CHECKING:
    from tutela.sandbox.ncmec.server import Sandbox

BASE = "/sandbox"
LONGEST_STEP_SECONDS = 10 * 366 * 86_400

Told = tuple[int, Any]


def answer(sandbox: "Sandbox", method: str, path: str, body: bytes) -> Told:
    """Return status and JSON of one wish."""
    try:
        sent = json.loads(body) if body else {}
    except ValueError:
        return 400, {"error": "the body is no JSON"}
    if not isinstance(sent, dict):
        return 400, {"error": "the body must be an object"}
    name, _, number = path.removeprefix("/").partition("/")
    if name not in _WISHES:
        return 404, {"error": "known: /faults, /clock, /reports, /reports/ID, /reset"}
    return _one(sandbox, number) if name == "reports" and number else _WISHES[name](sandbox, method, sent)


def _faults(sandbox: "Sandbox", method: str, sent: dict[str, Any]) -> Told:
    if method == "DELETE":
        sandbox.faults.clear()
    elif method == "POST":
        try:
            sandbox.faults.add(read_fault(sent))
        except NoFault as error:
            return 422, {"error": str(error)}
    return 200, {"waiting": [each.told() for each in sandbox.faults.waiting()]}


def _clock(sandbox: "Sandbox", method: str, sent: dict[str, Any]) -> Told:
    if method == "POST":
        seconds = sent.get("advance_seconds")
        if not isinstance(seconds, int | float) or isinstance(seconds, bool) or abs(seconds) > LONGEST_STEP_SECONDS:
            return 422, {"error": "advance_seconds: must be a number of seconds, at most ten years"}
        sandbox.offset += timedelta(seconds=seconds)
    return 200, {"now": sandbox.now().isoformat()}


def _reports(sandbox: "Sandbox", method: str, sent: dict[str, Any]) -> Told:  # noqa: ARG001  # one shape for all wishes
    with sandbox.lock:
        sandbox.authority.expire(sandbox.now())
        return 200, {"reports": [_report(each) for each in sandbox.authority.reports.values()]}


def _reset(sandbox: "Sandbox", method: str, sent: dict[str, Any]) -> Told:  # noqa: ARG001  # one shape for all wishes
    if method != "POST":
        return 405, {"error": "POST it"}
    sandbox.reset()
    return 200, {}


def _one(sandbox: "Sandbox", number: str) -> Told:
    with sandbox.lock:
        sandbox.authority.expire(sandbox.now())
        report = sandbox.authority.reports.get(number)
        if report is None:
            return 404, {"error": "there is no such report"}
        details = {each.id: each.details.decode("utf-8", "replace") for each in report.files.values() if each.details}
        return 200, {**_report(report), "document": report.document.decode("utf-8", "replace"), "details": details}


def _report(report: ReceivedReport) -> dict[str, Any]:
    return {
        "id": report.id,
        "state": report.state.value,
        "is_batch": report.is_batch,
        "opened_at": report.opened_at.isoformat(),
        "expires_at": report.expires_at().isoformat(),
        "finished_at": report.finished_at.isoformat() if report.finished_at else None,
        "files": [
            {"id": f.id, "name": f.name, "md5": f.md5, "size_bytes": f.size_bytes, "is_described": bool(f.details)}
            for f in report.files.values()
        ],
    }


_WISHES = {"faults": _faults, "clock": _clock, "reports": _reports, "reset": _reset}
