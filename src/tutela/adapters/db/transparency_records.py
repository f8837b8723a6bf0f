"""Records for the EU Transparency Database as leased rows; see `ports.transparency`."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, bindparam, func, or_, select, tuple_, update

from tutela.adapters.db import rows
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import is_postgresql, read_transaction, write_transaction
from tutela.adapters.db.lists import among
from tutela.adapters.db.statement_tables import WAITING, transparency_records
from tutela.core.audit import AuditEvent
from tutela.core.dsa.batches import MOST_ASKED, MOST_IN_BATCH, RecordState, Sent, Turn
from tutela.core.filing.states import Environment
from tutela.core.ids import StatementId
from tutela.errors import TakenOver
from tutela.ports.clock import Clock
from tutela.ports.transparency import Claimed, RecordCounts, StoredRecord
from tutela.ports.webhooks import Lease

_R = transparency_records.c
_FREE = or_(_R.lease_us.is_(None), _R.lease_us <= bindparam("now"))
_DUE = (
    select(_R.puid, _R.tries, _R.at_most, _R.is_unsure, _R.body)
    .where(WAITING, _R.next_us <= bindparam("now"), _FREE)
    .order_by(_R.next_us, _R.puid)
    .limit(MOST_IN_BATCH)
)
_CLAIM = (
    update(transparency_records)
    .where(among(_R.puid))
    .values(holder=bindparam("b_holder"), lease_us=bindparam("b_until"), is_unsure=True)
)
_SETTLE = (
    update(transparency_records)
    .where(_R.puid == bindparam("b_puid"), _R.holder == bindparam("b_holder"), WAITING)
    .values(
        state=bindparam("b_state"), next_us=bindparam("b_next"), at_most=bindparam("b_most"),
        tries=bindparam("b_tries"), is_unsure=bindparam("b_unsure"), uuid=bindparam("b_uuid"),
        errors=bindparam("b_errors"), environment=bindparam("b_environment"), ended_us=bindparam("b_ended"),
        holder=None, lease_us=None,
    )
)  # fmt: skip
_HASTEN = update(transparency_records).where(WAITING).values(next_us=bindparam("b_now"))
_WAIT = {
    "state": RecordState.WAITING.value, "next_us": bindparam("b_now"), "at_most": MOST_IN_BATCH, "is_unsure": False,
    "environment": None, "uuid": None, "errors": None, "ended_us": None, "tries": 0,
}  # fmt: skip
_AGAIN = (
    update(transparency_records)
    .where(_R.puid == bindparam("b_puid"), _R.state == RecordState.REFUSED.value)
    .values(**_WAIT)
)
_ANEW = (
    update(transparency_records)
    .where(_R.environment == Environment.TEST.value, _R.state != RecordState.WAITING.value)
    .values(**_WAIT)
)
_PAGE = (
    select(transparency_records)
    .where(
        _R.applied_on.between(bindparam("since"), bindparam("until")),
        tuple_(_R.applied_on, _R.puid) > tuple_(bindparam("day"), bindparam("puid")),
    )
    .order_by(_R.applied_on, _R.puid)
    .limit(bindparam("limit"))
)
_OF_STATE = (
    select(transparency_records)
    .where(_R.state == bindparam("state"))
    .order_by(_R.made_us, _R.puid)
    .limit(bindparam("limit"))
)
_COUNTS = select(_R.state, func.count().label("count"), func.min(_R.made_us).label("oldest")).group_by(_R.state)


class DatabaseTransparencyRecords:
    """Keep records; several processes share the sending."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock
        self._due = _DUE.with_for_update(skip_locked=True) if is_postgresql(engine) else _DUE

    def claim(self, lease: Lease) -> Claimed | None:
        """Take what is due in hand."""
        with write_transaction(self._engine) as connection:
            found = list(connection.execute(self._due, {"now": rows.to_us(lease.now)}).mappings())
            taken = _together(found)
            if not taken:
                return None
            keys = [row["puid"] for row in taken]
            held = {"ids": keys, "b_holder": lease.holder, "b_until": rows.to_us(lease.until)}
            connection.execute(_CLAIM, held)
        records = tuple(Sent(row["puid"], row["tries"], row["at_most"], bool(row["is_unsure"])) for row in taken)
        return Claimed(records, {row["puid"]: json.loads(row["body"]) for row in taken}, lease.holder)

    def settle(self, claimed: Claimed, turns: Sequence[Turn], environment: Environment) -> None:
        """Store what became of records."""
        with write_transaction(self._engine) as connection:
            for turn in turns:
                if connection.execute(_SETTLE, _settled(turn, claimed.holder, environment)).rowcount != 1:
                    raise TakenOver("another process sends this record by now", place=turn.puid)
            for turn in turns:
                if turn.state is RecordState.REFUSED:
                    self._audit(connection, "system:transparency:refused", turn.puid, {})

    def hasten(self, now: datetime) -> int:
        """Let everything that waits be due at once."""
        return self._changed(_HASTEN, {"b_now": rows.to_us(now)})

    def again(self, puid: str, now: datetime, by: str) -> bool:
        """Let one that was refused wait again."""
        with write_transaction(self._engine) as connection:
            is_so = connection.execute(_AGAIN, {"b_puid": puid, "b_now": rows.to_us(now)}).rowcount == 1
            if is_so:
                self._audit(connection, "operator:transparency:again", puid, {"by": by})
        return is_so

    def send_anew(self, now: datetime) -> int:
        """Let what only the sandbox stored, or refused, wait again."""
        return self._changed(_ANEW, {"b_now": rows.to_us(now)})

    def page(self, since: str, until: str, after: tuple[str, str], limit: int) -> list[StoredRecord]:
        """Return records by day and key."""
        asked = {"since": since, "until": until, "day": after[0], "puid": after[1], "limit": limit}
        return self._records(_PAGE, asked)

    def of_state(self, state: RecordState, limit: int) -> list[StoredRecord]:
        """Return some records that stand so."""
        return self._records(_OF_STATE, {"state": state.value, "limit": limit})

    def counts(self) -> RecordCounts:
        """Return how many stand how."""
        with read_transaction(self._engine) as connection:
            found = {row["state"]: row for row in connection.execute(_COUNTS).mappings()}
        waiting = found.get(RecordState.WAITING.value)
        oldest = None if waiting is None else rows.from_us(waiting["oldest"])
        numbers = {each: found[each.value]["count"] if each.value in found else 0 for each in RecordState}
        return RecordCounts(
            numbers[RecordState.WAITING], numbers[RecordState.STORED], numbers[RecordState.REFUSED], oldest
        )

    def _records(self, asked: Any, values: Mapping[str, Any]) -> list[StoredRecord]:
        with read_transaction(self._engine) as connection:
            return [_record(row) for row in connection.execute(asked, values).mappings()]

    def _changed(self, change: Any, values: Mapping[str, Any]) -> int:
        with write_transaction(self._engine) as connection:
            return int(connection.execute(change, values).rowcount)

    def _audit(self, connection: Connection, kind: str, puid: str, body: dict[str, Any]) -> None:
        self._chain.append(connection, [AuditEvent(kind, puid, body)], self._clock.now())


