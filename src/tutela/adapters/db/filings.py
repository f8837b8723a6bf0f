"""Reports on their way in the database: leased rows and an append-only log; see `ports.filings`."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, insert, or_, select, update

from tutela.adapters.db import report_tables as t
from tutela.adapters.db import rows
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.report_rows import filing_columns, filing_of, step_of, step_row
from tutela.core.audit import AuditEvent
from tutela.core.filing.filing_file import read_filing
from tutela.core.filing.states import OPEN_PHASES, Environment, Filing, Then
from tutela.core.filing.transitions import channel_opened
from tutela.core.ids import CaseId, ReportId
from tutela.errors import Conflict, TakenOver
from tutela.ports.clock import Clock
from tutela.ports.filings import Held, StepLine, StepNote, StoredFiling
from tutela.ports.reports import StoredReport
from tutela.ports.webhooks import Lease

_G, _S, _C = t.filings.c, t.filing_steps.c, t.report_cases.c
_NEW, _NEW_STEP = insert(t.filings), insert(t.filing_steps)
_ONE = select(t.filings).where(_G.report_id == bindparam("id"))
_FREE = or_(_G.lease_us.is_(None), _G.lease_us <= bindparam("b_now"))
_DUE = (
    select(_G.report_id)
    .where(
        t.NOT_OVER,
        _G.authority == bindparam("b_authority"),
        _G.environment == bindparam("b_environment"),
        or_(_G.abandon_by.is_not(None), (_G.not_before_us <= bindparam("b_now")) & _G.is_stopped.is_(False)),
        _FREE,
    )
    .order_by(_G.danger_rank, _G.not_before_us, _G.report_id)
    .limit(1)
)
_CLAIM = (
    update(t.filings)
    .where(_G.report_id == bindparam("b_id"), _FREE)
    .values(holder=bindparam("b_holder"), lease_us=bindparam("b_until"), version=_G.version + 1)
)
_HELD = update(t.filings).where(
    _G.report_id == bindparam("b_id"), _G.holder == bindparam("b_holder"), _G.version == bindparam("b_version")
)
_MINE = update(t.filings).where(_G.report_id == bindparam("b_id"), _G.holder == bindparam("b_holder"))
_RENEW = _MINE.values(lease_us=bindparam("b_until"))
_GIVE_BACK = _MINE.values(holder=None, lease_us=None)
_AS_READ = update(t.filings).where(_G.report_id == bindparam("b_id"), _G.version == bindparam("b_version"), _FREE)
_ABANDON = update(t.filings).where(_G.report_id == bindparam("b_id"), t.NOT_OVER).values(abandon_by=bindparam("b_by"))
_NOTED = (
    update(t.filings)
    .where(_G.report_id == bindparam("b_id"), _G.phase.not_in([each.value for each in OPEN_PHASES]))
    .values(seen_by=bindparam("b_by"), seen_us=bindparam("b_at"))
)
_LOG = select(t.filing_steps).where(_S.report_id == bindparam("id")).order_by(_S.number)
_UNDER_WAY = select(t.filings).where(t.NOT_OVER).order_by(_G.report_id)
_TROUBLED = select(t.filings).where(_G.is_troubled, ~_G.phase.in_([e.value for e in OPEN_PHASES]), _G.seen_by.is_(None))
_STOPPED = select(t.filings).where(t.NOT_OVER, _G.is_stopped, _G.authority == bindparam("b_authority"), _FREE)
_CLOSE_CASES = update(t.report_cases).where(_C.report_id == bindparam("b_report")).values(is_open=False)
_OPEN_CASES = update(t.report_cases).where(_C.report_id == bindparam("b_report")).values(is_open=True)
_OF_CASES = (
    select(_C.case_id, _G.authority, _G.state)
    .join_from(t.report_cases, t.filings, _G.report_id == _C.report_id)
    .where(among(_C.case_id))
    .order_by(_C.case_id, _G.authority, _G.report_id)
)


class FilingReads:
    """The part of a consistent read that is about filings; see `ports.reports.FilingReader`."""

    _connection: Connection

    def filings_of_cases(self, case_ids: Iterable[CaseId]) -> dict[CaseId, dict[str, tuple[Filing, ...]]]:
        """Return how far every approved report about each case is."""
        found: dict[CaseId, dict[str, tuple[Filing, ...]]] = defaultdict(dict)
        for row in rows_of(self._connection, _OF_CASES, case_ids):
            of_case = found[CaseId(row["case_id"])]
            of_case[row["authority"]] = (*of_case.get(row["authority"], ()), read_filing(row["state"]))
        return dict(found)


class DatabaseFilings:
    """Keep how far reports are. A claim is one conditional update, so that of two processes one goes on."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def claim(self, authority: str, environment: Environment, lease: Lease) -> Held | None:
        """Claim one that is due."""
        asked = {"b_authority": authority, "b_environment": environment.value, "b_now": rows.to_us(lease.now)}
        with read_transaction(self._engine) as connection:  # mostly there is none: nobody who writes waits for that
            if connection.execute(_DUE, asked).scalar_one_or_none() is None:
                return None
        held = {"b_holder": lease.holder, "b_until": rows.to_us(lease.until), "b_now": asked["b_now"]}
        with write_transaction(self._engine) as connection:
            report_id = connection.execute(_DUE, asked).scalar_one_or_none()
            if report_id is None or connection.execute(_CLAIM, {"b_id": report_id, **held}).rowcount != 1:
                return None
            return Held(_one(connection, report_id), lease.holder)

    def renew(self, held: Held, lease: Lease) -> None:
        """Say that its holder is still alive."""
        with write_transaction(self._engine) as connection:
            # By its holder alone: it is renewed beside the thread that stores, and so counts versions.
            asked = {"b_id": held.report_id, "b_holder": held.holder, "b_until": rows.to_us(lease.until)}
            if connection.execute(_RENEW, asked).rowcount != 1:
                raise _taken_over(held)

    def store(self, held: Held, filing: Filing, note: StepNote) -> Held:
        """Store what became of it and a line of the log."""
        with write_transaction(self._engine) as connection:
            released = {"holder": None, "lease_us": None} if filing.is_over else {}
            asked = {"b_id": held.report_id, "b_holder": held.holder, "b_version": held.stored.version}
            # Who was taken for dead must not go on beside who took over.
            if connection.execute(_HELD.values(**_next(filing), **released), asked).rowcount != 1:
                raise _taken_over(held)
            self._log(connection, held.report_id, note)
            if filing.is_over:
                connection.execute(_CLOSE_CASES, {"b_report": held.report_id})
            return Held(_one(connection, held.report_id), held.holder)

    def give_back(self, held: Held) -> None:
        """Let whoever comes next take it."""
        with write_transaction(self._engine) as connection:
            connection.execute(_GIVE_BACK, {"b_id": held.report_id, "b_holder": held.holder})

    def filing(self, report_id: str) -> StoredFiling | None:
        """Return one."""
        with read_transaction(self._engine) as connection:
            row = connection.execute(_ONE, {"id": report_id}).mappings().first()
        return None if row is None else filing_of(row)

    def steps(self, report_id: str) -> tuple[StepLine, ...]:
        """Return the whole log of one."""
        with read_transaction(self._engine) as connection:
            return tuple(step_of(row) for row in connection.execute(_LOG, {"id": report_id}).mappings())

    def watched(self) -> list[StoredFiling]:
        """Return those of which somebody may have to be told."""
        with read_transaction(self._engine) as connection:
            return [filing_of(row) for asked in (_UNDER_WAY, _TROUBLED) for row in connection.execute(asked).mappings()]

    def ask_abandon(self, report_id: ReportId, by: str, now: datetime) -> StoredFiling:
        """Note that somebody gives one up."""
        with write_transaction(self._engine) as connection:
            before = _one(connection, report_id)
            if before.abandon_by is None and before.filing.then is not Then.ABANDON:
                if connection.execute(_ABANDON, {"b_id": report_id, "b_by": by}).rowcount != 1:
                    raise Conflict("this report is over", place=report_id, remedy="What is finished cannot be undone.")
                self._log(connection, report_id, StepNote(now, "abandon.asked", by=by))
            return _one(connection, report_id)

    def change(self, before: StoredFiling, filing: Filing, note: StepNote) -> StoredFiling:
        """Store what a person makes of it while nobody is at it."""
        asked = {"b_id": before.report_id, "b_version": before.version, "b_now": rows.to_us(note.at)}
        with write_transaction(self._engine) as connection:
            values = {**_next(filing), "seen_by": None, "seen_us": None}
            if connection.execute(_AS_READ.values(**values), asked).rowcount != 1:
                raise Conflict("a process is at this report", place=before.report_id, remedy="Look again in a moment.")
            # A conflict when another report about the case is on its way.
            connection.execute(_CLOSE_CASES if filing.is_over else _OPEN_CASES, {"b_report": before.report_id})
            self._log(connection, before.report_id, note)
            return _one(connection, before.report_id)

    def take_note(self, report_id: ReportId, by: str, now: datetime) -> StoredFiling:
        """Note that somebody knows how one ended."""
        with write_transaction(self._engine) as connection:
            if connection.execute(_NOTED, {"b_id": report_id, "b_by": by, "b_at": rows.to_us(now)}).rowcount != 1:
                raise Conflict("this report is not over", place=report_id, remedy="Wait until it is.")
            self._log(connection, report_id, StepNote(now, "noted", by=by))
            return _one(connection, report_id)

    def open_channel(self, authority: str, now: datetime) -> int:
        """Let those go on that stopped because the channel did not work."""
        asked = {"b_authority": authority, "b_now": rows.to_us(now)}
        with write_transaction(self._engine) as connection:
            stopped = [filing_of(row) for row in connection.execute(_STOPPED, asked).mappings()]
            for each in stopped:
                free = {"b_id": each.report_id, "b_version": each.version, "b_now": asked["b_now"]}
                connection.execute(_AS_READ.values(**_next(channel_opened(each.filing))), free)
                self._log(connection, each.report_id, StepNote(now, "channel.opened"))
        return len(stopped)

    def _log(self, connection: Connection, report_id: ReportId, note: StepNote) -> None:
        number = connection.execute(_COUNTED, {"b_id": report_id}).scalar_one()
        connection.execute(_NEW_STEP, step_row(report_id, number, note))
        body = {"step": number, "file": note.file, "http_status": note.http_status, "code": note.code, "by": note.by}
        source = "system" if note.by is None else "person"
        event = AuditEvent(f"{source}:report:{note.note}", report_id, body)
        self._chain.append(connection, [event], self._clock.now())


