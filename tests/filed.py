"""Reports in a database for tests: harmless words, an account and a case that are really there."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

import make
from core.filing import reports as drawn
from make import AT, CLAUSE
from tutela.adapters.clock import SystemEntropy
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import open_engine
from tutela.adapters.db.filings import DatabaseFilings
from tutela.adapters.db.reports import DatabaseReports
from tutela.adapters.keys.files import FileKeyRing
from tutela.adapters.twins.clock import SetClock
from tutela.core.cases import Case, CaseReason
from tutela.core.filing.package import Package, PackageFile
from tutela.core.filing.provenance import Origin, Provenance
from tutela.core.filing.report import Report
from tutela.core.filing.states import Environment, FileState, Filing
from tutela.core.findings import Facts
from tutela.core.ids import CaseId, ReportId
from tutela.core.plans import Source
from tutela.core.roles import Role
from tutela.ports.decisions import FindingRecord
from tutela.ports.filings import Held
from tutela.ports.reports import ReportAudit, ReportState, StoredFile, StoredReport
from tutela.ports.webhooks import Lease

AUTHORITY = "ncmec"
TEST, PRODUCTION = Environment.TEST, Environment.PRODUCTION
OFFICER, OTHER = "per_officer", "per_other"
LEASE = timedelta(seconds=60)
BY = ReportAudit("drawn_up", OFFICER)


def md5(content: bytes) -> str:
    """Return the digest that the authority echoes."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def a_case(desk: make.Desk) -> CaseId:
    """Return a new case about a new account, that a person has found."""
    account = make.account()
    case = Case(CaseId(make.new_id("case")), account.id, CLAUSE, CaseReason.REPORT_DUE, AT, AT + timedelta(hours=24))
    desk.commit(accounts=(account,), cases=(case,))
    found = make.decision(source=Source.PERSON, is_automated=False, decided_by=OTHER)
    record = FindingRecord(found.id, Facts("seen"), is_senior=False, roles={account.id: Role.ACTOR})
    desk.commit(decisions=(found,), findings=(record,))
    return case.id


def a_package(contents: Sequence[bytes] = (), report: Report | None = None, **fields: Any) -> Package:
    """Return a package with files of these bytes."""
    told = Provenance(Origin.PLATFORM, AT)
    files = tuple(PackageFile(f"file-{at}", drawn.image(), md5(each)) for at, each in enumerate(contents))
    report = report or (drawn.with_image() if files else drawn.text_only())
    places = dict.fromkeys(("incident", "details", "suspects", "victims", "note", "reporter"), told)
    return Package(report, files, {**places, **{f"files.{at}": told for at in range(len(files))}}, **fields)


def a_report(*cases: CaseId, **fields: Any) -> StoredReport:
    """Return a draft about *cases*."""
    report_id = ReportId(make.new_id("report"))
    return replace(StoredReport(report_id, AUTHORITY, cases, a_package(), AT, OFFICER), **fields)


@dataclass(frozen=True)
class Process:
    """One process on the database."""

    engine: Engine
    desk: make.Desk
    book: DatabaseReports
    filings: DatabaseFilings
    clock: SetClock
    keys: FileKeyRing
    name: str

    def lease(self) -> Lease:
        """Return a claim from now on."""
        now = self.clock.now()
        return Lease(self.name, now, now + LEASE)

    def claim(self, environment: Environment = TEST) -> Held | None:
        """Claim what is due."""
        return self.filings.claim(AUTHORITY, environment, self.lease())

    def claimed(self, environment: Environment = TEST) -> Held:
        """Claim what is due, which is there."""
        held = self.claim(environment)
        assert held is not None
        return held

    def draft(self, *cases: CaseId, **fields: Any) -> StoredReport:
        """Store a draft, about a new case unless said otherwise."""
        made = a_report(*(cases or (a_case(self.desk),)), **fields)
        self.book.add(made, BY)
        return made

    def approve(
        self,
        report: StoredReport,
        contents: Sequence[tuple[str, int]] = (),
        environment: Environment = TEST,
        by: str = OFFICER,
        **fields: Any,
    ) -> StoredReport:
        """Approve a draft; *contents* are where the bytes of its files lie, and how many."""
        now = self.clock.now()
        after = replace(report, state=ReportState.APPROVED, approved_by=by, approved_at=now, environment=environment)
        packed = report.package.files
        files = tuple(
            StoredFile(report.id, at, file.key, content, file.md5, size)
            for at, (file, (content, size)) in enumerate(zip(packed, contents, strict=True))
        )
        going = Filing(
            report.id, environment, tuple(FileState(each.key, each.md5) for each in packed),
            is_urgent=report.package.is_danger, **fields,
        )  # fmt: skip
        return self.book.approve(report, after, files, going, ReportAudit("approved", by))

    def queued(self, *cases: CaseId, environment: Environment = TEST, **fields: Any) -> ReportId:
        """Store an approved report of words alone."""
        return self.approve(self.draft(*cases, **fields), environment=environment).id


@contextmanager
def opened(url: str, name: str, folder: Path, clock: SetClock | None = None) -> Iterator[Process]:
    """Yield a process of that name, with the keys in *folder*."""
    engine, clock = open_engine(url), clock or SetClock()
    chain = ChainWriter(name, SystemEntropy())
    keys = FileKeyRing.opened(folder / "keys", folder / "master.key")
    with make.database(url, writer=f"{name}-desk") as desk:
        book = DatabaseReports(engine, chain, keys, clock)
        yield Process(engine, desk, book, DatabaseFilings(engine, chain, clock), clock, keys, name)
    engine.dispose()
