"""Say how reports stand: one wording for API and command line."""

from collections.abc import Iterable
from typing import Any

from tutela.core.filing.problems import Problem
from tutela.ports.filings import StepLine, StoredFiling
from tutela.ports.reports import ReportLine


def line_told(line: ReportLine) -> dict[str, Any]:
    """Return a report as a list tells it: nothing of what it says."""
    return {
        "id": line.id, "authority": line.authority, "cases": line.case_ids, "account": line.account_id,
        "kind": line.kind.value, "corrects": line.corrects, "state": line.state.value, "version": line.version,
        "urgent": line.is_urgent, "files": line.files, "created_at": line.created_at, "created_by": line.created_by,
        "prepared_at": line.prepared_at, "prepared_by": line.prepared_by, "approved_at": line.approved_at,
        "approved_by": line.approved_by, "overridden": line.is_overridden,
        "environment": line.environment and line.environment.value, "phase": line.phase and line.phase.value,
        "authority_report_id": line.authority_report_id, "finished_at": line.finished_at,
    }  # fmt: skip


def way_told(stored: StoredFiling) -> dict[str, Any]:
    """Return how far a report is on its way."""
    filing, receipt = stored.filing, stored.filing.receipt
    return {
        "phase": filing.phase.value, "files_sent": sum(each.file_id is not None for each in filing.files),
        "attempts": filing.attempts, "restarts": filing.restarts, "fault": filing.fault.value,
        "next_at": filing.not_before, "expires_at": filing.expires_at, "stopped": filing.is_stopped,
        "given_up_by": stored.abandon_by, "maybe_open": filing.unknown_open, "maybe_doubled": filing.doubled,
        "verified": None if receipt is None else receipt.is_verified,
        "missing": () if receipt is None else receipt.missing, "surplus": () if receipt is None else receipt.surplus,
        "seen_by": stored.seen_by,
    }  # fmt: skip


def step_told(line: StepLine) -> dict[str, Any]:
    """Return one line of the log; files are counted from 1."""
    step = line.step
    return {
        "number": line.number, "at": step.at, "note": step.note, "step": step.step and step.step.value,
        "file": None if step.file is None else step.file + 1, "http_status": step.http_status, "code": step.code,
        "request_id": step.request_id, "failure": step.failure, "by": step.by,
    }  # fmt: skip


def problems_told(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Return problems as they are told."""
    return [
        {"rule": each.rule, "place": each.place, "sentence": each.sentence, "remedy": each.remedy,
         "blocking": each.is_blocking}
        for each in problems
    ]  # fmt: skip