_COUNTED = update(t.filings).where(_G.report_id == bindparam("b_id")).values(steps=_G.steps + 1).returning(_G.steps)


def new_filing(connection: Connection, report: StoredReport, filing: Filing, now: datetime) -> None:
    """Store a filing that is to begin, in the transaction that approves its report."""
    fixed = {
        "report_id": report.id, "authority": report.authority, "environment": filing.environment.value, "version": 1,
        "steps": 0, "created_us": rows.to_us(now),
    }  # fmt: skip
    connection.execute(_NEW, {**fixed, **filing_columns(filing)})


def _next(filing: Filing) -> dict[str, Any]:
    # That somebody gave it up is heard: from here on it waits for its time again, like any other.
    is_heard = filing.is_over or filing.then is Then.ABANDON
    return {**filing_columns(filing), "version": _G.version + 1, **({"abandon_by": None} if is_heard else {})}


def _one(connection: Connection, report_id: str) -> StoredFiling:
    row = connection.execute(_ONE, {"id": report_id}).mappings().first()
    if row is None:
        raise Conflict("this report was not approved", place=report_id, remedy="Only what is on its way can be ended.")
    return filing_of(row)


def _taken_over(held: Held) -> TakenOver:
    return TakenOver("another process files this report by now", place=held.report_id)
