"""Statements of reasons in the database; see `ports.statements`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, bindparam, exists, func, insert, select, update

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.decision_tables import findings
from tutela.adapters.db.deliveries import is_wanted, tell_all
from tutela.adapters.db.driver import Row
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.many import write_many
from tutela.adapters.db.statement_tables import statement_changes, transparency_records
from tutela.core.audit import AuditEvent
from tutela.core.dsa.batches import MOST_IN_BATCH
from tutela.core.dsa.record import NotSent
from tutela.core.ids import AccountId, ClauseId, DecisionId, StatementId
from tutela.core.statement_states import DelayChange, DelayStep, Tracked
from tutela.core.statements import DelayBasis, Statement, StatementCode
from tutela.core.webhooks import STATEMENT_DUE
from tutela.errors import Conflict
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.statements import NewRecord
from tutela.ports.webhooks import Notice

_S, _C = t.statements.c, statement_changes.c
_REVERSAL = t.decisions.alias("reversal")
# Whoever was never told of a decision is not told of it once it is reversed, as if it were in force. A finding that
# took the place of another decision names that one as well, and is no reversal.
_GOES = ~exists().where(
    _REVERSAL.c.reverses == _S.decision_id, _REVERSAL.c.at_us < _S.tell_us,
    findings.c.decision_id == _REVERSAL.c.id, findings.c.is_reversal,
)  # fmt: skip
_TRACKED = select(t.statements, t.decisions.c.at_us.label("decided_us"), (~_GOES).label("is_overtaken")).join(
    t.decisions, t.decisions.c.id == _S.decision_id
)
_ONE = _TRACKED.where(_S.id == bindparam("id"))
_OF_ACCOUNT = (
    _TRACKED.where(
        _S.account_id == bindparam("account"), _S.tell_us <= bindparam("now"), _S.id < bindparam("before"), _GOES
    )
    .order_by(_S.id.desc())
    .limit(bindparam("limit"))
)
_OF_DECISIONS = _TRACKED.where(among(_S.decision_id))
_UNTOLD = (
    _TRACKED.where(t.UNTOLD, _S.tell_us <= bindparam("now"), _GOES)
    .order_by(_S.tell_us, _S.id)
    .limit(bindparam("limit"))
)
_WAITING = (
    _TRACKED.where(t.UNDELIVERED, _S.tell_us <= bindparam("now"), _GOES)
    .order_by(_S.tell_us, _S.id)
    .limit(bindparam("limit"))
)
_UNRECORDED = (
    _TRACKED.where(t.UNRECORDED, _S.tell_us <= bindparam("now"), _GOES)
    .order_by(_S.tell_us, _S.id)
    .limit(bindparam("limit"))
)
_STILL = select(func.count()).select_from(t.statements).where(among(_S.id), _S.told_us.is_(None))
_TELL = update(t.statements).where(among(_S.id), _S.told_us.is_(None)).values(told_us=bindparam("b_now"))
_DELIVER = (
    update(t.statements)
    .where(_S.id == bindparam("b_id"), _S.delivered_us.is_(None))
    .values(delivered_us=bindparam("b_at"), delivered_how=bindparam("b_how"))
)
_CHANGE = (
    update(t.statements)
    .where(
        _S.id == bindparam("b_id"), _S.tell_us == bindparam("b_before"), _S.told_us.is_(None),
        _S.delivered_us.is_(None),
    )
    .values(tell_us=bindparam("b_tell"), delay_basis=bindparam("b_basis"))
)  # fmt: skip
_NOTE = insert(statement_changes)
_NUMBER = select(func.count()).select_from(statement_changes).where(_C.statement_id == bindparam("id"))
_HISTORY = select(statement_changes).where(_C.statement_id == bindparam("id")).order_by(_C.number)
_UNDELIVERED = (
    select(func.count()).select_from(t.statements).where(t.UNDELIVERED, _S.tell_us <= bindparam("before"), _GOES)
)
_RECORDED = (
    update(t.statements).where(_S.id == bindparam("b_id"), _S.record.is_(None)).values(record=bindparam("b_record"))
)
_NEW_RECORD = insert(transparency_records)
_AFTER_ALL = "~"
"""Behind every id."""

MADE = "made"
KINDS = {DelayStep.EXTENDED: "person:statement:delayed", DelayStep.ENDED: "person:statement:released"}
DELIVERED = "platform:statement:delivered"


class DatabaseStatements:
    """Keep statements beside everything else, audited like everything else."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock, entropy: Entropy) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock, self._entropy = engine, chain, clock, entropy

    def one(self, statement_id: StatementId) -> Tracked | None:
        """Return one."""
        found = self._rows(_ONE, {"id": statement_id})
        return tracked_of(found[0]) if found else None

    def of_account(self, account_id: AccountId, told_by: datetime, before: str | None, limit: int) -> list[Tracked]:
        """Return what may be told by a moment, newest first."""
        asked = {"account": account_id, "now": rows.to_us(told_by), "before": before or _AFTER_ALL, "limit": limit}
        return [tracked_of(row) for row in self._rows(_OF_ACCOUNT, asked)]

    def of_decisions(self, decision_ids: Iterable[DecisionId]) -> dict[DecisionId, tuple[Tracked, ...]]:
        """Return every statement of decisions."""
        found: dict[DecisionId, list[Tracked]] = defaultdict(list)
        with read_transaction(self._engine) as connection:
            for row in rows_of(connection, _OF_DECISIONS, decision_ids):
                found[DecisionId(row["decision_id"])].append(tracked_of(row))
        return {each: tuple(sorted(told, key=lambda one: one.statement.id)) for each, told in found.items()}

    def untold(self, now: datetime, limit: int) -> list[Tracked]:
        """Return what may be told and no platform was told of."""
        return [tracked_of(row) for row in self._rows(_UNTOLD, {"now": rows.to_us(now), "limit": limit})]

    def has_listener(self) -> bool:
        """Return whether any endpoint asked to be told."""
        with read_transaction(self._engine) as connection:
            return is_wanted(connection, STATEMENT_DUE)

    def tell(self, statement_ids: Sequence[StatementId], notice: Notice, now: datetime) -> int:
        """Have every endpoint told, and note it."""
        ids = sorted(set(statement_ids))
        with write_transaction(self._engine) as connection:
            if connection.execute(_STILL, {"ids": ids}).scalar_one() != len(ids):
                return 0
            told = tell_all(connection, notice, now, lambda: self._entropy.new_id("delivery"))
            if told:
                connection.execute(_TELL, {"ids": ids, "b_now": rows.to_us(now)})
        return told

    def deliver(self, statement_id: StatementId, how: str, at: datetime, by: str) -> bool:
        """Note that a platform has delivered it."""
        asked = {"b_id": statement_id, "b_how": how, "b_at": rows.to_us(at)}
        with write_transaction(self._engine) as connection:
            is_new = connection.execute(_DELIVER, asked).rowcount == 1
            if is_new:
                self._audit(connection, DELIVERED, statement_id, {"by": by, "at_us": rows.to_us(at)})
        return is_new

    def change_delay(self, before: Tracked, after: Tracked, change: DelayChange) -> None:
        """Store a delay that was extended or ended."""
        told, basis = after.statement, after.statement.delay_basis
        asked = {
            "b_id": told.id, "b_before": rows.to_us(before.statement.tell_at), "b_tell": rows.to_us(told.tell_at),
            "b_basis": basis.value if basis else None,
        }  # fmt: skip
        with write_transaction(self._engine) as connection:
            if connection.execute(_CHANGE, asked).rowcount != 1:
                raise Conflict("the statement was changed meanwhile", place="id", remedy="Read it again.")
            number = connection.execute(_NUMBER, {"id": told.id}).scalar_one() + 1
            connection.execute(_NOTE, _change_row(told.id, number, change))
            body = {"by": change.by, "basis": asked["b_basis"], "tell_us": asked["b_tell"]}
            self._audit(connection, KINDS[change.step], told.id, body)

    def history(self, statement_id: StatementId) -> list[DelayChange]:
        """Return what was done with its delay."""
        return [_change(row) for row in self._rows(_HISTORY, {"id": statement_id})]

    def undelivered(self, told_before: datetime) -> int:
        """Return how many wait to be delivered for too long."""
        with read_transaction(self._engine) as connection:
            return int(connection.execute(_UNDELIVERED, {"before": rows.to_us(told_before)}).scalar_one())

    def waiting(self, now: datetime, limit: int) -> list[Tracked]:
        """Return what waits to be delivered."""
        return [tracked_of(row) for row in self._rows(_WAITING, {"now": rows.to_us(now), "limit": limit})]

    def unrecorded(self, now: datetime, limit: int) -> list[Tracked]:
        """Return what may be told and has no record yet."""
        return [tracked_of(row) for row in self._rows(_UNRECORDED, {"now": rows.to_us(now), "limit": limit})]

    def record(self, records: Sequence[NewRecord], not_sent: Mapping[StatementId, NotSent], now: datetime) -> None:
        """Note what is sent of statements, or why nothing is."""
        with write_transaction(self._engine) as connection:
            for statement_id, why in sorted(not_sent.items()):
                connection.execute(_RECORDED, {"b_id": statement_id, "b_record": why.value})
            made = [each for each in records if _is_first(connection, each.statement_id)]
            write_many(connection, _NEW_RECORD, [_record_row(each, rows.to_us(now)) for each in made])

    def _rows(self, asked: Any, values: Mapping[str, Any]) -> list[RowMapping]:
        with read_transaction(self._engine) as connection:
            return list(connection.execute(asked, values).mappings())

    def _audit(self, connection: Connection, kind: str, statement_id: StatementId, body: dict[str, Any]) -> None:
        self._chain.append(connection, [AuditEvent(kind, statement_id, body)], self._clock.now())


