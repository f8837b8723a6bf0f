"""Say how channels to authorities stand: one wording for API and command line."""

from datetime import datetime
from typing import Any

from tutela.core.filing.channel import Channel, unready


def channel_told(channel: Channel, now: datetime) -> dict[str, Any]:
    """Return how a channel stands: without credentials, and without who reports."""
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
