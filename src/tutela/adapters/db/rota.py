"""The rota in the database; see `ports.pages.Rota`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, func, insert, select

from tutela.adapters.db import rota_tables as t
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.rows import Row, from_us, to_us
from tutela.core.audit import JSON, AuditEvent
from tutela.core.ids import PersonId, ShiftId
from tutela.core.rota import MAX_SHIFTS, Shift, Span
from tutela.errors import Conflict
from tutela.ports.clock import Clock

_S, _A = t.rota_shifts.c, t.page_addresses.c
_NOT_ENDED = select(t.rota_shifts).where(_S.ends_us > bindparam("now")).order_by(_S.ends_us, _S.id)
_COUNT = select(func.count()).select_from(t.rota_shifts).where(_S.ends_us > bindparam("now"))
_SAME = select(_S.id).where(
    _S.ends_us == bindparam("ends_us"), _S.starts_us == bindparam("starts_us"), _S.person_id == bindparam("person_id")
)
_NEW = insert(t.rota_shifts)
_REMOVE = delete(t.rota_shifts).where(_S.id == bindparam("b_id"))
_ADDRESSES = select(t.page_addresses).where(among(_A.person_id))
_PUT = insert(t.page_addresses)
_FORGET = delete(t.page_addresses).where(_A.person_id == bindparam("b_id"))


class DatabaseRota:
    """Keep shifts and addresses beside everything else, audited like everything else: never with an address."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def shifts(self, now: datetime) -> list[Shift]:
        """Return the shifts that have not ended, the first first."""
        with read_transaction(self._engine) as connection:
            found = [_shift(row) for row in connection.execute(_NOT_ENDED, {"now": to_us(now)}).mappings()]
        return sorted(found, key=lambda each: (each.span.start, each.id))

    def add(self, shift: Shift, by: str, now: datetime) -> None:
        """Store a shift."""
        with write_transaction(self._engine) as connection:
            if connection.execute(_COUNT, {"now": to_us(now)}).scalar_one() >= MAX_SHIFTS:
                raise Conflict(f"there are {MAX_SHIFTS} shifts already", remedy="Remove some that lie far ahead.")
            row = _row(shift)
            if connection.execute(_SAME, {name: row[name] for name in ("ends_us", "starts_us", "person_id")}).first():
                raise Conflict(
                    "they are on call at just this time already", place="person", remedy="See `GET /v1/rota`."
                )
            connection.execute(_NEW, row)
            told = {"by": by, "person": shift.person_id, "starts_us": row["starts_us"], "ends_us": row["ends_us"]}
            self._audit(connection, "operator:shift:added", shift.id, told)

    def remove(self, shift_id: ShiftId, by: str) -> bool:
        """Remove a shift; return whether it was there."""
        with write_transaction(self._engine) as connection:
            was_there = connection.execute(_REMOVE, {"b_id": shift_id}).rowcount == 1
            if was_there:
                self._audit(connection, "operator:shift:removed", shift_id, {"by": by})
        return was_there

    def addresses(self, people: Sequence[PersonId]) -> Mapping[PersonId, str]:
        """Return the e-mail address of each of *people* that has one."""
        with read_transaction(self._engine) as connection:
            return {PersonId(row["person_id"]): row["email"] for row in rows_of(connection, _ADDRESSES, people)}

    def put_address(self, person_id: PersonId, email: str | None, by: str) -> None:
        """Store where somebody is reached; none takes it away."""
        with write_transaction(self._engine) as connection:
            connection.execute(_FORGET, {"b_id": person_id})
            if email is not None:
                connection.execute(_PUT, {"person_id": person_id, "email": email})
            what = "removed" if email is None else "set"
            self._audit(connection, f"operator:page_address:{what}", person_id, {"by": by})

    def _audit(self, connection: Connection, kind: str, subject: str, body: dict[str, JSON]) -> None:
        self._chain.append(connection, [AuditEvent(kind, subject, body)], self._clock.now())


def _row(shift: Shift) -> dict[str, Any]:
    return {
        "id": shift.id, "person_id": shift.person_id, "starts_us": to_us(shift.span.start),
        "ends_us": to_us(shift.span.end), "zone": shift.zone,
    }  # fmt: skip


def _shift(row: Row) -> Shift:
    span = Span(from_us(row["starts_us"]), from_us(row["ends_us"]))
    return Shift(ShiftId(row["id"]), PersonId(row["person_id"]), span, row["zone"])
