"""Destructions as rows, and back."""

from collections.abc import Iterable
from typing import Any

import orjson

from tutela.adapters.db.rows import Row, from_us, maybe_us, to_us
from tutela.core.filing.destruction import Order
from tutela.core.filing.destructions import Basis, Destruction, DestructionState, Doomed
from tutela.core.ids import DestructionId, EvidenceId


def destruction_row(each: Destruction) -> dict[str, Any]:
    """Return the row of a destruction."""
    order = each.order
    return {
        "id": each.id, "basis": each.basis.value, "reason": each.reason, "state": each.state.value,
        "agency": None if order is None else order.agency, "reference": None if order is None else order.reference,
        "received_us": None if order is None else to_us(order.received_at),
        "ends_holds": _words(() if order is None else sorted(order.ends_holds)),
        "proposed_by": each.proposed_by, "proposed_us": to_us(each.proposed_at),
        "agreed_by": each.agreed_by, "agreed_us": maybe_us(each.agreed_at),
        "destroyed_us": maybe_us(each.destroyed_at), "proved_us": maybe_us(each.proved_at),
        "certificate": None, "version": each.version,
    }  # fmt: skip


def content_row(destruction_id: DestructionId, each: Doomed) -> dict[str, Any]:
    """Return the row of one content of it."""
    return {
        "destruction_id": destruction_id, "evidence_id": each.id, "kind": each.kind, "content_id": each.content_id,
        "key_name": each.key, "earlier": _words(each.earlier), "size_bytes": each.size_bytes, "salt": each.salt,
        "commitment": each.commitment, "holds": _words(each.holds), "ended_holds": _words(each.ended_holds),
    }  # fmt: skip


def destruction_of(row: Row) -> Destruction:
    """Return the destruction of a row."""
    return Destruction(
        id=DestructionId(row["id"]),
        basis=Basis(row["basis"]),
        reason=row["reason"],
        proposed_by=row["proposed_by"],
        proposed_at=from_us(row["proposed_us"]),
        state=DestructionState(row["state"]),
        order=None if row["agency"] is None else _order(row),
        agreed_by=row["agreed_by"],
        agreed_at=None if row["agreed_us"] is None else from_us(row["agreed_us"]),
        destroyed_at=None if row["destroyed_us"] is None else from_us(row["destroyed_us"]),
        proved_at=None if row["proved_us"] is None else from_us(row["proved_us"]),
        version=row["version"],
    )


def doomed_of(row: Row) -> Doomed:
    """Return one content of a destruction."""
    return Doomed(
        id=EvidenceId(row["evidence_id"]),
        kind=row["kind"],
        content_id=row["content_id"],
        key=row["key_name"],
        earlier=tuple(orjson.loads(row["earlier"])),
        size_bytes=row["size_bytes"],
        salt=bytes(row["salt"]),
        commitment=None if row["commitment"] is None else bytes(row["commitment"]),
        holds=tuple(orjson.loads(row["holds"])),
        ended_holds=tuple(orjson.loads(row["ended_holds"])),
    )


def _order(row: Row) -> Order:
    ends = frozenset(orjson.loads(row["ends_holds"]))
    return Order(row["agency"], row["reference"], from_us(row["received_us"]), ends)


def _words(words: Iterable[str]) -> str:
    return orjson.dumps(list(words)).decode()
