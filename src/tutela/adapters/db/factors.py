"""Passwords, passkeys, codes and recovery codes in the database; see `ports.people.Factors`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, func, insert, select, update

from tutela.adapters.db import people_tables as t
from tutela.adapters.db import rows
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.people_rows import passkey_of, passkey_row
from tutela.core.audit import AuditEvent
from tutela.core.ids import PersonId
from tutela.core.people import Passkey
from tutela.errors import Conflict
from tutela.ports.clock import Clock

_P, _K, _R = t.people.c, t.passkeys.c, t.recovery_codes.c

_PASSWORD = update(t.people).where(_P.id == bindparam("b_id")).values(password_hash=bindparam("b_hash"))
_TOTP = (
    update(t.people).where(_P.id == bindparam("b_id")).values(totp=bindparam("b_totp"), totp_step=bindparam("b_step"))
)
_STEP = (
    update(t.people)
    .where(_P.id == bindparam("b_id"), _P.totp_step < bindparam("b_step"))
    .values(totp_step=bindparam("b_step"))
)
_OF_PERSON = select(t.passkeys).where(_K.person_id == bindparam("id")).order_by(_K.created_us, _K.id)
_ONE = select(t.passkeys).where(_K.id == bindparam("id"))
_ADD = insert(t.passkeys)
# A copied authenticator shows as a count that does not go on from where it was; zero means that it does not count.
_USED = (
    update(t.passkeys)
    .where(_K.id == bindparam("b_id"), _K.sign_count == bindparam("b_before"))
    .values(sign_count=bindparam("b_after"), used_us=bindparam("b_now"))
)
_REMOVE = delete(t.passkeys).where(_K.id == bindparam("b_id"), _K.person_id == bindparam("b_person"))
_FORGET_CODES = delete(t.recovery_codes).where(_R.person_id == bindparam("b_person"))
_CODES = insert(t.recovery_codes)
_USE_CODE = (
    update(t.recovery_codes)
    .where(_R.person_id == bindparam("b_person"), _R.code_hash == bindparam("b_hash"), _R.used_us.is_(None))
    .values(used_us=bindparam("b_now"))
)
_LEFT = select(func.count()).select_from(t.recovery_codes).where(_R.person_id == bindparam("id"), _R.used_us.is_(None))


class DatabaseFactors:
    """Keep by what people prove who they are."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def put_password(self, person_id: PersonId, password_hash: str, *, is_new: bool) -> None:
        """Store the hash of a password."""
        with write_transaction(self._engine) as connection:
            connection.execute(_PASSWORD, {"b_id": person_id, "b_hash": password_hash})
            self._audit(connection, "password_changed" if is_new else "password_rehashed", person_id)

    def put_totp(self, person_id: PersonId, wrapped: bytes | None, step: int) -> None:
        """Store the secret of codes, or take it away."""
        with write_transaction(self._engine) as connection:
            connection.execute(_TOTP, {"b_id": person_id, "b_totp": wrapped, "b_step": step})
            self._audit(connection, "totp_removed" if wrapped is None else "totp_enrolled", person_id)

    def use_totp_step(self, person_id: PersonId, step: int) -> bool:
        """Note that a code was used."""
        with write_transaction(self._engine) as connection:
            return connection.execute(_STEP, {"b_id": person_id, "b_step": step}).rowcount == 1

    def passkeys(self, person_id: PersonId) -> list[Passkey]:
        """Return the passkeys of somebody."""
        with read_transaction(self._engine) as connection:
            return [passkey_of(row) for row in connection.execute(_OF_PERSON, {"id": person_id}).mappings()]

    def passkey(self, credential_id: str) -> Passkey | None:
        """Return one."""
        with read_transaction(self._engine) as connection:
            row = connection.execute(_ONE, {"id": credential_id}).mappings().first()
        return None if row is None else passkey_of(row)

    def add_passkey(self, passkey: Passkey) -> None:
        """Store one."""
        with write_transaction(self._engine) as connection:
            if connection.execute(_ONE, {"id": passkey.id}).first() is not None:
                raise Conflict("this passkey is enrolled already", place="passkey")
            connection.execute(_ADD, passkey_row(passkey))
            self._audit(connection, "passkey_enrolled", passkey.person_id)

    def use_passkey(self, passkey: Passkey, sign_count: int, at: datetime) -> bool:
        """Note that one was used."""
        asked = {"b_id": passkey.id, "b_before": passkey.sign_count, "b_after": sign_count, "b_now": rows.to_us(at)}
        with write_transaction(self._engine) as connection:
            return connection.execute(_USED, asked).rowcount == 1

    def remove_passkey(self, person_id: PersonId, credential_id: str) -> bool:
        """Remove one."""
        with write_transaction(self._engine) as connection:
            was_there = connection.execute(_REMOVE, {"b_id": credential_id, "b_person": person_id}).rowcount == 1
            if was_there:
                self._audit(connection, "passkey_removed", person_id)
        return was_there

    def put_recovery_codes(self, person_id: PersonId, hashes: Sequence[bytes]) -> None:
        """Store new ones in place of all before."""
        with write_transaction(self._engine) as connection:
            connection.execute(_FORGET_CODES, {"b_person": person_id})
            connection.execute(_CODES, [{"person_id": person_id, "code_hash": each} for each in hashes])
            self._audit(connection, "recovery_codes_made", person_id, {"count": len(hashes)})

    def use_recovery_code(self, person_id: PersonId, code_hash: bytes, at: datetime) -> bool:
        """Use one up."""
        asked = {"b_person": person_id, "b_hash": code_hash, "b_now": rows.to_us(at)}
        with write_transaction(self._engine) as connection:
            was_there = connection.execute(_USE_CODE, asked).rowcount == 1
            if was_there:
                self._audit(connection, "recovery_code_used", person_id)
        return was_there

    def recovery_codes_left(self, person_id: PersonId) -> int:
        """Return how many are unused."""
        with read_transaction(self._engine) as connection:
            return int(connection.execute(_LEFT, {"id": person_id}).scalar_one())

    def _audit(self, connection: Connection, what: str, person_id: str, told: Mapping[str, Any] | None = None) -> None:
        self._chain.append(connection, [AuditEvent(f"people:factor:{what}", person_id, told or {})], self._clock.now())
