"""Reports to authorities, how far each is, and the channels that they take: read only, and never what a report says."""

from datetime import datetime
from typing import Any

from starlette.responses import Response

from tutela.api import filing_bodies
from tutela.api.calls import Call, answer
from tutela.api.paging import from_cursor, to_cursor
from tutela.core.filing.channel import Channel, unready
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
    return answer({"channels": [_channel(each, now) for each in call.house.filing.keep.all(call.caller)]})


def read_channel(call: Call) -> Response:
    """Tell how a channel stands."""
    call.no_query()
    channel = call.house.filing.keep.one(call.caller, call.part("authority"))
    return answer(_channel(channel, call.house.clock.now()))


def _channel(channel: Channel, now: datetime) -> dict[str, Any]:
    stopped, tested = channel.stopped, channel.tested
    missing = () if channel.is_enabled else unready(channel, now)
    return {
        "authority": channel.authority, "environment": channel.environment.value, "enabled": channel.is_enabled,
        "off_because": None if channel.is_enabled else channel.off_because.value,
        "stopped": stopped and {"fault": stopped.fault.value, "at": stopped.at}, "url": channel.base_url or None,
        "url_of": channel.base_url_of and channel.base_url_of.value, "has_credentials": channel.has_credentials,
        "credentials_of": channel.credentials_of and channel.credentials_of.value,
        "has_reporter": channel.reporter is not None, "approvers": channel.approval.people,
        "least_complete_percent": channel.approval.least_complete_percent, "schema_url": channel.schema_url or None,
        "may_classify": channel.may_classify, "status": _status(channel), "status_ok_at": channel.status_ok_at,
        "tested": tested and {"report": tested.report_id, "at": tested.at}, "xsd": _schema(channel),
        "missing": [{"place": each.place, "message": each.sentence, "remedy": each.remedy} for each in missing],
    }  # fmt: skip


def _status(channel: Channel) -> dict[str, Any] | None:
    status = channel.status
    if status is None:
        return None
    return {
        "at": status.at, "ok": status.is_ok, "fault": status.fault.value, "http_status": status.http_status,
        "code": status.code, "failure": status.failure, "seen_from": status.remote_address,
    }  # fmt: skip


def _schema(channel: Channel) -> dict[str, Any] | None:
    held = channel.schema
    if held is None:
        return None
    return {
        "sha256": held.sha256, "at": held.at, "source": held.source,
        "knows": sorted(each.value for each in held.features), "unknown_to_us": held.unknown_to_us,
        "unknown_to_them": held.unknown_to_them, "seen": channel.is_schema_seen,
    }  # fmt: skip
