"""Channels in the database; see `ports.channels`."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Engine, bindparam, insert, select, update

from tutela.adapters.db import report_tables as t
from tutela.adapters.db import rows
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.rows import Row
from tutela.core.audit import AuditEvent
from tutela.core.filing.channel import Channel
from tutela.core.filing.value_file import read_value, value_json
from tutela.errors import Conflict
from tutela.ports.clock import Clock
from tutela.ports.reports import ReportAudit

_C = t.channels.c
_ALL = select(_C.record, _C.version).order_by(_C.authority)
_ONE = select(_C.record, _C.version).where(_C.authority == bindparam("authority"))
_CREDENTIALS = select(_C.credentials).where(_C.authority == bindparam("authority"))
_SCHEMA = select(_C.schema_bytes).where(_C.authority == bindparam("authority"))
_NEW = insert(t.channels)
_CHANGE = update(t.channels).where(_C.authority == bindparam("b_authority"), _C.version == bindparam("b_version"))


class DatabaseChannels:
    """Keep channels beside everything else, audited like everything else."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def all(self) -> list[Channel]:
        """Return all of them."""
        with read_transaction(self._engine) as connection:
            return [_channel(row) for row in connection.execute(_ALL).mappings()]

    def channel(self, authority: str) -> Channel | None:
        """Return one."""
        with read_transaction(self._engine) as connection:
            row = connection.execute(_ONE, {"authority": authority}).mappings().first()
        return None if row is None else _channel(row)

    def credentials(self, authority: str) -> bytes | None:
        """Return its credentials, wrapped."""
        return self._bytes(_CREDENTIALS, authority)

    def schema(self, authority: str) -> bytes | None:
        """Return the schema that was downloaded."""
        return self._bytes(_SCHEMA, authority)

    def put(
        self,
        before: Channel | None,
        after: Channel,
        audit: ReportAudit,
        *,
        credentials: bytes | None = None,
        schema: bytes | None = None,
    ) -> Channel:
        """Store a channel in the place of *before*."""
        stored = replace(after, version=1 if before is None else before.version + 1)
        values = {**_columns(stored, rows.to_us(self._clock.now())), "authority": stored.authority}
        values |= {} if credentials is None else {"credentials": credentials}
        values |= {} if schema is None else {"schema_bytes": schema}
        with write_transaction(self._engine) as connection:
            if before is None:
                connection.execute(_NEW, values)
            else:
                asked = {"b_authority": before.authority, "b_version": before.version}
                if connection.execute(_CHANGE.values(**values), asked).rowcount != 1:
                    remedy = "Read it again."
                    raise Conflict("this channel was changed at the same moment", place=before.authority, remedy=remedy)
            body = {
                "by": audit.by, "environment": stored.environment.value, "is_enabled": stored.is_enabled, **audit.codes,
            }  # fmt: skip
            event = AuditEvent(f"operator:channel:{audit.what}", stored.authority, body)
            self._chain.append(connection, [event], self._clock.now())
        return stored

    def _bytes(self, asked: Any, authority: str) -> bytes | None:
        with read_transaction(self._engine) as connection:
            found = connection.execute(asked, {"authority": authority}).scalar_one_or_none()
        return None if found is None else bytes(found)


def _columns(channel: Channel, now_us: int) -> dict[str, Any]:
    return {
        "version": channel.version,
        "is_enabled": channel.is_enabled,
        "environment": channel.environment.value,
        "record": value_json(channel).decode(),
        "changed_us": now_us,
    }


def _channel(row: Row) -> Channel:
    return replace(read_value(row["record"], Channel, "channel"), version=row["version"])
