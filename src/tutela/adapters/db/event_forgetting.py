"""Delete what was kept of events long enough; see `ports.events.EventKeeper`."""

from datetime import datetime
from typing import Any

from sqlalchemy import Delete, Engine, Update, and_, bindparam, delete, not_, or_, select, tuple_, update

from tutela.adapters.db.engine import write_transaction
from tutela.adapters.db.event_tables import account_labels, account_ties, contacts, events, rule_fires
from tutela.adapters.db.rows import to_us
from tutela.ports.events import FireOutcome

AT_ONCE = 2_000
"""Rows in one transaction: nobody who submits waits for longer than that."""

_NO_TRACE = "[]"


def _some(table: Any, *where: Any) -> "Delete":
    key = next(iter(table.primary_key))
    return delete(table).where(key.in_(select(key).where(*where).limit(AT_ONCE)))


_EVENTS = _some(events, events.c.received_us < bindparam("before"))
_IS_OLD = rule_fires.c.at_us < bindparam("before")
_IS_REPEATED = rule_fires.c.outcome == FireOutcome.REPEATED.value
_MAY_WAIT = rule_fires.c.outcome == FireOutcome.OVER_QUOTA.value
_FIRES = _some(rule_fires, _IS_OLD, or_(_IS_REPEATED, and_(rule_fires.c.case_id.is_(None), not_(_MAY_WAIT))))
_SAID = select(rule_fires.c.id).where(_IS_OLD, rule_fires.c.trace != _NO_TRACE).limit(AT_ONCE)
_TRACES = update(rule_fires).where(rule_fires.c.id.in_(_SAID)).values(trace=_NO_TRACE)
_CONTACTS = _some(contacts, contacts.c.last_us < bindparam("before"), contacts.c.refused_us.is_(None))
_TIE = tuple(account_ties.primary_key)
_OLD_TIES = select(*_TIE).where(account_ties.c.last_us < bindparam("before")).limit(AT_ONCE)
_TIES = delete(account_ties).where(tuple_(*_TIE).in_(_OLD_TIES))
_LABELS = delete(account_labels).where(account_labels.c.ends_us < bindparam("before"))


class DatabaseEventKeeper:
    """Forget, a part at a time."""

    def __init__(self, engine: Engine) -> None:
        """Delete through *engine*."""
        self._engine = engine

    def forget(self, before: datetime, contacts_before: datetime, now: datetime) -> int:
        """Delete events and fires of before *before*, old contacts, and labels that ended; return how many rows."""
        parts = ((_EVENTS, before), (_TIES, before), (_FIRES, before), (_TRACES, before), (_CONTACTS, contacts_before))
        forgotten = sum(self._all(statement, moment) for statement, moment in parts)
        with write_transaction(self._engine) as connection:
            return forgotten + connection.execute(_LABELS, {"before": to_us(now)}).rowcount

    def _all(self, statement: "Delete | Update", before: datetime) -> int:
        total = 0
        while True:
            with write_transaction(self._engine) as connection:
                gone = connection.execute(statement, {"before": to_us(before)}).rowcount
            total += gone
            if gone < AT_ONCE:
                return total
