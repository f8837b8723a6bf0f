"""Rows of reports and of their filings as values, and back; what a report says is sealed on the way."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tutela.adapters.db import rows
from tutela.adapters.db.rows import Row
from tutela.core.filing.filing_file import filing_json, read_filing
from tutela.core.filing.package import Override, Package
from tutela.core.filing.report_key import report_period
from tutela.core.filing.states import Environment, Filing, Phase, Step
from tutela.core.filing.value_file import read_value, value_json
from tutela.core.ids import AccountId, CaseId, ReportId
from tutela.ports.filings import StepLine, StepNote, StoredFiling
from tutela.ports.keys import KeyRing
from tutela.ports.reports import ReportKind, ReportLine, ReportState, StoredFile, StoredReport


@dataclass(frozen=True, slots=True)
class _Sealed:
    """What stands under the report's own key."""

    package: Package = field(repr=False)
    override: Override | None = None


def sealed(report: StoredReport, keys: KeyRing) -> bytes:
    """Return what *report* says under its own key, which is made when there is none.

    Raises:
        tutela.errors.KeyMissing: The key was destroyed.
    """
    told = value_json(_Sealed(report.package, report.override))
    return keys.wrap(report_period(report.id), told, context=report.id.encode())


def changeable(report: StoredReport, held: bytes) -> dict[str, Any]:
    """Return what may change of a report; *held* is what it says, sealed."""
    return {
        "account_id": report.account_id,
        "kind": report.kind.value,
        "corrects": report.corrects,
        "state": report.state.value,
        "is_urgent": report.package.is_danger,
        "environment": None if report.environment is None else report.environment.value,
        "sealed": held,
        "is_overridden": report.override is not None,
        "prepared_us": rows.maybe_us(report.prepared_at),
        "prepared_by": report.prepared_by,
        "approved_us": rows.maybe_us(report.approved_at),
        "approved_by": report.approved_by,
    }


def report_row(report: StoredReport, held: bytes) -> dict[str, Any]:
    """Return the row of a new report."""
    made = {
        "id": report.id, "authority": report.authority, "version": report.version,
        "created_us": rows.to_us(report.created_at), "created_by": report.created_by,
    }  # fmt: skip
    return {**made, **changeable(report, held)}


def case_rows(report: StoredReport) -> list[dict[str, Any]]:
    """Return the rows that say which cases a report is about."""
    return [
        {
            "report_id": report.id, "case_id": each, "position": at, "authority": report.authority,
            "environment": None, "is_open": False,
        }
        for at, each in enumerate(report.case_ids)
    ]  # fmt: skip


def report_of(row: Row, case_ids: Iterable[str], keys: KeyRing) -> StoredReport:
    """Return the report of a row.

    Raises:
        tutela.errors.KeyMissing: Its key was destroyed.
        tutela.errors.BadInput: Another version of Tutela wrote it.
    """
    report_id = ReportId(row["id"])
    opened = keys.unwrap(report_period(report_id), bytes(row["sealed"]), context=report_id.encode())
    held = read_value(opened, _Sealed, "report")
    return StoredReport(
        id=report_id,
        authority=row["authority"],
        case_ids=tuple(CaseId(each) for each in case_ids),
        package=held.package,
        created_at=rows.from_us(row["created_us"]),
        created_by=row["created_by"],
        account_id=AccountId(row["account_id"]) if row["account_id"] else None,
        kind=ReportKind(row["kind"]),
        corrects=ReportId(row["corrects"]) if row["corrects"] else None,
        state=ReportState(row["state"]),
        version=row["version"],
        prepared_by=row["prepared_by"],
        prepared_at=rows.maybe_time(row["prepared_us"]),
        approved_by=row["approved_by"],
        approved_at=rows.maybe_time(row["approved_us"]),
        override=held.override,
        environment=_environment(row),
    )


