"""Sessions and known browsers in the database; see `ports.people.Sessions`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update

from tutela.adapters.db import people_tables as t
from tutela.adapters.db import rows
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.people_rows import PERSON, person_of, session_of, session_row
from tutela.core.audit import AuditEvent
from tutela.core.ids import PersonId, SessionId
from tutela.core.people import Factor, Person
from tutela.core.sessions import EndBecause, Session
from tutela.core.visitors import Visitor
from tutela.ports.clock import Clock
from tutela.ports.people import Opening

_S, _D = t.sessions.c, t.devices.c
_COLUMNS = tuple(column for column in _S if column.name not in {"secret_hash", "person_id"})

_FIND = select(*_COLUMNS, *PERSON).join_from(t.sessions, t.people).where(_S.secret_hash == bindparam("secret_hash"))
_OPEN = insert(t.sessions)
_REPLACED = (
    update(t.sessions)
    .where(_S.secret_hash == bindparam("b_hash"), _S.ended_us.is_(None))
    .values(ended_us=bindparam("b_now"), ended_because=EndBecause.REPLACED.value)
)
_SEEN = update(t.sessions).where(_S.id == bindparam("b_id")).values(seen_us=bindparam("b_now"))
_PROVEN = (
    update(t.sessions)
    .where(_S.id == bindparam("b_id"), _S.ended_us.is_(None))
    .values(
        proven_us=bindparam("b_now"), seen_us=bindparam("b_now"), network=bindparam("b_network"),
        is_strong=_S.is_strong | bindparam("b_strong"),
    )
)  # fmt: skip
_OF_PERSON = (
    select(t.sessions)
    .where(_S.person_id == bindparam("person_id"), _S.seen_us >= bindparam("since_us"))
    .order_by(_S.seen_us.desc(), _S.id.desc())
)
_OPEN_OF = select(_S.id).where(_S.person_id == bindparam("person_id"), _S.ended_us.is_(None))
_END = (
    update(t.sessions)
    .where(_S.id == bindparam("b_id"))
    .values(ended_us=bindparam("b_now"), ended_because=bindparam("b_because"))
)
_KNOW = insert(t.devices)
_MET_AGAIN = update(t.devices).where(_D.id == bindparam("b_id")).values(seen_us=bindparam("b_now"))
_KNOWN = select(_D.id, _D.person_id).where(_D.secret_hash == bindparam("secret_hash"))
_FORGET_SESSIONS = delete(t.sessions).where(_S.seen_us < bindparam("b_before"))
_FORGET_DEVICES = delete(t.devices).where(_D.seen_us < bindparam("b_before"))


class DatabaseSessions:
    """Keep sessions."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def open(self, opening: Opening) -> None:
        """Store a new session."""
        session = opening.session
        now_us = rows.to_us(session.created_at)
        with write_transaction(self._engine) as connection:
            if opening.replaces is not None:
                connection.execute(_REPLACED, {"b_hash": opening.replaces, "b_now": now_us})
            connection.execute(_OPEN, session_row(session, opening.secret_hash))
            if opening.device_id is not None and opening.device_hash is None:
                connection.execute(_MET_AGAIN, {"b_id": opening.device_id, "b_now": now_us})
            elif opening.device_id is not None:
                device = {
                    "id": opening.device_id, "person_id": session.person_id, "secret_hash": opening.device_hash,
                    "seen_us": now_us,
                }  # fmt: skip
                connection.execute(_KNOW, device)
            told = {"person": session.person_id, "factors": [each.value for each in opening.factors]}
            self._audit(connection, "opened", session.id, told)

    def find(self, secret_hash: bytes) -> tuple[Session, Person] | None:
        """Return the session of this secret with its person."""
        with read_transaction(self._engine) as connection:
            row = connection.execute(_FIND, {"secret_hash": secret_hash}).mappings().first()
        return None if row is None else (session_of(row), person_of(row))

    def seen(self, session_id: SessionId, at: datetime) -> None:
        """Note that it was used."""
        with write_transaction(self._engine) as connection:
            connection.execute(_SEEN, {"b_id": session_id, "b_now": rows.to_us(at)})

    def proven(self, session_id: SessionId, visitor: Visitor, at: datetime, factor: Factor) -> None:
        """Note a new proof."""
        asked = {
            "b_id": session_id, "b_now": rows.to_us(at), "b_network": visitor.network, "b_strong": factor.is_strong
        }  # fmt: skip
        with write_transaction(self._engine) as connection:
            connection.execute(_PROVEN, asked)
            self._audit(connection, "proven", session_id, {"factor": factor.value})

    def of_person(self, person_id: PersonId, since: datetime) -> list[Session]:
        """Return those that were used since."""
        asked = {"person_id": person_id, "since_us": rows.to_us(since)}
        with read_transaction(self._engine) as connection:
            return [session_of(row) for row in connection.execute(_OF_PERSON, asked).mappings()]

    def end(
        self, person_id: PersonId, because: EndBecause, by: str, *, only: str | None = None, but: str | None = None
    ) -> int:
        """End sessions of somebody."""
        now_us = rows.to_us(self._clock.now())
        with write_transaction(self._engine) as connection:
            found = connection.execute(_OPEN_OF, {"person_id": person_id}).scalars().all()
            ending = [each for each in found if each != but and only in {None, each}]
            for each in ending:
                connection.execute(_END, {"b_id": each, "b_now": now_us, "b_because": because.value})
                self._audit(connection, "ended", each, {"because": because.value, "by": by})
        return len(ending)

    def device(self, device_hash: bytes) -> tuple[str, PersonId] | None:
        """Return a browser that is known."""
        with read_transaction(self._engine) as connection:
            row = connection.execute(_KNOWN, {"secret_hash": device_hash}).first()
        return None if row is None else (row.id, PersonId(row.person_id))

    def forget_before(self, moment: datetime) -> int:
        """Delete what ended before."""
        asked = {"b_before": rows.to_us(moment)}
        with write_transaction(self._engine) as connection:
            return sum(connection.execute(each, asked).rowcount for each in (_FORGET_SESSIONS, _FORGET_DEVICES))

    def _audit(self, connection: Connection, what: str, session_id: str, told: Mapping[str, Any]) -> None:
        self._chain.append(connection, [AuditEvent(f"people:session:{what}", session_id, told)], self._clock.now())
