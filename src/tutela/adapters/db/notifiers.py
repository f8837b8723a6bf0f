"""Keep who is enrolled; see `ports.notices.Notifiers`."""

from datetime import datetime

from sqlalchemy import Engine, bindparam, insert, select, update

from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.notice_rows import notifier_of
from tutela.adapters.db.notice_tables import notifiers
from tutela.adapters.db.rows import to_us
from tutela.core.audit import AuditEvent
from tutela.core.ids import NotifierId
from tutela.ports.notices import Notifier

_ALL = select(notifiers).order_by(notifiers.c.id.desc())
_ONE = select(notifiers).where(notifiers.c.id == bindparam("id"))
_END = (
    update(notifiers)
    .where(notifiers.c.id == bindparam("b_id"), notifiers.c.ended_us.is_(None))
    .values(ended_us=bindparam("b_at"))
)


class DatabaseNotifiers:
    """Keep them beside everything else, audited like everything else; their names are in no entry."""

    def __init__(self, engine: Engine, chain: ChainWriter) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain = engine, chain

    def add(self, notifier: Notifier) -> None:
        """Store somebody."""
        row = {
            "id": notifier.id, "kind": notifier.kind.value, "name": notifier.name, "country": notifier.country,
            "enrolled_us": to_us(notifier.enrolled_at), "enrolled_by": notifier.enrolled_by,
            "checked_by": notifier.checked_by, "key_id": notifier.key_id, "ended_us": None,
        }  # fmt: skip
        told = {"by": notifier.enrolled_by, "kind": notifier.kind.value, "key": notifier.key_id}
        with write_transaction(self._engine) as connection:
            connection.execute(insert(notifiers), row)
            entry = AuditEvent("person:notifier:enrolled", notifier.id, dict(told))
            self._chain.append(connection, [entry], notifier.enrolled_at)

    def end(self, notifier_id: NotifierId, at: datetime, by: str) -> Notifier | None:
        """End an enrolment, and return whose it was."""
        with write_transaction(self._engine) as connection:
            if connection.execute(_END, {"b_id": notifier_id, "b_at": to_us(at)}).rowcount != 1:
                return None
            self._chain.append(connection, [AuditEvent("person:notifier:ended", notifier_id, {"by": by})], at)
            return notifier_of(connection.execute(_ONE, {"id": notifier_id}).mappings().one())

    def all(self) -> list[Notifier]:
        """Return everybody who was ever enrolled, newest first."""
        with read_transaction(self._engine) as connection:
            return [notifier_of(row) for row in connection.execute(_ALL).mappings()]
