"""Holds in the database; see `ports.holds`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Select, bindparam, func, insert, select, update

from tutela.adapters.db import rows
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.destructions import being_destroyed
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.hold_rows import (
    KINDS,
    change_of,
    change_row,
    hold_row,
    payload,
    stored_hold,
    told_contents,
)
from tutela.adapters.db.hold_tables import IS_ACTIVE, RELEASED_BY, hold_changes, hold_contents, holds
from tutela.core.audit import JSON, AuditEvent
from tutela.core.filing.holds import Hold, HoldSource
from tutela.core.ids import EvidenceId, HoldId
from tutela.errors import Conflict
from tutela.ports.clock import Clock
from tutela.ports.holds import HeldContent, HoldChange, HoldStep, Part, StoredHold

_COUNT = (
    select(func.count())
    .select_from(hold_contents)
    .where(hold_contents.c.hold_id == holds.c.id)
    .scalar_subquery()
    .label("contents")
)
_ONE = select(holds, _COUNT, RELEASED_BY).where(holds.c.id == bindparam("id"))
_OF_REPORT = select(holds.c.id).where(
    holds.c.source == HoldSource.REPORT.value, holds.c.reference == bindparam("reference")
)
_PAGE = (
    select(holds, _COUNT, RELEASED_BY)
    .where(holds.c.id > bindparam("after"))
    .order_by(holds.c.id)
    .limit(bindparam("limit"))
)
_ACTIVE = _PAGE.where(*IS_ACTIVE)
_CONTENTS = (
    select(hold_contents)
    .where(hold_contents.c.hold_id == bindparam("id"), hold_contents.c.evidence_id > bindparam("after"))
    .order_by(hold_contents.c.evidence_id)
    .limit(bindparam("limit"))
)
_HISTORY = select(hold_changes).where(hold_changes.c.hold_id == bindparam("id")).order_by(hold_changes.c.number)
_CHANGE = (
    update(holds)
    .where(holds.c.id == bindparam("b_id"), holds.c.version == bindparam("b_version"))
    .values(
        until_us=bindparam("b_until"), review_us=bindparam("b_review"), released_us=bindparam("b_released"),
        version=bindparam("b_version") + 1,
    )
)  # fmt: skip


class DatabaseHolds:
    """Keep holds beside everything else, audited like everything else."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def place(self, hold: Hold, contents: Sequence[HeldContent], change: HoldChange) -> bool:
        """Store a new hold, unless it is there or this report has one."""
        parts = {each.id: each.part for each in sorted(contents, key=lambda each: each.part is Part.NAMED)}
        row = hold_row(hold, change, 1)
        with write_transaction(self._engine) as connection:
            if _is_known(connection, hold):
                return False
            for each in being_destroyed(connection, parts):
                if hold.source is not HoldSource.REPORT:
                    raise Conflict("it is being destroyed, which nothing stops any more", place=each)
                del parts[EvidenceId(each)]
            connection.execute(insert(holds), row)
            if parts:
                connection.execute(insert(hold_contents), [
                    {"hold_id": hold.id, "evidence_id": each, "part": part.value} for each, part in parts.items()
                ])  # fmt: skip
            connection.execute(insert(hold_changes), change_row(hold, change, 1))
            self._audit(connection, hold.id, change, {**payload(row), **told_contents(parts)})
        return True

    def change(self, before: StoredHold, after: Hold, change: HoldChange) -> None:
        """Store what became of a hold."""
        released = rows.to_us(change.at) if change.step is HoldStep.RELEASED else None
        values = {
            "b_id": after.id, "b_version": before.version, "b_until": rows.maybe_us(after.until),
            "b_review": rows.maybe_us(after.review_by), "b_released": released,
        }  # fmt: skip
        with write_transaction(self._engine) as connection:
            if connection.execute(_CHANGE, values).rowcount != 1:
                raise Conflict("the hold was changed meanwhile", place="id", remedy="Read it again.")
            connection.execute(insert(hold_changes), change_row(after, change, before.version + 1))
            row = connection.execute(_ONE, {"id": after.id}).mappings().one()
            self._audit(connection, after.id, change, payload(dict(row)))

    def hold(self, hold_id: HoldId) -> StoredHold | None:
        """Return one."""
        found = self._rows(_ONE, {"id": hold_id})
        return stored_hold(found[0]) if found else None

    def contents(self, hold_id: HoldId, after: str, limit: int) -> list[HeldContent]:
        """Return what it keeps."""
        found = self._rows(_CONTENTS, {"id": hold_id, "after": after, "limit": limit})
        return [HeldContent(EvidenceId(row["evidence_id"]), Part(row["part"])) for row in found]

    def history(self, hold_id: HoldId) -> list[HoldChange]:
        """Return what was done with it."""
        return [change_of(row) for row in self._rows(_HISTORY, {"id": hold_id})]

    def page(self, after: str, limit: int, *, active_at: datetime | None = None) -> list[StoredHold]:
        """Return holds by id."""
        asked = {"after": after, "limit": limit}
        if active_at is None:
            return [stored_hold(row) for row in self._rows(_PAGE, asked)]
        return [stored_hold(row) for row in self._rows(_ACTIVE, {**asked, "now": rows.to_us(active_at)})]

    def _rows(self, statement: "Select[Any]", asked: Mapping[str, Any]) -> list[RowMapping]:
        with read_transaction(self._engine) as connection:
            return list(connection.execute(statement, asked).mappings())

    def _audit(self, connection: Connection, hold_id: str, change: HoldChange, more: Mapping[str, JSON]) -> None:
        event = AuditEvent(KINDS[change.step], hold_id, {"by": change.by, **more})
        self._chain.append(connection, [event], self._clock.now())


def _is_known(connection: Connection, hold: Hold) -> bool:
    if hold.source is HoldSource.REPORT:
        return connection.execute(_OF_REPORT, {"reference": hold.reference}).first() is not None
    return connection.execute(_ONE, {"id": hold.id}).first() is not None
