"""Account of packages for police in the database; see `ports.exports`."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Select, bindparam, insert, select, update

from tutela.adapters.db import rows
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.export_tables import export_contents, exports
from tutela.adapters.db.hold_rows import told_contents
from tutela.adapters.db.rows import Row, from_us, maybe_us
from tutela.core.audit import JSON, AuditEvent
from tutela.core.filing.exports import Export, ExportState, KeyKind, Recipient
from tutela.core.ids import EvidenceId, ExportId
from tutela.errors import Conflict
from tutela.ports.clock import Clock

_E = exports.c
_ONE = select(exports).where(_E.id == bindparam("id"))
_PAGE = select(exports).where(_E.id > bindparam("after")).order_by(_E.id).limit(bindparam("limit"))
_CONTENTS = (
    select(export_contents.c.evidence_id)
    .where(export_contents.c.export_id == bindparam("id"))
    .order_by(export_contents.c.evidence_id)
)
_CHANGE = (
    update(exports)
    .where(_E.id == bindparam("b_id"), _E.version == bindparam("b_version"))
    .values({
        name: bindparam(f"b_{name}")
        for name in ("state", "approved_by", "approved_us", "made_by", "made_us", "sha256", "size_bytes")
    } | {"version": bindparam("b_version") + 1})
)  # fmt: skip


class DatabaseExports:
    """Keep account of packages beside everything else, audited like everything else."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def request(self, export: Export, contents: Sequence[EvidenceId]) -> None:
        """Store a new one that waits."""
        told: dict[str, JSON] = {"by": export.requested_by, "key": export.recipient.kind.value}
        with write_transaction(self._engine) as connection:
            connection.execute(insert(exports), _row(export))
            each = [{"export_id": export.id, "evidence_id": evidence_id} for evidence_id in contents]
            connection.execute(insert(export_contents), each)
            self._audit(connection, export, {**told, **told_contents(contents)})

    def change(self, before: Export, after: Export) -> None:
        """Store what became of one."""
        row = _row(after)
        values = {f"b_{name}": row[name] for name in row if name not in _FIXED} | {"b_id": after.id}
        by = after.made_by if after.state is ExportState.MADE else after.approved_by
        told: dict[str, JSON] = {"by": by}
        if after.state is ExportState.MADE:
            told |= {"sha256": after.sha256, "size_bytes": after.size_bytes}
        with write_transaction(self._engine) as connection:
            if connection.execute(_CHANGE, {**values, "b_version": before.version}).rowcount != 1:
                raise Conflict("the export was changed meanwhile", place="id", remedy="Read it again.")
            self._audit(connection, after, told)

    def begin(self, export: Export, by: str) -> None:
        """Say that a package is being made."""
        with write_transaction(self._engine) as connection:
            self._chain.append(connection, [AuditEvent("staff:export:begun", export.id, {"by": by})], self._clock.now())

    def export(self, export_id: ExportId) -> Export | None:
        """Return one."""
        found = self._rows(_ONE, {"id": export_id})
        return _export(found[0]) if found else None

    def contents(self, export_id: ExportId) -> list[EvidenceId]:
        """Return what it is about."""
        return [EvidenceId(row["evidence_id"]) for row in self._rows(_CONTENTS, {"id": export_id})]

    def page(self, after: str, limit: int) -> list[Export]:
        """Return exports by id."""
        return [_export(row) for row in self._rows(_PAGE, {"after": after, "limit": limit})]

    def _rows(self, statement: "Select[Any]", asked: Mapping[str, Any]) -> list[RowMapping]:
        with read_transaction(self._engine) as connection:
            return list(connection.execute(statement, asked).mappings())

    def _audit(self, connection: Connection, export: Export, told: Mapping[str, JSON]) -> None:
        event = AuditEvent(f"staff:export:{export.state.value}", export.id, dict(told))
        self._chain.append(connection, [event], self._clock.now())


_FIXED = frozenset({
    "id", "agency", "reference", "reason", "key_kind", "key_text", "fingerprint", "requested_by", "requested_us",
    "version",
})  # fmt: skip
"""What is never changed."""


def _row(export: Export) -> dict[str, Any]:
    return {
        "id": export.id, "state": export.state.value, "agency": export.agency, "reference": export.reference,
        "reason": export.reason, "key_kind": export.recipient.kind.value, "key_text": export.recipient.key,
        "fingerprint": export.recipient.fingerprint, "requested_by": export.requested_by,
        "requested_us": rows.to_us(export.requested_at), "approved_by": export.approved_by,
        "approved_us": maybe_us(export.approved_at), "made_by": export.made_by, "made_us": maybe_us(export.made_at),
        "sha256": export.sha256, "size_bytes": export.size_bytes, "version": export.version,
    }  # fmt: skip


def _export(row: Row) -> Export:
    return Export(
        id=ExportId(row["id"]),
        agency=row["agency"],
        reference=row["reference"],
        reason=row["reason"],
        recipient=Recipient(KeyKind(row["key_kind"]), row["key_text"], row["fingerprint"]),
        requested_by=row["requested_by"],
        requested_at=from_us(row["requested_us"]),
        state=ExportState(row["state"]),
        approved_by=row["approved_by"],
        approved_at=None if row["approved_us"] is None else from_us(row["approved_us"]),
        made_by=row["made_by"],
        made_at=None if row["made_us"] is None else from_us(row["made_us"]),
        sha256=row["sha256"],
        size_bytes=row["size_bytes"],
        version=row["version"],
    )
