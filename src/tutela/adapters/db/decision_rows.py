"""What people decide: values to rows and rows to values."""

from collections.abc import Iterable, Mapping
from typing import Any

from tutela.adapters.db.rows import Row, from_us, maybe_us, to_us
from tutela.core.findings import Facts
from tutela.core.ids import AccountId, ClauseId, DecisionId, ItemId
from tutela.core.plans import Answer, Source
from tutela.core.roles import Role
from tutela.ports.decisions import (
    Bulk,
    BulkItem,
    BulkOutcome,
    BulkState,
    Decision,
    FindingRecord,
    ItemAnswer,
    Proposal,
)


def decision(row: Row, rests_on: Iterable[DecisionId] = ()) -> Decision:
    """Return the decision of a row."""
    return Decision(
        id=DecisionId(row["id"]),
        item_id=ItemId(row["item_id"]) if row["item_id"] else None,
        account_id=AccountId(row["account_id"]) if row["account_id"] else None,
        source=Source(row["source"]),
        clause_id=ClauseId(row["clause_id"]) if row["clause_id"] else None,
        policy_version=row["policy_version"],
        is_automated=bool(row["is_automated"]),
        at=from_us(row["at_us"]),
        decided_by=row["decided_by"],
        reverses=DecisionId(row["reverses"]) if row["reverses"] else None,
        rests_on=tuple(rests_on),
    )


def finding_row(record: FindingRecord) -> dict[str, Any]:
    """Return the row of a finding, without the parts of accounts."""
    return {
        "decision_id": record.decision_id,
        "code": record.facts.code,
        "line": record.facts.line,
        "is_senior": record.is_senior,
        "is_reversal": record.is_reversal,
        "bulk_id": record.bulk_id,
    }


def role_rows(record: FindingRecord) -> list[dict[str, Any]]:
    """Return a row for each account that has a part."""
    return [
        {"decision_id": record.decision_id, "account_id": account_id, "role": role.value}
        for account_id, role in record.roles.items()
    ]


def finding(row: Row, roles: Mapping[AccountId, Role]) -> FindingRecord:
    """Return the finding of a row."""
    facts = Facts(row["code"], row["line"])
    return FindingRecord(
        DecisionId(row["decision_id"]), facts, bool(row["is_senior"]), dict(roles), row["bulk_id"],
        is_reversal=bool(row["is_reversal"]),
    )  # fmt: skip


def item_answer_row(told: ItemAnswer) -> dict[str, Any]:
    """Return the row of an answer."""
    return {
        "decision_id": told.decision_id,
        "item_id": told.item_id,
        "answer": told.answer.value,
        "before": told.before.value,
    }


def item_answer(row: Row) -> ItemAnswer:
    """Return the answer of a row."""
    answer, before = Answer(row["answer"]), Answer(row["before"])
    return ItemAnswer(DecisionId(row["decision_id"]), ItemId(row["item_id"]), answer, before)


def proposal_row(proposed: Proposal) -> dict[str, Any]:
    """Return the row of a proposal."""
    return {
        "decision_id": proposed.decision_id,
        "proposed_by": proposed.by,
        "at_us": to_us(proposed.at),
        "code": proposed.facts.code,
        "line": proposed.facts.line,
    }


def proposal(row: Row) -> Proposal:
    """Return the proposal of a row."""
    facts = Facts(row["code"], row["line"])
    return Proposal(DecisionId(row["decision_id"]), row["proposed_by"], from_us(row["at_us"]), facts)


def bulk_row(made: Bulk) -> dict[str, Any]:
    """Return the row of a bulk."""
    return {
        "id": made.id,
        "decided_by": made.by,
        "is_senior": made.is_senior,
        "at_us": to_us(made.at),
        "body": made.body.decode(),
        "state": made.state.value,
        "total": made.total,
        "position": made.position,
        "decided": made.decided,
        "unchanged": made.unchanged,
        "refused": made.refused,
        "ended_us": maybe_us(made.ended_at),
    }


def bulk(row: Row) -> Bulk:
    """Return the bulk of a row."""
    return Bulk(
        id=row["id"],
        by=row["decided_by"],
        is_senior=bool(row["is_senior"]),
        at=from_us(row["at_us"]),
        body=row["body"].encode(),
        state=BulkState(row["state"]),
        total=row["total"],
        position=row["position"],
        decided=row["decided"],
        unchanged=row["unchanged"],
        refused=row["refused"],
        ended_at=None if row["ended_us"] is None else from_us(row["ended_us"]),
    )


def bulk_item_row(bulk_id: str, item: BulkItem) -> dict[str, Any]:
    """Return the row of one item of a bulk."""
    return {
        "bulk_id": bulk_id,
        "position": item.position,
        "item_id": item.item_id,
        "outcome": None if item.outcome is None else item.outcome.value,
        "decision_id": item.decision_id,
    }


def bulk_item(row: Row) -> BulkItem:
    """Return the item of a bulk of a row."""
    outcome = BulkOutcome(row["outcome"]) if row["outcome"] else None
    decision_id = DecisionId(row["decision_id"]) if row["decision_id"] else None
    return BulkItem(row["position"], ItemId(row["item_id"]), outcome, decision_id)
