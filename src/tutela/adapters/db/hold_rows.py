"""Holds as rows, as their audit tells them, and back."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from tutela.adapters.db.rows import Row, from_us, maybe_us, to_us
from tutela.core.audit import JSON
from tutela.core.filing.holds import Hold, HoldSource, Release
from tutela.core.ids import PersonId
from tutela.ports.holds import HoldChange, HoldStep, StoredHold

KINDS: Mapping[HoldStep, str] = {step: f"staff:hold:{step.value}" for step in HoldStep}
"""What the audit calls each step."""


def hold_row(hold: Hold, change: HoldChange, version: int) -> dict[str, Any]:
    """Return the row of a new hold."""
    return {
        "id": hold.id, "source": hold.source.value, "reference": hold.reference, "starts_us": to_us(hold.starts_at),
        "until_us": maybe_us(hold.until), "review_us": maybe_us(hold.review_by), "released_us": None,
        "placed_us": to_us(change.at), "placed_by": change.by, "version": version,
    }  # fmt: skip


def change_row(hold: Hold, change: HoldChange, number: int) -> dict[str, Any]:
    """Return the row of one line of its history."""
    return {
        "hold_id": hold.id, "number": number, "at_us": to_us(change.at), "by_whom": change.by,
        "what": change.step.value, "reason": change.reason,
        "until_us": maybe_us(hold.until), "review_us": maybe_us(hold.review_by),
    }  # fmt: skip


def change_of(row: Row) -> HoldChange:
    """Return one line of a history."""
    return HoldChange(from_us(row["at_us"]), row["by_whom"], HoldStep(row["what"]), row["reason"])


def hold_of(row: Row) -> Hold:
    """Return the hold of a row; why it was released stands in its history."""
    released = row["released_us"]
    return Hold(
        id=row["id"],
        source=HoldSource(row["source"]),
        reference=row["reference"],
        starts_at=from_us(row["starts_us"]),
        until=None if row["until_us"] is None else from_us(row["until_us"]),
        review_by=None if row["review_us"] is None else from_us(row["review_us"]),
        released=None if released is None else Release(from_us(released), PersonId(row["released_by"]), ""),
    )


def stored_hold(row: Row) -> StoredHold:
    """Return a hold with what is known of it."""
    return StoredHold(hold_of(row), from_us(row["placed_us"]), row["placed_by"], row["version"], row["contents"])


def payload(row: Mapping[str, Any]) -> dict[str, JSON]:
    """Return what the audit says of a hold as it stands: the reference of a letter may name somebody."""
    return {key: row[key] for key in ("source", "starts_us", "until_us", "review_us", "released_us")}


def told_contents(evidence_ids: Iterable[str]) -> dict[str, JSON]:
    """Return what the audit says of what a hold keeps: taking one out of the table must show."""
    ids = sorted(evidence_ids)
    return {"contents": len(ids), "sha256": hashlib.sha256("\n".join(ids).encode()).hexdigest()}
