"""Reports in the database: sealed, versioned, approved once; see `ports.reports`."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, Engine, bindparam, delete, func, insert, or_, select, update

from tutela.adapters.db import report_tables as t
from tutela.adapters.db import rows
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.filings import new_filing
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.report_rows import (
    case_rows,
    changeable,
    file_of,
    file_row,
    line_of,
    report_of,
    report_row,
    sealed,
)
from tutela.adapters.db.rows import Row
from tutela.adapters.db.tables import cases
from tutela.core.audit import AuditEvent
from tutela.core.filing.corrections import earlier_numbers, told_meanwhile
from tutela.core.filing.states import Environment, Filing, Phase
from tutela.core.ids import AccountId, CaseId, ReportId
from tutela.errors import BadInput, Conflict
from tutela.ports.clock import Clock
from tutela.ports.keys import KeyRing
from tutela.ports.reports import (
    MAX_CASES,
    MAX_FILES,
    ReportAudit,
    ReportKind,
    ReportLine,
    ReportState,
    StoredFile,
    StoredReport,
)

_R, _C, _F, _G = t.reports.c, t.report_cases.c, t.report_files.c, t.filings.c
_NEW, _NEW_CASE, _NEW_FILE = insert(t.reports), insert(t.report_cases), insert(t.report_files)
_ONE = select(t.reports).where(_R.id == bindparam("id"))
_CASES = select(_C.report_id, _C.case_id).where(among(_C.report_id)).order_by(_C.report_id, _C.position)
_FILES = select(t.report_files).where(_F.report_id == bindparam("id")).order_by(_F.position)
_FILE_COUNTS = select(_F.report_id, func.count().label("files")).where(among(_F.report_id)).group_by(_F.report_id)
_CHANGE = update(t.reports).where(_R.id == bindparam("b_id"), _R.version == bindparam("b_version"))
_UNAPPROVED = _R.state.in_([ReportState.DRAFT.value, ReportState.PREPARED.value])
_LINES = select(
    *(column for column in t.reports.c if column is not _R.sealed), _G.phase, _G.authority_report_id, _G.finished_us
).join_from(t.reports, t.filings, _G.report_id == _R.id, isouter=True)
_LINES_BY_ID = _LINES.where(among(_R.id)).order_by(_R.id)
_REPORTS_OF = select(_C.case_id, _C.report_id).where(among(_C.case_id)).order_by(_C.case_id, _C.report_id)
_FORGET_CASES = delete(t.report_cases).where(_C.report_id == bindparam("b_report"))
_TAKEN = select(_C.case_id).where(
    _C.is_open, _C.authority == bindparam("authority"), _C.environment == bindparam("environment"), among(_C.case_id)
)
_FINISHED_SINCE = (
    select(_C.case_id, _G.authority_report_id)
    .join_from(t.report_cases, t.reports, _R.id == _C.report_id)
    .join(t.filings, _G.report_id == _R.id)
    .where(
        among(_C.case_id), _R.kind == ReportKind.ORIGINAL.value, _G.authority == bindparam("authority"),
        _G.environment == Environment.PRODUCTION.value, _G.phase == Phase.FINISHED.value,
        _G.finished_us >= bindparam("since_us"),
    )
)  # fmt: skip
_OPEN = (
    update(t.report_cases)
    .where(_C.report_id == bindparam("b_report"))
    .values(environment=bindparam("b_environment"), is_open=True)
)


class DatabaseReports:
    """Keep reports beside everything else, each sealed under its own key."""

    def __init__(self, engine: Engine, chain: ChainWriter, keys: KeyRing, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._keys, self._clock = engine, chain, keys, clock

    def add(self, report: StoredReport, audit: ReportAudit) -> None:
        """Store a new one."""
        _check_cases(report)
        row = report_row(report, sealed(report, self._keys))
        with write_transaction(self._engine) as connection:
            connection.execute(_NEW, row)
            connection.execute(_NEW_CASE, case_rows(report))
            self._audit(connection, report, audit)

    def report(self, report_id: str) -> StoredReport | None:
        """Return one; none where there is none."""
        with read_transaction(self._engine) as connection:
            row = connection.execute(_ONE, {"id": report_id}).mappings().first()
            cases = _cases_of(connection, [report_id])
        return None if row is None else report_of(row, cases[report_id], self._keys)

    def line(self, report_id: str) -> ReportLine | None:
        """Return what a list tells of one."""
        return self.lines([ReportId(report_id)]).get(ReportId(report_id))

    def lines(self, report_ids: Iterable[ReportId]) -> dict[ReportId, ReportLine]:
        """Return what a list tells of each that there is."""
        with read_transaction(self._engine) as connection:
            found = _lines(connection, rows_of(connection, _LINES_BY_ID, report_ids))
        return {each.id: each for each in found}

    def files(self, report_id: str) -> tuple[StoredFile, ...]:
        """Return the bytes that go with one, in order."""
        with read_transaction(self._engine) as connection:
            return tuple(file_of(row) for row in connection.execute(_FILES, {"id": report_id}).mappings())

    def of_cases(self, case_ids: Iterable[CaseId]) -> dict[CaseId, tuple[ReportLine, ...]]:
        """Return all reports about each case that has any, oldest first."""
        with read_transaction(self._engine) as connection:
            pairs = [(row["case_id"], row["report_id"]) for row in rows_of(connection, _REPORTS_OF, case_ids)]
            found = _lines(connection, rows_of(connection, _LINES_BY_ID, (report_id for _, report_id in pairs)))
        by_id = {each.id: each for each in found}
        grouped: dict[CaseId, list[ReportLine]] = defaultdict(list)
        for case_id, report_id in pairs:
            grouped[CaseId(case_id)].append(by_id[ReportId(report_id)])
        return {case_id: tuple(each) for case_id, each in grouped.items()}

    def page(
        self,
        *,
        limit: int,
        before: ReportId | None = None,
        state: ReportState | None = None,
        phase: Phase | None = None,
        but_about: Collection[AccountId] = (),
    ) -> list[ReportLine]:
        """Return reports, newest first."""
        asked = _LINES.order_by(_R.id.desc()).limit(limit)
        for column, value in ((_R.state, state), (_G.phase, phase)):
            asked = asked if value is None else asked.where(column == str(value))
        asked = asked if before is None else asked.where(_R.id < before)
        if own := sorted(but_about):
            asked = asked.where(or_(_R.account_id.is_(None), _R.account_id.not_in(own)), ~_is_case_of(own))
        with read_transaction(self._engine) as connection:
            return _lines(connection, connection.execute(asked).mappings())

    def change(self, before: StoredReport, after: StoredReport, audit: ReportAudit) -> StoredReport:
        """Store a report that is not approved."""
        if after.state is ReportState.APPROVED:
            raise BadInput("A report is approved with its files, and not by a change.", place="state")
        _check_cases(after)
        with write_transaction(self._engine) as connection:
            self._store(connection, before, after, sealed(after, self._keys))
            if after.case_ids != before.case_ids:
                connection.execute(_FORGET_CASES, {"b_report": after.id})
                connection.execute(_NEW_CASE, case_rows(after))
            self._audit(connection, after, audit)
        return _moved(after, before)

    def approve(
        self,
        before: StoredReport,
        after: StoredReport,
        files: Sequence[StoredFile],
        filing: Filing,
        audit: ReportAudit,
    ) -> StoredReport:
        """Store the approved report with its files and let it go out."""
        _check_approved(before, after, files, filing)
        held, now = sealed(after, self._keys), self._clock.now()
        with write_transaction(self._engine) as connection:
            self._store(connection, before, after, held)
            if files:
                connection.execute(_NEW_FILE, [file_row(each) for each in files])
            _refuse_told(connection, after)
            _open(connection, after)
            new_filing(connection, after, filing, now)
            self._audit(connection, after, audit)
        return _moved(after, before)

    def _store(self, connection: Connection, before: StoredReport, after: StoredReport, held: bytes) -> None:
        asked = {"b_id": before.id, "b_version": before.version}
        values = {**changeable(after, held), "version": before.version + 1}
        if connection.execute(_CHANGE.where(_UNAPPROVED).values(**values), asked).rowcount != 1:
            remedy = "Read it again: somebody has changed, approved or withdrawn it."
            raise Conflict("this report is not as it was any more", place=before.id, remedy=remedy)

    def _audit(self, connection: Connection, report: StoredReport, audit: ReportAudit) -> None:
        environment = None if report.environment is None else report.environment.value
        body = {
            "by": audit.by, "authority": report.authority, "cases": list(report.case_ids), "state": report.state.value,
            "kind": report.kind.value, "environment": environment, **audit.codes,
        }  # fmt: skip
        event = AuditEvent(f"person:report:{audit.what}", report.id, body)
        self._chain.append(connection, [event], self._clock.now())


def _is_case_of(accounts: Sequence[AccountId]) -> ColumnElement[bool]:
    of_case = select(_C.case_id).join_from(t.report_cases, cases, cases.c.id == _C.case_id)
    return of_case.where(_C.report_id == _R.id, cases.c.account_id.in_(accounts)).exists()


def _open(connection: Connection, report: StoredReport) -> None:
    environment = str(report.environment)
    of = {"authority": report.authority, "environment": environment}
    if taken := [row["case_id"] for row in rows_of(connection, _TAKEN, report.case_ids, **of)]:
        raise another_is_open(taken[0])
    connection.execute(_OPEN, {"b_report": report.id, "b_environment": environment})


def _refuse_told(connection: Connection, report: StoredReport) -> None:
    """Refuse what was told meanwhile by another one, unless it names that: who drew it up cannot have known."""
    if report.kind is not ReportKind.ORIGINAL or report.environment is not Environment.PRODUCTION:
        return
    named = {str(each) for each in earlier_numbers(report.package.report)}
    asked = {"authority": report.authority, "since_us": rows.to_us(report.created_at)}
    for row in rows_of(connection, _FINISHED_SINCE, report.case_ids, **asked):
        if (number := row["authority_report_id"]) not in named:
            raise told_meanwhile(number, row["case_id"])


def another_is_open(case_id: str) -> Conflict:
    """Return the error of a second report about an incident of which one is on its way."""
    return Conflict(
        "another report about this case is on its way to the same authority",
        place=case_id,
        remedy="Wait until it is over, or give it up.",
    )


def _check_cases(report: StoredReport) -> None:
    if not 1 <= len(set(report.case_ids)) == len(report.case_ids) <= MAX_CASES:
        raise BadInput(f"A report is about one case, or up to {MAX_CASES}, each named once.", place="case_ids")


def _check_approved(before: StoredReport, after: StoredReport, files: Sequence[StoredFile], filing: Filing) -> None:
    is_approved = after.state is ReportState.APPROVED and after.approved_by and after.approved_at
    if not is_approved or before.case_ids != after.case_ids:
        raise BadInput("It is approved by somebody, at a time, for the cases it was prepared for.", place="state")
    if (filing.key, filing.environment, filing.phase) != (after.id, after.environment, Phase.READY):
        raise BadInput("The filing is of another report or environment, or was begun.", place="filing")
    if len(files) > MAX_FILES:
        raise BadInput(f"A report has at most {MAX_FILES} files.", place="files")
    packed = [(each.key, each.md5.lower()) for each in after.package.files]
    stored = [(each.key, each.md5.lower()) for each in files]
    going = [(each.key, each.md5.lower()) for each in filing.files]
    is_in_order = [(each.report_id, each.position) for each in files] == [(after.id, at) for at in range(len(files))]
    if not (packed == stored == going and is_in_order):
        raise BadInput("Package, files and filing do not name the same files in the same order.", place="files")


def _moved(after: StoredReport, before: StoredReport) -> StoredReport:
    return replace(after, version=before.version + 1)


def _lines(connection: Connection, found: Iterable[Row]) -> list[ReportLine]:
    kept = list(found)
    ids = [row["id"] for row in kept]
    cases = _cases_of(connection, ids)
    counts = {row["report_id"]: row["files"] for row in rows_of(connection, _FILE_COUNTS, ids)}
    return [line_of(row, cases[row["id"]], counts.get(row["id"], 0)) for row in kept]


def _cases_of(connection: Connection, report_ids: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows_of(connection, _CASES, report_ids):
        found[row["report_id"]].append(row["case_id"])
    return found
