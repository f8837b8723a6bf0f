"""The authority's own records: reports that are open, finished, retracted or expired. No I/O and no clock of its own.

An unfinished report is deleted 24 hours after it was opened or one hour after it was changed last, whichever is later.
After finish nothing is changed any more. Bytes are counted and digested, never kept.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from tutela.sandbox.ncmec import checking, rules
from tutela.sandbox.ncmec.checking import Check

OPEN_FOR, AFTER_CHANGE = timedelta(hours=24), timedelta(hours=1)
FIRST_REPORT = 900_000_001
"""Where numbers begin: nobody takes one for a real report."""

_LONGEST_DOCUMENT = 64 * 1024 * 1024


class State(StrEnum):
    """Where a report is."""

    OPEN = "open"
    FINISHED = "finished"
    RETRACTED = "retracted"
    EXPIRED = "expired"


@dataclass(slots=True)
class ReceivedFile:
    """One file, by what was told of it."""

    id: str
    name: str
    md5: str
    size_bytes: int
    details: bytes | None = None


@dataclass(slots=True)
class ReceivedReport:
    """One report."""

    id: str
    document: bytes
    is_batch: bool
    opened_at: datetime
    changed_at: datetime
    state: State = State.OPEN
    files: dict[str, ReceivedFile] = field(default_factory=dict)
    finished_at: datetime | None = None

    def expires_at(self) -> datetime:
        """Return when it is deleted unless it is finished."""
        return max(self.opened_at + OPEN_FOR, self.changed_at + AFTER_CHANGE)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered."""

    code: int
    description: str
    report_id: str | None = None
    file_id: str | None = None
    md5: str | None = None
    file_ids: tuple[str, ...] | None = None


class Authority:
    """All reports, and what each request makes of them."""

    def __init__(self, *, is_2026: bool = False) -> None:
        """Begin without any report."""
        self.reports: dict[str, ReceivedReport] = {}
        self.is_2026 = is_2026
        self._numbers = count(FIRST_REPORT)
        self._file_numbers = count(1)

    def submit(self, body: bytes, now: datetime) -> Reply:
        """Open a report."""
        root = _read(body)
        if root is None:
            return Reply(4110, "Malformed XML")
        if root.tag != "report":
            return Reply(4100, "Validation failed: the root must be report")
        wrong = self._wrong(root, "report", now)
        if wrong is not None:
            return wrong
        number = str(next(self._numbers))
        self.reports[number] = ReceivedReport(number, body, rules.is_batch(root), now, now)
        return Reply(0, "Success", number)

    def upload(self, report_id: str, name: str, md5: str, size_bytes: int, now: datetime) -> Reply:
        """Take a file that was received and digested."""
        report = self._open(report_id, now)
        if isinstance(report, Reply):
            return report
        number = next(self._file_numbers)
        file_id = hashlib.md5(f"file {number}".encode(), usedforsecurity=False).hexdigest()
        report.files[file_id] = ReceivedFile(file_id, name, md5, size_bytes)
        report.changed_at = now
        return Reply(0, "Success", report_id, file_id, md5)

    def describe(self, body: bytes, now: datetime) -> Reply:
        """Take the details of a file, once."""
        root = _read(body)
        if root is None:
            return Reply(4110, "Malformed XML")
        if root.tag != "fileDetails":
            return Reply(4100, "Validation failed: the root must be fileDetails")
        report = self._open(root.findtext("reportId") or "", now)
        return report if isinstance(report, Reply) else self._described(report, root, body, now)

    def _described(self, report: ReceivedReport, root: Any, body: bytes, now: datetime) -> Reply:
        file = report.files.get(root.findtext("fileId") or "")
        if file is None:
            return Reply(5002, "File does not exist", report.id)
        wrong = self._wrong(root, "fileDetails", now, in_batch=report.is_batch)
        if wrong is not None:
            return wrong
        if file.details is not None:
            return Reply(4000, "Invalid request: the file was described before", report.id)
        file.details, report.changed_at = body, now
        return Reply(0, "Success", report.id)

    def finish(self, report_id: str, now: datetime) -> Reply:
        """Complete a report."""
        report = self._open(report_id, now)
        if isinstance(report, Reply):
            return report
        if report.is_batch and len(report.files) != 1:
            return Reply(4100, "Validation failed: a batch has exactly one file", report_id)
        report.state, report.finished_at = State.FINISHED, now
        return Reply(0, "Success", report_id, file_ids=tuple(report.files))

    def retract(self, report_id: str, now: datetime) -> Reply:
        """Withdraw an unfinished report."""
        report = self._open(report_id, now)
        if isinstance(report, Reply):
            return report
        report.state = State.RETRACTED
        return Reply(0, "Success", report_id)

    def expire(self, now: datetime) -> None:
        """Delete what was left unfinished for too long."""
        for report in self.reports.values():
            if report.state is State.OPEN and now >= report.expires_at():
                report.state = State.EXPIRED

    def finished(self) -> Iterable[ReceivedReport]:
        """Yield every finished report."""
        return (each for each in self.reports.values() if each.state is State.FINISHED)

    def _open(self, report_id: str, now: datetime) -> ReceivedReport | Reply:
        self.expire(now)
        report = self.reports.get(report_id)
        if report is None or report.state is State.EXPIRED:
            return Reply(5001, "Report does not exist")
        if report.state is State.RETRACTED:
            return Reply(5101, "Report already retracted", report_id)
        if report.state is State.FINISHED:
            return Reply(5102, "Report already finished", report_id)
        return report

    def _wrong(self, root: Any, name: str, now: datetime, *, in_batch: bool = False) -> Reply | None:
        found = list(checking.problems(root, name, Check(now, self.is_2026)))
        if not found:
            found = list(rules.of_report(root) if name == "report" else rules.of_file(root, in_batch=in_batch))
        return Reply(4100, f"Validation failed: {'; '.join(found)}") if found else None


def _read(body: bytes) -> Any:
    if len(body) > _LONGEST_DOCUMENT:
        return None
    try:
        return ElementTree.fromstring(body, forbid_dtd=True)
    except (DefusedXmlException, ElementTree.ParseError, ValueError, LookupError):
        return None