def _together(found: Sequence[RowMapping]) -> list[RowMapping]:
    """Return the records that go in one request: all sure or all not, and no more than any of them may be among."""
    taken: list[RowMapping] = []
    most = MOST_IN_BATCH
    for row in found:
        is_other = bool(taken) and bool(row["is_unsure"]) != bool(taken[0]["is_unsure"])
        most_with = min(most, MOST_ASKED if row["is_unsure"] else row["at_most"])
        if is_other or len(taken) >= most_with:
            break
        taken.append(row)
        most = most_with
    return taken


def _settled(turn: Turn, holder: str, environment: Environment) -> dict[str, Any]:
    is_over = turn.state is not RecordState.WAITING
    return {
        "b_puid": turn.puid, "b_holder": holder, "b_state": turn.state.value, "b_next": rows.to_us(turn.next_at),
        "b_most": turn.at_most, "b_tries": turn.tries, "b_unsure": turn.is_unsure, "b_uuid": turn.uuid,
        "b_errors": turn.errors, "b_environment": environment.value if is_over else None,
        "b_ended": rows.to_us(turn.next_at) if is_over else None,
    }  # fmt: skip


def _record(row: RowMapping) -> StoredRecord:
    return StoredRecord(
        puid=row["puid"],
        statement_id=StatementId(row["statement_id"]),
        applied_on=row["applied_on"],
        body=json.loads(row["body"]),
        state=RecordState(row["state"]),
        made_at=rows.from_us(row["made_us"]),
        tries=row["tries"],
        next_at=rows.from_us(row["next_us"]),
        environment=Environment(row["environment"]) if row["environment"] else None,
        uuid=row["uuid"] or None,
        errors=row["errors"],
    )
