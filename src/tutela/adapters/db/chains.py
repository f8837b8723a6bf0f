"""Append to the audit inside the transaction of whoever writes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.driver import first_read
from tutela.adapters.db.many import write_many
from tutela.core.audit import (
    AuditEntry,
    AuditEvent,
    Head,
    Payload,
    append,
)
from tutela.ports.entropy import Entropy

SALT_BYTES = 32
"""What the audit format asks for."""

_HEAD = select(t.audit_chains).where(t.audit_chains.c.chain == bindparam("name")).with_for_update()
_NEW_HEAD = insert(t.audit_chains).values(
    chain=bindparam("b_chain"), seq=bindparam("b_seq"), digest=bindparam("b_digest"), at_us=bindparam("b_at")
)
_MOVE_HEAD = (
    update(t.audit_chains)
    .where(t.audit_chains.c.chain == bindparam("b_chain"))
    .values(seq=bindparam("b_seq"), digest=bindparam("b_digest"), at_us=bindparam("b_at"))
)
_ENTRY = insert(t.audit_entries)
_PAYLOAD = insert(t.audit_payloads)


class ChainWriter:
    """Append events to this writer's own chain; a chain per writer keeps writers from waiting for one head."""

    def __init__(self, chain: str, entropy: Entropy) -> None:
        """Write to the chain named *chain*."""
        self._chain, self._entropy = chain, entropy

    def append(self, connection: Connection, events: Sequence[AuditEvent], now: datetime) -> None:
        """Append *events* in order, in the transaction of *connection*."""
        if not events:
            return
        row = first_read(connection, _HEAD, {"name": self._chain})
        head = Head(self._chain) if row is None else Head(self._chain, row["seq"], bytes(row["digest"]))
        salted = [(event, self._entropy.token(SALT_BYTES)) for event in events]
        entries, payloads, moved = append(head, salted, now)
        write_many(connection, _ENTRY, [_entry_row(entry) for entry in entries])
        write_many(connection, _PAYLOAD, [_payload_row(e, p) for e, p in zip(entries, payloads, strict=True)])
        write_many(connection, _NEW_HEAD if row is None else _MOVE_HEAD, [_head_row(moved, now)])


def _head_row(head: Head, now: datetime) -> dict[str, Any]:
    return {"b_chain": head.chain, "b_seq": head.seq, "b_digest": head.digest, "b_at": rows.to_us(now)}


def _entry_row(entry: AuditEntry) -> dict[str, Any]:
    return {
        "chain": entry.chain, "seq": entry.seq, "at_us": rows.to_us(entry.at), "kind": entry.kind,
        "subject": entry.subject, "commitment": entry.commitment, "previous": entry.previous, "digest": entry.digest,
    }  # fmt: skip


def _payload_row(entry: AuditEntry, payload: Payload) -> dict[str, Any]:
    return {"chain": entry.chain, "seq": entry.seq, "salt": payload.salt, "body": payload.body}
