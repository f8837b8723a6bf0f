"""The channel to the EU Transparency Database; see `ports.transparency`."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Engine, bindparam, insert, select, update

from tutela.adapters.db import rows
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.statement_tables import transparency_channel
from tutela.core.audit import AuditEvent
from tutela.core.dsa.channel import TransparencyChannel
from tutela.core.filing.value_file import read_value, value_json
from tutela.errors import Conflict
from tutela.ports.clock import Clock

ID = "eu"
_T = transparency_channel.c
_ONE = select(_T.record, _T.version).where(_T.id == ID)
_TOKEN = select(_T.token).where(_T.id == ID)
_NEW = insert(transparency_channel)
_CHANGE = update(transparency_channel).where(_T.id == ID, _T.version == bindparam("b_version"))


class DatabaseTransparencyChannel:
    """Keep the channel beside everything else, audited like everything else."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def channel(self) -> TransparencyChannel:
        """Return it."""
        with read_transaction(self._engine) as connection:
            row = connection.execute(_ONE).mappings().first()
        if row is None:
            return TransparencyChannel()
        return replace(read_value(row["record"], TransparencyChannel, "channel"), version=row["version"])

    def token(self) -> bytes | None:
        """Return its token, sealed."""
        with read_transaction(self._engine) as connection:
            found = connection.execute(_TOKEN).scalar_one_or_none()
        return None if found is None else bytes(found)

    def put(
        self, before: TransparencyChannel, after: TransparencyChannel, what: str, by: str, *, token: bytes | None = None
    ) -> TransparencyChannel:
        """Store the channel in the place of *before*."""
        stored = replace(after, version=before.version + 1)
        now = self._clock.now()
        values: dict[str, Any] = {
            "version": stored.version, "record": value_json(stored).decode(), "changed_us": rows.to_us(now),
        }  # fmt: skip
        values |= {} if token is None else {"token": token}
        body = {"by": by, "environment": stored.environment.value, "is_enabled": stored.is_enabled}
        with write_transaction(self._engine) as connection:
            if before.version == 0:
                if connection.execute(_ONE).first() is not None:
                    raise _changed()
                connection.execute(_NEW, {"id": ID, **values})
            elif connection.execute(_CHANGE.values(**values), {"b_version": before.version}).rowcount != 1:
                raise _changed()
            self._chain.append(connection, [AuditEvent(f"operator:transparency:{what}", ID, body)], now)
        return stored


def _changed() -> Conflict:
    return Conflict("the channel was changed at the same moment", place="channel", remedy="Read it again.")
