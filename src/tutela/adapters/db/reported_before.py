"""Finished reports in the database; see `ports.reported_before`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, and_, bindparam, or_, select

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.corrected import UNAPPROVED, is_corrected
from tutela.adapters.db.duties import IS_FOUND
from tutela.adapters.db.duty_tables import case_findings
from tutela.adapters.db.engine import read_transaction
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.report_tables import filings, report_cases, reports
from tutela.adapters.db.rows import Row
from tutela.adapters.db.told_by_hand import IS_TOLD_BY_HAND, overturned_by_hand, told_by_hand
from tutela.core.filing.states import OPEN_PHASES, Environment, Phase
from tutela.core.ids import AccountId, CaseId, DecisionId, ReportId
from tutela.ports.reported_before import Reported, Resting, ToldByHand
from tutela.ports.reports import ReportKind, ReportState

_FINISHED = (
    filings.c.phase == Phase.FINISHED.value,
    filings.c.environment == Environment.PRODUCTION.value,
    filings.c.authority_report_id.is_not(None),
)
_TOLD = (
    reports.c.id, reports.c.authority, reports.c.account_id, filings.c.authority_report_id, filings.c.finished_us,
)  # fmt: skip
_BY_ACCOUNT = (
    select(*_TOLD)
    .join_from(reports, filings, filings.c.report_id == reports.c.id)
    .where(among(reports.c.account_id), reports.c.authority == bindparam("authority"), *_FINISHED)
    .order_by(reports.c.id)
)
_BY_CASE = (
    select(*_TOLD)
    .distinct()
    .join_from(report_cases, reports, reports.c.id == report_cases.c.report_id)
    .join(filings, filings.c.report_id == reports.c.id)
    .where(among(report_cases.c.case_id), *_FINISHED)
    .order_by(reports.c.id)
)
_CASES = (
    select(report_cases.c.report_id, report_cases.c.case_id)
    .where(among(report_cases.c.report_id))
    .order_by(report_cases.c.report_id, report_cases.c.position)
)


_RESTING = (
    reports.c.id, reports.c.authority, reports.c.state, filings.c.phase, filings.c.environment,
    filings.c.authority_report_id, IS_TOLD_BY_HAND.label("is_told_by_hand"),
)  # fmt: skip
_NO_CORRECTION = reports.c.kind != ReportKind.CORRECTION.value


_ON = (
    select(*_RESTING)
    .distinct()
    .join_from(case_findings, report_cases, report_cases.c.case_id == case_findings.c.case_id)
    .join(reports, reports.c.id == report_cases.c.report_id)
    .outerjoin(filings, filings.c.report_id == reports.c.id)
    .where(among(case_findings.c.decision_id), _NO_CORRECTION)
)
_OVERTURNED = (
    select(*_RESTING)
    .distinct()
    .join_from(reports, report_cases, report_cases.c.report_id == reports.c.id)
    .join(t.cases, t.cases.c.id == report_cases.c.case_id)
    .outerjoin(filings, filings.c.report_id == reports.c.id)
    .where(
        _NO_CORRECTION,
        or_(
            and_(reports.c.state.in_(UNAPPROVED), ~IS_TOLD_BY_HAND),
            and_(filings.c.phase.in_(sorted(OPEN_PHASES)), filings.c.abandon_by.is_(None)),
            and_(*_FINISHED, ~is_corrected(reports.c.authority)),
        ),
        ~IS_FOUND,
        reports.c.id > bindparam("after"),
    )
    .order_by(reports.c.id)
    .limit(bindparam("limit"))
)


class ReportedReads:
    """The part of `ports.store.Reader` about reports that rest on decisions."""

    _connection: Connection

    def reports_on(self, decision_ids: Iterable[DecisionId]) -> list[Resting]:
        """Return the reports about cases in which these decisions found something."""
        found = map(_of_row, rows_of(self._connection, _ON, decision_ids))
        return list({each.report_id: each for each in found}.values())

    def told_by_hand(self, report_ids: Iterable[ReportId]) -> list[ToldByHand]:
        """Return what was told by hand from these reports."""
        return told_by_hand(self._connection, report_ids)


class DatabaseReportedBefore:
    """Read finished reports."""

    def __init__(self, engine: Engine) -> None:
        """Read through *engine*."""
        self._engine = engine

    def of_accounts(self, authority: str, account_ids: Iterable[AccountId]) -> dict[AccountId, tuple[Reported, ...]]:
        """Return the finished reports about each account that has any."""
        grouped: dict[AccountId, list[Reported]] = defaultdict(list)
        for account_id, each in self._read(_BY_ACCOUNT, account_ids, authority=authority):
            grouped[AccountId(account_id)].append(each)
        return {account_id: tuple(each) for account_id, each in grouped.items()}

    def of_cases(self, case_ids: Iterable[CaseId]) -> tuple[Reported, ...]:
        """Return the finished reports about these cases."""
        found = {each.report_id: each for _, each in self._read(_BY_CASE, case_ids)}
        return tuple(found[each] for each in sorted(found))

    def told_by_hand(self, report_ids: Iterable[ReportId]) -> list[ToldByHand]:
        """Return what was told by hand from these reports."""
        with read_transaction(self._engine) as connection:
            return told_by_hand(connection, report_ids)

    def overturned_by_hand(self, after: str, limit: int) -> list[ToldByHand]:
        """Return what was told by hand, is overturned, and what no correction names yet."""
        with read_transaction(self._engine) as connection:
            return overturned_by_hand(connection, after, limit)

    def overturned(self, after: str, limit: int) -> list[Resting]:
        """Return reports behind which no finding stands any more, and that nobody has dealt with."""
        asked = {"after": after, "limit": limit}
        with read_transaction(self._engine) as connection:
            return [_of_row(row) for row in connection.execute(_OVERTURNED, asked).mappings()]

    def _read(self, statement: Any, ids: Iterable[str], **more: Any) -> list[tuple[str, Reported]]:
        with read_transaction(self._engine) as connection:
            found = list(rows_of(connection, statement, ids, **more))
            cases: dict[str, list[CaseId]] = defaultdict(list)
            for row in rows_of(connection, _CASES, (each["id"] for each in found)):
                cases[row["report_id"]].append(CaseId(row["case_id"]))
        return [(row["account_id"], _reported(row, cases[row["id"]])) for row in found]


def _of_row(row: Mapping[str, Any] | RowMapping) -> Resting:
    return Resting(
        ReportId(row["id"]), row["authority"], ReportState(row["state"]),
        None if row["phase"] is None else Phase(row["phase"]),
        None if row["environment"] is None else Environment(row["environment"]), row["authority_report_id"],
        bool(row["is_told_by_hand"]),
    )  # fmt: skip


def _reported(row: Row, cases: list[CaseId]) -> Reported:
    return Reported(
        ReportId(row["id"]), row["authority"], row["authority_report_id"], tuple(cases),
        rows.from_us(row["finished_us"]),
    )  # fmt: skip
