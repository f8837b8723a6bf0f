"""Small records in the database; see `ports.desk`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tutela.adapters.db import people_tables, rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import is_postgresql, read_transaction, write_transaction
from tutela.core.audit import JSON, AuditEvent
from tutela.core.content import Account
from tutela.core.ids import BankId, PersonId
from tutela.core.permissions import StaffRole
from tutela.errors import Conflict
from tutela.ports.clock import Clock
from tutela.ports.desk import ApiKey, ImportProgress, Owner

_O, _P = people_tables.personal_keys.c, people_tables.people.c
_KEYS = select(t.api_keys, _O.person_id, _P.roles, _P.ended_us.isnot(None).label("has_left")).select_from(
    t.api_keys.outerjoin(people_tables.personal_keys, _O.key_id == t.api_keys.c.id).outerjoin(
        people_tables.people, _P.id == _O.person_id
    )
)
_BY_SECRET = _KEYS.where(t.api_keys.c.secret_hash == bindparam("secret_hash"))
_IN_ORDER = _KEYS.order_by(t.api_keys.c.created_us, t.api_keys.c.id)
_OF_PERSON = _IN_ORDER.where(_O.person_id == bindparam("person_id"))
_REVOKE = (
    update(t.api_keys)
    .where(t.api_keys.c.id == bindparam("b_id"), t.api_keys.c.revoked_us.is_(None))
    .values(revoked_us=bindparam("b_now"))
)
_REVOKE_OF = _REVOKE.where(t.api_keys.c.id.in_(select(_O.key_id).where(_O.person_id == bindparam("b_person"))))


class DatabaseDesk:
    """Keep small records beside everything else, audited like everything else."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def add_key(self, key: ApiKey, secret_hash: bytes) -> None:
        """Store a new key."""
        row = {
            "id": key.id, "name": key.name, "secret_hash": secret_hash,
            "scopes": orjson.dumps(sorted(key.scopes)).decode(), "created_us": rows.to_us(key.created_at),
        }  # fmt: skip
        # How somebody calls a token of their own is theirs; the name of a service says what asks.
        told = {"name": key.name} if key.owner is None else {"person": key.owner.person_id}
        event = AuditEvent("operator:key:created", key.id, {**told, "scopes": sorted(key.scopes)})
        with write_transaction(self._engine) as connection:
            connection.execute(insert(t.api_keys), row)
            if key.owner is not None:
                owned = {"key_id": key.id, "person_id": key.owner.person_id}
                connection.execute(insert(people_tables.personal_keys), owned)
            self._chain.append(connection, [event], self._clock.now())

    def revoke_key(self, key_id: str, at: datetime, *, of: PersonId | None = None) -> bool:
        """Revoke a key."""
        asked = {"b_id": key_id, "b_now": rows.to_us(at)}
        with write_transaction(self._engine) as connection:
            statement, owned = (_REVOKE, {}) if of is None else (_REVOKE_OF, {"b_person": of})
            was_live = connection.execute(statement, {**asked, **owned}).rowcount > 0
            if was_live:
                self._chain.append(connection, [AuditEvent("operator:key:revoked", key_id, {})], self._clock.now())
        return was_live

    def key_by_secret(self, secret_hash: bytes) -> ApiKey | None:
        """Return the key of this secret."""
        with read_transaction(self._engine) as connection:
            row = connection.execute(_BY_SECRET, {"secret_hash": secret_hash}).first()
        return None if row is None else _key(row)

    def keys(self, *, of: PersonId | None = None) -> list[ApiKey]:
        """Return all keys, oldest first."""
        with read_transaction(self._engine) as connection:
            found = connection.execute(_IN_ORDER) if of is None else connection.execute(_OF_PERSON, {"person_id": of})
            return [_key(row) for row in found]

    def setting(self, name: str) -> Mapping[str, Any] | None:
        """Return a stored record."""
        with read_transaction(self._engine) as connection:
            body = connection.execute(select(t.settings.c.body).where(t.settings.c.name == name)).scalar()
        found: Mapping[str, Any] | None = None if body is None else orjson.loads(body)
        return found

    def first_setting(self, name: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Store a record unless there is one, with the audit entry of any other; return the one that is stored."""
        dialect = postgresql if is_postgresql(self._engine) else sqlite
        statement = dialect.insert(t.settings).values(name=name, body=orjson.dumps(body).decode())
        with write_transaction(self._engine) as connection:
            # By what it returns: PostgreSQL's driver tells no count of an insert that did nothing.
            first = statement.on_conflict_do_nothing(index_elements=["name"]).returning(t.settings.c.name)
            if connection.execute(first).first() is not None:
                self._note_setting(connection, name, body, "")
        return self.setting(name) or body

    def put_setting(
        self, name: str, body: Mapping[str, Any], *, by: str = "", instead_of: Mapping[str, Any] | None = None
    ) -> None:
        """Store a record, with an audit entry that says which and when, and maybe who."""
        dialect = postgresql if is_postgresql(self._engine) else sqlite
        statement = dialect.insert(t.settings).values(name=name, body=orjson.dumps(body).decode())
        upsert = statement.on_conflict_do_update(index_elements=["name"], set_={"body": statement.excluded.body})
        with write_transaction(self._engine) as connection:
            if instead_of is not None:
                asked = select(t.settings.c.body).where(t.settings.c.name == name).with_for_update()
                stored = connection.execute(asked).scalar()
                if stored is None or orjson.loads(stored) != instead_of:
                    raise Conflict("this was changed meanwhile", remedy="Look at it again, and do it then.")
            connection.execute(upsert)
            self._note_setting(connection, name, body, by)

    def _note_setting(self, connection: Connection, name: str, body: Mapping[str, Any], by: str) -> None:
        told: dict[str, JSON] = {"body": orjson.dumps(body).decode()}
        event = AuditEvent("operator:setting:changed", name, {**told, "by": by} if by else told)
        self._chain.append(connection, [event], self._clock.now())

    def put_account(self, account: Account) -> Account:
        """Store what a platform says about an account."""
        dialect = postgresql if is_postgresql(self._engine) else sqlite
        statement = dialect.insert(t.accounts).values(rows.account_row(account))
        changed = {name: statement.excluded[name] for name in ("age_band", "age_provenance", "regions")}
        upsert = statement.on_conflict_do_update(index_elements=["platform_id"], set_=changed).returning(t.accounts)
        with write_transaction(self._engine) as connection:
            stored = rows.account(connection.execute(upsert).mappings().one())
            event = AuditEvent("platform:account:recorded", stored.id, {"age_band": stored.age.band.value})
            self._chain.append(connection, [event], self._clock.now())
        return stored

    def put_import(self, progress: ImportProgress) -> None:
        """Store how far an import has come."""
        row = {
            "id": progress.id, "bank_id": progress.bank_id, "started_us": rows.to_us(progress.started_at),
            "ended_us": rows.maybe_us(progress.ended_at), "rows_read": progress.rows_read,
            "rows_added": progress.rows_added, "rows_known": progress.rows_known,
            "rows_rejected": progress.rows_rejected,
        }  # fmt: skip
        dialect = postgresql if is_postgresql(self._engine) else sqlite
        statement = dialect.insert(t.imports).values(row)
        changed = {name: statement.excluded[name] for name in row if name not in {"id", "bank_id", "started_us"}}
        with write_transaction(self._engine) as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed))

    def imports(self, limit: int, *, before: str | None = None) -> list[ImportProgress]:
        """Return the newest imports first."""
        newest = select(t.imports).order_by(t.imports.c.id.desc()).limit(limit)
        with read_transaction(self._engine) as connection:
            found = connection.execute(newest if before is None else newest.where(t.imports.c.id < before))
            return [
                ImportProgress(
                    row.id, BankId(row.bank_id), rows.from_us(row.started_us),
                    None if row.ended_us is None else rows.from_us(row.ended_us),
                    row.rows_read, row.rows_added, row.rows_known, row.rows_rejected,
                )
                for row in found
            ]  # fmt: skip

    def forget_idempotent_before(self, moment: datetime) -> int:
        """Delete answers that may no longer be asked for."""
        with write_transaction(self._engine) as connection:
            old = delete(t.idempotency).where(t.idempotency.c.at_us < rows.to_us(moment))
            return connection.execute(old).rowcount


def _key(row: Any) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        scopes=frozenset(orjson.loads(row.scopes)),
        created_at=rows.from_us(row.created_us),
        revoked_at=None if row.revoked_us is None else rows.from_us(row.revoked_us),
        owner=None if row.person_id is None else _owner(row),
    )


def _owner(row: Any) -> Owner:
    roles = frozenset(StaffRole(each) for each in orjson.loads(row.roles))
    return Owner(PersonId(row.person_id), roles, bool(row.has_left))