def line_of(row: Row, case_ids: Iterable[str], files: int) -> ReportLine:
    """Return the line of a row that joins a report and its filing."""
    return ReportLine(
        id=ReportId(row["id"]),
        authority=row["authority"],
        case_ids=tuple(CaseId(each) for each in case_ids),
        account_id=AccountId(row["account_id"]) if row["account_id"] else None,
        kind=ReportKind(row["kind"]),
        corrects=ReportId(row["corrects"]) if row["corrects"] else None,
        state=ReportState(row["state"]),
        version=row["version"],
        is_urgent=row["is_urgent"],
        files=files,
        created_at=rows.from_us(row["created_us"]),
        created_by=row["created_by"],
        prepared_by=row["prepared_by"],
        prepared_at=rows.maybe_time(row["prepared_us"]),
        approved_by=row["approved_by"],
        approved_at=rows.maybe_time(row["approved_us"]),
        is_overridden=row["is_overridden"],
        environment=_environment(row),
        phase=Phase(row["phase"]) if row["phase"] else None,
        authority_report_id=row["authority_report_id"],
        finished_at=rows.maybe_time(row["finished_us"]),
    )


def file_row(file: StoredFile) -> dict[str, Any]:
    """Return the row of a file."""
    return {
        "report_id": file.report_id, "position": file.position, "file_key": file.key, "content_id": file.content_id,
        "md5": file.md5, "size_bytes": file.size_bytes,
    }  # fmt: skip


def file_of(row: Row) -> StoredFile:
    """Return the file of a row."""
    return StoredFile(
        ReportId(row["report_id"]), row["position"], row["file_key"], row["content_id"], row["md5"], row["size_bytes"]
    )


def filing_columns(filing: Filing) -> dict[str, Any]:
    """Return the value of a filing, with what is asked for by columns."""
    receipt = filing.receipt
    return {
        "phase": filing.phase.value,
        "danger_rank": 0 if filing.is_urgent else 1,
        "not_before_us": 0 if filing.not_before is None else rows.to_us(filing.not_before),
        "is_stopped": filing.is_stopped,
        "is_troubled": filing.phase is Phase.FAILED or (receipt is not None and not receipt.is_verified),
        "state": filing_json(filing).decode(),
        "authority_report_id": receipt.report_id if receipt is not None else filing.report_id,
        "finished_us": None if receipt is None else rows.to_us(receipt.finished_at),
    }


def filing_of(row: Row) -> StoredFiling:
    """Return the filing of a row."""
    return StoredFiling(
        report_id=ReportId(row["report_id"]),
        authority=row["authority"],
        filing=read_filing(row["state"]),
        version=row["version"],
        created_at=rows.from_us(row["created_us"]),
        holder=row["holder"],
        lease_until=rows.maybe_time(row["lease_us"]),
        abandon_by=row["abandon_by"],
        finished_at=rows.maybe_time(row["finished_us"]),
        seen_by=row["seen_by"],
    )


def step_row(report_id: str, number: int, note: StepNote) -> dict[str, Any]:
    """Return the row of a line of the log."""
    return {
        "report_id": report_id, "number": number, "at_us": rows.to_us(note.at), "note": note.note,
        "step": None if note.step is None else note.step.value, "file": note.file, "http_status": note.http_status,
        "code": note.code, "request_id": note.request_id, "failure": note.failure,
        "noted_by": note.by,
    }  # fmt: skip


def step_of(row: Row) -> StepLine:
    """Return the line of a row."""
    note = StepNote(
        at=rows.from_us(row["at_us"]),
        note=row["note"],
        step=Step(row["step"]) if row["step"] else None,
        file=row["file"],
        http_status=row["http_status"],
        code=row["code"],
        request_id=row["request_id"],
        failure=row["failure"],
        by=row["noted_by"],
    )
    return StepLine(row["number"], note)


def _environment(row: Row) -> Environment | None:
    return Environment(row["environment"]) if row["environment"] else None
