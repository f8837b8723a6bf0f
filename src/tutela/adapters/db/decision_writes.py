"""Write what people decide, inside the group's transaction."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from tutela.adapters.db import tables as t
from tutela.adapters.db.case_writes import run_moves
from tutela.adapters.db.decision_rows import (
    bulk_item_row,
    bulk_row,
    finding_row,
    item_answer_row,
    proposal_row,
    role_rows,
)
from tutela.adapters.db.decision_tables import (
    bulk_items,
    bulks,
    decision_answers,
    finding_roles,
    findings,
    proposals,
)
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.many import write_many
from tutela.adapters.db.rows import maybe_us
from tutela.core.case_states import CLOSES_BESIDE, CaseState
from tutela.core.ids import DecisionId
from tutela.errors import Conflict
from tutela.ports.committer import Changeset
from tutela.ports.decisions import BulkChange, BulkOutcome, BulkState, BulkStep

TABLES = (bulks, findings, finding_roles, decision_answers, proposals, bulk_items)
"""In the order in which rows are inserted: none names another one that comes later."""

_IN_CASE = (
    select(func.count())
    .select_from(t.case_items)
    .where(t.case_items.c.case_id == bindparam("b_id"))
    .scalar_subquery()
)  # fmt: skip
_CLOSE = (
    update(t.cases)
    .where(
        t.cases.c.id == bindparam("b_id"), t.cases.c.closed_by.is_(None), bindparam("b_items") == _IN_CASE,
        t.cases.c.state.in_(sorted(CLOSES_BESIDE)),
    )
    .values(
        closed_by=bindparam("b_by"), state=CaseState.DECIDED.value, holder=None, until_us=None,
        version=t.cases.c.version + 1,
    )
)  # fmt: skip
_CLOSED = select(t.cases.c.id).where(among(t.cases.c.id), t.cases.c.closed_by.is_not(None))
_DEPENDENTS = (
    select(t.decision_grounds.c.rests_on, func.count().label("count"))
    .where(among(t.decision_grounds.c.rests_on))
    .group_by(t.decision_grounds.c.rests_on)
)
_STEP = (
    update(bulks)
    .where(
        bulks.c.id == bindparam("b_id"), bulks.c.position == bindparam("b_after"),
        bulks.c.state == BulkState.RUNNING.value,
    )
    .values(
        position=bindparam("b_after") + bindparam("b_items"),
        decided=bulks.c.decided + bindparam("b_decided"),
        unchanged=bulks.c.unchanged + bindparam("b_unchanged"),
        refused=bulks.c.refused + bindparam("b_refused"),
        state=bindparam("b_state"),
        ended_us=bindparam("b_ended"),
    )
)  # fmt: skip
_CAME_OF = (
    update(bulk_items)
    .where(bulk_items.c.bulk_id == bindparam("b_bulk"), bulk_items.c.position == bindparam("b_position"))
    .values(outcome=bindparam("b_outcome"), decision_id=bindparam("b_decision"))
)
_CHANGE = (
    update(bulks)
    .where(bulks.c.id == bindparam("b_id"), bulks.c.state == bindparam("b_before"))
    .values(state=bindparam("b_after"), ended_us=bindparam("b_ended"))
)

_IS_PROPOSED = (proposals.c.decision_id == bindparam("b_id"), proposals.c.proposed_by == bindparam("b_by"))
_WITHDRAW = delete(proposals).where(*_IS_PROPOSED)
# Written as it is, so that whoever withdraws it in the same moment waits, and comes too late.
_STILL_PROPOSED = update(proposals).where(*_IS_PROPOSED).values(proposed_by=bindparam("b_by"))


def collect_decided(inserts: dict[str, list[dict[str, Any]]], changeset: Changeset) -> None:
    """Gather the rows of *changeset* that are new."""
    add = inserts.__getitem__
    add("findings").extend(map(finding_row, changeset.findings))
    add("finding_roles").extend(row for each in changeset.findings for row in role_rows(each))
    add("decision_answers").extend(map(item_answer_row, changeset.decision_answers))
    add("proposals").extend(map(proposal_row, changeset.proposals))
    add("bulks").extend(map(bulk_row, changeset.bulks))
    add("bulk_items").extend(
        bulk_item_row(bulk_id, item) for bulk_id, items in changeset.bulk_items.items() for item in items
    )


def run_decided(connection: Connection, changeset: Changeset) -> None:
    """Change what is there: cases moved, closed or more urgent, bulks further on.

    Raises:
        tutela.errors.Conflict: A case was closed or has more in it by now; a bulk has gone on, or was cancelled.
    """
    run_moves(connection, changeset)
    for ended in changeset.proposal_ends:
        proposed = {"b_id": ended.decision_id, "b_by": ended.by}
        _one(connection.execute(_WITHDRAW, proposed).rowcount, "it is not proposed any more")
    if (wanted := changeset.expects_proposal) is not None:
        proposed = {"b_id": wanted.decision_id, "b_by": wanted.by}
        _one(connection.execute(_STILL_PROPOSED, proposed).rowcount, "it is not proposed any more")
    for closure in changeset.case_closures:
        asked = {"b_id": closure.case_id, "b_by": closure.decision_id, "b_items": closure.items}
        _one(connection.execute(_CLOSE, asked).rowcount, "the case has changed meanwhile")
    if changeset.bulk_step is not None:
        _step(connection, changeset.bulk_step)
    for change in changeset.bulk_changes:
        _one(connection.execute(_CHANGE, _change(change)).rowcount, "the decision in bulk has gone on meanwhile")


def _step(connection: Connection, step: BulkStep) -> None:
    outcomes = [item.outcome for item in step.items]
    asked = {
        "b_id": step.bulk_id, "b_after": step.after, "b_items": len(step.items),
        **{f"b_{each.value}": outcomes.count(each) for each in BulkOutcome},
        "b_state": (BulkState.RUNNING if step.ended_at is None else BulkState.DONE).value,
        "b_ended": maybe_us(step.ended_at),
    }  # fmt: skip
    _one(connection.execute(_STEP, asked).rowcount, "the decision in bulk has gone on meanwhile")
    if step.items:
        write_many(connection, _CAME_OF, [
            {
                "b_bulk": step.bulk_id, "b_position": item.position,
                "b_outcome": item.outcome.value if item.outcome else None, "b_decision": item.decision_id,
            }
            for item in step.items
        ])  # fmt: skip


def _change(change: BulkChange) -> dict[str, Any]:
    return {
        "b_id": change.bulk_id,
        "b_before": change.before.value,
        "b_after": change.after.value,
        "b_ended": maybe_us(change.ended_at),
    }


def _one(rows: int, otherwise: str) -> None:
    if rows != 1:
        raise Conflict(otherwise)


def laid_into(changeset: Changeset) -> set[str]:
    """Return the cases that something is laid into, what a rule saw included, or that become more urgent."""
    found: set[str] = {each.case_id for each in changeset.case_items} | {case.id for case in changeset.case_updates}
    if changeset.observed is not None:
        found |= {each.case_id for each in changeset.observed.fires if each.case_id} | changeset.observed.grown
    return found


def closed_cases(connection: Connection, changesets: Sequence[Changeset]) -> set[str]:
    """Return the cases that something would be laid into though they are closed: nobody would look at it."""
    wanted = {each for changeset in changesets for each in laid_into(changeset)}
    return {row["id"] for row in rows_of(connection, _CLOSED, wanted)}


def counted_dependents(connection: Connection, decision_ids: Iterable[DecisionId]) -> dict[DecisionId, int]:
    """Return how many decisions rest on each of these."""
    found = rows_of(connection, _DEPENDENTS, decision_ids)
    return {DecisionId(row["rests_on"]): row["count"] for row in found}