def _is_first(connection: Connection, statement_id: StatementId) -> bool:
    return connection.execute(_RECORDED, {"b_id": statement_id, "b_record": MADE}).rowcount == 1


def tracked_of(row: RowMapping | Row) -> Tracked:
    """Return the statement of a row, with what became of it."""
    statement = Statement(
        id=StatementId(row["id"]),
        decision_id=DecisionId(row["decision_id"]),
        account_id=AccountId(row["account_id"]),
        clause_id=ClauseId(row["clause_id"]),
        code=StatementCode(row["code"]),
        policy_version=row["policy_version"],
        is_automated=bool(row["is_automated"]),
        tell_at=rows.from_us(row["tell_us"]),
        delay_basis=DelayBasis(row["delay_basis"]) if row["delay_basis"] else None,
    )
    return Tracked(
        statement,
        rows.from_us(row["decided_us"]),
        rows.maybe_time(row["told_us"]),
        rows.maybe_time(row["delivered_us"]),
        row["delivered_how"],
        is_overtaken=bool(row["is_overtaken"]),
    )


def _change_row(statement_id: StatementId, number: int, change: DelayChange) -> dict[str, Any]:
    return {
        "statement_id": statement_id, "number": number, "at_us": rows.to_us(change.at), "by_whom": change.by,
        "what": change.step.value, "basis": change.basis.value if change.basis else None, "reason": change.reason,
        "tell_us": rows.to_us(change.tell_at),
    }  # fmt: skip


def _change(row: RowMapping) -> DelayChange:
    return DelayChange(
        rows.from_us(row["at_us"]), row["by_whom"], DelayStep(row["what"]),
        DelayBasis(row["basis"]) if row["basis"] else None, row["reason"], rows.from_us(row["tell_us"]),
    )  # fmt: skip


def _record_row(new: NewRecord, now_us: int) -> dict[str, Any]:
    return {
        "puid": new.puid, "statement_id": new.statement_id, "applied_on": new.applied_on, "body": new.body.decode(),
        "made_us": now_us, "state": "waiting", "is_unsure": False, "at_most": MOST_IN_BATCH, "tries": 0,
        "next_us": now_us,
    }  # fmt: skip
