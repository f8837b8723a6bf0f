"""Finished reports in the database; see `ports.reported_before`."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Engine, bindparam, select

from tutela.adapters.db import rows
from tutela.adapters.db.engine import read_transaction
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.report_tables import filings, report_cases, reports
from tutela.adapters.db.rows import Row
from tutela.core.filing.states import Environment, Phase
from tutela.core.ids import AccountId, CaseId, ReportId
from tutela.ports.reported_before import Reported

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

    def _read(self, statement: Any, ids: Iterable[str], **more: Any) -> list[tuple[str, Reported]]:
        with read_transaction(self._engine) as connection:
            found = list(rows_of(connection, statement, ids, **more))
            cases: dict[str, list[CaseId]] = defaultdict(list)
            for row in rows_of(connection, _CASES, (each["id"] for each in found)):
                cases[row["report_id"]].append(CaseId(row["case_id"]))
        return [(row["account_id"], _reported(row, cases[row["id"]])) for row in found]


def _reported(row: Row, cases: list[CaseId]) -> Reported:
    return Reported(
        ReportId(row["id"]), row["authority"], row["authority_report_id"], tuple(cases),
        rows.from_us(row["finished_us"]),
    )  # fmt: skip
