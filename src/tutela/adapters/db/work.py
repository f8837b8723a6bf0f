"""Read what background flows and repeated requests need."""

from sqlalchemy import Connection, bindparam, func, select

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.ports.committer import IdempotentAnswer

_CHECKPOINT = select(t.checkpoints.c.seq).where(t.checkpoints.c.name == bindparam("name"))
_IDEMPOTENT = select(t.idempotency).where(
    t.idempotency.c.owner == bindparam("owner"), t.idempotency.c.key == bindparam("key")
)
_COUNTED = (t.accounts, t.items, t.media, t.banks, t.members, t.detections, t.cases)


class WorkReads:
    """The part of `ports.store.Reader` about work in progress."""

    _connection: Connection

    def checkpoint(self, name: str) -> int:
        """Return how far a background flow has come; -1 when it never ran."""
        found = self._connection.execute(_CHECKPOINT, {"name": name}).scalar()
        return -1 if found is None else int(found)

    def idempotent(self, owner: str, key: str) -> IdempotentAnswer | None:
        """Return what was answered under this key before."""
        row = self._connection.execute(_IDEMPOTENT, {"owner": owner, "key": key}).first()
        if row is None:
            return None
        return IdempotentAnswer(row.owner, row.key, row.fingerprint, bytes(row.body), rows.from_us(row.at_us))

    def counts(self) -> dict[str, int]:
        """Return how many of each noun are stored."""
        return {
            table.name: self._connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in _COUNTED
        }
